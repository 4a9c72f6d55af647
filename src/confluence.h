#ifndef CONFLUENCE_H
#define CONFLUENCE_H

#include "inlet.h"

/*
 * Several sources as one stream, by the time of their records: of the heads
 * the oldest is next.  Each source is taken in its own order.
 *
 * A source from which nothing comes is waited for, but not longer than bound;
 * and no record of a source that is no file waits longer than that for older
 * ones, so that a time in the far future holds up nothing.
 */
struct confluence {
	struct inlet *inlets;
	size_t count;
	size_t left;	 /* inlets that have not ended */
	int64_t bound;	 /* ms */
	unsigned unseen; /* records since the idle ones were looked at */
};

enum confluence_event {
	CONFLUENCE_HEAD, /* the inlet's head is next; inlet_take() takes it */
	CONFLUENCE_DONE, /* the inlet's source has ended: set its fd to -1 */
	CONFLUENCE_WAIT, /* nothing without confluence_fill() */
	CONFLUENCE_END,	 /* all have ended */
};

/* Begin; inlets whose fd is -1 have ended.  bound in ms. */
void confluence_start(struct confluence *confluence, struct inlet *inlets,
    size_t count, int64_t bound);

/* What comes next, and of which inlet. */
enum confluence_event confluence_next(
    struct confluence *confluence, struct inlet **inlet);

/* Wait until there is something to read, or somebody has waited for long
 * enough, or a signal came. */
void confluence_fill(struct confluence *confluence);

#endif /* CONFLUENCE_H */
