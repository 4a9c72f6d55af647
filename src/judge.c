#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yajl/yajl_parse.h>

#include "jsonstr.h"
#include "judge.h"
#include "memory.h"

/* A handle that has seen a longer record is not used again: it keeps memory
 * for its longest string. */
#define REUSE_MAX ((size_t)64 * 1024)

/* A container on the way that wanted->deep goes. */
struct level {
	bool array;
	size_t index; /* of the array's next element */
};

struct judge {
	const struct wanted *wanted;
	yajl_handle reused; /* of the last record, if it was accepted */
	struct scratch key; /* for names with escapes */
	struct level *levels;

	/* The record at hand. */
	yajl_handle yajl;
	struct span payload;
	struct places *places;
	unsigned values;	  /* at the top level, so far */
	bool object;		  /* the last of them is one */
	const char *end;	  /* of the top-level value, if a container */
	size_t depth;		  /* of containers that are open */
	size_t matched;		  /* how many of them lie on deep's way, less
				   * one: the steps taken */
	struct place *next;	  /* the member that the next value is */
	bool next_deep;		  /* the next value is a step on deep's way */
	struct place *open;	  /* a member whose value is open, at depth 2 */
	size_t open_deep;	  /* the depth of deep's own open value; 0 */
};

static const char *
token_end(const struct judge *judge)
{
	/* In a callback this is the exact end of the raw token. */
	return (judge->payload.ptr + yajl_get_bytes_consumed(judge->yajl));
}

/* Where the string that ends before end (its closing quote included) begins:
 * at the last quote before that which no backslash escapes. */
static const char *
string_begin(const char *end)
{
	const char *quote = end - 1, *s;

	for (;;) {
		while (*--quote != '"')
			;
		for (s = quote; s[-1] == '\\'; s--)
			;
		if ((quote - s) % 2 == 0)
			return (quote);
	}
}

static bool
in_payload(const struct judge *judge, const char *s)
{
	return (s >= judge->payload.ptr &&
	    s < judge->payload.ptr + judge->payload.len);
}

/* A member's name without escapes.  yajl decodes too, but a lone surrogate to
 * "?", which could then pass for a name. */
static struct span
key_name(struct judge *judge, const unsigned char *key, size_t len)
{
	const char *begin, *end;
	struct span raw;

	if (len == 0 || in_payload(judge, (const char *)key))
		return ((struct span){(const char *)key, len});
	end = token_end(judge);
	begin = string_begin(end);
	raw = span_between(begin + 1, end - 1);
	scratch_reserve(&judge->key, raw.len);
	len = jsonstr_unescape(raw, judge->key.ptr);
	return ((struct span){judge->key.ptr, len});
}

/* Do the containers that are open lie on deep's way? */
static bool
on_way(const struct judge *judge)
{
	return (judge->wanted->deep != NULL &&
	    judge->matched + 1 == judge->depth &&
	    judge->depth <= judge->wanted->deep->count);
}

static int
on_key(void *ctx, const unsigned char *key, size_t len)
{
	struct judge *judge = ctx;
	const struct wanted *wanted = judge->wanted;
	struct span name;
	size_t i;

	if (judge->depth != 1 && !on_way(judge))
		return (1);
	name = key_name(judge, key, len);
	for (i = 0; i < wanted->count && judge->depth == 1; i++) {
		if (span_equal(wanted->names[i], name)) {
			judge->next = &judge->places->members[i];
			break;
		}
	}
	judge->next_deep = on_way(judge) &&
	    span_equal(wanted->deep->steps[judge->depth - 1].name, name);
	if (judge->next_deep) /* of repeated members the last counts */
		judge->places->deep = (struct place){VALUE_ABSENT, SPAN_ABSENT};
	return (1);
}

/* Is the value that comes now, an element of an array on deep's way, the one
 * that the way goes on with? */
static void
match_element(struct judge *judge)
{
	struct level *level;

	if (!on_way(judge))
		return;
	level = &judge->levels[judge->depth - 1];
	if (level->array) {
		judge->next_deep = level->index ==
		    judge->wanted->deep->steps[judge->depth - 1].index;
		level->index++;
	}
}

/* A scalar: begin is its first byte, NULL if that is yet to be found. */
static int
scalar(struct judge *judge, enum value_kind kind, const char *begin,
    size_t len)
{
	struct place place;
	const char *end;

	if (judge->depth == 0)
		judge->values++;
	if (judge->wanted->deep != NULL)
		match_element(judge);
	if (judge->next == NULL && !judge->next_deep)
		return (1);
	end = token_end(judge);
	if (begin == NULL || !in_payload(judge, begin))
		begin = kind == VALUE_STRING ? string_begin(end) : end - len;
	place = (struct place){kind, span_between(begin, end)};
	if (judge->next != NULL)
		*judge->next = place;
	if (judge->next_deep && judge->depth == judge->wanted->deep->count)
		judge->places->deep = place;
	judge->next = NULL;
	judge->next_deep = false;
	return (1);
}

static int
on_null(void *ctx)
{
	return (scalar(ctx, VALUE_NULL, NULL, 4));
}

static int
on_boolean(void *ctx, int value)
{
	return (scalar(ctx, VALUE_OTHER, NULL, value ? 4 : 5));
}

static int
on_number(void *ctx, const char *text, size_t len)
{
	return (scalar(ctx, VALUE_NUMBER, text, len));
}

static int
on_string(void *ctx, const unsigned char *text, size_t len)
{
	const char *begin = (const char *)text;

	return (scalar(
	    ctx, VALUE_STRING, len > 0 ? begin - 1 : NULL, len));
}

/* An object or an array begins: its place is where it begins, for now. */
static int
begin_container(struct judge *judge, bool array)
{
	struct place place;

	if (judge->wanted->deep != NULL)
		match_element(judge);
	if (judge->depth == 0) {
		judge->values++;
		judge->object = !array;
	}
	if (judge->next != NULL || judge->next_deep) {
		place = (struct place){
		    VALUE_OTHER, {token_end(judge) - 1, 1}};
		if (judge->next != NULL) {
			*judge->next = place;
			judge->open = judge->next;
		}
		if (judge->next_deep &&
		    judge->depth == judge->wanted->deep->count) {
			judge->places->deep = place;
			judge->open_deep = judge->depth + 1;
		} else if (judge->next_deep) {
			judge->matched++;
		}
		judge->next = NULL;
		judge->next_deep = false;
	}
	judge->depth++;
	if (on_way(judge))
		judge->levels[judge->depth - 1] = (struct level){array, 0};
	return (1);
}

/* The end of the top-level value.  Before an object's last byte stand white
 * space, as yajl sees it, and the end of its last member's value. */
static void
end_top(struct judge *judge)
{
	const char *end = judge->end = token_end(judge);

	do
		end--;
	while (end[-1] == ' ' || (end[-1] >= '\t' && end[-1] <= '\r'));
	judge->places->end = end;
}

static int
end_container(void *ctx)
{
	struct judge *judge = ctx;
	struct place *open;

	if (on_way(judge) && judge->matched > 0)
		judge->matched--;
	if (judge->depth == judge->open_deep) {
		open = &judge->places->deep;
		open->value = span_between(open->value.ptr, token_end(judge));
		judge->open_deep = 0;
	}
	if (judge->depth == 2 && judge->open != NULL) {
		open = judge->open;
		open->value = span_between(open->value.ptr, token_end(judge));
		judge->open = NULL;
	}
	if (--judge->depth == 0)
		end_top(judge);
	return (1);
}

static int
on_object(void *ctx)
{
	return (begin_container(ctx, false));
}

static int
on_array(void *ctx)
{
	return (begin_container(ctx, true));
}

/* yajl_number, not yajl_integer or yajl_double: with those yajl itself refuses
 * integers beyond 64 bits, and 1e400. */
static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_object,
    .yajl_map_key = on_key,
    .yajl_end_map = end_container,
    .yajl_start_array = on_array,
    .yajl_end_array = end_container,
};

static void *
yajl_memory_alloc(void *ctx, size_t size)
{
	(void)ctx;
	return (memory_alloc(size));
}

static void *
yajl_memory_resize(void *ctx, void *ptr, size_t size)
{
	(void)ctx;
	return (memory_resize(ptr, size));
}

static void
yajl_memory_free(void *ctx, void *ptr)
{
	(void)ctx;
	free(ptr);
}

/* yajl does not look at what malloc(3) returns. */
static yajl_alloc_funcs memory = {
    .malloc = yajl_memory_alloc,
    .realloc = yajl_memory_resize,
    .free = yajl_memory_free,
};

struct judge *
judge_open(const struct wanted *wanted)
{
	struct judge *judge = memory_alloc(sizeof(*judge));
	size_t steps = wanted->deep != NULL ? wanted->deep->count : 0;

	*judge = (struct judge){.wanted = wanted};
	judge->levels = memory_alloc(steps * sizeof(*judge->levels));
	return (judge);
}

/* Say what yajl says, as one line without its full stop. */
static void
refuse_invalid(struct judge *judge, struct refusal *refusal, size_t at)
{
	char detail[sizeof(refusal->detail)];
	unsigned char *said;
	size_t len;

	said = yajl_get_error(judge->yajl, 0, NULL, 0);
	snprintf(detail, sizeof(detail), "%s", (const char *)said);
	yajl_free_error(judge->yajl, said);
	len = strcspn(detail, "\n");
	while (len > 0 && detail[len - 1] == '.')
		len--;
	detail[len] = '\0';
	refusal_set(refusal, REASON_NOT_JSON, at,
	    strcmp(detail, "parse error: premature EOF") == 0 ?
		"ends too early" :
		detail);
}

static yajl_status
parse(struct judge *judge, yajl_handle yajl, struct span payload,
    struct places *places)
{
	places_clear(places, judge->wanted);
	judge->yajl = yajl;
	judge->payload = payload;
	judge->places = places;
	judge->end = payload.ptr;
	judge->values = 0;
	judge->object = judge->next_deep = false;
	judge->depth = judge->matched = judge->open_deep = 0;
	judge->next = judge->open = NULL;
	return (yajl_parse(
	    yajl, (const unsigned char *)payload.ptr, payload.len));
}

/* What follows the top-level value and white space, as yajl sees it. */
static const char *
after_value(const struct judge *judge)
{
	const char *s = judge->end,
		   *end = judge->payload.ptr + judge->payload.len;

	while (s < end && (*s == ' ' || (*s >= '\t' && *s <= '\r')))
		s++;
	return (s);
}

/*
 * The quick verdict, with the handle that accepted the last record: it takes
 * one value after the other, but it is seen to that there is but one, and that
 * yajl's lexer keeps nothing of what follows it.  Only "yes" is final.
 */
static bool
accept_quickly(struct judge *judge, struct span payload, struct places *places)
{
	bool accepted = false;

	if (judge->reused == NULL) {
		judge->reused = yajl_alloc(&callbacks, &memory, judge);
		yajl_config(judge->reused, yajl_allow_multiple_values, 1);
	}
	if (parse(judge, judge->reused, payload, places) == yajl_status_ok &&
	    judge->values == 1 && judge->object && judge->depth == 0 &&
	    after_value(judge) == payload.ptr + payload.len)
		accepted = true;
	if (!accepted || payload.len > REUSE_MAX) {
		yajl_free(judge->reused);
		judge->reused = NULL;
	}
	return (accepted);
}

/* The final verdict, with a handle in yajl's strict default. */
static bool
judge_strictly(struct judge *judge, struct span payload,
    struct places *places, struct refusal *refusal)
{
	yajl_handle yajl = yajl_alloc(&callbacks, &memory, judge);
	bool accepted = false;

	if (parse(judge, yajl, payload, places) != yajl_status_ok)
		refuse_invalid(
		    judge, refusal, yajl_get_bytes_consumed(yajl));
	else if (yajl_complete_parse(yajl) != yajl_status_ok)
		refuse_invalid(judge, refusal, payload.len);
	else if (!judge->object)
		refusal_set(refusal, REASON_NOT_OBJECT, 0, NULL);
	else if (after_value(judge) < payload.ptr + payload.len)
		/* yajl does not mind a string that has no end there. */
		refusal_set(refusal, REASON_NOT_JSON,
		    (uint64_t)(after_value(judge) - payload.ptr),
		    "parse error: trailing garbage");
	else
		accepted = true;
	yajl_free(yajl);
	return (accepted);
}

bool
judge_record(struct judge *judge, struct span payload, struct places *places,
    struct refusal *refusal)
{
	return (accept_quickly(judge, payload, places) ||
	    judge_strictly(judge, payload, places, refusal));
}

void
judge_close(struct judge *judge)
{
	if (judge->reused != NULL)
		yajl_free(judge->reused);
	free(judge->key.ptr);
	free(judge->levels);
	free(judge);
}
