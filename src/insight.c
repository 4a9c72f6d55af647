#include <stdlib.h>

#include "insight.h"
#include "report.h"
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

/* Does the rule hold for a member with this place? */
static bool
rule_holds(struct insight *insight, const struct rule *rule,
    const struct place *place)
{
	/* Text without its escapes is never longer than it was. */
	return (place->kind != VALUE_ABSENT &&
	    place->value.len >= rule->value.len &&
	    equal_but_for_case(
		place_text(place, &insight->scratch), rule->value));
}

bool
insight_matches(struct insight *insight, const struct places *places)
{
	const struct rule *rule;

	for (rule = insight->rules;
	    rule < insight->rules + insight->rule_count; rule++)
		if (rule_holds(
			insight, rule, &places->members[rule->member]))
			return (true);
	return (false);
}

/* The first payload from i up to end, of one run, for which the rule holds; or
 * end.  Where there can be no escapes, the length says no at once, as a
 * rule. */
static size_t
rule_find(struct insight *insight, const struct rule *rule,
    const struct match *match, size_t i, size_t end)
{
	const struct column column = match_column(match, i, rule->member);
	const bool special = match->lines->special;
	struct place place = {.kind = column.kind};
	size_t len = rule->value.len + (column.kind == VALUE_STRING ? 2 : 0);

	if (column.kind == VALUE_ABSENT)
		return (end);
	for (; i < end; i++) {
		if (!special)
			i = column_find_length(&column, i, end, len);
		if (i == end)
			break;
		place.value = column_value(&column, i);
		if (rule_holds(insight, rule, &place))
			break;
	}
	return (i);
}

size_t
insight_find(struct insight *insight, const struct match *match, size_t i,
    size_t end)
{
	size_t run, found, r;

	for (; i < end; i = run) {
		run = found = match_run(match, i, end);
		for (r = 0; r < insight->rule_count; r++)
			found = rule_find(
			    insight, &insight->rules[r], match, i, found);
		if (found < run)
			return (found);
	}
	return (end);
}

/* Put the text in, its values shown safely. */
static void
put_text(struct insight *insight, const struct places *places,
    struct out *out, bool json)
{
	void (*show)(struct out *, struct span) =
	    json ? terminal_show_json : terminal_show;
	const struct part *part;
	const struct place *place;

	for (part = insight->parts;
	    part < insight->parts + insight->part_count; part++) {
		if (json)
			show(out, part->plain);
		else
			out_put(out, part->plain);
		if (!part->has_member)
			continue;
		place = &places->members[part->member];
		if (place->kind == VALUE_ABSENT)
			out_put(out, span_of("-"));
		else
			show(out, place_text(place, &insight->scratch));
	}
}

void
insight_put(struct insight *insight, const struct places *places,
    struct out *out)
{
	out_put(out, span_of("Insight: "));
	put_text(insight, places, out, false);
	out_put(out, span_of("\n"));
}

/* Put in those of the members that a field of the Elastic Common Schema is
 * for. */
static void
put_fields(struct insight *insight, const struct places *places,
    struct out *out)
{
	static const char *const fields[][2] = {
	    {"user_id", "user.id"},
	    {"ip", "source.ip"},
	    {"device_id", "device.id"},
	};
	const struct wanted *wanted = insight->wanted;
	const struct place *place;
	size_t i, j;

	for (i = 0; i < wanted->count; i++) {
		place = &places->members[i];
		for (j = 0; j < sizeof(fields) / sizeof(fields[0]); j++) {
			if (place->kind == VALUE_ABSENT ||
			    !span_equal(wanted->names[i],
				span_of(fields[j][0])))
				continue;
			out_printf(out, ",\"%s\":\"", fields[j][1]);
			terminal_show_json(
			    out, place_text(place, &insight->scratch));
			out_put(out, span_of("\""));
		}
	}
}

void
insight_put_json(struct insight *insight, const struct places *places,
    const struct instant *instant, struct out *out)
{
	char time[REPORT_TIME_MAX] = "";

	out_put(out, span_of("{\"kind\":\"insight\""));
	if (instant != NULL && report_time(*instant, time)[0] != '\0')
		out_printf(out, ",\"@timestamp\":\"%s\"", time);
	out_put(out,
	    span_of(",\"event.kind\":\"event\","
		    "\"event.dataset\":\"loginstamp.insight\","
		    "\"message\":\""));
	put_text(insight, places, out, true);
	out_put(out, span_of("\""));
	put_fields(insight, places, out);
	out_put(out, span_of("}\n"));
}

void
insight_close(struct insight *insight)
{
	free(insight->rules);
	free(insight->parts);
	free(insight->scratch.ptr);
	free(insight);
}
