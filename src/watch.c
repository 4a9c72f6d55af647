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
#include "merge.h"
#include "metrics.h"
#include "offsets.h"
#include "out.h"
#include "refused.h"
#include "schedule.h"
#include "source.h"
#include "stamp.h"
#include "state.h"
#include "stop.h"
#include "terminal.h"
#include "wake.h"
#include "watch.h"

#define OUT_SIZE ((size_t)64 * 1024)
#define ERR_SIZE ((size_t)16 * 1024)

/* Metrics and states are written so often, if --every does not say. */
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
	struct state state;	/* if there is one */
	struct offsets offsets;
	int64_t used;		/* the offset up to which the source has been
				 * used before; -1: not at all */

	const char *source; /* the name of the input at hand */
	int fd;		    /* its descriptor */
	bool no_metrics;    /* they could not be written, and it was said */
	bool trouble;	    /* the status is EXIT_TROUBLE */
	bool failed;	    /* it could not even begin */
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

	if (record->offset >= 0) {
		if (record->offset <= watch->used)
			return;
		watch->used = record->offset;
	}
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

/* Keep the state, if there is one. */
static void
keep_state(struct watch *watch)
{
	const char *path = watch->options->state, *why;

	if (path == NULL)
		return;
	if (watch->source != NULL)
		offsets_of(&watch->offsets, span_of(watch->source))->last =
		    watch->used;
	why = state_put(&watch->state, &watch->figures, &watch->offsets);
	if (why != NULL) {
		watch->finished = true; /* more would be lost */
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
		flush(watch);
		keep_state(watch);
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
		/* Before it is opened: a state can be kept meanwhile. */
		watch->used = offsets_of(
		    &watch->offsets, span_of(watch->source))->last;
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
			offsets_of(&watch->offsets,
			    span_of(watch->source))->last = watch->used;
		}
		source_close(watch->fd);
	}
}

static void
open_outputs(struct watch *watch)
{
	out_open(&watch->out, STDOUT_FILENO, OUT_SIZE);
	out_open(&watch->err, STDERR_FILENO, ERR_SIZE);
	watch->refused.err = &watch->err;
	/* A line of a record would show identifiers. */
	watch->refused.at_terminal =
	    isatty(STDERR_FILENO) == 1 && !watch->options->hash_ids;
	watch->refused.max_share = OPTIONS_NONE;
}

static void
open_all(struct watch *watch)
{
	struct watch_options *options = watch->options;
	struct options *shared = &options->shared;
	uint64_t every_ms = shared->every_ms;
	const char *why;

	watch->teller = (struct teller){shared, &watch->out};
	figures_open(&watch->figures, options, &watch->teller);
	watch->stamp = stamp_open(shared);
	why = intake_open(&watch->intake, &shared->form, &shared->wanted);
	if (why != NULL) {
		trouble(watch, "LOGINSTAMP_SHAPES", why);
		watch->failed = true;
	}
	if ((shared->metrics != NULL || options->state != NULL) &&
	    every_ms == 0)
		every_ms = METRICS_MS;
	schedule_open(&watch->schedule, every_ms);
}

/* The end of the input, or of the work. */
static void
finish(struct watch *watch)
{
	if (watch->failed) { /* before it began */
		out_flush(&watch->err);
		return;
	}
	keep_state(watch); /* with its windows open */
	figures_end_windows(&watch->figures);
	tell_summary(watch, true);
	write_metrics(watch, true);
	flush(watch);
	if (!out_close(&watch->out) && !watch->finished)
		trouble(watch, "stdout", strerror(watch->out.error));
	refused_summarise(&watch->refused);
	out_flush(&watch->err);
}

/* Lock the state, and go on from it.  Otherwise there is nothing to do. */
static bool
open_state(struct watch *watch)
{
	const char *path = watch->options->state, *why;

	if (path == NULL)
		return (true);
	why = state_open(&watch->state, path);
	if (why == NULL && !state_is_new(&watch->state))
		why = state_get(
		    &watch->state, &watch->figures, &watch->offsets);
	if (why == NULL)
		return (true);
	trouble(watch, path, why);
	watch->failed = true;
	return (false);
}

static bool
begin_metrics(struct watch *watch)
{
	write_metrics(watch, false);
	watch->failed = watch->no_metrics;
	return (!watch->failed);
}

static void
close_all(struct watch *watch)
{
	free(watch->out.bytes);
	free(watch->err.bytes);
	offsets_free(&watch->offsets);
	state_close(&watch->state);
	figures_close(&watch->figures);
	stamp_close(watch->stamp);
	intake_close(&watch->intake);
}

/* For --report the members are those of the first state. */
static void
take_members(struct watch *watch)
{
	const char *path = watch->options->shared.files[0], *why;

	if (!watch->options->report)
		return;
	why = state_read(&watch->state, path);
	if (why == NULL)
		why = state_get_members(&watch->state, watch->options);
	if (why != NULL) {
		trouble(watch, path, why);
		watch->failed = true;
	}
}

/* Add up the states that the files are. */
static void
merge(struct watch *watch)
{
	const struct options *options = &watch->options->shared;
	const char *at = NULL, *why = NULL;

	if (!watch->failed)
		why = merge_states(&watch->figures, options->files,
		    options->file_count, &at);
	if (why != NULL) {
		trouble(watch, at, why);
		watch->failed = true;
	}
}

struct watch_end
watch_run(struct watch_options *options)
{
	struct watch watch = {.options = options, .state = {.lock = -1}};
	struct watch_end end;

	open_outputs(&watch);
	take_members(&watch);
	open_all(&watch);
	if (options->report)
		merge(&watch);
	else if (!watch.failed && open_state(&watch) &&
	    begin_metrics(&watch))
		take_sources(&watch);
	finish(&watch);
	end.signal = watch.out.error == EPIPE ? SIGPIPE : stop_signal();
	end.status = watch.trouble	  ? EXIT_TROUBLE :
	    watch.refused.total > 0 ? EXIT_REFUSED :
				      EXIT_PASSED;
	close_all(&watch);
	return (end);
}
