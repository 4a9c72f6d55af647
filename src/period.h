#ifndef PERIOD_H
#define PERIOD_H

#include "distinct.h"
#include "frequent.h"
#include "report.h"
#include "summary.h"

/*
 * What is added up over all the time, or over one window: in bounded memory,
 * without I/O.
 */
struct period {
	uint64_t records;
	struct distinct *distinct[SUMMARY_MEMBERS_MAX];
	size_t distinct_count;
	struct frequent *frequent[SUMMARY_MEMBERS_MAX];
	size_t frequent_count;
};

/* The value that a record has of a member. */
struct period_value {
	struct span text; /* absent: it has none */
	uint64_t hash;	  /* of text, the same in every run */
	uint64_t frequent_hash; /* of text, if it is to be counted */
};

void period_open(struct period *period, size_t distinct_count,
    size_t frequent_count);

/* Add a record: its values for distinct and for frequent, each by the index of
 * its member. */
void period_see(struct period *period,
    const struct period_value *const distinct[],
    const struct period_value *const frequent[]);

/* Append the members' figures to report, max values of each. */
void period_report(const struct period *period, const struct span *distinct,
    const struct span *frequent, size_t max, struct report *report);

/* Make into what it were if it had seen what from has, too. */
void period_merge(struct period *into, const struct period *from);

/* Forget everything. */
void period_clear(struct period *period);

void period_close(struct period *period);

#endif /* PERIOD_H */
