#ifndef WINDOWS_H
#define WINDOWS_H

#include <stdbool.h>
#include <stdint.h>

#include "period.h"

/*
 * Windows of event time, each so many seconds long, from a multiple of that
 * since 1970.  Two are open: the one that the event clock is in, and the one
 * before it, for records that come a little late.
 */
#define WINDOWS_OPEN 2

struct window {
	bool used;	/* a record has come into it */
	int64_t number; /* it begins at number times the length */
	struct period period;
};

struct windows {
	int64_t length; /* seconds */
	bool set;	/* the clock has been seen */
	int64_t newest; /* number of the window that it is in */
	struct window open[WINDOWS_OPEN]; /* by number % WINDOWS_OPEN */
};

void windows_open(struct windows *windows, int64_t length,
    size_t distinct_count, size_t frequent_count);

/*
 * The clock is at sec.  Returns a window that is over, the oldest first, to be
 * told of and given back by windows_clear(); then call again, until it is NULL.
 */
struct window *windows_move(struct windows *windows, int64_t sec);

/* An open window with records, the oldest first; NULL if there is none.  For
 * the end, and where the clock jumps: windows_move() then begins anew. */
struct window *windows_end(struct windows *windows);

/* Begin window anew, as an empty one. */
void windows_clear(struct window *window);

/* The open window that sec is in, for a record to be put in; NULL: it is late,
 * or ahead of the clock. */
struct window *windows_find(struct windows *windows, int64_t sec);

void windows_close(struct windows *windows);

#endif /* WINDOWS_H */
