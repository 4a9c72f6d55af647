#include <stddef.h>

#include "unitcheck.h"

#define LOOKED_AT 1000
#define CLOSE_TO_1970 ((int64_t)30 * 24 * 60 * 60)

/* Plausible years: from 1990-01-01 up to 2100-01-01. */
#define PLAUSIBLE_FROM ((int64_t)631152000)
#define PLAUSIBLE_UNTIL ((int64_t)4102444800)

void
unitcheck_see(struct unitcheck *check, struct instant instant)
{
	if (check->done)
		return;
	if (instant.sec < -CLOSE_TO_1970 || instant.sec >= CLOSE_TO_1970) {
		check->done = true;
		return;
	}
	check->seen++;
	check->last = instant;
}

bool
unitcheck_full(const struct unitcheck *check)
{
	return (!check->done && check->seen >= LOOKED_AT);
}

const char *
unitcheck_verdict(struct unitcheck *check, enum unit unit)
{
	/* In nanoseconds, 30 days fit into 64 bits easily. */
	static const int64_t nanoseconds[] = {
	    [UNIT_S] = 1000000000,
	    [UNIT_MS] = 1000000,
	    [UNIT_US] = 1000,
	    [UNIT_NS] = 1,
	};
	int64_t count, seconds;
	enum unit other;

	if (check->done || check->seen == 0 || unit == UNIT_AUTO)
		return (NULL);
	check->done = true;
	count = (check->last.sec * nanoseconds[UNIT_S] + check->last.nsec) /
	    nanoseconds[unit];
	for (other = UNIT_S; other <= UNIT_NS; other++) {
		seconds = count / (nanoseconds[UNIT_S] / nanoseconds[other]);
		if (seconds >= PLAUSIBLE_FROM && seconds < PLAUSIBLE_UNTIL)
			return (unit_name(other));
	}
	return (NULL);
}
