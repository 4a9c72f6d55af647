/* simd.h, for AArch64. */
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
