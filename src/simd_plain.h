/*
 * simd.h, for any processor: eight bytes in a word, the first one lowest, by the
 * arithmetic of words.  A byte's answer is its highest bit (H. S. Warren,
 * Hacker's Delight, 2nd ed., section 6-1).  No carry leaves its byte.
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
