#ifndef ALERTS_H
#define ALERTS_H

#include "alert.h"
#include "members.h"
#include "report.h"
#include "teller.h"

/*
 * The alerts that are in force: they watch records that the event clock goes
 * by, and tell of incidents, once when they begin and once when they end.
 */
struct alerts {
	const struct watch_options *options;
	struct teller *teller;
	struct crowd *crowds[ALERT_KINDS]; /* NULL: not in force */
	const struct period_value *entity[ALERT_KINDS];
	const struct period_value *value[ALERT_KINDS]; /* NULL: records */
	struct pace pace;
	uint64_t begun[ALERT_KINDS], ended[ALERT_KINDS]; /* incidents */
};

/* Ask for the members that the rules are about. */
void alerts_open(struct alerts *alerts, struct watch_options *options,
    struct members *members, struct teller *teller);

/* See the record whose values members has taken; it is of at, the clock being
 * at now. */
void alerts_see(struct alerts *alerts, int64_t at, int64_t now);

/* See whether a counted value is new: frequent has all those before it, of
 * which the first was that of first. */
void alerts_see_value(struct alerts *alerts, struct span member,
    const struct period_value *value, const struct frequent *frequent,
    int64_t first, int64_t at);

/* Append how many incidents each kind in force told of. */
void alerts_report(const struct alerts *alerts, struct report *report);

void alerts_close(struct alerts *alerts);

#endif /* ALERTS_H */
