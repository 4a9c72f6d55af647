#ifndef SUMMARY_H
#define SUMMARY_H

#include <stdbool.h>
#include <stdint.h>

#include "match.h"
#include "places.h"
#include "report.h"
#include "tally.h"
#include "timestamp.h"

/*
 * What the filter adds up while records pass; no I/O.  Refused records are
 * counted by refused.h already.
 */

/* More members than this are not counted. */
#define SUMMARY_MEMBERS_MAX 16

/* A member whose values are counted. */
struct summary_member {
	struct span name;
	size_t place; /* index among the members that are wanted */
	struct tally *tally;
};

struct options;
struct stamped;
struct stamped_lines;

struct summary {
	bool on;	  /* somebody wants to know */
	uint64_t bytes;	  /* of keys and payloads, refused ones too */
	uint64_t blank;	  /* records with a blank payload */
	uint64_t untimed; /* without a timestamp, that passed */
	uint64_t told;	  /* insights */
	int64_t last_offset; /* -1: none */
	struct instant first, last; /* earliest and latest time; last before
				     * first: none */
	struct summary_member members[SUMMARY_MEMBERS_MAX];
	size_t member_count;
	struct scratch scratch;
};

/* Ask for the members that options say are to be counted. */
void summary_open(struct summary *summary, struct options *options);

/* A record with this time went out. */
static inline void
summary_see_time(struct summary *summary, struct instant instant)
{
	if (instant_before(instant, summary->first))
		summary->first = instant;
	if (instant_before(summary->last, instant))
		summary->last = instant;
}

/* A record went out as stamped says. */
void summary_see(struct summary *summary, const struct stamped *stamped);

/* The lines of match from i up to done->end went out, with their times. */
void summary_see_lines(struct summary *summary, const struct match *match,
    size_t i, const struct stamped_lines *done);

/* What was added up, and what others have, as figures. */
struct summary_rest {
	uint64_t records, refused;
	const uint64_t *refused_by_reason;
	uint64_t top;	 /* so many values of each member */
	struct instant start;
	uint64_t us;	 /* since then, by a clock that never jumps */
	struct instant now;
	bool final;
};

/* Fill report; what it points to is good until the next call for summary. */
void summary_report(const struct summary *summary,
    const struct summary_rest *rest, struct report *report);

void summary_close(struct summary *summary);

#endif /* SUMMARY_H */
