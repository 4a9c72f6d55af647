#include "metrics.h"
#include "reporter.h"

/* Metrics are written so often, if --every does not say. */
#define METRICS_MS 15000

/* Tell: the summary if it is asked for, and the metrics if there are. */
static const char *
tell(struct reporter *reporter, bool summary, bool final)
{
	const struct options *options = reporter->options;
	const struct summary_rest rest = {
	    .records = reporter->refused->records,
	    .refused = reporter->refused->total,
	    .refused_by_reason = reporter->refused->count,
	    .top = options->top,
	    .start = reporter->schedule.start,
	    .us = schedule_elapsed_us(&reporter->schedule),
	    .now = schedule_now(),
	    .final = final,
	};
	struct report report;
	const char *why = NULL;

	if (!reporter->summary->on)
		return (NULL);
	summary_report(reporter->summary, &rest, &report);
	if (summary && options->insights == INSIGHTS_TEXT)
		report_put_text(&report, options->zone, reporter->err);
	if (summary && options->insights == INSIGHTS_JSON)
		report_put_json(&report, reporter->err);
	if (options->metrics != NULL) {
		/* What the metrics count has been written before them. */
		out_flush(reporter->err);
		report_add_count(&report, REPORT_WRITTEN, reporter->out->total);
		report_add_count(&report, REPORT_SAID, reporter->err->total);
		why = metrics_write(options->metrics, &report);
	}
	report_free(&report);
	return (why);
}

const char *
reporter_open(struct reporter *reporter, const struct options *options,
    const struct summary *summary, const struct refused *refused,
    const struct out *out, struct out *err)
{
	uint64_t every_ms = options->every_ms;

	*reporter = (struct reporter){.options = options,
	    .summary = summary,
	    .refused = refused,
	    .out = out,
	    .err = err};
	if (options->metrics != NULL && every_ms == 0)
		every_ms = METRICS_MS;
	schedule_open(&reporter->schedule, summary->on ? every_ms : 0);
	return (options->metrics != NULL ? tell(reporter, false, false) : NULL);
}

const char *
reporter_wake(struct reporter *reporter)
{
	const char *why = NULL;
	enum schedule_cause cause;

	while (why == NULL &&
	    (cause = schedule_next(&reporter->schedule)) != SCHEDULE_NOTHING)
		why = tell(reporter,
		    cause == SCHEDULE_ASKED || reporter->options->every_ms > 0,
		    false);
	return (why);
}

const char *
reporter_end(struct reporter *reporter)
{
	return (tell(reporter, true, true));
}
