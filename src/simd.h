#ifndef SIMD_H
#define SIMD_H

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

#if defined(SIMD_AVX2) || defined(SIMD_AVX512)

#include <immintrin.h>

#define SIMD_WIDTH 32
#define SIMD_SHIFT 0
#define SIMD_ALL UINT64_C(0xffffffff)

typedef __m256i simd_block;

static inline simd_block
simd_load(const char *s)
{
	return (_mm256_loadu_si256((const __m256i_u *)s));
}

static inline simd_block
simd_splat(char c)
{
	return (_mm256_set1_epi8(c));
}

/* Bytes are all ones or all zeros: one bit of each. */
static inline uint64_t
simd_bits(simd_block a)
{
	return ((uint32_t)_mm256_movemask_epi8(a));
}

static inline uint64_t
simd_equal(simd_block a, simd_block b)
{
	return (simd_bits(_mm256_cmpeq_epi8(a, b)));
}

/* Where a is not above c, without signs. */
static inline simd_block
simd_up_to(simd_block a, char c)
{
	return (_mm256_cmpeq_epi8(_mm256_min_epu8(a, simd_splat(c)), a));
}

static inline uint64_t
simd_special(simd_block a)
{
	return (simd_bits(
	    _mm256_or_si256(_mm256_cmpgt_epi8(simd_splat(0x20), a),
		_mm256_cmpeq_epi8(a, simd_splat('\\')))));
}

static inline uint64_t
simd_stops(simd_block a)
{
	return (simd_bits(_mm256_or_si256(simd_up_to(a, 0x1f),
	    _mm256_or_si256(_mm256_cmpeq_epi8(a, simd_splat('"')),
		_mm256_cmpeq_epi8(a, simd_splat('\\'))))));
}

static inline uint64_t
simd_digits(simd_block a)
{
	return (simd_bits(
	    simd_up_to(_mm256_sub_epi8(a, simd_splat('0')), 9)));
}

static inline uint64_t
simd_high(simd_block a)
{
	return (simd_bits(a));
}

#define SIMD_HAS_LOOKUP

static inline simd_block
simd_table(const char *t)
{
	return (_mm256_broadcastsi128_si256(
	    _mm_loadu_si128((const __m128i_u *)t)));
}

#define simd_lookup(t, a) _mm256_shuffle_epi8(t, a)
#define simd_and(a, b) _mm256_and_si256(a, b)
#define simd_or(a, b) _mm256_or_si256(a, b)
#define simd_xor(a, b) _mm256_xor_si256(a, b)
#define simd_subtract(a, b) _mm256_subs_epu8(a, b)
#define simd_zero(a) _mm256_testz_si256(a, a)

static inline simd_block
simd_nibble(simd_block a)
{
	return (_mm256_and_si256(_mm256_srli_epi16(a, 4), simd_splat(0x0f)));
}

#define simd_back(a, before, n)                                                \
	_mm256_alignr_epi8(                                                    \
	    a, _mm256_permute2x128_si256(before, a, 0x21), 16 - (n))

#ifdef SIMD_AVX512

/* Only units have 64 bytes: blocks would cross a cache line too often. */
#define SIMD_HAS_UNIT

static inline uint64_t
simd_unit_equal(const char *s, char c)
{
	return (_mm512_cmpeq_epi8_mask(
	    _mm512_loadu_si512(s), _mm512_set1_epi8(c)));
}

static inline uint64_t
simd_unit_same(const char *s, const char *t)
{
	return (_mm512_cmpeq_epi8_mask(
	    _mm512_loadu_si512(s), _mm512_loadu_si512(t)));
}

static inline uint64_t
simd_unit_special(const char *s)
{
	__m512i a = _mm512_loadu_si512(s);

	return (_mm512_cmplt_epi8_mask(a, _mm512_set1_epi8(0x20)) |
	    _mm512_cmpeq_epi8_mask(a, _mm512_set1_epi8('\\')));
}

#endif

#elif defined(SIMD_SSE2)

#include <emmintrin.h>

#define SIMD_WIDTH 16
#define SIMD_SHIFT 0
#define SIMD_ALL UINT64_C(0xffff)

typedef __m128i simd_block;

static inline simd_block
simd_load(const char *s)
{
	return (_mm_loadu_si128((const __m128i_u *)s));
}

static inline simd_block
simd_splat(char c)
{
	return (_mm_set1_epi8(c));
}

/* Bytes are all ones or all zeros: one bit of each. */
static inline uint64_t
simd_bits(simd_block a)
{
	return ((uint32_t)_mm_movemask_epi8(a));
}

static inline uint64_t
simd_equal(simd_block a, simd_block b)
{
	return (simd_bits(_mm_cmpeq_epi8(a, b)));
}

/* Where a is not above c, without signs. */
static inline simd_block
simd_up_to(simd_block a, char c)
{
	return (_mm_cmpeq_epi8(_mm_min_epu8(a, simd_splat(c)), a));
}

static inline uint64_t
simd_special(simd_block a)
{
	return (simd_bits(_mm_or_si128(_mm_cmpgt_epi8(simd_splat(0x20), a),
	    _mm_cmpeq_epi8(a, simd_splat('\\')))));
}

static inline uint64_t
simd_stops(simd_block a)
{
	return (simd_bits(_mm_or_si128(simd_up_to(a, 0x1f),
	    _mm_or_si128(_mm_cmpeq_epi8(a, simd_splat('"')),
		_mm_cmpeq_epi8(a, simd_splat('\\'))))));
}

static inline uint64_t
simd_digits(simd_block a)
{
	return (simd_bits(simd_up_to(_mm_sub_epi8(a, simd_splat('0')), 9)));
}

static inline uint64_t
simd_high(simd_block a)
{
	return (simd_bits(a));
}

#elif defined(SIMD_NEON)

#include <arm_neon.h>

#define SIMD_WIDTH 16
#define SIMD_SHIFT 2
#define SIMD_ALL UINT64_C(0x1111111111111111)

typedef uint8x16_t simd_block;

static inline simd_block
simd_load(const char *s)
{
	return (vld1q_u8((const uint8_t *)s));
}

static inline simd_block
simd_splat(char c)
{
	return (vdupq_n_u8((uint8_t)c));
}

/* Bytes are all ones or all zeros: four bits of each, and one of those. */
static inline uint64_t
simd_bits(simd_block a)
{
	uint8x8_t nibbles = vshrn_n_u16(vreinterpretq_u16_u8(a), 4);

	return (vget_lane_u64(vreinterpret_u64_u8(nibbles), 0) &
	    SIMD_ALL);
}

static inline uint64_t
simd_equal(simd_block a, simd_block b)
{
	return (simd_bits(vceqq_u8(a, b)));
}

static inline uint64_t
simd_special(simd_block a)
{
	return (simd_bits(vorrq_u8(
	    vcgeq_u8(vsubq_u8(a, simd_splat(0x20)), simd_splat(0x60)),
	    vceqq_u8(a, simd_splat('\\')))));
}

static inline uint64_t
simd_stops(simd_block a)
{
	return (simd_bits(vorrq_u8(vcltq_u8(a, simd_splat(0x20)),
	    vorrq_u8(vceqq_u8(a, simd_splat('"')),
		vceqq_u8(a, simd_splat('\\'))))));
}

static inline uint64_t
simd_digits(simd_block a)
{
	return (simd_bits(
	    vcltq_u8(vsubq_u8(a, simd_splat('0')), simd_splat(10))));
}

static inline uint64_t
simd_high(simd_block a)
{
	return (simd_bits(vcgeq_u8(a, simd_splat((char)0x80))));
}

#define SIMD_HAS_LOOKUP
#define simd_table(t) simd_load(t)
#define simd_lookup(t, a) vqtbl1q_u8(t, a)
#define simd_and(a, b) vandq_u8(a, b)
#define simd_or(a, b) vorrq_u8(a, b)
#define simd_xor(a, b) veorq_u8(a, b)
#define simd_subtract(a, b) vqsubq_u8(a, b)
#define simd_nibble(a) vshrq_n_u8(a, 4)
#define simd_back(a, before, n) vextq_u8(before, a, 16 - (n))
#define simd_zero(a) (vmaxvq_u8(a) == 0)

#elif defined(SIMD_PLAIN)

/*
 * Eight bytes in a word, the first one lowest, by the arithmetic of words: a
 * byte's answer is its highest bit (H. S. Warren, Hacker's Delight, 2nd ed.,
 * section 6-1).  No carry leaves its byte.
 */
#include <endian.h>

#define SIMD_WIDTH 8
#define SIMD_SHIFT 3
#define SIMD_ALL UINT64_C(0x8080808080808080)

typedef uint64_t simd_block;

#define SIMD_EACH(c) (UINT64_C(0x0101010101010101) * (unsigned char)(c))

static inline simd_block
simd_load(const char *s)
{
	uint64_t word;

	memcpy(&word, s, sizeof(word));
	return (le64toh(word));
}

static inline simd_block
simd_splat(char c)
{
	return (SIMD_EACH(c));
}

/* Where a byte is not below c, 1 to 128. */
static inline uint64_t
simd_from(simd_block a, unsigned c)
{
	return ((((a & SIMD_EACH(0x7f)) + SIMD_EACH(0x80 - c)) | a) &
	    SIMD_EACH(0x80));
}

/* Where a byte is below c, 1 to 128. */
static inline uint64_t
simd_below(simd_block a, unsigned c)
{
	return (~simd_from(a, c) & SIMD_EACH(0x80));
}

static inline uint64_t
simd_equal(simd_block a, simd_block b)
{
	return (simd_below(a ^ b, 1));
}

static inline uint64_t
simd_special(simd_block a)
{
	return (simd_below(a, 0x20) | (a & SIMD_EACH(0x80)) |
	    simd_equal(a, SIMD_EACH('\\')));
}

static inline uint64_t
simd_stops(simd_block a)
{
	return (simd_below(a, 0x20) | simd_equal(a, SIMD_EACH('"')) |
	    simd_equal(a, SIMD_EACH('\\')));
}

static inline uint64_t
simd_digits(simd_block a)
{
	return (simd_from(a, '0') & simd_below(a, '9' + 1));
}

static inline uint64_t
simd_high(simd_block a)
{
	return (a & SIMD_EACH(0x80));
}

#else
#error "which form?"
#endif

#define SIMD_UNIT (64 >> SIMD_SHIFT)
#define SIMD_UNIT_ALL (SIMD_WIDTH < SIMD_UNIT ? ~UINT64_C(0) : SIMD_ALL)

#ifndef SIMD_HAS_UNIT

/* simd_equal() with c, for the unit at s. */
static inline uint64_t
simd_unit_equal(const char *s, char c)
{
	uint64_t mask = 0;
	int i;

	for (i = 0; i < SIMD_UNIT; i += SIMD_WIDTH)
		mask |= simd_equal(simd_load(s + i), simd_splat(c)) << i;
	return (mask);
}

/* simd_equal() for the units at s and t. */
static inline uint64_t
simd_unit_same(const char *s, const char *t)
{
	uint64_t mask = 0;
	int i;

	for (i = 0; i < SIMD_UNIT; i += SIMD_WIDTH)
		mask |= simd_equal(simd_load(s + i), simd_load(t + i)) << i;
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
