#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "exitstatus.h"
#include "memory.h"

static void
memory_exhausted(void)
{
	/* There is nothing to be done if stderr cannot take it either; and
	 * nothing that takes memory. */
	dprintf(STDERR_FILENO, "%s: out of memory\n",
	    program_invocation_short_name);
	_exit(EXIT_TROUBLE);
}

void *
memory_alloc(size_t size)
{
	return (memory_resize(NULL, size));
}

void *
memory_alloc_zeroed(size_t size)
{
	void *ptr = calloc(1, size > 0 ? size : 1);

	if (ptr == NULL)
		memory_exhausted();
	return (ptr);
}

void *
memory_resize(void *ptr, size_t size)
{
	ptr = realloc(ptr, size > 0 ? size : 1);
	if (ptr == NULL)
		memory_exhausted();
	return (ptr);
}

char *
scratch_reserve(struct scratch *scratch, size_t size)
{
	if (size > scratch->size) {
		free(scratch->ptr);
		scratch->ptr = memory_alloc(size);
		scratch->size = size;
	}
	return (scratch->ptr);
}
