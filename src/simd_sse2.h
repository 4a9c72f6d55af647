/* simd.h, for x86-64. */
#include <emmintrin.h>

#define SIMD_WIDTH 16
#define SIMD_ALL UINT64_C(0xffff)

typedef __m128i simd_block;
typedef __m128i_u simd_anywhere;

#define SIMD_MM(name) _mm_##name
#define SIMD_MM_BITS(name) _mm_##name##_si128

#include "simd_x86.h"
