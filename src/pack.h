#ifndef PACK_H
#define PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "span.h"

/*
 * Numbers and texts in a row of bytes, and back: numbers as 8 bytes, the lowest
 * first; texts as their length and their bytes.
 */
struct pack {
	char *bytes;
	size_t len, size;
};

/* Append; bytes grow as needed and are freed by free(3). */
void pack_number(struct pack *pack, uint64_t number);
void pack_text(struct pack *pack, struct span text);

/* Append bytes as they are. */
void pack_raw(struct pack *pack, struct span bytes);

/* The way back: what is left to be read.  Beyond the end all is 0 or empty,
 * and failed is set. */
struct unpack {
	struct span left;
	bool failed;
};

uint64_t unpack_number(struct unpack *unpack);
struct span unpack_text(struct unpack *unpack);

#endif /* PACK_H */
