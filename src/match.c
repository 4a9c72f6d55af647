#include <string.h>

#include "match.h"

/* The quickest first. */
static const struct match_form *const forms[] = {
#if defined(__x86_64__)
    &match_avx512,
    &match_avx2,
    &match_sse2,
#elif defined(__aarch64__)
    &match_neon,
#endif
    &match_plain,
};

const struct match_form *
match_form_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if ((name == NULL || strcmp(name, forms[i]->name) == 0) &&
		    forms[i]->runs_here())
			return (forms[i]);
	return (NULL);
}
