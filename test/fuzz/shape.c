/*
 * Fuzzes the fast path by itself (libFuzzer, or a corpus from files).
 *
 * The first line of the input is judged and learnt; then all lines are held
 * against its shape.  Whatever is recognised must be accepted by the judge with
 * the same places, and the plain form and another one must recognise the same.
 *
 * Input: a byte, then lines.  Of the byte, bit 0: make gaps; bit 1: a pointer
 * is asked for; the rest says which form.
 */
#include <stdio.h>
#include <stdlib.h>

#include "judge.h"
#include "memory.h"
#include "shape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* More than enough calls of shapes_match() to make gaps. */
#define CALLS 18

static const char *const names[] = {"avx512", "avx2", "sse2", "neon"};

#define FORMS (sizeof(names) / sizeof(names[0]))

static struct wanted wanted[2]; /* the second one with a pointer */
static struct pointer deep;
static struct judge *judges[2];
static const struct match_form *forms[FORMS]; /* those that run here */
static size_t form_count;

static void
begin(void)
{
	static const char *const members[] = {"timestamp", "datetime", "a"};
	size_t i, j;

	if (judges[0] != NULL)
		return;
	if (!pointer_parse(&deep, "/a/1/b"))
		abort();
	wanted[1].deep = &deep;
	for (i = 0; i < 2; i++) {
		for (j = 0; j < 3; j++)
			wanted_add(&wanted[i], span_of(members[j]));
		judges[i] = judge_open(&wanted[i]);
	}
	for (i = 0; i < FORMS; i++)
		if (match_form_find(names[i]) != NULL)
			forms[form_count++] = match_form_find(names[i]);
}

static void
fail(const char *what, const char *form, struct span line)
{
	fprintf(stderr, "%s: %s: %.*s\n", form, what, (int)line.len, line.ptr);
	abort();
}

static bool
same_place(const struct place *a, const struct place *b)
{
	return (a->kind == b->kind && a->value.ptr == b->value.ptr &&
	    a->value.len == b->value.len);
}

static bool
same_places(const struct places *a, const struct places *b, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!same_place(&a->members[i], &b->members[i]))
			return (false);
	return (same_place(&a->deep, &b->deep) && a->end == b->end);
}

/* Cut what is there, MATCH_MOST lines at the most. */
static void
cut(const struct match_form *form, struct lines *lines, const char *s,
    const char *end)
{
	size_t i;

	lines->base = s;
	form->cut(lines, end, '\n');
	for (i = 0; i < lines->count; i++)
		lines->begin[i] = i == 0 ? 0 : lines->end[i - 1] + 1;
}

/* The shapes of the first line, with gaps if they are asked for. */
static struct shapes *
learn(const struct match_form *form, size_t which, struct span first,
    struct lines *lines, bool gaps)
{
	struct shapes *shapes = shapes_open(&wanted[which], form);
	struct place members[3];
	struct places places = {.members = members};
	struct refusal refusal;
	int i;

	cut(form, lines, first.ptr, first.ptr + first.len + 1);
	shapes_match(shapes, lines);
	if (judge_record(judges[which], first, &places, &refusal))
		shapes_learn(shapes, first, &places);
	for (i = 0; i < CALLS && gaps; i++)
		shapes_match(shapes, lines);
	return (shapes);
}

/* Hold the lines of text against the shape of first; which of them are
 * recognised goes to known. */
static size_t
hold(const struct match_form *form, size_t which, struct span first,
    struct span text, bool gaps, bool known[static MATCH_MOST])
{
	static struct lines lines;
	struct shapes *shapes = learn(form, which, first, &lines, gaps);
	struct place found_members[3], judged_members[3];
	struct places found = {.members = found_members};
	struct places judged = {.members = judged_members};
	const struct match *match;
	struct refusal refusal;
	struct span line;
	size_t i;

	cut(form, &lines, text.ptr, text.ptr + text.len);
	match = shapes_match(shapes, &lines);
	for (i = 0; i < lines.count; i++) {
		known[i] = match_known(match, i);
		if (!known[i])
			continue;
		line = span_between(
		    lines.base + lines.begin[i], lines.base + lines.end[i]);
		shapes_places(match, i, &found);
		if (!judge_record(judges[which], line, &judged, &refusal))
			fail("recognised, but refused", form->name, line);
		if (!same_places(&found, &judged, wanted[which].count))
			fail("other places", form->name, line);
	}
	shapes_close(shapes);
	return (lines.count);
}

/* Try the forms, the lines being text. */
static void
try(unsigned flags, struct span text)
{
	bool known[2][MATCH_MOST], gaps = flags & 1;
	const struct match_form *form = forms[(flags >> 2) % form_count];
	const char *newline = memchr(text.ptr, '\n', text.len);
	size_t count, which = flags >> 1 & 1;
	struct span first;

	if (newline == NULL)
		return;
	first = span_between(text.ptr, newline);
	hold(&match_plain, which, first, text, gaps, known[0]);
	count = hold(form, which, first, text, gaps, known[1]);
	if (memcmp(known[0], known[1], count * sizeof(known[0][0])) != 0)
		fail("recognises other lines", form->name, text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy;

	begin();
	if (size < 2)
		return (0);
	copy = memory_alloc_zeroed(size + MATCH_MARGIN);
	memcpy(copy, data + 1, size - 1);
	try(data[0], (struct span){copy, size - 1});
	free(copy);
	return (0);
}
