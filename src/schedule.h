#ifndef SCHEDULE_H
#define SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "timestamp.h"

/*
 * When something is to be told: every so often, and when a signal asks.
 */
struct schedule {
	struct instant start; /* by the clock on the wall */
	uint64_t start_us;    /* by the one that never jumps, as due_us */
	uint64_t every_us;    /* 0: not by time */
	uint64_t due_us;
};

enum schedule_cause {
	SCHEDULE_NOTHING,
	SCHEDULE_TIME,
	SCHEDULE_ASKED,
};

/* Begin now, and wake every so many milliseconds; 0: not by time. */
void schedule_open(struct schedule *schedule, uint64_t every_ms);

/*
 * Why something is to be told now; to be called, until it is nothing, after
 * wake_pending() and before a look at stop_signal().
 */
enum schedule_cause schedule_next(struct schedule *schedule);

/* Microseconds since the start, and the time on the wall. */
uint64_t schedule_elapsed_us(const struct schedule *schedule);
struct instant schedule_now(void);

#endif /* SCHEDULE_H */
