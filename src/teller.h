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

/* An alert; a span that is absent has nothing to say. */
#define TELLER_EVIDENCE 10

struct teller_alert {
	const char *name;
	const char *state; /* "begin", "end" or "once" */
	int64_t at;
	struct span member, value; /* whom it is about */
	uint64_t threshold;	   /* so many */
	const char *counted;	   /* of these */
	int64_t seconds;	   /* within so long */
	struct span evidence[TELLER_EVIDENCE];
	size_t evidence_count;
	int64_t begin;
	uint64_t records;
	bool has_mean;
	double mean, deviation;
};

void teller_put_alert(struct teller *teller, const struct teller_alert *alert);

#endif /* TELLER_H */
