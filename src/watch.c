#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "figures.h"
#include "intake.h"
#include "metrics.h"
#include "out.h"
#include "refused.h"
#include "schedule.h"
#include "source.h"
#include "stamp.h"
#include "stop.h"
#include "terminal.h"
#include "wake.h"
#include "watch.h"

#define OUT_SIZE ((size_t)64 * 1024)
#define ERR_SIZE ((size_t)16 * 1024)

/* Metrics are written so often, if --every does not say. */
#define METRICS_MS 15000

struct watch {
	struct watch_options *options;
	struct intake intake;
	struct stamp *stamp;
	struct out out;
	struct out err;
	struct refused refused;
	struct schedule schedule;
	struct teller teller;
	struct figures figures;

	const char *source; /* the name of the input at hand */
	int fd;		    /* its descriptor */
	bool no_metrics;    /* they could not be written, and it was said */
	bool trouble;	    /* the status is EXIT_TROUBLE */
	bool finished;	    /* nothing more is to be read */
};

/* Say "loginwatch: object: reason" on stderr; the status is settled by it. */
static void
trouble(struct watch *watch, const char *object, const char *reason)
{
	watch->trouble = true;
	out_printf(&watch->err, "loginwatch: ");
	terminal_show(&watch->err, span_of(object));
	out_printf(&watch->err, ": %s\n", reason);
}

/* Write what is there; if stdout fails, the run is finished. */
static void
flush(struct watch *watch)
{
	if (!out_flush(&watch->out) && !watch->finished) {
		watch->finished = true;
		if (watch->out.error != EPIPE)
			trouble(watch, "stdout", strerror(watch->out.error));
	}
	out_flush(&watch->err);
	watch->err.error = 0;
}

static void
take_record(struct watch *watch, const struct record *record,
    const struct places *known)
{
	struct stamped stamped;

	stamp_record(watch->stamp, record, known, &stamped);
	if (known == NULL && stamped.places != NULL)
		intake_learn(&watch->intake, record, stamped.places);
	if (stamped.kind == STAMP_REFUSED)
		refused_take(&watch->refused, watch->source, record,
		    &stamped.refusal);
	figures_see(&watch->figures, record->bytes, &stamped);
}

static void
write_metrics(struct watch *watch, bool final)
{
	const char *path = watch->options->shared.metrics, *why;
	struct report report;

	if (path == NULL)
		return;
	figures_report(&watch->figures, false, final, &report);
	report.start = watch->schedule.start;
	report.now = schedule_now();
	report.us = schedule_elapsed_us(&watch->schedule);
	why = metrics_write(path, &report);
	report_free(&report);
	if (why != NULL && !watch->no_metrics) {
		watch->no_metrics = true;
		trouble(watch, path, why);
	}
}

static void
tell_summary(struct watch *watch, bool final)
{
	struct report report;

	figures_report(&watch->figures, true, final, &report);
	teller_put_report(&watch->teller, &report);
}

/* Tell what is due. */
static void
woken(void *context)
{
	struct watch *watch = context;
	enum schedule_cause cause;

	while ((cause = schedule_next(&watch->schedule)) != SCHEDULE_NOTHING) {
		if (cause == SCHEDULE_ASKED ||
		    watch->options->shared.every_ms > 0)
			tell_summary(watch, false);
		write_metrics(watch, false);
	}
	flush(watch);
}

static void
take_break(struct watch *watch)
{
	char reason[120];

	snprintf(reason, sizeof(reason),
	    "not as --kcat needs it, or cut short, after offset %" PRId64,
	    frame_last_offset(watch->intake.frame));
	trouble(watch, watch->source, reason);
}

/* Read more; what there is to tell is told first. */
static void
fill(struct watch *watch)
{
	struct pollfd readable = {.fd = watch->fd, .events = POLLIN};

	flush(watch);
	if (wake_pending())
		woken(watch);
	if (stop_signal() != 0)
		watch->finished = true;
	if (watch->finished)
		return;
	switch (frame_fill(watch->intake.frame)) {
	case FRAME_FAILED:
		trouble(watch, watch->source, strerror(errno));
		break;
	case FRAME_EMPTY: /* a descriptor that does not wait by itself */
		poll(&readable, 1, -1);
		break;
	case FRAME_FILLED:
	case FRAME_INTERRUPTED:
		break;
	}
}

static void
run_source(struct watch *watch)
{
	const struct places *known;
	struct record record;

	while (!watch->finished) {
		switch (intake_next(&watch->intake, &record, &known)) {
		case FRAME_RECORD:
			take_record(watch, &record, known);
			break;
		case FRAME_PART:
		case FRAME_MARK:
			break;
		case FRAME_WAIT:
			fill(watch);
			break;
		case FRAME_BROKEN:
			take_break(watch);
			return;
		case FRAME_END:
			return;
		}
	}
}

static void
take_sources(struct watch *watch)
{
	const struct options *options = &watch->options->shared;
	struct stat st;
	size_t i;

	for (i = 0; i < options->file_count && !watch->finished; i++) {
		flush(watch); /* opening a FIFO can take time too */
		watch->source = options->files[i];
		watch->fd = source_open(watch->source, woken, watch);
		if (stop_signal() != 0) {
			watch->finished = true;
		} else if (watch->fd == -1 || fstat(watch->fd, &st) == -1) {
			trouble(watch, watch->source, strerror(errno));
		} else if (source_is(&st, STDOUT_FILENO)) {
			trouble(watch, watch->source,
			    "is also where the output goes");
		} else {
			frame_start(watch->intake.frame, watch->fd);
			run_source(watch);
		}
		source_close(watch->fd);
	}
}

static void
open_all(struct watch *watch)
{
	struct watch_options *options = watch->options;
	struct options *shared = &options->shared;
	uint64_t every_ms = shared->every_ms;
	const char *why;

	out_open(&watch->out, STDOUT_FILENO, OUT_SIZE);
	out_open(&watch->err, STDERR_FILENO, ERR_SIZE);
	watch->refused.err = &watch->err;
	watch->refused.at_terminal = isatty(STDERR_FILENO) == 1;
	watch->refused.max_share = OPTIONS_NONE;
	watch->teller = (struct teller){shared, &watch->out};
	figures_open(&watch->figures, options, &watch->teller);
	watch->stamp = stamp_open(shared);
	why = intake_open(&watch->intake, &shared->form, &shared->wanted);
	if (why != NULL)
		trouble(watch, "LOGINSTAMP_SHAPES", why);
	if (shared->metrics != NULL && every_ms == 0)
		every_ms = METRICS_MS;
	schedule_open(&watch->schedule, every_ms);
}

/* The end of the input, or of the work. */
static void
finish(struct watch *watch)
{
	figures_end_windows(&watch->figures);
	tell_summary(watch, true);
	write_metrics(watch, true);
	flush(watch);
	if (!out_close(&watch->out) && !watch->finished)
		trouble(watch, "stdout", strerror(watch->out.error));
	refused_summarise(&watch->refused);
	out_flush(&watch->err);
}

static void
close_all(struct watch *watch)
{
	free(watch->out.bytes);
	free(watch->err.bytes);
	figures_close(&watch->figures);
	stamp_close(watch->stamp);
	intake_close(&watch->intake);
}

struct watch_end
watch_run(struct watch_options *options)
{
	struct watch watch = {.options = options};
	struct watch_end end;

	open_all(&watch);
	write_metrics(&watch, false);
	if (!watch.trouble)
		take_sources(&watch);
	finish(&watch);
	end.signal = watch.out.error == EPIPE ? SIGPIPE : stop_signal();
	end.status = watch.trouble	  ? EXIT_TROUBLE :
	    watch.refused.total > 0 ? EXIT_REFUSED :
				      EXIT_PASSED;
	close_all(&watch);
	return (end);
}
