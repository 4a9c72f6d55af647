/* The form for x86-64 with AVX2. */
#if defined(__x86_64__)

#include <stdbool.h>

#define FORM match_avx2
#define FORM_NAME "avx2"
#define SIMD_AVX2

static bool
runs_here(void)
{
	return (__builtin_cpu_supports("avx2") &&
	    __builtin_cpu_supports("bmi") &&
	    __builtin_cpu_supports("bmi2"));
}

#include "match_form.h"

#else
typedef int match_avx2_is_not_for_this_processor; /* C11, 6.9 */
#endif
