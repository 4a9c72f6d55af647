#ifndef TURNS_H
#define TURNS_H

/*
 * Commands that are timed in turns, and what is printed of them: a row of a
 * table for each, with the median in microseconds and its ratio to the first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline double
turns_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return ((double)t.tv_sec + (double)t.tv_nsec / 1e9);
}

static inline int
turns_by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return ((x > y) - (x < y));
}

/* Sorts the seconds, count of them, and prints the row; returns the median.
 * first is that of the first command, 0 for itself. */
static inline double
turns_print(const char *text, double *seconds, size_t count, double first)
{
	double median;

	qsort(seconds, count, sizeof(*seconds), turns_by_size);
	median = seconds[count / 2];
	printf("| %s | %.1f | %.2f |\n", text, median * 1e6,
	    first > 0 ? median / first : 1);
	return (median);
}

#endif
