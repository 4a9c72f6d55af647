/* simd.h, for x86-64 with AVX2, or with AVX-512 too. */
#include <immintrin.h>

#define SIMD_WIDTH 32
#define SIMD_ALL UINT64_C(0xffffffff)

typedef __m256i simd_block;
typedef __m256i_u simd_anywhere;

#define SIMD_MM(name) _mm256_##name
#define SIMD_MM_BITS(name) _mm256_##name##_si256

#include "simd_x86.h"

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

#define SIMD_HAS_NUMBER

/* W. Mula, "Parsing decimal numbers, part 2: SSE" (2014). */
static inline int64_t
simd_number(const char *s, size_t len)
{
	static const char to_end[32] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	    -1, -1, -1, -1, -1, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
	    13, 14, 15};
	const __m128i tens = _mm_set1_epi16(0x010a);
	const __m128i hundreds = _mm_set1_epi32(0x00010064);
	const __m128i myriads = _mm_set1_epi32(0x00012710);
	__m128i digits = _mm_sub_epi8(
	    _mm_loadu_si128((const __m128i_u *)s), _mm_set1_epi8('0'));
	__m128i over;
	uint64_t eights;

	digits = _mm_shuffle_epi8(digits,
	    _mm_loadu_si128((const __m128i_u *)(to_end + len)));
	over = _mm_subs_epu8(digits, _mm_set1_epi8(9));
	if (!_mm_testz_si128(over, over))
		return (-1);
	digits = _mm_madd_epi16(_mm_maddubs_epi16(digits, tens), hundreds);
	digits = _mm_madd_epi16(_mm_packus_epi32(digits, digits), myriads);
	eights = (uint64_t)_mm_cvtsi128_si64(digits);
	return ((int64_t)((eights & 0xffffffff) * 100000000 + (eights >> 32)));
}

#define SIMD_HAS_COPY

static inline void
simd_copy(char *to, const char *s)
{
	_mm256_storeu_si256((__m256i_u *)to, simd_load(s));
}

#ifdef SIMD_AVX512

/* Only units have 64 bytes: blocks would cross a cache line too often. */
#define SIMD_HAS_UNIT
#define SIMD_HAS_SEEN

static inline uint64_t
simd_unit_special(const char *s)
{
	__m512i a = _mm512_loadu_si512(s);

	return (_mm512_cmplt_epi8_mask(a, _mm512_set1_epi8(0x20)) |
	    _mm512_cmpeq_epi8_mask(a, _mm512_set1_epi8('\\')));
}

/* The least of the bytes, with signs, and of their differences from '\\'. */
typedef struct {
	__m512i least, difference;
} simd_seen;

static inline simd_seen
simd_seen_none(void)
{
	return ((simd_seen){_mm512_set1_epi8(' '), _mm512_set1_epi8(' ')});
}

static inline uint64_t
simd_unit_find(const char *s, char c, simd_seen *seen)
{
	__m512i a = _mm512_loadu_si512(s);
	__mmask64 found = _mm512_cmpeq_epi8_mask(a, _mm512_set1_epi8(c));

	a = _mm512_mask_mov_epi8(a, found, _mm512_set1_epi8(' '));
	seen->least = _mm512_min_epi8(seen->least, a);
	seen->difference = _mm512_min_epu8(seen->difference,
	    _mm512_xor_si512(a, _mm512_set1_epi8('\\')));
	return (found);
}

static inline bool
simd_seen_special(simd_seen seen)
{
	return (_mm512_cmplt_epi8_mask(seen.least, _mm512_set1_epi8(' ')) !=
		0 ||
	    _mm512_cmpeq_epi8_mask(
		seen.difference, _mm512_setzero_si512()) != 0);
}

typedef __m512i simd_unit;

static inline simd_unit
simd_unit_load(const char *s)
{
	return (_mm512_loadu_si512(s));
}

static inline uint64_t
simd_unit_same(const char *s, simd_unit t)
{
	return (_mm512_cmpeq_epi8_mask(_mm512_loadu_si512(s), t));
}

#else

/* Where bytes that are not special have been seen, and no others. */
#define SIMD_HAS_SEEN
typedef simd_block simd_seen;

static inline simd_seen
simd_seen_none(void)
{
	return (simd_splat(-1));
}

static inline simd_block
simd_find(simd_block a, char c, simd_seen *seen)
{
	simd_block found = _mm256_cmpeq_epi8(a, simd_splat(c));
	simd_block usual =
	    _mm256_andnot_si256(_mm256_cmpeq_epi8(a, simd_splat('\\')),
		_mm256_cmpgt_epi8(a, simd_splat(0x1f)));

	*seen = simd_and(*seen, simd_or(usual, found));
	return (found);
}

static inline uint64_t
simd_unit_find(const char *s, char c, simd_seen *seen)
{
	simd_block low = simd_find(simd_load(s), c, seen);
	simd_block high = simd_find(simd_load(s + SIMD_WIDTH), c, seen);

	return (simd_bits(low) | simd_bits(high) << SIMD_WIDTH);
}

static inline bool
simd_seen_special(simd_seen seen)
{
	return (simd_bits(seen) != SIMD_ALL);
}

#endif
