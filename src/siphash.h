#ifndef SIPHASH_H
#define SIPHASH_H

#include <stdint.h>

#include "span.h"

/*
 * SipHash-2-4 (Aumasson and Bernstein 2012, www.aumasson.jp/siphash), with
 * 64 and with 128 bits.
 */
#define SIPHASH_KEY_SIZE ((size_t)16)

struct siphash_key {
	uint64_t k0, k1;
};

/* From SIPHASH_KEY_SIZE bytes. */
struct siphash_key siphash_key(const unsigned char *bytes);

uint64_t siphash_64(const struct siphash_key *key, struct span text);

void siphash_128(const struct siphash_key *key, struct span text,
    unsigned char hash[static 16]);

#endif /* SIPHASH_H */
