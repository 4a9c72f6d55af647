#ifndef EVENTCLOCK_H
#define EVENTCLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "timestamp.h"

/*
 * The clock of the events: the newest time that was seen.  One time that is
 * far off does not move it; three in a row that agree with each other do,
 * forward or back.
 */
#define EVENTCLOCK_AGREE 3

struct eventclock {
	int64_t skew;	       /* seconds that a time may be off */
	bool set;
	struct instant newest; /* if set */
	int32_t off;	       /* times in a row that are off, and agree */
	bool off_ahead;	       /* they lie ahead, not behind */
	struct instant off_first, off_last; /* the earliest and latest */
};

enum eventclock_verdict {
	EVENTCLOCK_NEAR,   /* it is what the clock goes by */
	EVENTCLOCK_AHEAD,  /* too far ahead */
	EVENTCLOCK_BEHIND, /* too far behind */
	EVENTCLOCK_SET,	   /* the clock was set by the last few times */
};

enum eventclock_verdict eventclock_see(struct eventclock *clock,
    struct instant instant);

#endif /* EVENTCLOCK_H */
