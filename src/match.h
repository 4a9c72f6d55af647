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
 * Whatever is read here may be read up to MATCH_MARGIN bytes beyond its end:
 * as many as the longest text of a shape has, and a unit.
 */
#define MATCH_TEXT ((size_t)12 * 1024)
#define MATCH_MARGIN (MATCH_TEXT + 64)

/* What is written may be written with so many bytes more behind it. */
#define MATCH_SPARE ((size_t)256)

/* So many records go through together. */
#define MATCH_MOST ((size_t)64)

/* Bits for the first count of them. */
static inline uint64_t
match_first(size_t count)
{
	return (count == MATCH_MOST ? UINT64_MAX :
				      (UINT64_C(1) << count) - 1);
}

/* Payloads that lie in one buffer, in positions from its start. */
struct lines {
	const char *base;
	size_t count;
	uint32_t begin[MATCH_MOST], end[MATCH_MOST];
	uint32_t longest; /* of them, in bytes */
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

/* So much of a text as is compared at once. */
struct probe {
	const char *text; /* a unit can be read */
	size_t behind;	  /* where the piece begins, in bytes */
	bool narrow;	  /* a block is enough; only a piece's last is */
	uint64_t mask;	  /* of the bytes that it has */
	uint64_t same;	  /* of those that are in no gap.  Those in gaps are
			   * quotes in text: none that is there may be one */
};

/* A text and the hole that follows it. */
struct piece {
	const struct probe *probes; /* of the text */
	size_t probe_count; /* at least 1 */
	size_t len;  /* of the text, in bytes; at most MATCH_TEXT */
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
	const struct match_form *form;
	const struct lines *lines;
	size_t members; /* that are wanted */
	const struct shape *shape[MATCH_MOST];
	uint64_t matched; /* bit i: payload i has a shape */
	uint64_t barred;  /* bit i: payload i is not to match one now */
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

/* A mark of a shape, ready for many payloads that have it. */
struct track {
	const char *from;
	const uint32_t *at;
};

static inline struct track
match_track(const struct match *match, const struct mark *mark)
{
	return ((struct track){
	    match->lines->base + mark->behind, match->at[mark->slot]});
}

/* Where the mark is in payload i. */
static inline const char *
track_at(const struct track *track, size_t i)
{
	return (track->from + track->at[i]);
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

/* The first payload from i on that has not the shape of payload i; at most
 * end. */
static inline size_t
match_run(const struct match *match, size_t i, size_t end)
{
	const struct shape *shape = match->shape[i];

	while (i < end && match->shape[i] == shape)
		i++;
	return (i);
}

/* The values of one member in a run of payloads, if its kind is not
 * VALUE_ABSENT. */
struct column {
	enum value_kind kind;
	struct track begin, end;
};

/* That of the run that begins with payload i; member is as for
 * match_place(). */
static inline struct column
match_column(const struct match *match, size_t i, size_t member)
{
	const struct shape *shape = match->shape[i];
	const struct mark *marks = &shape->marks[2 * member];

	return ((struct column){(enum value_kind)shape->kinds[member],
	    match_track(match, &marks[0]), match_track(match, &marks[1])});
}

static inline struct span
column_value(const struct column *column, size_t i)
{
	return (span_between(
	    track_at(&column->begin, i), track_at(&column->end, i)));
}

/* The first payload from i up to end whose value has len bytes; or end. */
static inline size_t
column_find_length(const struct column *column, size_t i, size_t end,
    size_t len)
{
	const uint32_t *begin = column->begin.at, *behind = column->end.at;
	const uint32_t apart =
	    (uint32_t)(len - (size_t)(column->end.from - column->begin.from));

	while (i < end && behind[i] - begin[i] != apart)
		i++;
	return (i);
}

/* The contents of strings instead of their values. */
static inline struct column
column_contents(struct column column)
{
	column.begin.from++; /* the quotes */
	column.end.from--;
	return (column);
}

/* The end of the last member's value in payload i. */
static inline const char *
match_end(const struct match *match, size_t i)
{
	return (match_mark(match, i,
	    &match->shape[i]->marks[2 * match->members + 2]));
}

/* Numbers lie from least to most; there are none if that is less. */
struct range {
	int64_t least, most;
};

static inline void
range_hold(struct range *range, int64_t number)
{
	range->least = number < range->least ? number : range->least;
	range->most = number > range->most ? number : range->most;
}

/* What is put into each line of a run. */
struct splice {
	struct track at;   /* where it goes */
	struct track rest; /* what follows it; what is before that goes */
	struct span text;  /* MATCH_SPARE bytes can be read */
};

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
	 * end, and set lines->end to them, count and special; begin and
	 * longest are the caller's to set.
	 */
	void (*cut)(struct lines *lines, const char *end, char delimiter);

	/*
	 * Hold those payloads of lines that have no shape yet and are not
	 * barred against shape.  Set match->shape, match->matched and match->at
	 * of those that match; returns their number.
	 * If lines->special, the holes' bytes are looked at one by one; those
	 * from 0x80 on are taken to be valid UTF-8.
	 */
	size_t (*hold)(const struct lines *lines, const struct shape *shape,
	    struct match *match);

	/*
	 * Read the numbers that column has in payloads i to end, up to one that
	 * is not 9 to 16 digits, of which the first is no 0; returns which.
	 * *range is made to hold them.
	 */
	size_t (*numbers)(const struct column *column, size_t i, size_t end,
	    int64_t number[static MATCH_MOST], struct range *range);

	/*
	 * Put lines i to end, each with its delimiter, to dst, with the text in
	 * them, and note in where at what place that is; returns what follows
	 * them.  There must be room for MATCH_SPARE bytes more.
	 */
	char *(*splice)(const struct lines *lines, const struct splice *splice,
	    size_t i, size_t end, char *dst, char *where[static MATCH_MOST]);

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
