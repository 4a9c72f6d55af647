#include <time.h>

#include "metrics.h"
#include "reporter.h"
#include "wake.h"

/* Metrics are written so often, if --every does not say. */
#define METRICS_US ((uint64_t)15000000)

static uint64_t
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000);
}

static struct instant
now_instant(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return ((struct instant){now.tv_sec, (int32_t)now.tv_nsec});
}

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
	    .start = reporter->start,
	    .us = now_us() - reporter->start_us,
	    .now = now_instant(),
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
	if (options->metrics != NULL)
		why = metrics_write(options->metrics, &report);
	report_free(&report);
	return (why);
}

const char *
reporter_open(struct reporter *reporter, const struct options *options,
    const struct summary *summary, const struct refused *refused,
    struct out *err)
{
	*reporter = (struct reporter){
	    .options = options,
	    .summary = summary,
	    .refused = refused,
	    .err = err,
	    .start = now_instant(),
	    .start_us = now_us(),
	    .every_us = options->every_ms * 1000,
	};
	if (options->metrics != NULL && reporter->every_us == 0)
		reporter->every_us = METRICS_US;
	if (options->metrics == NULL && options->insights == INSIGHTS_NONE)
		reporter->every_us = 0;
	reporter->due_us = reporter->start_us + reporter->every_us;
	if (reporter->every_us > 0)
		wake_after(reporter->every_us / 1000);
	return (options->metrics != NULL ? tell(reporter, false, false) : NULL);
}

/* Wake when the next report is due; is one due now? */
static bool
is_due(struct reporter *reporter)
{
	uint64_t every = reporter->every_us, now = now_us();
	bool due = every > 0 && now >= reporter->due_us;

	if (due) /* one, also where several were missed */
		reporter->due_us += (now - reporter->due_us) / every * every +
		    every;
	/* A millisecond later rather than sooner: it would be too soon. */
	wake_after(every > 0 ? (reporter->due_us - now) / 1000 + 1 : 0);
	return (due);
}

const char *
reporter_wake(struct reporter *reporter)
{
	const char *why = NULL;
	bool due, asked;

	/* One that comes between the two looks is seen in another round. */
	while (why == NULL && wake_pending()) {
		due = is_due(reporter);
		asked = wake_asked();
		if (due || asked)
			why = tell(reporter,
			    asked || reporter->options->every_ms > 0, false);
	}
	return (why);
}

const char *
reporter_end(struct reporter *reporter)
{
	return (tell(reporter, true, true));
}
