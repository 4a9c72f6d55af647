#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>

/*
 * Allocation that does not fail: where there is no memory left, the program
 * says so on stderr and ends with status 2.  What is returned is freed with
 * free(3).
 */
void *memory_alloc(size_t size);
void *memory_alloc_zeroed(size_t size); /* what is not used takes no memory */
void *memory_resize(void *ptr, size_t size);

/* Scratch space that grows and is used again; begins as {NULL, 0}. */
struct scratch {
	char *ptr;
	size_t size;
};

/* Make room for size bytes; what was in it is lost.  Returns its start, which
 * stays good until the next call. */
char *scratch_reserve(struct scratch *scratch, size_t size);

#endif /* MEMORY_H */
