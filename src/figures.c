#include "figures.h"

void
figures_open(struct figures *figures, struct watch_options *options,
    struct teller *teller)
{
	*figures = (struct figures){
	    .options = options,
	    .teller = teller,
	    .clock = {.skew = (int64_t)options->skew},
	    .first = {.sec = INT64_MAX},
	    .last = {.sec = INT64_MIN},
	};
	members_open(&figures->members, options);
	alerts_open(&figures->alerts, options, &figures->members, teller);
	period_open(&figures->total, options->distinct_count,
	    options->shared.counted_count);
	if (options->window > 0)
		windows_open(&figures->windows, (int64_t)options->window,
		    options->distinct_count, options->shared.counted_count);
}

static void
tell_window(struct figures *figures, struct window *window, bool complete)
{
	teller_put_window(
	    figures->teller, figures->options, window, complete);
	windows_clear(window);
}

void
figures_end_windows(struct figures *figures)
{
	struct window *window;

	if (figures->options->window > 0)
		while ((window = windows_end(&figures->windows)) != NULL)
			/* The clock has passed its end, or has not; where it
			 * goes on, more may come into it. */
			tell_window(figures, window,
			    figures->options->state == NULL &&
				window->number < figures->windows.newest);
}

/* A time that the clock goes by: windows that are over are told of, and the
 * record comes into its own. */
static void
see_window(struct figures *figures, struct instant instant)
{
	struct window *window;

	while ((window = windows_move(
		    &figures->windows, figures->clock.newest.sec)) != NULL)
		tell_window(figures, window, true);
	window = windows_find(&figures->windows, instant.sec);
	if (window == NULL)
		figures->late++;
	else
		period_see(&window->period, figures->members.distinct,
		    figures->members.counted);
}

static void
see_time(struct figures *figures, struct instant instant)
{
	struct instant from = figures->clock.newest;
	enum eventclock_verdict verdict;

	if (instant_before(instant, figures->first))
		figures->first = instant;
	if (instant_before(figures->last, instant))
		figures->last = instant;
	verdict = eventclock_see(&figures->clock, instant);
	if (verdict == EVENTCLOCK_AHEAD) {
		figures->ahead++;
		return;
	}
	if (verdict == EVENTCLOCK_SET) {
		figures_end_windows(figures);
		teller_put_clock(
		    figures->teller, from, figures->clock.newest);
	}
	alerts_see(
	    &figures->alerts, instant.sec, figures->clock.newest.sec);
	if (figures->options->window > 0)
		see_window(figures, instant);
}

/* Look for values of counted members that are new. */
static void
see_values(struct figures *figures, int64_t sec)
{
	const struct options *options = &figures->options->shared;
	size_t i;

	if (!figures->options->alerts[ALERT_NEW_VALUE].on)
		return;
	for (i = 0; i < options->counted_count; i++)
		alerts_see_value(&figures->alerts, options->counted[i],
		    figures->members.counted[i], figures->total.frequent[i],
		    figures->first.sec, sec);
}

void
figures_see(struct figures *figures, uint64_t bytes,
    const struct stamped *stamped)
{
	figures->records++;
	figures->bytes += bytes;
	if (stamped->kind == STAMP_REFUSED) {
		figures->refused[REASON_NONE]++;
		figures->refused[stamped->refusal.reason]++;
		return;
	}
	if (stamped->places == NULL) {
		figures->blank++;
		return;
	}
	members_take(&figures->members, stamped->places);
	if (stamped->kind == STAMP_TIMED)
		see_values(figures, stamped->instant.sec);
	period_see(&figures->total, figures->members.distinct,
	    figures->members.counted);
	if (stamped->kind == STAMP_TIMED)
		see_time(figures, stamped->instant);
	else
		figures->untimed++;
}

void
figures_merge(struct figures *into, const struct figures *from)
{
	enum reason reason;

	into->records += from->records;
	into->bytes += from->bytes;
	into->blank += from->blank;
	into->untimed += from->untimed;
	into->ahead += from->ahead;
	into->late += from->late;
	for (reason = REASON_NONE; reason < REASON_COUNT; reason++)
		into->refused[reason] += from->refused[reason];
	if (instant_before(from->first, into->first))
		into->first = from->first;
	if (instant_before(into->last, from->last))
		into->last = from->last;
	if (from->clock.set &&
	    (!into->clock.set ||
		instant_before(into->clock.newest, from->clock.newest)))
		into->clock = from->clock;
	period_merge(&into->total, &from->total);
}

void
figures_report(const struct figures *figures, bool steady, bool final,
    struct report *report)
{
	const struct watch_options *options = figures->options;
	uint64_t refused = figures->refused[REASON_NONE];

	*report = (struct report){.program = "loginwatch",
	    .kind = "summary",
	    .final = final,
	    .steady = steady,
	    .clock = figures->clock.newest,
	    .records = figures->records,
	    .bytes = figures->bytes};
	if (!figures->clock.set) /* no year that is shown */
		report->clock.sec = TIMESTAMP_NEVER;
	report_add_count(report, REPORT_RECORDS, figures->records);
	report_add_count(report, REPORT_BYTES, figures->bytes);
	report_add_count(report, REPORT_PASSED, figures->records - refused);
	report_add_count(report, REPORT_BLANK, figures->blank);
	report_add_count(report, REPORT_UNTIMED, figures->untimed);
	report_add_refused(report, refused, figures->refused);
	report_add_count(report, REPORT_AHEAD, figures->ahead);
	report_add_count(report, REPORT_LATE, figures->late);
	if (!instant_before(figures->last, figures->first)) {
		report_add_instant(report, REPORT_FIRST, figures->first);
		report_add_instant(report, REPORT_LAST, figures->last);
	}
	period_report(&figures->total, options->distinct,
	    options->shared.counted, (size_t)options->shared.top, report);
	alerts_report(&figures->alerts, report);
}

void
figures_close(struct figures *figures)
{
	if (figures->options->window > 0)
		windows_close(&figures->windows);
	period_close(&figures->total);
	alerts_close(&figures->alerts);
	members_close(&figures->members);
}
