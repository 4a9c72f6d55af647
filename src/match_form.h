/*
 * The body of each match_*.c, which defines FORM, the name of the form, and
 * what simd.h asks for.
 */
#include <stdint.h>

#include "match.h"
#include "simd.h"
#include "timestamp.h"
#include "utf8.h"

#define INLINE static inline __attribute__((always_inline))

#include "match_utf8.h"
#include "match_put.h"

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
	simd_seen seen = simd_seen_none(), unused = seen;
	size_t at, count = 0;
	uint64_t found, special = 0;

	for (at = 0; at < whole; at += SIMD_UNIT) {
		found = simd_unit_find(s + at, delimiter, &seen);
		count = note_found(found, at, ends, count);
		if (count >= MATCH_MOST)
			break;
	}
	if (at < len && count < MATCH_MOST) {
		found = simd_unit_find(s + at, delimiter, &unused) &
		    simd_before(len - at);
		special = simd_unit_special(s + at) & ~found &
		    simd_before(len - at);
		count = note_found(found, at, ends, count);
	}
	lines->count = count < MATCH_MOST ? count : MATCH_MOST;
	lines->special = special != 0 || simd_seen_special(seen);
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

	do {
		quotes = simd_equal(simd_load(s), simd_splat('"'));
		if (quotes != 0)
			return (s + simd_first(quotes));
	} while ((s += SIMD_WIDTH) < limit);
	return (s);
}

/* The same for any content; NULL if it is not valid.  limit has an end: what
 * is read behind it makes no match. */
INLINE const char *
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

/* Payloads that match so far. */
struct running {
	size_t count;
	unsigned char index[MATCH_MOST];
	uint64_t wrong[MATCH_MOST]; /* by payload; not 0: it does not after all */
};

/* Where they are, in positions from lines->base by payload, and where they get
 * to; both may be the same. */
struct way {
	const struct lines *lines;
	const uint32_t *from;
	uint32_t *to;
};

/* A probe, ready for many payloads. */
struct ready {
	uint64_t mask, same;
	simd_unit unit;
	simd_block block;
};

INLINE struct ready
make_ready(const struct probe *probe)
{
	return ((struct ready){probe->mask, probe->same,
	    simd_unit_load(probe->text), simd_load(probe->text)});
}

/* What is wrong at s. */
INLINE uint64_t
wrong_at(const struct ready *ready, bool narrow, const char *s)
{
	return (ready->mask &
	    (ready->same ^
		(narrow ? simd_equal(simd_load(s), ready->block) :
			  simd_unit_same(s, ready->unit))));
}

/* Hold what is to stand there against a probe that is not the piece's last. */
INLINE void
pass_probe(const struct probe *probe, const struct way *way,
    struct running *running)
{
	const char *begin = way->lines->base + probe->behind;
	const struct ready ready = make_ready(probe);
	const size_t count = running->count;
	const uint32_t *from = way->from;
	size_t k, i;

	for (k = 0; k < count; k++) {
		i = running->index[k];
		running->wrong[i] |= wrong_at(&ready, false, begin + from[i]);
	}
}

/* The same with the piece's last probe; and go behind its text and the hole
 * that follows it, and keep those that match so far.  No position is behind the
 * last payload's end: so no more than MATCH_MARGIN behind that is read. */
INLINE void
pass_last(const struct piece *piece, bool narrow, enum hole hole, bool special,
    const struct way *way, struct running *running)
{
	const struct probe *last = piece->probes + piece->probe_count - 1;
	const struct ready ready = make_ready(last);
	const struct lines *lines = way->lines;
	const char *const base = lines->base;
	const char *const bound = base + lines->end[lines->count - 1];
	const size_t behind = last->behind, len = piece->len;
	const size_t count = running->count;
	const uint32_t *from = way->from;
	uint32_t *to = way->to;
	size_t k, i, kept = 0;
	const char *s;
	uint64_t wrong;

	for (k = 0; k < count; k++) {
		i = running->index[k];
		s = base + from[i];
		wrong = running->wrong[i] |
		    wrong_at(&ready, narrow, s + behind);
		s += len;
		if (hole == HOLE_NONE) {
			wrong |= (uint64_t)(s - base) ^ lines->end[i];
		} else if (hole == HOLE_STRING && !special) {
			s = plain_end(s, bound);
		} else {
			s = hole_end(s, hole, bound);
			wrong |= s == NULL;
		}
		if (hole != HOLE_NONE)
			to[i] = (uint32_t)((s < bound ? s : bound) - base);
		running->index[kept] = (unsigned char)i;
		kept += wrong == 0;
	}
	running->count = kept;
}

/* The kinds of pieces' ends, each with a loop of its own. */
INLINE void
pass_end(const struct piece *piece, bool narrow, const struct way *way,
    struct running *running)
{
	switch (piece->hole) {
	case HOLE_STRING:
		if (way->lines->special)
			pass_last(piece, narrow, HOLE_STRING, true, way,
			    running);
		else
			pass_last(piece, narrow, HOLE_STRING, false, way,
			    running);
		break;
	case HOLE_NUMBER:
		pass_last(piece, narrow, HOLE_NUMBER, true, way, running);
		break;
	case HOLE_WORD:
		pass_last(piece, narrow, HOLE_WORD, true, way, running);
		break;
	case HOLE_NONE:
		pass_last(piece, narrow, HOLE_NONE, true, way, running);
		break;
	}
}

/* One column: a piece. */
static void
pass_piece(const struct piece *piece, const struct way *way,
    struct running *running)
{
	const struct probe *probe = piece->probes;

	for (; probe < piece->probes + piece->probe_count - 1; probe++)
		pass_probe(probe, way, running);
	if (probe->narrow)
		pass_end(piece, true, way, running);
	else
		pass_end(piece, false, way, running);
}

/* Those that are in open. */
INLINE void
run_those(struct running *running, uint64_t open)
{
	static const unsigned char first_ones[MATCH_MOST] = {0, 1, 2, 3, 4, 5,
	    6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
	    24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57,
	    58, 59, 60, 61, 62, 63};
	size_t i, count = 0;

	running->count = (size_t)__builtin_popcountll(open);
	if (open == match_first(running->count)) { /* as a rule */
		memcpy(running->index, first_ones, sizeof(first_ones));
		memset(running->wrong, 0,
		    running->count * sizeof(running->wrong[0]));
		return;
	}
	for (; open != 0; open &= open - 1) {
		i = (size_t)__builtin_ctzll(open);
		running->wrong[i] = 0;
		running->index[count++] = (unsigned char)i;
	}
}

/* Those that match to their ends have that shape. */
INLINE void
settle(const struct running *running, uint64_t open,
    const struct shape *shape, struct match *match)
{
	size_t k;

	for (k = 0; k < running->count; k++)
		match->shape[running->index[k]] = shape;
	if (running->count == (size_t)__builtin_popcountll(open)) {
		match->matched |= open;
		return;
	}
	for (k = 0; k < running->count; k++)
		match->matched |= UINT64_C(1) << running->index[k];
}

static size_t
hold(const struct lines *lines, const struct shape *shape, struct match *match)
{
	const uint64_t open = ~(match->matched | match->barred) &
	    match_first(lines->count);
	const struct piece *piece = shape->pieces;
	uint32_t unnoted[MATCH_MOST];
	struct way way = {.lines = lines, .from = lines->begin};
	struct running running;

	if (shape->gaps && lines->special)
		return (0);
	run_those(&running, open);
	for (; piece < shape->pieces + shape->piece_count; piece++) {
		if (running.count == 0)
			return (0);
		way.to = piece->slot != 0 ? match->at[piece->slot] : unnoted;
		pass_piece(piece, &way, &running);
		way.from = way.to;
	}
	settle(&running, open, shape, match);
	return (running.count);
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
    .numbers = numbers,
    .splice = splice,
    .plain = plain,
    .valid = valid,
};
