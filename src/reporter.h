#ifndef REPORTER_H
#define REPORTER_H

#include <stdbool.h>
#include <stdint.h>

#include "options.h"
#include "out.h"
#include "refused.h"
#include "schedule.h"
#include "summary.h"

/*
 * When the filter's figures are told, and where: on stderr at the end, every
 * so often and when asked for; in the metrics file.
 */
struct reporter {
	const struct options *options;
	const struct summary *summary;
	const struct refused *refused;
	const struct out *out;
	struct out *err;
	struct schedule schedule;
};

/* Begin to wake by time, if that is asked for, and write the first metrics.
 * Returns NULL, or why they could not be written. */
const char *reporter_open(struct reporter *reporter,
    const struct options *options, const struct summary *summary,
    const struct refused *refused, const struct out *out, struct out *err);

/* Tell what is due; to be called after wake_pending(), and before a look at
 * stop_signal().  Returns as reporter_open(). */
const char *reporter_wake(struct reporter *reporter);

/* Tell the last time.  Returns as reporter_open(). */
const char *reporter_end(struct reporter *reporter);

#endif /* REPORTER_H */
