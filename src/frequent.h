#ifndef FREQUENT_H
#define FREQUENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lookup.h"
#include "span.h"

/*
 * The commonest values of one member among any number of them, in bounded
 * memory: SpaceSaving (Metwally, Agrawal, El Abbadi 2005).  As long as there
 * are no more values than counters, all is exact.  Beyond that a count may be
 * too high, by at most what is said beside it, which is at most the total by
 * FREQUENT_COUNTERS; every value that came more often than that is there.
 *
 * Which counter is given up depends on the order of the values alone: it is
 * the one that has had the lowest count for longest.
 */
#define FREQUENT_COUNTERS 1024
#define FREQUENT_TEXT_MAX ((size_t)256)

struct frequent;

struct frequent_value {
	struct span text; /* as long as frequent is not changed */
	uint64_t count;
	uint64_t over;	  /* the count may be too high by so much */
};

struct frequent *frequent_open(void);

/* What a value is found by, in every frequent of this process. */
uint64_t frequent_hash(struct span text);

/* See a value, of which hash is the frequent_hash().  Those longer than FREQUENT_TEXT_MAX are one figure. */
void frequent_see(struct frequent *frequent, struct span text, uint64_t hash);

/* How many values were seen, the long ones too, and how many long ones. */
uint64_t frequent_total(const struct frequent *frequent);
uint64_t frequent_long(const struct frequent *frequent);

/* Has text, of which hash is the frequent_hash(), a counter?  Those longer than
 * FREQUENT_TEXT_MAX count as if. */
bool frequent_has(const struct frequent *frequent, struct span text,
    uint64_t hash);

/* How many values have a counter. */
size_t frequent_values(const struct frequent *frequent);

/* How often a value without a counter can have come; 0 while all is exact. */
uint64_t frequent_bound(const struct frequent *frequent);

/* Fill top with the commonest values, at most max of them, the commonest
 * first and those of one count by their bytes.  Returns how many they are. */
size_t frequent_top(const struct frequent *frequent,
    struct frequent_value *top, size_t max);

/*
 * The values in the order in which frequent_restore() takes them: counters
 * that do from there on what these do.
 */
size_t frequent_all(const struct frequent *frequent,
    struct frequent_value all[static FREQUENT_COUNTERS]);

/* Add a value to an empty frequent, in that order; set the totals. */
void frequent_restore(struct frequent *frequent,
    const struct frequent_value *value);
void frequent_set_total(struct frequent *frequent, uint64_t total,
    uint64_t too_long);

/* Make into a frequent of both (Agarwal, Cormode, Huang, Phillips, Wei, Yi
 * 2012, "Mergeable summaries"): the bounds add up. */
void frequent_merge(struct frequent *into, const struct frequent *from);

/* Forget everything. */
void frequent_clear(struct frequent *frequent);

void frequent_close(struct frequent *frequent);

#endif /* FREQUENT_H */
