#include <inttypes.h>
#include <string.h>

#include "teller.h"
#include "terminal.h"
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

static void
put_alert_text(struct out *out, const struct teller_alert *alert,
    const struct zone *zone)
{
	size_t i;

	out_printf(out, "Alert %s: %s at ", alert->state, alert->name);
	report_put_time(out, (struct instant){alert->at, 0}, zone);
	if (alert->member.ptr != NULL) {
		out_put(out, span_of(": "));
		terminal_show(out, alert->member);
		out_put(out, span_of(" "));
		terminal_show(out, alert->value);
	}
	if (alert->has_mean)
		out_printf(out, ": %" PRIu64 " records, %.1f +- %.1f expected",
		    alert->records, alert->mean, alert->deviation);
	else if (strcmp(alert->state, "end") == 0)
		out_printf(out, ": %" PRIu64 " records since it began",
		    alert->records);
	else
		out_printf(out, ": %" PRIu64 " %s within %" PRId64 " s",
		    alert->threshold, alert->counted, alert->seconds);
	for (i = 0; i < alert->evidence_count; i++) {
		out_put(out, span_of(i == 0 ? ": " : ", "));
		terminal_show(out, alert->evidence[i]);
	}
	out_put(out, span_of("\n"));
}

static void
put_json_string(struct out *out, const char *before, struct span text)
{
	out_put(out, span_of(before));
	terminal_show_json(out, text);
	out_put(out, span_of("\""));
}

static void
put_alert_json(struct out *out, const struct teller_alert *alert)
{
	char time[REPORT_TIME_MAX];
	size_t i;

	out_printf(out, "{\"kind\":\"alert\",\"@timestamp\":\"%s\"",
	    report_time((struct instant){alert->at, 0}, time));
	out_printf(out,
	    ",\"event.kind\":\"alert\","
	    "\"event.dataset\":\"loginwatch.alert\","
	    "\"alert\":\"%s\",\"state\":\"%s\"",
	    alert->name, alert->state);
	if (alert->member.ptr != NULL) {
		put_json_string(out, ",\"member\":\"", alert->member);
		put_json_string(out, ",\"value\":\"", alert->value);
	}
	out_printf(out,
	    ",\"threshold\":%" PRIu64 ",\"counted\":\"%s\","
	    "\"window_seconds\":%" PRId64 ",\"event.start\":\"%s\"",
	    alert->threshold, alert->counted, alert->seconds,
	    report_time((struct instant){alert->begin, 0}, time));
	out_printf(out, ",\"records\":%" PRIu64, alert->records);
	if (alert->has_mean)
		out_printf(out, ",\"mean\":%.1f,\"deviation\":%.1f",
		    alert->mean, alert->deviation);
	if (alert->evidence_count > 0)
		out_put(out, span_of(",\"evidence\":["));
	for (i = 0; i < alert->evidence_count; i++)
		put_json_string(out, i == 0 ? "\"" : ",\"", alert->evidence[i]);
	out_put(out, span_of(alert->evidence_count > 0 ? "]}\n" : "}\n"));
}

void
teller_put_alert(struct teller *teller, const struct teller_alert *alert)
{
	const struct options *options = teller->options;

	if (options->insights == INSIGHTS_TEXT)
		put_alert_text(teller->out, alert, options->zone);
	else if (options->insights == INSIGHTS_JSON)
		put_alert_json(teller->out, alert);
}
