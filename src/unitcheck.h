#ifndef UNITCHECK_H
#define UNITCHECK_H

#include <stdbool.h>

#include "timestamp.h"

/*
 * Is the unit of the timestamps the one that was asked for?  If all of the
 * first times lie close to 1970, and would make sense in another unit, it is
 * likely that one that was meant.
 */
struct unitcheck {
	unsigned seen;	     /* times so far, up to the number looked at */
	bool done;	     /* there is nothing more to find out */
	struct instant last; /* the last one seen */
};

/* Look at one more time, read as a number.  Cheap once done is set. */
void unitcheck_see(struct unitcheck *check, struct instant instant);

/* Have all the times been seen that are looked at? */
bool unitcheck_full(const struct unitcheck *check);

/*
 * The unit that gives plausible years to times that were read in unit; NULL if
 * there is nothing to warn of.  Says so once: done is set.
 */
const char *unitcheck_verdict(struct unitcheck *check, enum unit unit);

#endif /* UNITCHECK_H */
