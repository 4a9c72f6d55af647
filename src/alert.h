#ifndef ALERT_H
#define ALERT_H

#include <stdbool.h>
#include <stdint.h>

#include "crowd.h"
#include "pace.h"
#include "timestamp.h"

/*
 * The kinds of alerts, in one table, and the rules that are in force.
 */
enum alert_kind {
	ALERT_USERS_PER_IP,
	ALERT_IPS_PER_USER,
	ALERT_LOCALES_PER_USER,
	ALERT_USERS_PER_DEVICE,
	ALERT_BURST_PER_IP,
	ALERT_RATE,
	ALERT_NEW_VALUE,
	ALERT_KINDS
};

/* How a kind works. */
enum alert_way {
	ALERT_CROWD, /* so many values of one member for one of another */
	ALERT_PACE,  /* so many deviations from the mean */
	ALERT_VALUE, /* a value that was not among so many records */
};

struct alert_row {
	const char *name;
	enum alert_way way;
	const char *entity, *value; /* members, for ALERT_CROWD; value NULL:
				     * records are counted */
	unsigned threshold;
	int64_t seconds;
};

extern const struct alert_row alert_rows[ALERT_KINDS];

/* What the options say of a kind. */
struct alert_rule {
	bool on;
	unsigned threshold;
	int64_t seconds;
};

/* Read "KIND", "KIND=N/SECONDS" or "default" into rules.  Returns NULL, or
 * what is wrong with it. */
const char *alert_parse(const char *text,
    struct alert_rule rules[static ALERT_KINDS]);

#endif /* ALERT_H */
