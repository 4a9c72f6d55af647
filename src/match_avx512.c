/* The form for x86-64 with AVX-512 BW and VL. */
#if defined(__x86_64__)

#include <stdbool.h>

#define FORM match_avx512
#define FORM_NAME "avx512"
#define SIMD_AVX512

static bool
runs_here(void)
{
	return (__builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512vl") &&
	    __builtin_cpu_supports("bmi") &&
	    __builtin_cpu_supports("bmi2"));
}

#include "match_form.h"

#else
typedef int match_avx512_is_not_for_this_processor; /* C11, 6.9 */
#endif
