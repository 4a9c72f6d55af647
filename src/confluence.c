#include <poll.h>
#include <stdlib.h>
#include <time.h>

#include "confluence.h"
#include "memory.h"

/* Idle sources are looked at again after so many records of others. */
#define LOOK_AGAIN 64

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

void
confluence_start(struct confluence *confluence, struct inlet *inlets,
    size_t count, int64_t bound)
{
	size_t i;

	*confluence = (struct confluence){
	    .inlets = inlets, .count = count, .bound = bound};
	for (i = 0; i < count; i++)
		if (inlets[i].fd != -1)
			confluence->left++;
}

/* Read what is there in those that are dry, waiting up to timeout ms. */
static void
fill_dry(struct confluence *confluence, int timeout)
{
	struct pollfd *polled =
	    memory_alloc(confluence->count * sizeof(*polled));
	struct inlet *inlet = confluence->inlets;
	size_t i;

	/* poll(2) passes over a descriptor of -1. */
	for (i = 0; i < confluence->count; i++)
		polled[i] = (struct pollfd){
		    .fd = inlet[i].dry ? inlet[i].fd : -1, .events = POLLIN};
	if (poll(polled, confluence->count, timeout) > 0)
		for (i = 0; i < confluence->count; i++)
			if (polled[i].revents != 0)
				inlet_fill(&inlet[i]);
	free(polled);
	confluence->unseen = 0;
}

/* Has the inlet been as it is for long enough? */
static bool
is_overdue(const struct confluence *confluence, const struct inlet *inlet,
    int64_t now)
{
	return (inlet->live && now - inlet->since >= confluence->bound);
}

/* The head that is next; NULL: there is none yet. */
static struct inlet *
choose(struct confluence *confluence)
{
	struct inlet *inlet = confluence->inlets, *oldest = NULL;
	struct inlet *end = inlet + confluence->count, *overdue = NULL;
	int64_t now = confluence->count > 1 ? now_ms() : 0;
	bool awaited = false, idle = false;

	for (; inlet < end; inlet++) {
		if (inlet->fd == -1)
			continue;
		if (!inlet->has_head) {
			idle = true;
			if (!is_overdue(confluence, inlet, now))
				awaited = true;
			continue;
		}
		if (oldest == NULL || instant_before(inlet->time, oldest->time))
			oldest = inlet;
		if (is_overdue(confluence, inlet, now) &&
		    (overdue == NULL || inlet->since < overdue->since))
			overdue = inlet;
	}
	if (idle)
		confluence->unseen++;
	return (overdue != NULL || awaited ? overdue : oldest);
}

/* Is there one that is neither dry nor has a head? */
static struct inlet *
find_wanting(const struct confluence *confluence)
{
	struct inlet *inlet = confluence->inlets;
	struct inlet *end = inlet + confluence->count;

	for (; inlet < end; inlet++)
		if (inlet->fd != -1 && !inlet->has_head && !inlet->dry)
			return (inlet);
	return (NULL);
}

enum confluence_event
confluence_next(struct confluence *confluence, struct inlet **inlet)
{
	while (confluence->left > 0) {
		*inlet = find_wanting(confluence);
		if (*inlet == NULL) {
			if (confluence->unseen >= LOOK_AGAIN) {
				fill_dry(confluence, 0);
				continue;
			}
			*inlet = choose(confluence);
			return (*inlet != NULL ? CONFLUENCE_HEAD :
						 CONFLUENCE_WAIT);
		}
		if (!inlet_advance(*inlet)) {
			confluence->left--;
			return (CONFLUENCE_DONE);
		}
		if (confluence->count > 1)
			(*inlet)->since = now_ms();
	}
	return (CONFLUENCE_END);
}

/* How long until somebody has waited for long enough; -1: nobody waits. */
static int
time_left(const struct confluence *confluence)
{
	const struct inlet *inlet = confluence->inlets;
	const struct inlet *end = inlet + confluence->count;
	int64_t now = now_ms(), left, least = -1;
	bool heads = false;

	for (; inlet < end; inlet++) {
		if (inlet->fd == -1)
			continue;
		heads = heads || inlet->has_head;
		if (!inlet->live)
			continue;
		left = inlet->since + confluence->bound - now;
		if (left > 0 && (least == -1 || left < least))
			least = left;
	}
	return (heads ? (int)least : -1);
}

void
confluence_fill(struct confluence *confluence)
{
	struct inlet *only = confluence->inlets;

	/* Of one alone the read itself waits. */
	if (confluence->count == 1 && inlet_fill(only))
		return;
	fill_dry(confluence, time_left(confluence));
}
