#ifndef DISTINCT_H
#define DISTINCT_H

#include <stdint.h>

/*
 * How many different values there were, in 16 KiB: HyperLogLog (Flajolet,
 * Fusy, Gandouet, Meunier 2007) with the improved estimator of Ertl
 * (arXiv:1702.01284, algorithm 6), which needs no correction of a bias.
 */
#define DISTINCT_BITS 14
#define DISTINCT_REGISTERS (1u << DISTINCT_BITS)

/* The relative standard error: 1.04 / sqrt(DISTINCT_REGISTERS). */
#define DISTINCT_ERROR 0.008125

struct distinct {
	unsigned char registers[DISTINCT_REGISTERS];
};

/* See a value, by a hash whose 64 bits are as good as random. */
static inline void
distinct_see(struct distinct *distinct, uint64_t hash)
{
	unsigned char *at =
	    &distinct->registers[hash >> (64 - DISTINCT_BITS)];
	/* A one behind the bits that are left ends the count. */
	uint64_t rest = hash << DISTINCT_BITS | UINT64_C(1)
		    << (DISTINCT_BITS - 1);
	unsigned char rank = (unsigned char)(__builtin_clzll(rest) + 1);

	if (rank > *at)
		*at = rank;
}

/* How many there were. */
uint64_t distinct_estimate(const struct distinct *distinct);

/* Make into what it were if it had seen what from has seen, too. */
void distinct_merge(struct distinct *into, const struct distinct *from);

#endif /* DISTINCT_H */
