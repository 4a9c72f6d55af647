#include <math.h>

#include "distinct.h"

/* The greatest rank that a register holds, less one. */
#define Q (64 - DISTINCT_BITS)

static double
sigma(double x)
{
	double y = 1, z = x, before;

	if (x == 1)
		return (INFINITY);
	do {
		x *= x;
		before = z;
		z += x * y;
		y += y;
	} while (z > before);
	return (z);
}

static double
tau(double x)
{
	double y = 1, z = 1 - x, before;

	if (x == 0 || x == 1)
		return (0);
	do {
		x = sqrt(x);
		before = z;
		y *= 0.5;
		z -= (1 - x) * (1 - x) * y;
	} while (z < before);
	return (z / 3);
}

/* How many registers hold each rank.  Several counts are used in turn: adding
 * to one again and again would be waited for. */
static void
count_ranks(const struct distinct *distinct, unsigned count[static Q + 2])
{
	unsigned turns[4][Q + 2] = {{0}};
	unsigned i, turn;

	for (i = 0; i < DISTINCT_REGISTERS; i += 4)
		for (turn = 0; turn < 4; turn++)
			turns[turn][distinct->registers[i + turn]]++;
	for (i = 0; i < Q + 2; i++)
		count[i] =
		    turns[0][i] + turns[1][i] + turns[2][i] + turns[3][i];
}

uint64_t
distinct_estimate(const struct distinct *distinct)
{
	const double m = DISTINCT_REGISTERS;
	unsigned count[Q + 2];
	double z;
	unsigned i;

	count_ranks(distinct, count);
	z = m * tau(1 - count[Q + 1] / m);
	for (i = Q; i >= 1; i--)
		z = 0.5 * (z + count[i]);
	z += m * sigma(count[0] / m);
	/* alpha is 1 / (2 ln 2). */
	return ((uint64_t)(m * m / (2 * M_LN2) / z + 0.5));
}

void
distinct_merge(struct distinct *into, const struct distinct *from)
{
	unsigned i;

	for (i = 0; i < DISTINCT_REGISTERS; i++)
		if (from->registers[i] > into->registers[i])
			into->registers[i] = from->registers[i];
}
