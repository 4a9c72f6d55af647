#ifndef SIMD_H
#define SIMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * A block of SIMD_WIDTH bytes, looked at at once.  This header hides the
 * processor: a file that includes it has defined one of SIMD_AVX512,
 * SIMD_AVX2, SIMD_SSE2, SIMD_NEON, SIMD_PLAIN, and is compiled for it.  All
 * forms give the same answers.
 *
 * An answer is a mask with one bit for each byte of the block: the first byte's
 * is the lowest, and each byte has 2^SIMD_SHIFT bits of the mask, of which one
 * is used.  SIMD_UNIT is the number of bytes that a full mask of 64 bits
 * describes, a multiple of SIMD_WIDTH.
 *
 * SIMD_ALL is the mask of a whole block.
 *
 *	simd_load(s)		the block at s, which needs no alignment
 *	simd_splat(c)		a block of c only
 *	simd_equal(a, b)	where a and b are the same
 *	simd_special(a)		where a is no printable ASCII or a backslash
 *				(below 0x20, from 0x80 on, 0x5c; DEL is not)
 *	simd_stops(a)		where a JSON string's plain content ends:
 *				quote, backslash, below 0x20
 *	simd_digits(a)		where a is 0 to 9
 *	simd_high(a)		not 0 if a has a byte from 0x80 on
 *
 * and, of memory,
 *
 *	simd_unit_load(s)	the unit at s, ready for simd_unit_same()
 *	simd_unit_same(s, u)	simd_equal() for the unit at s
 *	simd_unit_special(s)	simd_special() for the unit at s
 *	simd_unit_find(s, c, &seen)  where the unit at s is c; whatever else in
 *				it is special is noted in seen, which begins as
 *				simd_seen_none(), for
 *	simd_seen_special(seen)
 *	simd_copy(to, s)	copy the SIMD_COPY bytes at s
 *
 * A form that has a quick way for that says SIMD_HAS_NUMBER:
 *
 *	simd_number(s, len)	the number that len digits at s are, at most 16;
 *				-1 if they are no digits.  16 bytes are read
 *
 * A form that can look up bytes in a table says SIMD_HAS_LOOKUP, and has these:
 *
 *	simd_table(t)		a table of 16 bytes
 *	simd_lookup(t, a)	t[a] for each byte of a, all below 16
 *	simd_and, simd_or, simd_xor(a, b)
 *	simd_subtract(a, b)	a - b, or 0 if that is below 0
 *	simd_nibble(a)		a >> 4
 *	simd_back(a, before, n)	the bytes n before those of a, where before is
 *				the block before it; n is a constant
 *	simd_zero(a)		is a all zeros?
 */

#define SIMD_COPY 32

#if defined(SIMD_AVX2) || defined(SIMD_AVX512)
#include "simd_avx.h"
#elif defined(SIMD_SSE2)
#include "simd_sse2.h"
#elif defined(SIMD_NEON)
#include "simd_neon.h"
#elif defined(SIMD_PLAIN)
#include "simd_plain.h"
#else
#error "which form?"
#endif

#define SIMD_UNIT (64 >> SIMD_SHIFT)
#define SIMD_UNIT_ALL (SIMD_WIDTH < SIMD_UNIT ? ~UINT64_C(0) : SIMD_ALL)

#ifndef SIMD_HAS_UNIT

/* The unit at s, ready for simd_unit_same(). */
typedef struct {
	simd_block blocks[SIMD_UNIT / SIMD_WIDTH];
} simd_unit;

static inline simd_unit
simd_unit_load(const char *s)
{
	simd_unit unit;
	int i;

	for (i = 0; i < SIMD_UNIT / SIMD_WIDTH; i++)
		unit.blocks[i] = simd_load(s + i * SIMD_WIDTH);
	return (unit);
}

/* simd_equal() for the unit at s. */
static inline uint64_t
simd_unit_same(const char *s, simd_unit unit)
{
	uint64_t mask = 0;
	int i;

	for (i = 0; i < SIMD_UNIT; i += SIMD_WIDTH)
		mask |= simd_equal(simd_load(s + i),
			    unit.blocks[i / SIMD_WIDTH]) << i;
	return (mask);
}

/* simd_special() for the unit at s. */
static inline uint64_t
simd_unit_special(const char *s)
{
	uint64_t mask = 0;
	int i;

	for (i = 0; i < SIMD_UNIT; i += SIMD_WIDTH)
		mask |= simd_special(simd_load(s + i)) << i;
	return (mask);
}

#endif

#ifndef SIMD_HAS_SEEN

/* Where special bytes have been seen. */
typedef uint64_t simd_seen;

static inline simd_seen
simd_seen_none(void)
{
	return (0);
}

static inline uint64_t
simd_unit_find(const char *s, char c, simd_seen *seen)
{
	uint64_t found = 0;
	int i;

	for (i = 0; i < SIMD_UNIT; i += SIMD_WIDTH)
		found |= simd_equal(simd_load(s + i), simd_splat(c)) << i;
	*seen |= simd_unit_special(s) & ~found;
	return (found);
}

static inline bool
simd_seen_special(simd_seen seen)
{
	return (seen != 0);
}

#endif

#ifndef SIMD_HAS_COPY

static inline void
simd_copy(char *to, const char *s)
{
	memcpy(to, s, SIMD_COPY);
}

#endif

/* The place of the first byte in mask, which is not 0. */
static inline size_t
simd_first(uint64_t mask)
{
	return ((size_t)__builtin_ctzll(mask) >> SIMD_SHIFT);
}

/* A mask of the first count bytes, at most SIMD_UNIT. */
static inline uint64_t
simd_before(size_t count)
{
	return (count == SIMD_UNIT ?
		~UINT64_C(0) :
		(UINT64_C(1) << (count << SIMD_SHIFT)) - 1);
}

#endif /* SIMD_H */
