#ifndef DRAFT_H
#define DRAFT_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "match.h"
#include "places.h"
#include "span.h"

/*
 * How a shape is made: a payload that the judge has accepted is cut into texts
 * and the holes between them.
 */

/* So many holes and bytes of text does a shape have at the most, and so long
 * is a payload that one is made from, or one with gaps. */
#define DRAFT_HOLES ((size_t)256)
#define DRAFT_TEXT ((size_t)8 * 1024)
#define DRAFT_PAYLOAD ((size_t)64 * 1024)
#define DRAFT_GAPS ((size_t)4 * 1024)
static_assert(DRAFT_TEXT + DRAFT_GAPS <= MATCH_TEXT,
    "a text, with the gaps in it, may be too long");

/* A text and the hole behind it: offsets in the payload. */
struct cut {
	size_t text, text_end;
	enum hole hole;
	size_t hole_end;
};

struct draft {
	struct span payload;
	const struct places *places; /* of payload */
	const struct wanted *wanted; /* what places are of */
	size_t count;
	struct cut cuts[DRAFT_HOLES + 1];
	size_t text_len;      /* of all texts, in bytes */
	bool gaps;	      /* there are some */
	bool gap[DRAFT_GAPS]; /* then: which bytes of payload lie in them */
};

/* Cut payload, which the judge has accepted with these places; both are kept,
 * not copied.  Returns false if it is too long, or has too many holes or too
 * much text. */
bool draft_cut(struct draft *draft, struct span payload,
    const struct places *places, const struct wanted *wanted);

/* The length of the draft's hole i, in bytes. */
static inline size_t
draft_hole_length(const struct draft *draft, size_t i)
{
	return (draft->cuts[i].hole_end - draft->cuts[i].text_end);
}

/* Stands for a length that varies. */
#define DRAFT_VARIES SIZE_MAX

/*
 * Turn each string's hole i into a gap, where length[i] is not DRAFT_VARIES but
 * its length.  Returns whether there are gaps now; a payload longer than
 * DRAFT_GAPS gets none.
 */
bool draft_make_gaps(struct draft *draft, const size_t *length);

/* How many marks a shape has; so many slots and one more are enough. */
size_t draft_mark_count(const struct wanted *wanted);

/* The shape, in one piece of memory that the caller frees with free(3). */
struct shape *draft_shape(const struct draft *draft,
    const struct match_form *form);

#endif /* DRAFT_H */
