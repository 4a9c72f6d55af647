#ifndef LOOKUP_H
#define LOOKUP_H

#include <stdint.h>

#include "span.h"

/*
 * Hashing for tables in memory.  What is looked up comes from anybody, so the
 * hash has a random key, and nobody can choose texts that collide.  No figure
 * or order may depend on it; what is kept or merged is hashed by siphash.h.
 * Mixed as in wyhash (Wang Yi, github.com/wangyi-fudan/wyhash).
 */
struct lookup_key {
	uint64_t words[2];
};

/* A random one. */
struct lookup_key lookup_key(void);

__extension__ typedef unsigned __int128 lookup_product;

/* Two words become one: the halves of their product. */
static inline uint64_t
lookup_mix(uint64_t a, uint64_t b)
{
	lookup_product product = (lookup_product)a * b;

	return ((uint64_t)(product >> 64) ^ (uint64_t)product);
}

/* A number with as many ones as zeros, in no order. */
#define LOOKUP_ODD UINT64_C(0xa0761d6478bd642f)

/* The hash of two words that stand for a text of that length. */
static inline uint64_t
lookup_hash_words(const struct lookup_key *key,
    const uint64_t words[static 2], size_t length)
{
	return (lookup_mix(lookup_mix(words[0] ^ key->words[0],
			       words[1] ^ key->words[1] ^ length),
	    LOOKUP_ODD));
}

/* The hash of any text. */
uint64_t lookup_hash(const struct lookup_key *key, struct span text);

#endif /* LOOKUP_H */
