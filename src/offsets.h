#ifndef OFFSETS_H
#define OFFSETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "span.h"

/*
 * How far each source has been used: the offset of its last record.
 */
struct offset {
	char *source;
	int64_t last; /* -1: none */
};

struct offsets {
	struct offset *all;
	size_t count;
};

/* The one of source, added if it is not there; good until the next call. */
struct offset *offsets_of(struct offsets *offsets, struct span source);

void offsets_free(struct offsets *offsets);

#endif /* OFFSETS_H */
