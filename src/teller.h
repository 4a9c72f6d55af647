#ifndef TELLER_H
#define TELLER_H

#include "options.h"
#include "out.h"
#include "report.h"
#include "windows.h"

/*
 * Where loginwatch's insights go, and in which form: as text or JSON lines.
 */
struct teller {
	const struct options *options;
	struct out *out;
};

/* Tell a report, and free it. */
void teller_put_report(struct teller *teller, struct report *report);

/* Tell of a window and its members' figures. */
struct watch_options;
void teller_put_window(struct teller *teller,
    const struct watch_options *options, const struct window *window,
    bool complete);

/* Tell that the event clock was set. */
void teller_put_clock(struct teller *teller, struct instant from,
    struct instant to);

#endif /* TELLER_H */
