#ifndef FIGURES_H
#define FIGURES_H

#include "alerts.h"
#include "eventclock.h"
#include "members.h"
#include "reason.h"
#include "stamp.h"
#include "teller.h"
#include "windows.h"

/*
 * What loginwatch adds up, and what it tells while records pass.
 */
struct figures {
	const struct watch_options *options;
	struct teller *teller;
	struct members members;
	struct alerts alerts;

	/* What a state keeps. */
	uint64_t records, bytes, blank, untimed, ahead, late;
	uint64_t refused[REASON_COUNT]; /* by reason; all at REASON_NONE */
	struct instant first, last; /* last before first: none */
	struct eventclock clock;
	struct period total;
	struct windows windows; /* if options->window > 0 */
};

/* Ask for the members that options name; what is worth it is told at once. */
void figures_open(struct figures *figures, struct watch_options *options,
    struct teller *teller);

/* Add a record of so many bytes, as it was read. */
void figures_see(struct figures *figures, uint64_t bytes,
    const struct stamped *stamped);

/* Make into what it were if it had seen what from has, too; but for windows,
 * which are not merged. */
void figures_merge(struct figures *into, const struct figures *from);

/* Tell of the windows that are open, as they are. */
void figures_end_windows(struct figures *figures);

/* Fill report; free it by report_free().  A steady one depends on the records
 * alone. */
void figures_report(const struct figures *figures, bool steady, bool final,
    struct report *report);

void figures_close(struct figures *figures);

#endif /* FIGURES_H */
