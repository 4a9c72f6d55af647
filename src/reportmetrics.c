#include <inttypes.h>

#include "report.h"
#include "terminal.h"

/* A report in Prometheus' text format, version 0.0.4:
 * prometheus.io/docs/instrumenting/exposition_formats. */

/* The first so many values of a member have a series of their own.  They are
 * the first, not the commonest, because a series, and the one of the others,
 * must not lose what it has counted. */
#define SERIES_MAX 50

static void
put_head(const struct report *report, struct out *out, const char *name,
    const char *help)
{
	size_t len = strlen(name);
	bool counter = len > 6 && strcmp(name + len - 6, "_total") == 0;

	out_printf(out, "# HELP %s_%s %s\n# TYPE %s_%s %s\n", report->program,
	    name, help, report->program, name, counter ? "counter" : "gauge");
}

/* Seconds since 1970, exactly. */
static void
put_seconds(struct out *out, struct instant instant)
{
	int64_t sec = instant.sec;
	int32_t nsec = instant.nsec;
	bool negative = sec < 0;

	if (negative && nsec > 0) {
		sec += 1;
		nsec = 1000000000 - nsec;
	}
	out_printf(out, " %s%" PRIu64 ".%09" PRId32 "\n", negative ? "-" : "",
	    negative ? -(uint64_t)sec : (uint64_t)sec, nsec);
}

static void
put_figure(const struct report *report, size_t i, struct out *out)
{
	const struct figure *figure = &report->figures[i];
	const struct figure_kind *kind = figure->kind;

	if (kind->metric == NULL)
		return;
	if (i == 0 || figure[-1].kind != kind)
		put_head(report, out, kind->metric, kind->help);
	out_printf(out, "%s_%s", report->program, kind->metric);
	switch (kind->form) {
	case FIGURE_REASON:
		out_printf(out, "{reason=\"%s\"}", figure->label);
		/* FALLTHROUGH */
	case FIGURE_COUNT:
	case FIGURE_RECORDS:
	case FIGURE_BYTES:
	case FIGURE_PART:
		out_printf(out, " %" PRIu64 "\n", figure->count);
		break;
	case FIGURE_INSTANT:
		put_seconds(out, figure->instant);
		break;
	case FIGURE_SPAN:
		put_seconds(out,
		    (struct instant){figure->span_ms / 1000 -
			    (figure->span_ms % 1000 < 0),
			(int32_t)(figure->span_ms % 1000 +
			    (figure->span_ms % 1000 < 0 ? 1000 : 0)) *
			    1000000});
		break;
	}
}

/* Is the text one that is shown as it is, and so can be told from others? */
static bool
is_plain(struct span text)
{
	char line[TERMINAL_SHOWN_MAX];

	return (span_equal(text,
	    (struct span){line, terminal_line(text, line)}));
}

/* Put text in as a label's value. */
static void
put_label(struct out *out, struct span text)
{
	size_t i;

	for (i = 0; i < text.len; i++) {
		if (text.ptr[i] == '"' || text.ptr[i] == '\\')
			out_put(out, span_of("\\"));
		out_put(out, (struct span){text.ptr + i, 1});
	}
}

static void
put_sample(const struct report *report, struct span member, struct out *out,
    const char *metric, struct span value, uint64_t count)
{
	out_printf(out, "%s_%s{member=\"", report->program, metric);
	put_label(out, member);
	if (value.ptr != NULL) {
		out_put(out, span_of("\",value=\""));
		put_label(out, value);
	}
	out_printf(out, "\"} %" PRIu64 "\n", count);
}

/* What a series of its own has: a counter, where counts only grow, of the
 * tally's i-th value, or else a gauge of the i-th commonest. */
static struct report_value
value_at(const struct report_member *member, size_t i)
{
	struct tally_value value;

	if (member->tally == NULL)
		return (member->top[i]);
	value = tally_value(member->tally, i);
	return ((struct report_value){value.text, value.count, 0});
}

static void
put_values(const struct report *report, const struct report_member *member,
    struct out *out, const char *metric)
{
	static const struct span other = {"other", 5};
	size_t i, n = 0, values;
	uint64_t rest = member->counted;
	struct report_value value;

	values = member->tally != NULL ? member->tally->values :
					 member->top_count;
	if (report_is_identifier(member->name))
		values = 0;
	for (i = 0; i < values && n < SERIES_MAX; i++) {
		value = value_at(member, i);
		if (!is_plain(value.text) || span_equal(value.text, other))
			continue;
		put_sample(report, member->name, out, metric, value.text,
		    value.count);
		/* Counts that are too high can add up to more than all. */
		rest -= value.count < rest ? value.count : rest;
		n++;
	}
	put_sample(report, member->name, out, metric, other, rest);
}

static void
put_members(const struct report *report, struct out *out)
{
	const struct report_member *member, *end;
	const char *metric;

	member = report->members;
	end = member + report->member_count;
	if (member == end)
		return;
	metric = member->tally != NULL ? "values_total" : "value_records";
	put_head(report, out, metric,
	    "Values of counted members in records that went out.");
	for (; member < end; member++)
		if (is_plain(member->name))
			put_values(report, member, out, metric);
	put_head(report, out, "without_member_total",
	    "Records that went out without a counted member.");
	for (member = report->members; member < end; member++)
		if (is_plain(member->name))
			put_sample(report, member->name, out, "without_member_total",
			    SPAN_ABSENT, member->without);
}

static void
put_distincts(const struct report *report, struct out *out)
{
	size_t i;

	if (report->distinct_count == 0)
		return;
	put_head(report, out, "distinct_values",
	    "Different values of a member, about.");
	for (i = 0; i < report->distinct_count; i++)
		if (is_plain(report->distincts[i].name))
			put_sample(report, report->distincts[i].name, out,
			    "distinct_values", SPAN_ABSENT,
			    report->distincts[i].estimate);
}

static void
put_alerts(const struct report *report, struct out *out)
{
	const struct report_alert *alert, *end;

	alert = report->alerts;
	end = alert + report->alert_count;
	if (alert == end)
		return;
	put_head(report, out, "alerts_total",
	    "Incidents that an alert told of, since the start.");
	for (; alert < end; alert++)
		out_printf(out, "%s_alerts_total{alert=\"%s\"} %" PRIu64 "\n",
		    report->program, alert->name, alert->begun);
	put_head(report, out, "open_alerts", "Incidents that have not ended.");
	for (alert = report->alerts; alert < end; alert++)
		out_printf(out, "%s_open_alerts{alert=\"%s\"} %" PRIu64 "\n",
		    report->program, alert->name, alert->open);
}

static void
put_instant(const struct report *report, struct out *out, const char *name,
    const char *help, struct instant instant)
{
	put_head(report, out, name, help);
	out_printf(out, "%s_%s", report->program, name);
	put_seconds(out, instant);
}

void
report_put_metrics(const struct report *report, struct out *out)
{
	size_t i;

	for (i = 0; i < report->figure_count; i++)
		put_figure(report, i, out);
	put_distincts(report, out);
	put_members(report, out);
	put_alerts(report, out);
	put_instant(report, out, "start_timestamp_seconds", "When it started.",
	    report->start);
	put_instant(report, out, "last_write_timestamp_seconds",
	    "When this file was written.", report->now);
}
