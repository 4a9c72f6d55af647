#ifndef PACE_H
#define PACE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Is the number of records in some time far from its recent level?  The level
 * is an exponentially weighted mean with its variance, over the last thirty or
 * so stretches of time; a stretch is off if it lies further from the mean than
 * so many standard deviations, or than as many square roots of the mean.
 */
#define PACE_LEARN 10 /* stretches, before any is off */

struct pace {
	double deviations;
	int64_t seconds; /* a stretch */
	bool set;
	int64_t stretch; /* the number of the one at hand */
	uint64_t count;	 /* records in it */
	unsigned learnt; /* stretches */
	double mean, variance;
	bool active;	 /* the last one was off */
	int64_t begin;	 /* and the first of those in a row */
};

/* What a stretch that is over was like. */
struct pace_news {
	bool begins, ends;  /* being off */
	int64_t stretch;
	uint64_t count;
	double mean, deviation; /* of those before it */
};

/*
 * The clock is at now.  Returns true if a stretch is over, which news are
 * about; then call again.
 */
bool pace_move(struct pace *pace, int64_t now, struct pace_news *news);

#endif /* PACE_H */
