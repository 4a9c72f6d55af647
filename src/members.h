#ifndef MEMBERS_H
#define MEMBERS_H

#include "period.h"
#include "places.h"
#include "siphash.h"
#include "watchoptions.h"

/*
 * The members whose values loginwatch looks at, each once, and their values in
 * the record at hand.
 */
#define MEMBERS_MAX (2 * SUMMARY_MEMBERS_MAX + 8) /* those of alerts, too */

struct member {
	struct span name;
	size_t place;	/* index among the members that are wanted */
	bool hashed;	/* its values are for distinct */
	bool counted;	/* and for frequent */
	struct period_value value;
	bool hidden;	/* its values are shown by their hash */
	char hash[2 * 16 + 1];
	struct scratch scratch;
};

struct members {
	struct siphash_key key; /* of sketches */
	struct member all[MEMBERS_MAX];
	size_t count;
	/* Their values, by index of the member in the options. */
	const struct period_value *distinct[SUMMARY_MEMBERS_MAX];
	const struct period_value *counted[SUMMARY_MEMBERS_MAX];
};

/* Ask for the members that options name. */
void members_open(struct members *members, struct watch_options *options);

/* Ask for one more, with the hash of its values; returns where they will be. */
const struct period_value *members_add(struct members *members,
    struct watch_options *options, struct span name);

/* Take the values of the record whose places these are; they are good as long
 * as that is, and until the next call. */
void members_take(struct members *members, const struct places *places);

void members_close(struct members *members);

#endif /* MEMBERS_H */
