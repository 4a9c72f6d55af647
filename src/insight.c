#include <stdlib.h>

#include "insight.h"
#include "terminal.h"

struct rule {
	size_t member; /* index among the members that are wanted */
	struct span value;
};

/* A piece of the text: plain, and then perhaps a member's value. */
struct part {
	struct span plain;
	bool has_member;
	size_t member;
};

struct insight {
	struct wanted *wanted;
	struct rule *rules;
	size_t rule_count;
	struct part *parts;
	size_t part_count;
	struct scratch scratch;
};

struct insight *
insight_open(struct wanted *wanted)
{
	struct insight *insight = memory_alloc(sizeof(*insight));

	*insight = (struct insight){.wanted = wanted};
	return (insight);
}

bool
insight_add_rule(struct insight *insight, const char *rule)
{
	const char *equals = strchr(rule, '=');
	size_t member;

	if (equals == NULL)
		return (false);
	member = wanted_add(insight->wanted, span_between(rule, equals));
	insight->rules = memory_resize(insight->rules,
	    (insight->rule_count + 1) * sizeof(*insight->rules));
	insight->rules[insight->rule_count++] =
	    (struct rule){member, span_of(equals + 1)};
	return (true);
}

static struct part *
add_part(struct insight *insight, struct span plain)
{
	insight->parts = memory_resize(insight->parts,
	    (insight->part_count + 1) * sizeof(*insight->parts));
	insight->parts[insight->part_count] = (struct part){.plain = plain};
	return (&insight->parts[insight->part_count++]);
}

bool
insight_set_text(struct insight *insight, const char *text)
{
	const char *brace, *close;
	struct part *part;

	insight->part_count = 0;
	while ((brace = strchr(text, '{')) != NULL) {
		if (brace[1] == '{') { /* the first of the two is shown */
			add_part(insight, span_between(text, brace + 1));
			text = brace + 2;
			continue;
		}
		close = strchr(brace, '}');
		if (close == NULL)
			return (false);
		part = add_part(insight, span_between(text, brace));
		part->has_member = true;
		part->member = wanted_add(
		    insight->wanted, span_between(brace + 1, close));
		text = close + 1;
	}
	add_part(insight, span_of(text));
	return (true);
}

static char
lower(char c)
{
	return ((char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c));
}

static bool
equal_but_for_case(struct span a, struct span b)
{
	size_t i;

	if (a.len != b.len)
		return (false);
	for (i = 0; i < a.len; i++)
		if (lower(a.ptr[i]) != lower(b.ptr[i]))
			return (false);
	return (true);
}

bool
insight_matches(struct insight *insight, const struct places *places)
{
	const struct place *place;
	const struct rule *rule;

	for (rule = insight->rules;
	    rule < insight->rules + insight->rule_count; rule++) {
		place = &places->members[rule->member];
		/* Text without its escapes is never longer than it was. */
		if (place->kind != VALUE_ABSENT &&
		    place->value.len >= rule->value.len &&
		    equal_but_for_case(
			place_text(place, &insight->scratch), rule->value))
			return (true);
	}
	return (false);
}

void
insight_put(struct insight *insight, const struct places *places,
    struct out *out)
{
	const struct part *part;
	const struct place *place;

	out_put(out, span_of("Insight: "));
	for (part = insight->parts;
	    part < insight->parts + insight->part_count; part++) {
		out_put(out, part->plain);
		if (!part->has_member)
			continue;
		place = &places->members[part->member];
		if (place->kind == VALUE_ABSENT)
			out_put(out, span_of("-"));
		else
			terminal_show(
			    out, place_text(place, &insight->scratch));
	}
	out_put(out, span_of("\n"));
}

void
insight_close(struct insight *insight)
{
	free(insight->rules);
	free(insight->parts);
	free(insight->scratch.ptr);
	free(insight);
}
