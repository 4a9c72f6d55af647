/* The form for every x86-64. */
#if defined(__x86_64__)

#include <stdbool.h>

#define FORM match_sse2
#define FORM_NAME "sse2"
#define SIMD_SSE2

static bool
runs_here(void)
{
	return (true);
}

#include "match_form.h"

#else
typedef int match_sse2_is_not_for_this_processor; /* C11, 6.9 */
#endif
