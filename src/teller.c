#include "teller.h"
#include "watchoptions.h"

void
teller_put_report(struct teller *teller, struct report *report)
{
	const struct options *options = teller->options;

	if (options->insights == INSIGHTS_TEXT)
		report_put_text(report, options->zone, teller->out);
	else if (options->insights == INSIGHTS_JSON)
		report_put_json(report, teller->out);
	report_free(report);
}

void
teller_put_window(struct teller *teller, const struct watch_options *options,
    const struct window *window, bool complete)
{
	int64_t length = (int64_t)options->window;
	struct instant begin = {window->number * length, 0};
	struct report report = {.program = "loginwatch",
	    .kind = "window",
	    .final = complete,
	    .steady = true,
	    .clock = {begin.sec + length, 0},
	    .records = window->period.records};

	report_add_instant(&report, REPORT_FROM, begin);
	report_add_instant(&report, REPORT_UNTIL, report.clock);
	report_add_count(&report, REPORT_RECORDS, window->period.records);
	period_report(&window->period, options->distinct,
	    options->shared.counted, (size_t)options->shared.top, &report);
	teller_put_report(teller, &report);
}

void
teller_put_clock(struct teller *teller, struct instant from, struct instant to)
{
	const struct options *options = teller->options;
	char time[REPORT_TIME_MAX];

	if (options->insights == INSIGHTS_TEXT) {
		out_printf(teller->out, "Clock set from ");
		report_put_time(teller->out, from, options->zone);
		out_printf(teller->out, " to ");
		report_put_time(teller->out, to, options->zone);
		out_printf(teller->out, ": three records in a row agree\n");
	} else if (options->insights == INSIGHTS_JSON) {
		out_printf(teller->out,
		    "{\"kind\":\"clock\",\"@timestamp\":\"%s\","
		    "\"event.kind\":\"event\","
		    "\"event.dataset\":\"loginwatch.clock\"",
		    report_time(to, time));
		out_printf(teller->out, ",\"from\":\"%s\"}\n",
		    report_time(from, time));
	}
}
