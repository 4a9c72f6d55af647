#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deadletter.h"
#include "descriptors.h"
#include "filter.h"
#include "frame.h"
#include "intake.h"
#include "out.h"
#include "outlet.h"
#include "refused.h"
#include "reporter.h"
#include "source.h"
#include "stamp.h"
#include "stop.h"
#include "summary.h"
#include "terminal.h"
#include "unitcheck.h"
#include "wake.h"

#define OUT_SIZE ((size_t)256 * 1024)
#define ERR_SIZE ((size_t)16 * 1024)

struct filter {
	struct options *options;
	struct intake intake;
	struct stamp *stamp;
	struct outlet outlet;
	struct out err;
	struct deadletter deadletter;
	struct refused refused;
	struct unitcheck unitcheck;
	struct summary summary;
	struct reporter reporter;

	const char *source;	   /* the name of the input at hand */
	int fd;			   /* its descriptor */
	bool begun;		   /* an earlier input has been begun */
	bool no_metrics;	   /* they could not be written, and it was said */
	bool trouble;		   /* the status is EXIT_TROUBLE */
	bool finished;		   /* nothing more is to be read */
};

/* Say "loginstamp: object: reason" on stderr; the status is settled by it. */
static void
trouble(struct filter *filter, const char *object, const char *reason)
{
	filter->trouble = true;
	out_printf(&filter->err, "loginstamp: ");
	terminal_show(&filter->err, span_of(object));
	out_printf(&filter->err, ": %s\n", reason);
}

/* Write what is there; if stdout fails, the run is finished.  Trouble on
 * stderr never is: it is forgotten, and tried again. */
static void
flush(struct filter *filter)
{
	if (!out_flush(&filter->outlet.out) && !filter->finished) {
		filter->finished = true;
		if (filter->outlet.out.error != EPIPE)
			trouble(filter, "stdout", strerror(filter->outlet.out.error));
	}
	out_flush(&filter->err);
	filter->err.error = 0;
}

static void
warn_of_unit(struct filter *filter)
{
	enum unit unit = filter->options->unit;
	const char *better = unitcheck_verdict(&filter->unitcheck, unit);

	if (better != NULL)
		out_printf(&filter->err,
		    "loginstamp: all times so far lie within 30 days of "
		    "1970-01-01; --unit=%s would give plausible years\n",
		    better);
}

/* Tell of a record for which a rule holds; instant is NULL if it has no time. */
static void
tell(struct filter *filter, const struct places *places,
    const struct instant *instant)
{
	struct insight *insight = filter->options->insight;

	filter->summary.told++;
	if (filter->options->insights == INSIGHTS_TEXT)
		insight_put(insight, places, &filter->err);
	else if (filter->options->insights == INSIGHTS_JSON)
		insight_put_json(insight, places, instant, &filter->err);
}

/* Tell of a record, if a rule holds. */
static void
tell_record(struct filter *filter, const struct stamped *stamped)
{
	if (filter->summary.on && stamped->places != NULL &&
	    insight_matches(filter->options->insight, stamped->places))
		tell(filter, stamped->places,
		    stamped->kind == STAMP_TIMED ? &stamped->instant : NULL);
}

/* The same for lines i to end of match, which stamp_lines() has put. */
static void
tell_lines(struct filter *filter, const struct match *match, size_t i,
    size_t end)
{
	const struct places *places;
	struct instant instant;

	if (!filter->summary.on)
		return;
	while ((i = insight_find(filter->options->insight, match, i, end)) <
	    end) {
		places = intake_places(&filter->intake, i++);
		instant = stamp_instant(filter->stamp, places);
		tell(filter, places, &instant);
	}
}

/* Tell what is due, or the last time of all. */
static void
report(struct filter *filter, bool final)
{
	int64_t offset = frame_last_offset(filter->intake.frame);
	const char *why;

	if (offset >= 0)
		filter->summary.last_offset = offset;
	why = final ? reporter_end(&filter->reporter) :
		      reporter_wake(&filter->reporter);
	if (why != NULL && !filter->no_metrics) {
		filter->no_metrics = true;
		trouble(filter, filter->options->metrics, why);
	}
	out_flush(&filter->err);
}

static void
refuse(struct filter *filter, const struct record *record,
    const struct stamped *stamped)
{
	if (!refused_take(&filter->refused, filter->source, record,
		&stamped->refusal)) {
		trouble(filter, filter->options->dead_letters, strerror(errno));
		filter->finished = true;
		return;
	}
	if (filter->options->pass_invalid) {
		outlet_put_raw(&filter->outlet, record);
		tell_record(filter, stamped);
	}
	if (refused_too_many(&filter->refused)) {
		trouble(filter, "--max-refused",
		    "too many of the last 1000 records were refused; stopped");
		filter->finished = true;
	}
}

/* Take a record, whose places are known unless known is NULL. */
static void
take_record(struct filter *filter, const struct record *record,
    const struct places *known)
{
	struct stamped stamped;

	filter->summary.bytes += record->bytes;
	stamp_record(filter->stamp, record, known, &stamped);
	if (known == NULL && stamped.places != NULL)
		intake_learn(&filter->intake, record, stamped.places);
	if (stamped.kind == STAMP_REFUSED) {
		refuse(filter, record, &stamped);
		return;
	}
	refused_none(&filter->refused, 1);
	outlet_put_stamped(&filter->outlet, record, &stamped);
	summary_see(&filter->summary, &stamped);
	tell_record(filter, &stamped);
	if (stamped.kind == STAMP_TIMED && !stamped.dated) {
		unitcheck_see(&filter->unitcheck, stamped.instant);
		if (unitcheck_full(&filter->unitcheck))
			warn_of_unit(filter);
	}
}

/* Of many records at once take those that are ordinary, up to one that is not.
 * False: it took none. */
static bool
take_quickly(struct filter *filter)
{
	const struct match *match = intake_lines(&filter->intake);
	size_t begin = filter->intake.next;
	struct stamped_lines done;

	if (match == NULL || !filter->unitcheck.done || filter->outlet.unended)
		return (false);
	done = stamp_lines(filter->stamp, match, begin, &filter->outlet.out);
	refused_none(&filter->refused, done.end - begin);
	summary_see_lines(&filter->summary, match, begin, &done);
	tell_lines(filter, match, begin, done.end);
	intake_skip(&filter->intake, done.end);
	return (done.end > begin);
}

/* A piece of an over-long record: not held, so it goes out at once or never. */
static void
take_part(struct filter *filter, const struct record *record)
{
	if (filter->options->pass_invalid)
		outlet_put_part(&filter->outlet, record->raw);
}

static void
take_break(struct filter *filter)
{
	int64_t offset = frame_last_offset(filter->intake.frame);
	char reason[120];

	if (offset >= 0)
		snprintf(reason, sizeof(reason),
		    "not as --kcat needs it, or cut short, after offset "
		    "%" PRId64, offset);
	else
		snprintf(reason, sizeof(reason),
		    "not as --kcat needs it, or cut short, in the first "
		    "record");
	trouble(filter, filter->source, reason);
}

/* Read more; whatever has been read before is written first. */
static void
fill(struct filter *filter)
{
	struct pollfd readable = {.fd = filter->fd, .events = POLLIN};

	if (filter->options->pad > 0 && poll(&readable, 1, 0) == 0)
		outlet_pad(&filter->outlet);
	flush(filter);
	if (wake_pending() && !filter->finished)
		report(filter, false);
	if (stop_signal() != 0)
		filter->finished = true;
	if (filter->finished)
		return;
	switch (frame_fill(filter->intake.frame)) {
	case FRAME_FAILED:
		trouble(filter, filter->source, strerror(errno));
		break;
	case FRAME_EMPTY: /* a descriptor that does not wait by itself */
		poll(&readable, 1, -1);
		break;
	case FRAME_FILLED:
	case FRAME_INTERRUPTED:
		break;
	}
}

/* Everything that comes from one source. */
static void
run_source(struct filter *filter)
{
	const struct places *known;
	struct record record;

	while (!filter->finished) {
		if (take_quickly(filter))
			continue;
		switch (intake_next(&filter->intake, &record, &known)) {
		case FRAME_RECORD:
			take_record(filter, &record, known);
			break;
		case FRAME_PART:
			take_part(filter, &record);
			break;
		case FRAME_MARK:
			if (!filter->begun)
				out_put(&filter->outlet.out, frame_mark);
			break;
		case FRAME_WAIT:
			fill(filter);
			break;
		case FRAME_BROKEN:
			take_break(filter);
			return;
		case FRAME_END:
			return;
		}
	}
}

/* Is the source also where stdout, or the dead letters, go to? */
static bool
is_output(const struct filter *filter, const struct stat *source)
{
	return (source_is(source, STDOUT_FILENO) ||
	    (filter->options->dead_letters != NULL &&
		source_is(source, filter->deadletter.out.fd)));
}

static void
woken(void *filter)
{
	report(filter, false);
}

/* Read the source that is open to its end. */
static void
take_source(struct filter *filter)
{
	struct stat st;

	if (fstat(filter->fd, &st) == -1) {
		trouble(filter, filter->source, strerror(errno));
	} else if (is_output(filter, &st)) {
		trouble(filter, filter->source, "is also where the output goes");
	} else {
		descriptors_widen(filter->fd);
		frame_start(filter->intake.frame, filter->fd);
		run_source(filter);
		filter->begun = true;
	}
}

/* Open each source and take it. */
static void
take_sources(struct filter *filter)
{
	const struct options *options = filter->options;
	size_t i;

	for (i = 0; i < options->file_count && !filter->finished; i++) {
		flush(filter); /* opening a FIFO can take time too */
		filter->source = options->files[i];
		filter->fd = source_open(filter->source, woken, filter);
		if (stop_signal() != 0)
			filter->finished = true;
		else if (filter->fd == -1)
			trouble(filter, filter->source, strerror(errno));
		else
			take_source(filter);
		source_close(filter->fd);
	}
}

static bool
open_all(struct filter *filter)
{
	const struct options *options = filter->options;
	const char *why;

	outlet_open(&filter->outlet, options, STDOUT_FILENO, OUT_SIZE);
	descriptors_widen(STDOUT_FILENO);
	out_open(&filter->err, STDERR_FILENO, ERR_SIZE);
	filter->refused.err = &filter->err;
	filter->refused.could_keep = true;
	filter->refused.at_terminal = isatty(STDERR_FILENO) == 1;
	filter->refused.max_share = options->max_refused;
	why = intake_open(&filter->intake, &options->form, &options->wanted);
	if (why != NULL) {
		trouble(filter, "LOGINSTAMP_SHAPES", why);
		return (false);
	}
	if (options->dead_letters != NULL) {
		if (!deadletter_open(
			&filter->deadletter, options->dead_letters)) {
			trouble(filter, options->dead_letters,
			    strerror(errno));
			return (false);
		}
		filter->refused.deadletter = &filter->deadletter;
	}
	why = reporter_open(&filter->reporter, options, &filter->summary,
	    &filter->refused, &filter->outlet.out, &filter->err);
	if (why != NULL)
		trouble(filter, options->metrics, why);
	return (why == NULL);
}

/* The end of the input, or of the work. */
static void
finish(struct filter *filter)
{
	bool too_many = refused_too_many_at_end(&filter->refused);

	if (too_many && !filter->finished)
		trouble(filter, "--max-refused", "too many records refused");
	warn_of_unit(filter);
	flush(filter);
	if (!out_close(&filter->outlet.out) && !filter->finished)
		trouble(filter, "stdout", strerror(filter->outlet.out.error));
	if (filter->refused.deadletter != NULL &&
	    !deadletter_close(&filter->deadletter) && !filter->trouble)
		trouble(filter, filter->options->dead_letters,
		    strerror(errno));
	report(filter, true);
	intake_tell(&filter->intake, &filter->err);
	refused_summarise(&filter->refused);
	out_flush(&filter->err);
}

struct filter_end
filter_run(struct options *options)
{
	struct filter filter = {.options = options};
	struct filter_end end = {EXIT_PASSED, 0};

	summary_open(&filter.summary, options);
	filter.stamp = stamp_open(options);
	if (open_all(&filter)) {
		take_sources(&filter);
		finish(&filter);
	} else {
		free(filter.outlet.out.bytes);
	}
	end.signal = filter.outlet.out.error == EPIPE ? SIGPIPE : stop_signal();
	end.status = filter.trouble		? EXIT_TROUBLE :
	    filter.refused.total > 0 ? EXIT_REFUSED :
					      EXIT_PASSED;
	out_flush(&filter.err);
	free(filter.err.bytes);
	intake_close(&filter.intake);
	summary_close(&filter.summary);
	stamp_close(filter.stamp);
	return (end);
}
