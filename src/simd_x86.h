/*
 * What simd_avx.h and simd_sse2.h share: the same instructions on blocks of
 * another width.  They say what a block is (simd_block, and simd_anywhere for
 * one that is not aligned) and how the compiler's functions for it are called:
 * SIMD_MM(name), or SIMD_MM_BITS(name) where the kind of bytes does not matter.
 */
#define SIMD_SHIFT 0

static inline simd_block
simd_load(const char *s)
{
	return (SIMD_MM_BITS(loadu)((const simd_anywhere *)s));
}

static inline simd_block
simd_splat(char c)
{
	return (SIMD_MM(set1_epi8)(c));
}

/* Bytes are all ones or all zeros: one bit of each. */
static inline uint64_t
simd_bits(simd_block a)
{
	return ((uint32_t)SIMD_MM(movemask_epi8)(a));
}

static inline uint64_t
simd_equal(simd_block a, simd_block b)
{
	return (simd_bits(SIMD_MM(cmpeq_epi8)(a, b)));
}

/* Where a is not above c, without signs. */
static inline simd_block
simd_up_to(simd_block a, char c)
{
	return (SIMD_MM(cmpeq_epi8)(SIMD_MM(min_epu8)(a, simd_splat(c)), a));
}

static inline uint64_t
simd_special(simd_block a)
{
	return (simd_bits(
	    SIMD_MM_BITS(or)(SIMD_MM(cmpgt_epi8)(simd_splat(0x20), a),
		SIMD_MM(cmpeq_epi8)(a, simd_splat('\\')))));
}

static inline uint64_t
simd_stops(simd_block a)
{
	return (simd_bits(SIMD_MM_BITS(or)(simd_up_to(a, 0x1f),
	    SIMD_MM_BITS(or)(SIMD_MM(cmpeq_epi8)(a, simd_splat('"')),
		SIMD_MM(cmpeq_epi8)(a, simd_splat('\\'))))));
}

static inline uint64_t
simd_digits(simd_block a)
{
	return (simd_bits(simd_up_to(SIMD_MM(sub_epi8)(a, simd_splat('0')), 9)));
}

static inline uint64_t
simd_high(simd_block a)
{
	return (simd_bits(a));
}
