#ifndef INLET_H
#define INLET_H

#include "intake.h"
#include "stamp.h"

/*
 * A source of records, and the first of them that has not been taken: its
 * head, stamped, so that its time is known.
 */
struct inlet {
	const char *source; /* its name, in messages and in states */
	int fd;		    /* -1: none */
	int64_t used;	    /* the offset up to which the source has been used;
			     * -1: not at all */
	int error;	    /* errno, if it could not be read */
	bool broken;	    /* it breaks the form of --kcat */

	bool has_head;
	bool dry;	    /* nothing more without inlet_fill() */
	bool live;	    /* it is no file: its records come with time */
	int64_t since;	    /* ms: when the head came, or it ran dry */
	struct record record;
	struct stamped stamped;
	struct instant time; /* that of the record; without one, that of the
			      * record before it */

	struct intake intake;
	struct stamp *stamp;
};

/* Ask for what stamping needs; of several inlets all, before any
 * inlet_ready(). */
void inlet_open(struct inlet *inlet, struct options *options);

/* Returns NULL, or what is wrong with $LOGINSTAMP_SHAPES. */
const char *inlet_ready(struct inlet *inlet, const struct options *options);

/* Begin with source, of which records up to the offset used are left out. */
void inlet_start(struct inlet *inlet, const char *source, int fd, int64_t used);

/*
 * Have a head, if what has been read gives one.  Returns false at the end of
 * the source; error and broken say whether that was a good one.
 */
bool inlet_advance(struct inlet *inlet);

/* The head has been used: the next one is wanted. */
void inlet_take(struct inlet *inlet);

/* Read once.  Returns false if there was nothing to read yet. */
bool inlet_fill(struct inlet *inlet);

void inlet_close(struct inlet *inlet);

#endif /* INLET_H */
