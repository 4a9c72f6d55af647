#ifndef REFUSED_H
#define REFUSED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "deadletter.h"
#include "frame.h"
#include "out.h"
#include "reason.h"

/*
 * What becomes of refused records: kept in dead letters, named on stderr,
 * counted, and too many of them noticed.
 */

/* --max-refused looks back over so many records. */
#define REFUSED_WINDOW 1000

/* With fewer records than this in all, no share of them is too many. */
#define REFUSED_LEAST 20

struct refused {
	struct deadletter *deadletter; /* NULL: dead letters are not kept */
	bool could_keep;	       /* --dead-letters is an option */
	struct out *err;	       /* stderr */
	bool at_terminal;	       /* stderr is one */
	uint64_t max_share;	       /* percent times 1000; OPTIONS_NONE */
	uint64_t count[REASON_COUNT];
	uint64_t total;		       /* of records refused */
	uint64_t records;	       /* of all records */

	/* The latest refusals: of which record each was, counted from 1, the
	 * one number n at n % REFUSED_WINDOW. */
	uint64_t latest[REFUSED_WINDOW];
};

/* Count so many records that were not refused. */
static inline void
refused_none(struct refused *refused, uint64_t count)
{
	refused->records += count;
}

/*
 * Take record of source, refused for refusal.  Returns false, with errno set,
 * if its dead letter could not be written.
 */
bool refused_take(struct refused *refused, const char *source,
    const struct record *record, const struct refusal *refusal);

/* Are more of the last REFUSED_WINDOW records refused than max_share allows? */
bool refused_too_many(const struct refused *refused);

/* The same at the end of the input: of all records, if there are at least
 * REFUSED_LEAST, or of the last REFUSED_WINDOW. */
bool refused_too_many_at_end(const struct refused *refused);

/* Say on stderr how many were refused, if any were. */
void refused_summarise(const struct refused *refused);

#endif /* REFUSED_H */
