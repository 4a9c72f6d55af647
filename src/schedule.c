#include <time.h>

#include "schedule.h"
#include "wake.h"

static uint64_t
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000);
}

struct instant
schedule_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return ((struct instant){now.tv_sec, (int32_t)now.tv_nsec});
}

uint64_t
schedule_elapsed_us(const struct schedule *schedule)
{
	return (now_us() - schedule->start_us);
}

void
schedule_open(struct schedule *schedule, uint64_t every_ms)
{
	*schedule = (struct schedule){
	    .start = schedule_now(),
	    .start_us = now_us(),
	    .every_us = every_ms * 1000,
	};
	schedule->due_us = schedule->start_us + schedule->every_us;
	if (every_ms > 0)
		wake_after(every_ms);
}

/* Wake when the next time is due; is one due now? */
static bool
is_due(struct schedule *schedule)
{
	uint64_t every = schedule->every_us, now = now_us();
	bool due = every > 0 && now >= schedule->due_us;

	if (due) /* one, also where several were missed */
		schedule->due_us += (now - schedule->due_us) / every * every +
		    every;
	/* A millisecond later rather than sooner: it would be too soon. */
	wake_after(every > 0 ? (schedule->due_us - now) / 1000 + 1 : 0);
	return (due);
}

enum schedule_cause
schedule_next(struct schedule *schedule)
{
	bool due;

	/* What comes between the two looks is seen in another round. */
	while (wake_pending()) {
		due = is_due(schedule);
		if (wake_asked())
			return (SCHEDULE_ASKED);
		if (due)
			return (SCHEDULE_TIME);
	}
	return (SCHEDULE_NOTHING);
}
