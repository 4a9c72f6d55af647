/* The form for every processor. */
#include <stdbool.h>

#define FORM match_plain
#define FORM_NAME "plain"
#define SIMD_PLAIN

static bool
runs_here(void)
{
	return (true);
}

#include "match_form.h"
