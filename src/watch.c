#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "confluence.h"
#include "figures.h"
#include "memory.h"
#include "merge.h"
#include "metrics.h"
#include "offsets.h"
#include "out.h"
#include "refused.h"
#include "schedule.h"
#include "source.h"
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
	struct inlet *inlets; /* one, or with --merge one a source */
	size_t inlet_count;
	struct out out;
	struct out err;
	struct refused refused;
	struct schedule schedule;
	struct teller teller;
	struct figures figures;
	struct state state;	/* if there is one */
	struct offsets offsets;
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
take_head(struct watch *watch, struct inlet *inlet)
{
	const struct record *record = &inlet->record;
	const struct stamped *stamped = &inlet->stamped;

	if (stamped->kind == STAMP_REFUSED)
		refused_take(&watch->refused, inlet->source, record,
		    &stamped->refusal);
	figures_see(&watch->figures, record->bytes, stamped);
	inlet_take(inlet);
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
keep_offset(struct watch *watch, const struct inlet *inlet)
{
	offsets_of(&watch->offsets, span_of(inlet->source))->last = inlet->used;
}

/* Keep the state, if there is one. */
static void
keep_state(struct watch *watch)
{
	const char *path = watch->options->state, *why;
	size_t i;

	if (path == NULL)
		return;
	for (i = 0; i < watch->inlet_count; i++)
		if (watch->inlets[i].source != NULL)
			keep_offset(watch, &watch->inlets[i]);
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

/* A source has ended; say so if that was no good end. */
static void
end_source(struct watch *watch, struct inlet *inlet)
{
	char reason[120];

	if (inlet->error != 0)
		trouble(watch, inlet->source, strerror(inlet->error));
	if (inlet->broken) {
		snprintf(reason, sizeof(reason),
		    "not as --kcat needs it, or cut short, after offset "
		    "%" PRId64, frame_last_offset(inlet->intake.frame));
		trouble(watch, inlet->source, reason);
	}
	keep_offset(watch, inlet);
	source_close(inlet->fd);
	inlet->fd = -1;
}

/* Read more; what there is to tell is told first. */
static void
fill(struct watch *watch, struct confluence *confluence)
{
	flush(watch);
	if (wake_pending())
		woken(watch);
	if (stop_signal() != 0)
		watch->finished = true;
	if (!watch->finished)
		confluence_fill(confluence);
}

/* Take what the inlets that are open give. */
static void
run_inlets(struct watch *watch)
{
	struct confluence confluence;
	struct inlet *inlet;

	confluence_start(&confluence, watch->inlets, watch->inlet_count,
	    (int64_t)watch->options->merge_ms);
	while (!watch->finished) {
		switch (confluence_next(&confluence, &inlet)) {
		case CONFLUENCE_HEAD:
			take_head(watch, inlet);
			break;
		case CONFLUENCE_DONE:
			end_source(watch, inlet);
			break;
		case CONFLUENCE_WAIT:
			fill(watch, &confluence);
			break;
		case CONFLUENCE_END:
			return;
		}
	}
}

static void
open_source(struct watch *watch, struct inlet *inlet, const char *path)
{
	const char *source = watch_options_source(watch->options, path);
	struct stat st;
	int64_t used;
	int fd;

	flush(watch); /* opening a FIFO can take time too */
	/* Before it is opened: a state can be kept meanwhile. */
	used = offsets_of(&watch->offsets, span_of(source))->last;
	fd = source_open(path, woken, watch);
	if (stop_signal() != 0) {
		watch->finished = true;
	} else if (fd == -1 || fstat(fd, &st) == -1) {
		trouble(watch, source, strerror(errno));
	} else if (source_is(&st, STDOUT_FILENO)) {
		trouble(watch, source, "is also where the output goes");
	} else {
		inlet_start(inlet, source, fd, used);
		return;
	}
	source_close(fd);
}

/* All sources: one after the other, or together. */
static void
take_sources(struct watch *watch)
{
	const struct options *options = &watch->options->shared;
	bool together = watch->options->merge_ms > 0;
	size_t i;

	for (i = 0; i < options->file_count && !watch->finished; i++) {
		open_source(watch, &watch->inlets[together ? i : 0],
		    options->files[i]);
		if (!together)
			run_inlets(watch);
	}
	if (together)
		run_inlets(watch);
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
open_inlets(struct watch *watch)
{
	struct options *shared = &watch->options->shared;
	const char *why = NULL;
	size_t i;

	watch->inlet_count = watch->options->merge_ms > 0 ? shared->file_count :
							   1;
	watch->inlets =
	    memory_alloc(watch->inlet_count * sizeof(*watch->inlets));
	for (i = 0; i < watch->inlet_count; i++)
		inlet_open(&watch->inlets[i], shared);
	for (i = 0; i < watch->inlet_count; i++)
		why = inlet_ready(&watch->inlets[i], shared);
	if (why != NULL) {
		trouble(watch, "LOGINSTAMP_SHAPES", why);
		watch->failed = true;
	}
}

static void
open_all(struct watch *watch)
{
	struct watch_options *options = watch->options;
	struct options *shared = &options->shared;
	uint64_t every_ms = shared->every_ms;

	watch->teller = (struct teller){shared, &watch->out};
	figures_open(&watch->figures, options, &watch->teller);
	open_inlets(watch);
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
	while (watch->inlet_count > 0)
		inlet_close(&watch->inlets[--watch->inlet_count]);
	free(watch->inlets);
	free(watch->out.bytes);
	free(watch->err.bytes);
	offsets_free(&watch->offsets);
	state_close(&watch->state);
	figures_close(&watch->figures);
}

/* Sources that the state says nothing of begin where --used says. */
static void
take_used(struct watch *watch)
{
	const struct offsets *used = &watch->options->used;
	struct offset *offset;
	size_t i;

	for (i = 0; i < used->count; i++) {
		offset = offsets_of(
		    &watch->offsets, span_of(used->all[i].source));
		if (offset->last < used->all[i].last)
			offset->last = used->all[i].last;
	}
}

/* Tell from which offset each source of the state goes on. */
static void
tell_offsets(struct watch *watch)
{
	const char *path = watch->options->shared.files[0], *why;
	const struct offset *offset;

	why = watch->failed ? NULL :
			      state_get(&watch->state, &watch->figures,
				  &watch->offsets);
	if (why != NULL)
		trouble(watch, path, why);
	offset = watch->offsets.all;
	for (; why == NULL && offset < watch->offsets.all + watch->offsets.count;
	     offset++) {
		out_printf(&watch->out, "%" PRId64 " ", offset->last + 1);
		terminal_show(&watch->out, span_of(offset->source));
		out_printf(&watch->out, "\n");
	}
	flush(watch);
	if (!out_close(&watch->out) && !watch->finished)
		trouble(watch, "stdout", strerror(watch->out.error));
	out_flush(&watch->err);
}

/* For --report and --offsets the members are those of the first state. */
static void
take_members(struct watch *watch)
{
	const char *path = watch->options->shared.files[0], *why;

	if (!watch->options->report && !watch->options->offsets)
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
	else if (!options->offsets && !watch.failed && open_state(&watch) &&
	    begin_metrics(&watch)) {
		take_used(&watch);
		take_sources(&watch);
	}
	if (options->offsets)
		tell_offsets(&watch);
	else
		finish(&watch);
	end.signal = watch.out.error == EPIPE ? SIGPIPE : stop_signal();
	end.status = watch.trouble	  ? EXIT_TROUBLE :
	    watch.refused.total > 0 ? EXIT_REFUSED :
				      EXIT_PASSED;
	close_all(&watch);
	return (end);
}
