#include <stdlib.h>
#include <string.h>

#include "alert.h"
#include "number.h"

#define SECONDS_MAX 10000000

const struct alert_row alert_rows[ALERT_KINDS] = {
    [ALERT_USERS_PER_IP] = {"users-per-ip", ALERT_CROWD, "ip", "user_id", 5,
	1200},
    [ALERT_IPS_PER_USER] = {"ips-per-user", ALERT_CROWD, "user_id", "ip", 5,
	3600},
    [ALERT_LOCALES_PER_USER] = {"locales-per-user", ALERT_CROWD, "user_id",
	"locale", 3, 3600},
    [ALERT_USERS_PER_DEVICE] = {"users-per-device", ALERT_CROWD, "device_id",
	"user_id", 5, 86400},
    [ALERT_BURST_PER_IP] = {"burst-per-ip", ALERT_CROWD, "ip", NULL, 25, 1800},
    [ALERT_RATE] = {"rate", ALERT_PACE, NULL, NULL, 5, 60},
    [ALERT_NEW_VALUE] = {"new-value", ALERT_VALUE, NULL, NULL, 1000, 3600},
};

static void
set_default(struct alert_rule rules[static ALERT_KINDS], size_t kind)
{
	rules[kind] = (struct alert_rule){
	    true, alert_rows[kind].threshold, alert_rows[kind].seconds};
}

/* Read N/SECONDS. */
static bool
read_bounds(const char *text, uint64_t most, struct alert_rule *rule)
{
	const char *slash = strchr(text, '/');
	uint64_t threshold, seconds;
	char *first;
	bool good;

	if (slash == NULL)
		return (false);
	first = strndup(text, (size_t)(slash - text));
	good = first != NULL && number_whole(first, 2, most, &threshold) &&
	    number_whole(slash + 1, 1, SECONDS_MAX, &seconds);
	free(first);
	if (good) {
		rule->threshold = (unsigned)threshold;
		rule->seconds = (int64_t)seconds;
	}
	return (good);
}

const char *
alert_parse(const char *text, struct alert_rule rules[static ALERT_KINDS])
{
	size_t kind, len = strcspn(text, "=");
	uint64_t most;

	if (strcmp(text, "default") == 0) {
		for (kind = 0; kind < ALERT_KINDS; kind++)
			set_default(rules, kind);
		return (NULL);
	}
	for (kind = 0; kind < ALERT_KINDS; kind++)
		if (strlen(alert_rows[kind].name) == len &&
		    strncmp(alert_rows[kind].name, text, len) == 0)
			break;
	if (kind == ALERT_KINDS)
		return ("no such kind; see the man page");
	set_default(rules, kind);
	most = alert_rows[kind].way == ALERT_CROWD ? CROWD_MOST : 1000000;
	if (text[len] == '=' &&
	    !read_bounds(text + len + 1, most, &rules[kind]))
		return ("not of the form KIND=N/SECONDS, N being whole and at "
			"least 2 (at most 64 where values are counted)");
	return (NULL);
}
