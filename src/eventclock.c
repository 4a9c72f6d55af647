#include "eventclock.h"

/* Is b more than so many seconds after a? */
static bool
is_far(struct instant a, struct instant b, int64_t seconds)
{
	a.sec += seconds;
	return (instant_before(a, b));
}

static void
begin_row(struct eventclock *clock, struct instant instant, bool ahead)
{
	clock->off = 1;
	clock->off_ahead = ahead;
	clock->off_first = clock->off_last = instant;
}

/* One more time that is off, in the row of those before it, or a new one. */
static void
add_to_row(struct eventclock *clock, struct instant instant, bool ahead)
{
	struct instant first = clock->off_first, last = clock->off_last;

	if (instant_before(instant, first))
		first = instant;
	if (instant_before(last, instant))
		last = instant;
	if (clock->off == 0 || clock->off_ahead != ahead ||
	    is_far(first, last, clock->skew)) {
		begin_row(clock, instant, ahead);
		return;
	}
	clock->off++;
	clock->off_first = first;
	clock->off_last = last;
}

enum eventclock_verdict
eventclock_see(struct eventclock *clock, struct instant instant)
{
	bool ahead = clock->set && is_far(clock->newest, instant, clock->skew);
	bool behind = clock->set && is_far(instant, clock->newest, clock->skew);

	if (!ahead && !behind) {
		clock->off = 0;
		if (!clock->set || instant_before(clock->newest, instant))
			clock->newest = instant;
		clock->set = true;
		return (EVENTCLOCK_NEAR);
	}
	add_to_row(clock, instant, ahead);
	if (clock->off < EVENTCLOCK_AGREE)
		return (ahead ? EVENTCLOCK_AHEAD : EVENTCLOCK_BEHIND);
	clock->newest = clock->off_last;
	clock->off = 0;
	return (EVENTCLOCK_SET);
}
