#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "draft.h"
#include "memory.h"
#include "shape.h"

/* So many shapes are kept. */
#define SHAPES_MAX ((size_t)16)

/* One call learns no more than this. */
#define SHAPES_NEW (MATCH_MOST + SHAPES_MAX)

/*
 * Learning costs about as much as judging, so where records never repeat their
 * form it is done ever more rarely: it takes a credit of LEARN_COST, of which
 * each payload that is asked for earns 1 and each that is recognised 16 more.
 */
#define LEARN_COST 256
#define CREDIT_MAX (64 * LEARN_COST)
#define CREDIT_MATCHED 16

/* A shape that matches none of so many payloads is forgotten; one that has
 * never matched but the one that it was made of, sooner. */
#define IDLE_MAX 4096
#define IDLE_NEW 1024

/* So many payloads that match a shape show which of its holes have always the
 * same length, at first. */
#define SAMPLES 16

/* When they have been seen, so many calls pass before others are looked at,
 * and WAIT_MORE times as many the next time. */
#define WAIT_FIRST 64
#define WAIT_MORE 8
#define WAIT_MAX 100000000

struct kept {
	struct shape *shape;
	size_t matched; /* in the last call */
	size_t idle;	/* payloads since it last matched */
	bool used;	/* it has matched */

	/* If it has no gaps: the holes' lengths in so many payloads, one of a
	 * call; and how many calls to let pass before the first, and before
	 * the first of the next ones. */
	size_t *length;
	unsigned samples, wait, next_wait;
};

struct shapes {
	const struct match_form *form;
	const struct wanted *wanted;
	struct kept kept[SHAPES_MAX + SHAPES_NEW];
	size_t count;
	long credit;
	struct shapes_count counted;
	struct match match;
	uint32_t **at;	 /* what match.at is */
	uint32_t *noted; /* what that points to */
	struct lines one;
	struct draft draft;
	struct places places; /* of a sample */
};

struct shapes *
shapes_open(const struct wanted *wanted, const struct match_form *form)
{
	struct shapes *shapes = memory_alloc_zeroed(sizeof(*shapes));
	size_t i, slots = draft_mark_count(wanted) + 1;

	shapes->form = form;
	shapes->wanted = wanted;
	shapes->credit = CREDIT_MAX;
	shapes->match.form = form;
	shapes->match.members = wanted->count;
	shapes->at = memory_alloc(slots * sizeof(*shapes->at));
	shapes->noted = memory_alloc(slots * MATCH_MOST * sizeof(uint32_t));
	for (i = 1; i < slots; i++)
		shapes->at[i] = shapes->noted + i * MATCH_MOST;
	shapes->match.at = shapes->at;
	shapes->places.members = memory_alloc(
	    wanted->count * sizeof(*shapes->places.members));
	return (shapes);
}

static void
forget(struct kept *kept)
{
	free(kept->length);
	free(kept->shape);
}

void
shapes_close(struct shapes *shapes)
{
	while (shapes->count > 0)
		forget(&shapes->kept[--shapes->count]);
	free(shapes->places.members);
	free(shapes->noted);
	free(shapes->at);
	free(shapes);
}

struct shapes_count
shapes_counted(const struct shapes *shapes)
{
	return (shapes->counted);
}

/* Put the shape that the draft is of in front of the others. */
static void
keep(struct shapes *shapes)
{
	memmove(shapes->kept + 1, shapes->kept,
	    shapes->count * sizeof(shapes->kept[0]));
	shapes->kept[0] = (struct kept){
	    .shape = draft_shape(&shapes->draft, shapes->form),
	    .next_wait = WAIT_FIRST};
	shapes->count++;
	shapes->counted.learnt++;
}

void
shapes_learn(struct shapes *shapes, struct span payload,
    const struct places *places)
{
	if (shapes->credit < LEARN_COST)
		return;
	shapes->credit -= LEARN_COST;
	if (!draft_cut(&shapes->draft, payload, places, shapes->wanted))
		return;
	keep(shapes);
	/* The next lines may well be of this shape too. */
	shapes->form->hold(
	    shapes->match.lines, shapes->kept[0].shape, &shapes->match);
}

/* Payload i of lines. */
static struct span
line(const struct lines *lines, size_t i)
{
	return (span_between(
	    lines->base + lines->begin[i], lines->base + lines->end[i]));
}

/* Look how long the holes are in one of the payloads that kept has matched,
 * which then is the draft.  Returns whether enough have been seen. */
static bool
take_sample(struct shapes *shapes, struct kept *kept)
{
	struct draft *draft = &shapes->draft;
	size_t i = 0, count = kept->shape->piece_count;

	while (shapes->match.shape[i] != kept->shape)
		i++;
	shapes_places(&shapes->match, i, &shapes->places);
	if (!draft_cut(draft, line(shapes->match.lines, i), &shapes->places,
		shapes->wanted))
		return (false); /* it is too long */
	assert(draft->count == count);
	if (kept->length == NULL)
		kept->length = memory_alloc(count * sizeof(*kept->length));
	for (i = 0; i < count; i++) {
		if (kept->samples == 0)
			kept->length[i] = draft_hole_length(draft, i);
		else if (kept->length[i] != draft_hole_length(draft, i))
			kept->length[i] = DRAFT_VARIES;
	}
	return (++kept->samples == SAMPLES);
}

/* Make shapes with gaps of those that match; where that does not help, because
 * lengths vary after all, ever more rarely. */
static void
make_gaps(struct shapes *shapes)
{
	size_t i, count = shapes->count, new = 0;
	struct kept *kept;

	for (i = 0; i < count; i++) {
		kept = &shapes->kept[i + new];
		if (kept->shape->gaps || kept->matched == 0)
			continue;
		if (kept->wait > 0) {
			kept->wait--;
			continue;
		}
		if (!take_sample(shapes, kept))
			continue;
		kept->samples = 0;
		kept->wait = kept->next_wait;
		if (kept->next_wait < WAIT_MAX)
			kept->next_wait *= WAIT_MORE;
		if (draft_make_gaps(&shapes->draft, kept->length)) {
			keep(shapes);
			new++;
		}
	}
}

/* Keep what matches often in front. */
static void
rank(struct shapes *shapes, size_t i)
{
	struct kept kept = shapes->kept[i];

	if (i > 0 && kept.matched > shapes->kept[i - 1].matched) {
		shapes->kept[i] = shapes->kept[i - 1];
		shapes->kept[i - 1] = kept;
	}
}

/* Hold lines, of which so many payloads are left, against each shape; returns
 * how many are left then. */
static size_t
try_shapes(struct shapes *shapes, const struct lines *lines, size_t left)
{
	struct kept *kept;
	size_t i;

	for (i = 0; i < shapes->count; i++) {
		kept = &shapes->kept[i];
		kept->matched = 0;
		if (left == 0)
			continue;
		kept->matched =
		    shapes->form->hold(lines, kept->shape, &shapes->match);
		kept->idle += lines->count;
		if (kept->matched > 0) {
			kept->idle = 0;
			kept->used = true;
		}
		left -= kept->matched;
		rank(shapes, i);
	}
	return (left);
}

/* Forget what has not matched for long, and what are too many.  The shapes of
 * the last call's payloads were good until now. */
static void
forget_some(struct shapes *shapes)
{
	size_t i, count = 0;
	struct kept *kept;

	for (i = 0; i < shapes->count; i++) {
		kept = &shapes->kept[i];
		if (count == SHAPES_MAX ||
		    kept->idle > (kept->used ? IDLE_MAX : IDLE_NEW))
			forget(kept);
		else
			shapes->kept[count++] = *kept;
	}
	shapes->count = count;
}

/* Bar all payloads that have no shape but those that are right; returns how
 * many they are. */
static size_t
bar(struct shapes *shapes, const struct lines *lines,
    bool (*right)(struct span text))
{
	uint64_t open = ~shapes->match.matched & match_first(lines->count);
	size_t i, count = 0;

	shapes->match.barred = 0;
	for (; open != 0; open &= open - 1) {
		i = (size_t)__builtin_ctzll(open);
		if (right(line(lines, i)))
			continue;
		shapes->match.barred |= UINT64_C(1) << i;
		count++;
	}
	return (count);
}

/* As try_shapes(), where some payloads are not plain: if they are few, the
 * others go first, the quick way. */
static size_t
try_special(struct shapes *shapes, struct lines *lines)
{
	size_t left = lines->count;

	if (bar(shapes, lines, shapes->form->plain) <= lines->count / 2) {
		lines->special = false;
		left = try_shapes(shapes, lines, left);
		lines->special = true;
	}
	/* Those that are not UTF-8 are for the judge. */
	bar(shapes, lines, shapes->form->valid);
	return (try_shapes(shapes, lines, left));
}

const struct match *
shapes_match(struct shapes *shapes, struct lines *lines)
{
	struct match *match = &shapes->match;
	size_t left;

	forget_some(shapes);
	match->lines = lines;
	match->matched = match->barred = 0;
	shapes->at[0] = lines->begin;
	memset(match->shape, 0, sizeof(match->shape));
	left = lines->special ? try_special(shapes, lines) :
				try_shapes(shapes, lines, lines->count);
	shapes->counted.asked += lines->count;
	shapes->counted.matched += lines->count - left;
	shapes->credit +=
	    (long)(lines->count + CREDIT_MATCHED * (lines->count - left));
	if (shapes->credit > CREDIT_MAX)
		shapes->credit = CREDIT_MAX;
	if (!lines->special) /* with it, gaps are no use */
		make_gaps(shapes);
	return (match);
}

void
shapes_places(const struct match *match, size_t i, struct places *places)
{
	size_t member;

	for (member = 0; member < match->members; member++)
		places->members[member] = match_place(match, i, member);
	places->deep = match_place(match, i, member);
	places->end = match_end(match, i);
}

bool
shapes_find(struct shapes *shapes, struct span payload, struct places *places)
{
	struct lines *one = &shapes->one;
	const struct match *match;

	if (payload.len == 0) /* a null has not even an address */
		return (false);
	one->base = payload.ptr;
	one->count = payload.len <= UINT32_MAX / 2;
	one->end[0] = (uint32_t)payload.len;
	one->special = !shapes->form->plain(payload);
	match = shapes_match(shapes, one);
	if (one->count == 0 || !match_known(match, 0))
		return (false);
	shapes_places(match, 0, places);
	return (true);
}
