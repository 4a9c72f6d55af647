/* simd.h, for x86-64. */
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
