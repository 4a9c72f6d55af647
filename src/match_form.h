/*
 * The body of each match_*.c, which defines FORM, the name of the form, and
 * what simd.h asks for.
 */
#include <stdint.h>

#include "match.h"
#include "simd.h"
#include "utf8.h"

#define INLINE static inline __attribute__((always_inline))

#include "match_utf8.h"

/* Note the delimiters that a unit, so far from the start, has; returns how many
 * there are now.  Most have one or none: that is no branch. */
INLINE size_t
note_found(uint64_t found, size_t at, uint32_t *ends, size_t count)
{
	ends[count] = (uint32_t)(at + simd_first(found | UINT64_C(1) << 63));
	count += found != 0;
	for (found &= found - 1; found != 0; found &= found - 1)
		ends[count++] = (uint32_t)(at + simd_first(found));
	return (count);
}

static void
cut(struct lines *lines, const char *end, char delimiter)
{
	uint32_t ends[MATCH_MOST + SIMD_UNIT];
	const char *s = lines->base;
	const size_t len = (size_t)(end - s);
	const size_t whole = len - len % SIMD_UNIT;
	size_t at, count = 0;
	uint64_t found, special = 0, valid;

	for (at = 0; at < whole; at += SIMD_UNIT) {
		found = simd_unit_equal(s + at, delimiter);
		special |= simd_unit_special(s + at) & ~found;
		count = note_found(found, at, ends, count);
		if (count >= MATCH_MOST)
			break;
	}
	if (at < len && count < MATCH_MOST) {
		valid = simd_before(len - at);
		found = simd_unit_equal(s + at, delimiter) & valid;
		special |= simd_unit_special(s + at) & ~found & valid;
		count = note_found(found, at, ends, count);
	}
	lines->count = count < MATCH_MOST ? count : MATCH_MOST;
	lines->special = special != 0;
	memcpy(lines->end, ends, sizeof(lines->end));
}

/* The end of the escape at s, a backslash (RFC 8259, section 7); NULL if it is
 * none. */
static const char *
escape_end(const char *s)
{
	int i, c;

	switch (s[1]) {
	case '"':
	case '\\':
	case '/':
	case 'b':
	case 'f':
	case 'n':
	case 'r':
	case 't':
		return (s + 2);
	case 'u':
		for (i = 2; i < 6; i++) {
			c = s[i] | 0x20;
			if (!(s[i] >= '0' && s[i] <= '9') &&
			    !(c >= 'a' && c <= 'f'))
				return (NULL);
		}
		return (s + 6);
	default:
		return (NULL);
	}
}

/* The quote that ends the string content at s, in which there is nothing
 * special, or a byte at or behind limit. */
INLINE const char *
plain_end(const char *s, const char *limit)
{
	uint64_t quotes;

	for (; s < limit; s += SIMD_WIDTH)
		if ((quotes = simd_equal(simd_load(s), simd_splat('"'))) != 0)
			return (s + simd_first(quotes));
	return (s);
}

/* The same for any content; NULL if it is not valid.  limit has an end: what
 * is read behind it makes no match. */
static const char *
string_end(const char *s, const char *limit)
{
	uint64_t stops;

	while (s != NULL && s < limit) {
		stops = simd_stops(simd_load(s));
		if (stops == 0) {
			s += SIMD_WIDTH;
			continue;
		}
		s += simd_first(stops);
		if (*s == '"')
			return (s);
		s = *s == '\\' ? escape_end(s) : NULL;
	}
	return (NULL);
}

/* What follows the digits at s. */
INLINE const char *
digits_end(const char *s, const char *limit)
{
	uint64_t others;

	for (; s < limit; s += SIMD_WIDTH) {
		others = ~simd_digits(simd_load(s)) & SIMD_ALL;
		if (others != 0)
			return (s + simd_first(others));
	}
	return (s);
}

INLINE const char *
number_end(const char *s, const char *limit)
{
	const char *begin;

	s += *s == '-';
	begin = s;
	s = digits_end(s, limit);
	if (s == begin || (s - begin > 1 && *begin == '0'))
		return (NULL);
	if (*s == '.') {
		begin = s + 1;
		s = digits_end(begin, limit);
		if (s == begin)
			return (NULL);
	}
	return (s);
}

INLINE const char *
word_end(const char *s)
{
	if (memcmp(s, "true", 4) == 0 || memcmp(s, "null", 4) == 0)
		return (s + 4);
	return (memcmp(s, "false", 5) == 0 ? s + 5 : NULL);
}

/* Payloads that match so far: which, and how far. */
struct running {
	size_t count;
	unsigned char index[MATCH_MOST];
	const char *at[MATCH_MOST];
};

/* Does what follows *at begin with the piece's whole blocks?  *at then goes
 * behind them.  No more than up to bound is compared. */
INLINE bool
blocks_match(const struct piece *piece, const char *bound, const char **at)
{
	const char *s = *at, *text = piece->text;
	const char *end = text + piece->blocks * SIMD_WIDTH;
	bool same = true;

	if (bound - s < end - text)
		return (false);
	for (; text < end; text += SIMD_WIDTH, s += SIMD_WIDTH)
		same &= simd_equal(simd_load(s), simd_load(text)) == SIMD_ALL;
	*at = s;
	return (same);
}

/* What follows the hole at s; NULL if it is none, or there is more behind it
 * than it should be. */
INLINE const char *
hole_end(const char *s, enum hole hole, const char *bound)
{
	switch (hole) {
	case HOLE_STRING:
		return (string_end(s, bound));
	case HOLE_NUMBER:
		return (number_end(s, bound));
	case HOLE_WORD:
		return (word_end(s));
	case HOLE_NONE:
		break;
	}
	return (s);
}

/*
 * Does the piece's text stand at *at, and a hole behind it?  rest is the block
 * that begins with what is left of the text.  *at then goes behind the hole.  It is never behind bound, the end of the last payload: so
 * no more than MATCH_MARGIN behind that is read.
 */
INLINE bool
piece_matches(const struct piece *piece, simd_block rest, enum hole hole,
    bool special, const char *bound, const char **at)
{
	const char *s = *at;

	if (piece->blocks > 0 && !blocks_match(piece, bound, &s))
		return (false);
	if ((~simd_equal(simd_load(s), rest) & piece->rest) != 0)
		return (false);
	s += piece->rest_len;
	s = hole == HOLE_STRING && !special ? plain_end(s, bound) :
					      hole_end(s, hole, bound);
	if (s == NULL)
		return (false);
	*at = s < bound ? s : bound;
	return (true);
}

/* The same for a text with gaps. */
INLINE bool
gaps_match(const struct piece *piece, enum hole hole, const char *bound,
    const char **at)
{
	const size_t text_end = piece->blocks * SIMD_UNIT;
	const uint64_t *gaps = piece->gaps;
	const char *s = *at;
	uint64_t bad = 0;
	size_t i;

	if ((size_t)(bound - s) < text_end + piece->rest_len)
		return (false);
	for (i = 0; i < text_end; i += SIMD_UNIT)
		bad |= simd_unit_same(s + i, piece->text + i) ^ *gaps++;
	s += text_end;
	bad |= (simd_unit_same(s, piece->text + text_end) & piece->rest) ^
	    *gaps;
	if (bad != 0)
		return (false);
	s += piece->rest_len;
	s = hole == HOLE_STRING ? plain_end(s, bound) :
				  hole_end(s, hole, bound);
	if (s == NULL)
		return (false);
	*at = s < bound ? s : bound;
	return (true);
}

/* One column: the piece's text, and the hole that follows it. */
INLINE void
column(const struct piece *the_piece, bool gaps, enum hole hole, bool special,
    const char *bound, struct running *running)
{
	const struct piece copy = *the_piece, *piece = &copy; /* in registers */
	const simd_block rest =
	    simd_load(copy.text + copy.blocks * SIMD_WIDTH);
	const char **at = running->at;
	size_t count = running->count, i, kept;

	/* As a rule they all match. */
	for (i = 0; i < count; i++)
		if (!(gaps ? gaps_match(piece, hole, bound, &at[i]) :
			     piece_matches(piece, rest, hole, special, bound,
				 &at[i])))
			break;
	for (kept = i; i < count; i++) {
		if (!(gaps ? gaps_match(piece, hole, bound, &at[i]) :
			     piece_matches(piece, rest, hole, special, bound,
				 &at[i])))
			continue;
		at[kept] = at[i];
		running->index[kept++] = running->index[i];
	}
	running->count = kept;
}

/* The columns that there are, each with loops of its own. */
static void
column_of(const struct lines *lines, const struct piece *piece,
    struct running *running)
{
	const char *bound = lines->base + lines->end[lines->count - 1];
	bool gaps = piece->gaps != NULL;

	switch (piece->hole) {
	case HOLE_STRING:
		if (gaps)
			column(piece, true, HOLE_STRING, false, bound, running);
		else if (lines->special)
			column(piece, false, HOLE_STRING, true, bound, running);
		else
			column(piece, false, HOLE_STRING, false, bound,
			    running);
		break;
	case HOLE_NONE:
		if (gaps)
			column(piece, true, HOLE_NONE, false, bound, running);
		else
			column(piece, false, HOLE_NONE, false, bound, running);
		break;
	case HOLE_NUMBER:
		column(piece, gaps, HOLE_NUMBER, false, bound, running);
		break;
	case HOLE_WORD:
		column(piece, gaps, HOLE_WORD, false, bound, running);
		break;
	}
}

/* Note how far they are. */
static void
note(const struct lines *lines, const struct running *running, uint32_t *at)
{
	size_t i;

	for (i = 0; i < running->count; i++)
		at[running->index[i]] =
		    (uint32_t)(running->at[i] - lines->base);
}

/* Those that have come to their ends have matched. */
static size_t
settle(const struct lines *lines, const struct running *running,
    const struct shape *shape, struct match *match)
{
	size_t i, index, matched = 0;

	for (i = 0; i < running->count; i++) {
		index = running->index[i];
		if (running->at[i] != lines->base + lines->end[index])
			continue;
		match->shape[index] = shape;
		match->matched |= UINT64_C(1) << index;
		matched++;
	}
	return (matched);
}

static size_t
hold(const struct lines *lines, const struct shape *shape, struct match *match)
{
	uint64_t open = ~(match->matched | match->barred) &
	    match_first(lines->count);
	const struct piece *piece = shape->pieces;
	struct running running;
	size_t i;

	if (open == 0 || (shape->gaps && lines->special))
		return (0);
	running.count = 0;
	for (; open != 0; open &= open - 1) {
		i = (size_t)__builtin_ctzll(open);
		running.index[running.count] = (unsigned char)i;
		running.at[running.count++] = lines->base + lines->begin[i];
	}
	for (; piece < shape->pieces + shape->piece_count; piece++) {
		column_of(lines, piece, &running);
		if (running.count == 0)
			return (0);
		if (piece->slot != 0)
			note(lines, &running, match->at[piece->slot]);
	}
	return (settle(lines, &running, shape, match));
}

static bool
plain(struct span text)
{
	size_t at = 0;

	for (; at + SIMD_UNIT <= text.len; at += SIMD_UNIT)
		if (simd_unit_special(text.ptr + at) != 0)
			return (false);
	return (at == text.len ||
	    (simd_unit_special(text.ptr + at) & simd_before(text.len - at)) ==
		0);
}

static uint64_t
mask(size_t begin, size_t len)
{
	return ((simd_before(begin + len) & ~simd_before(begin)) &
	    SIMD_UNIT_ALL);
}

const struct match_form FORM = {
    .name = FORM_NAME,
    .width = SIMD_WIDTH,
    .unit = SIMD_UNIT,
    .runs_here = runs_here,
    .mask = mask,
    .cut = cut,
    .hold = hold,
    .plain = plain,
    .valid = valid,
};
