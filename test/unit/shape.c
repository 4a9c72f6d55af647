/*
 * What a shape recognises: a record is learnt, and another one is held against
 * its shape, by every form that runs here, without and with gaps.  What is
 * recognised must be what the judge accepts, with the same places.
 */
#include <stdlib.h>

#include "judge.h"
#include "memory.h"
#include "shape.h"
#include "unit.h"

/* More calls than it takes until gaps are made. */
#define CALLS 20

enum expected {
	KNOWN,	  /* recognised; with gaps, by the shape that has none */
	NOT_SURE, /* left to the judge */
};

static const struct row {
	const char *learnt, *held;
	enum expected expected;
} rows[] = {
    /* The contents of strings. */
    {"{\"a\":\"x\"}", "{\"a\":\"y\"}", KNOWN},
    {"{\"a\":\"x\"}", "{\"a\":\"\"}", KNOWN},
    {"{\"a\":\"x\"}", "{\"a\":\"a longer one, of more than sixty-four bytes: "
		      "0123456789012345678901234567890\"}",
	KNOWN},
    {"{\"a\":\"\"}", "{\"a\":\"x\"}", KNOWN},
    {"{\"a\":\"x\"}", "{\"a\":\"\\\"\"}", KNOWN},
    {"{\"a\":\"x\"}", "{\"a\":\"\\u00e9\\n\\/\"}", KNOWN},
    {"{\"a\":\"x\"}", "{\"a\":\"\\u00g9\"}", NOT_SURE},
    {"{\"a\":\"x\"}", "{\"a\":\"\\u00eg\"}", NOT_SURE},
    {"{\"a\":\"x\"}", "{\"a\":\"\\x\"}", NOT_SURE},
    {"{\"a\":\"x\"}", "{\"a\":\"\\\"}", NOT_SURE},
    {"{\"a\":\"x\"}", "{\"a\":\"\t\"}", NOT_SURE},
    {"{\"a\":\"x\"}", "{\"a\":\"\x7f\"}", KNOWN},
    {"{\"a\":\"x\"}", "{\"a\":\"\xc3\xa9\"}", KNOWN},
    {"{\"a\":\"x\"}", "{\"a\":\"\xf0\x9f\x99\x82\"}", KNOWN},
    {"{\"a\":\"x\"}", "{\"a\":\"\xc0\x80\"}", NOT_SURE},
    {"{\"a\":\"x\"}", "{\"a\":\"\xed\xa0\x80\"}", NOT_SURE},
    {"{\"a\":\"x\"}", "{\"a\":\"\xc3\"}", NOT_SURE},
    {"{\"a\":\"\\\\\"}", "{\"a\":\"x\"}", KNOWN},
    {"{\"a\":\"x\",\"b\":\"y\"}", "{\"a\":\"x\\\",\"b\":\"y\"}", NOT_SURE},
    {"{\"a\":\"xxx\",\"b\":\"y\"}", "{\"a\":\"x\"\"\",\"b\":\"y\"}", NOT_SURE},
    /* Numbers. */
    {"{\"a\":1}", "{\"a\":23}", KNOWN},
    {"{\"a\":1}", "{\"a\":-0.50}", KNOWN},
    {"{\"a\":1}", "{\"a\":0}", KNOWN},
    {"{\"a\":1}",
	"{\"a\":12345678901234567890123456789012345678901234567890}", KNOWN},
    {"{\"a\":1}", "{\"a\":01}", NOT_SURE},
    {"{\"a\":1}", "{\"a\":-}", NOT_SURE},
    {"{\"a\":1}", "{\"a\":}", NOT_SURE},
    {"{\"a\":1}", "{\"a\":1.}", NOT_SURE},
    {"{\"a\":1}", "{\"a\":+1}", NOT_SURE},
    {"{\"a\":1}", "{\"a\":1e5}", NOT_SURE},
    {"{\"a\":1e5}", "{\"a\":1e5}", KNOWN},
    {"{\"a\":1e5}", "{\"a\":2e5}", NOT_SURE},
    {"{\"a\":[1,2]}", "{\"a\":[10,20]}", KNOWN},
    {"{\"a\":[1,2]}", "{\"a\":[10.20]}", NOT_SURE},
    /* Words; of a member that is asked for they stay. */
    {"{\"a\":true}", "{\"a\":false}", KNOWN},
    {"{\"a\":true}", "{\"a\":null}", KNOWN},
    {"{\"a\":true}", "{\"a\":truer}", NOT_SURE},
    {"{\"a\":true}", "{\"a\":nul}", NOT_SURE},
    {"{\"timestamp\":null}", "{\"timestamp\":null}", KNOWN},
    {"{\"timestamp\":null}", "{\"timestamp\":true}", NOT_SURE},
    /* Kinds, names, and what stands between. */
    {"{\"a\":\"1\"}", "{\"a\":1}", NOT_SURE},
    {"{\"a\":\"x\"}", "{\"b\":\"x\"}", NOT_SURE},
    {"{\"a\":\"x\"}", "[\"a\":\"x\"}", NOT_SURE},
    {"{\"a\":\"x\"}", "{\"a\":\"x\"]", NOT_SURE},
    {"{\"a\":\"x\"}", "{\"a\": \"x\"}", NOT_SURE},
    {"{\"a\":\"x\"}", "{\"a\":\"x\"} ", NOT_SURE},
    {"{\"a\":\"x\"}\r", "{\"a\":\"y\"}\r", KNOWN},
    {"{\"a\":\"x\"}", "{\"a\":\"x\"", NOT_SURE},
    {"{\"a\":\"x\"}", "{\"a\":\"x\"}}", NOT_SURE},
    {"{\"a\":\"x\"}", "", NOT_SURE},
    {"{}", "{}", KNOWN},
    {"{\"\xc3\xa9\":\"x\"}", "{\"\xc3\xa9\":\"y\"}", KNOWN},
    {"{\"\\u0061\":\"x\"}", "{\"\\u0061\":\"y\"}", KNOWN},
    /* Places: repeated, nested, a pointer's, an object as a value. */
    {"{\"timestamp\":\"1\",\"timestamp\":\"2\"}",
	"{\"timestamp\":\"333\",\"timestamp\":\"4\"}", KNOWN},
    {"{\"a\":[0,{\"b\":\"1\"}],\"timestamp\":\"2\"}",
	"{\"a\":[17,{\"b\":\"345\"}],\"timestamp\":\"6\"}", KNOWN},
    {"{\"datetime\":{\"a\":\"x\",\"b\":[1,2]},\"c\":\"z\"}",
	"{\"datetime\":{\"a\":\"xyz\",\"b\":[11,2]},\"c\":\"\"}",
	KNOWN},
    {"{\"user_id\": \"c45a09f0-a974-411b-81b5-0f34dd57a0e4\", \"app_version\": "
     "\"2.3.0\", \"ip\": \"50.25.196.229\", \"timestamp\": \"1694479553\"}",
	"{\"user_id\": \"00000000-a974-411b-81b5-0f34dd57a0e4\", "
	"\"app_version\": \"2.3.1\", \"ip\": \"1.2.3.4\", \"timestamp\": "
	"\"1694479554\"}",
	KNOWN},
    {"{\"user_id\": \"c45a09f0-a974-411b-81b5-0f34dd57a0e4\", \"app_version\": "
     "\"2.3.0\"}",
	"{\"user_id\": \"c45a09f0-a974-411b-81b5-0f34dd57a\"e4\", "
	"\"app_version\": \"2.3.0\"}",
	NOT_SURE},
    {"{\"user_id\": \"c45a09f0-a974-411b-81b5-0f34dd57a0e4\", \"app_version\": "
     "\"2.3.0\"}",
	"{\"user_id\": \"c45a09f0-a974\", \"x\": \"b5-0f34dd57a0e4\", "
	"\"app_version\": \"2.3.0\"}",
	NOT_SURE},
    /* The same where no byte is the learnt one's. */
    {"{\"a\": \"11111111\"}", "{\"a\": \"2222\"222\"}", NOT_SURE},
    {"{\"a\": \"1111111111111111111111111111111111111111111111111111111111\"}",
	"{\"a\": \"222222222222222222222222222222222222222222222\",\"22222222222\"}",
	NOT_SURE},
};

static struct wanted wanted;
static struct judge *judge;

static bool
same(const struct place *a, const struct place *b)
{
	return (a->kind == b->kind && a->value.ptr == b->value.ptr &&
	    a->value.len == b->value.len);
}

/* Are the places that a shape gave those of the judge? */
static bool
as_judged(struct span payload, const struct places *found)
{
	struct place members[2];
	struct places judged = {.members = members};
	struct refusal refusal;

	return (judge_record(judge, payload, &judged, &refusal) &&
	    same(&found->members[0], &judged.members[0]) &&
	    same(&found->members[1], &judged.members[1]) &&
	    same(&found->deep, &judged.deep) && found->end == judged.end);
}

/* The text with room behind it. */
static struct span
copy_of(const char *text)
{
	size_t len = strlen(text);
	char *copy = memory_alloc_zeroed(len + MATCH_MARGIN);

	return ((struct span){memcpy(copy, text, len), len});
}

static void
check(const struct match_form *form, const struct row *row, bool gaps)
{
	struct shapes *shapes = shapes_open(&wanted, form);
	struct span learnt = copy_of(row->learnt), held = copy_of(row->held);
	struct place members[2];
	struct places places = {.members = members};
	struct refusal refusal;
	bool known, want = row->expected != NOT_SURE;
	int i;

	shapes_find(shapes, learnt, &places);
	if (judge_record(judge, learnt, &places, &refusal))
		shapes_learn(shapes, learnt, &places);
	for (i = 0; i < CALLS && gaps; i++)
		UNIT_CHECK(shapes_find(shapes, learnt, &places),
		    "%s: %s is not known again", form->name, row->learnt);
	known = shapes_find(shapes, held, &places);
	UNIT_CHECK(known == want, "%s%s: %s, then %s: %s", form->name,
	    gaps ? ", gaps" : "", row->learnt, row->held,
	    known ? "recognised" : "not sure");
	UNIT_CHECK(!known || as_judged(held, &places),
	    "%s%s: %s, then %s: other places", form->name,
	    gaps ? ", gaps" : "", row->learnt, row->held);
	shapes_close(shapes);
	free((char *)(uintptr_t)learnt.ptr);
	free((char *)(uintptr_t)held.ptr);
}

int
main(void)
{
	static const char *const names[] = {
	    "avx512", "avx2", "sse2", "neon", "plain"};
	const struct match_form *form;
	struct pointer deep;
	size_t i, j;

	if (!pointer_parse(&deep, "/a/1/b"))
		return (1);
	wanted.deep = &deep;
	wanted_add(&wanted, span_of("timestamp"));
	wanted_add(&wanted, span_of("datetime"));
	judge = judge_open(&wanted);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		form = match_form_find(names[i]);
		for (j = 0; form != NULL && j < sizeof(rows) / sizeof(rows[0]);
		    j++) {
			check(form, &rows[j], false);
			check(form, &rows[j], true);
		}
	}
	judge_close(judge);
	wanted_free(&wanted);
	pointer_free(&deep);
	return (unit_result());
}
