/* The form for every AArch64. */
#if defined(__aarch64__)

#include <stdbool.h>

#define FORM match_neon
#define FORM_NAME "neon"
#define SIMD_NEON

static bool
runs_here(void)
{
	return (true);
}

#include "match_form.h"

#else
typedef int match_neon_is_not_for_this_processor; /* C11, 6.9 */
#endif
