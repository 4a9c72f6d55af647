#ifndef POINTER_H
#define POINTER_H

#include <stdbool.h>
#include <stddef.h>

#include "span.h"

/* One step on the way from the top of a JSON value to a place in it. */
struct step {
	struct span name; /* a member of that name, if it is in an object, or */
	size_t index;	  /* this element of an array; POINTER_NO_INDEX: none */
};

#define POINTER_NO_INDEX ((size_t)-1)

/* The way to a place in a JSON value; it has at least one step. */
struct pointer {
	struct step *steps;
	size_t count;
	char *text; /* what the names lie in */
};

/*
 * Read text, a JSON Pointer (RFC 6901) if it begins with a slash, otherwise
 * the name of a top-level member.  Returns false if it is neither: a "~" that
 * "0" or "1" does not follow.  The caller frees it with pointer_free().
 */
bool pointer_parse(struct pointer *pointer, const char *text);

void pointer_free(struct pointer *pointer);

#endif /* POINTER_H */
