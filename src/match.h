#ifndef MATCH_H
#define MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "places.h"
#include "span.h"

/*
 * The innermost loops of the fast path: cut a buffer at its delimiters, and
 * hold many payloads against one shape, column by column, so that they do not
 * wait for each other.  There is a form for each kind of processor, from the
 * same source, match_form.h; all give the same answers.
 *
 * Whatever is read here may be read up to MATCH_MARGIN bytes beyond its end.
 */
#define MATCH_MARGIN ((size_t)64)

/* So many records go through together. */
#define MATCH_MOST ((size_t)64)

/* Payloads that lie in one buffer, in positions from its start. */
struct lines {
	const char *base;
	size_t count;
	uint32_t begin[MATCH_MOST], end[MATCH_MOST];
	bool special; /* there may be a byte in them that is no printable
		       * ASCII, or a backslash */
};

/*
 * A shape, taken apart: text, a hole, text, a hole, ..., text.  Where a
 * string's content has the same length in record after record, it need not be
 * a hole: it is a gap in the text, which is then compared with gaps.
 */
enum hole {
	HOLE_STRING, /* the content of a string */
	HOLE_NUMBER, /* -?(0|[1-9][0-9]*)(\.[0-9]+)? */
	HOLE_WORD,   /* true, false or null */
	HOLE_NONE,   /* the payload ends with the text */
};

/* A place in a payload: so far behind a position that is noted. */
struct mark {
	uint32_t slot;	 /* the position is in match->at[slot] */
	uint32_t behind; /* bytes */
};

/* A unit of text with gaps: masks of its bytes. */
struct stretch {
	uint64_t text;	 /* which are compared */
	uint64_t quotes; /* which are quotes; no others may be */
};

/*
 * A text and the hole that follows it.  Without gaps it is compared block by
 * block, with gaps unit by unit; rest is what is left, less than one of them.
 */
struct piece {
	const char *text; /* MATCH_MARGIN bytes may be read behind it */
	size_t blocks;	  /* whole blocks or units */
	uint64_t rest;	  /* a mask of the rest's bytes */
	size_t rest_len;  /* in bytes */
	const struct stretch *stretches; /* blocks of them and one for the rest; NULL:
				   * no gaps */
	enum hole hole;
	size_t slot; /* match->at[slot] notes the hole's end; 0: nothing does */
};

struct shape {
	size_t piece_count;
	struct piece *pieces;
	struct mark *marks; /* where the value of each wanted member begins and
			     * ends, then the same of the place further down,
			     * then the end of the last member */
	bool gaps; /* some piece has them: no match if lines->special */
	unsigned char *kinds; /* enum value_kind: of the wanted members,
				     * and of the place further down */
};

/* What has been found: for each payload its shape (NULL: none matches), and
 * positions from lines->base; those in at[0] are the payloads' beginnings. */
struct match {
	const struct lines *lines;
	size_t members; /* that are wanted */
	const struct shape *shape[MATCH_MOST];
	bool barred[MATCH_MOST]; /* these are not to match a shape now */
	uint32_t **at;
};

/* Has payload i a shape?  Only then the next three may be asked. */
static inline bool
match_known(const struct match *match, size_t i)
{
	return (match->shape[i] != NULL);
}

/* Where a mark of its shape is in payload i. */
static inline const char *
match_mark(const struct match *match, size_t i, const struct mark *mark)
{
	return (match->lines->base + match->at[mark->slot][i] + mark->behind);
}

/* The place of a wanted member, or, with match->members, the one further
 * down, in payload i. */
static inline struct place
match_place(const struct match *match, size_t i, size_t member)
{
	const struct shape *shape = match->shape[i];
	const struct mark *marks = &shape->marks[2 * member];

	if (shape->kinds[member] == VALUE_ABSENT)
		return ((struct place){VALUE_ABSENT, SPAN_ABSENT});
	return ((struct place){(enum value_kind)shape->kinds[member],
	    span_between(match_mark(match, i, &marks[0]),
		match_mark(match, i, &marks[1]))});
}

/*
 * The places of one member in many payloads, which mostly have one shape: what
 * that says is kept.  Begins as {.member = member}.
 */
struct match_column {
	size_t member; /* as for match_place() */
	const struct shape *shape;
	enum value_kind kind;
	struct mark begin, end;
};

/* As match_place(). */
static inline struct place
match_column(struct match_column *column, const struct match *match, size_t i)
{
	const struct shape *shape = match->shape[i];

	if (shape != column->shape) {
		column->shape = shape;
		column->kind = shape->kinds[column->member];
		column->begin = shape->marks[2 * column->member];
		column->end = shape->marks[2 * column->member + 1];
	}
	if (column->kind == VALUE_ABSENT)
		return ((struct place){VALUE_ABSENT, SPAN_ABSENT});
	return ((struct place){column->kind,
	    span_between(match_mark(match, i, &column->begin),
		match_mark(match, i, &column->end))});
}

/* The end of the last member's value in payload i. */
static inline const char *
match_end(const struct match *match, size_t i)
{
	return (match_mark(match, i,
	    &match->shape[i]->marks[2 * match->members + 2]));
}

/* One form. */
struct match_form {
	const char *name;
	size_t width; /* bytes in a block */
	size_t unit;  /* bytes in a unit */
	bool (*runs_here)(void);

	/* The mask of len bytes, from begin on, of a unit. */
	uint64_t (*mask)(size_t begin, size_t len);

	/*
	 * Find the first delimiters, at most MATCH_MOST, from lines->base up to
	 * end, and set lines->end to them, count and special; begin is the
	 * caller's to set.
	 */
	void (*cut)(struct lines *lines, const char *end, char delimiter);

	/*
	 * Hold those payloads of lines that have no shape yet (match->shape is
	 * NULL) and are not barred against shape.  Set match->shape and match->at of those that
	 * match; returns their number.
	 * If lines->special, the holes' bytes are looked at one by one; those
	 * from 0x80 on are taken to be valid UTF-8.
	 */
	size_t (*hold)(const struct lines *lines, const struct shape *shape,
	    struct match *match);

	/* Is all of text printable ASCII without backslashes? */
	bool (*plain)(struct span text);

	/* Is text well-formed UTF-8 (RFC 3629)? */
	bool (*valid)(struct span text);
};

extern const struct match_form match_avx512, match_avx2, match_sse2,
    match_neon, match_plain;

/*
 * The form called name, or, for NULL, the best one that this processor runs.
 * NULL if there is no such form, or it does not run here.
 */
const struct match_form *match_form_find(const char *name);

#endif /* MATCH_H */
