#ifndef TZRULE_H
#define TZRULE_H

#include <stdbool.h>
#include <stdint.h>

#include "span.h"
#include "zone.h"

/*
 * The rule in the footer of a zoneinfo file: the TZ string of POSIX.1-2017
 * (Base Definitions, section 8.3), with times of -167 to 167 hours (RFC 8536,
 * section 3.3.1).
 */

/* A local time: what clocks show, and what that is called. */
struct tzrule_type {
	int32_t offset; /* seconds east of UTC */
	char abbreviation[sizeof(((struct zone_period *)0)->abbreviation)];
};

/* When in a year clocks change. */
struct tzrule_change {
	enum {
		TZRULE_JULIAN, /* Jn: day 1 to 365, 29 February never counts */
		TZRULE_DAY, /* n: day 0 to 365 */
		TZRULE_WEEKDAY, /* Mm.n.d: the nth (5: last) d of month m */
	} kind;
	int month;
	int week;
	int day;
	int32_t time; /* seconds after midnight, by the clock before */
};

struct tzrule {
	bool has_daylight; /* if not, only standard is set */
	struct tzrule_type standard;
	struct tzrule_type daylight;
	struct tzrule_change start; /* of daylight saving time */
	struct tzrule_change end;
};

/* Read the whole of text.  Returns false if it is not such a string, or has
 * daylight saving time without saying when. */
bool tzrule_parse(struct span text, struct tzrule *rule);

/*
 * The period that sec, in seconds since 1970 UTC and within 1e15, lies in if
 * the rule has always held and always will.  It may be tighter than the true
 * period, never wider.
 */
void tzrule_lookup(
    const struct tzrule *rule, int64_t sec, struct zone_period *period);

#endif /* TZRULE_H */
