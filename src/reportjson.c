#include <inttypes.h>

#include "report.h"
#include "terminal.h"

/* A report as one JSON object on a line. */

/* Thousandths as a decimal. */
static void
put_thousandths(struct out *out, const char *name, int64_t n)
{
	uint64_t all = n < 0 ? -(uint64_t)n : (uint64_t)n;

	out_printf(out, ",\"%s\":%s%" PRIu64 ".%03" PRIu64, name,
	    n < 0 ? "-" : "", all / 1000, all % 1000);
}

static void
put_time(struct out *out, const char *name, struct instant instant)
{
	char text[REPORT_TIME_MAX];

	if (report_time(instant, text)[0] != '\0')
		out_printf(out, ",\"%s\":\"%s\"", name, text);
}

static void
put_figure(const struct report *report, size_t i, struct out *out)
{
	const struct figure *figure = &report->figures[i];
	const struct figure_kind *kind = figure->kind;
	bool first;

	switch (kind->form) {
	case FIGURE_COUNT:
	case FIGURE_RECORDS:
	case FIGURE_BYTES:
	case FIGURE_PART:
		out_printf(out, ",\"%s\":%" PRIu64, kind->name, figure->count);
		break;
	case FIGURE_REASON:
		first = figure[-1].kind != kind;
		if (first)
			out_printf(out, ",\"%s\":{", kind->name);
		out_printf(out, "%s\"%s\":%" PRIu64, first ? "" : ",",
		    figure->label, figure->count);
		if (i + 1 == report->figure_count || figure[1].kind != kind)
			out_put(out, span_of("}"));
		break;
	case FIGURE_INSTANT:
		put_time(out, kind->name, figure->instant);
		break;
	case FIGURE_SPAN:
		put_thousandths(out, kind->name, figure->span_ms);
		break;
	}
}

static void
put_member(const struct report_member *member, struct out *out)
{
	const struct report_value *value;
	size_t i;

	out_put(out, span_of("{\"member\":\""));
	terminal_show_json(out, member->name);
	out_printf(out,
	    "\",\"values\":%" PRIu64 ",\"without\":%" PRIu64
	    ",\"other\":%" PRIu64 ",\"rest\":%" PRIu64,
	    member->values, member->without, member->other, member->rest);
	if (member->bounded)
		out_printf(out, ",\"bound\":%" PRIu64, member->bound);
	out_put(out, span_of(",\"top\":["));
	for (i = 0; i < member->top_count; i++) {
		value = &member->top[i];
		out_printf(out, "%s{\"value\":\"", i > 0 ? "," : "");
		terminal_show_json(out, value->text);
		out_printf(out, "\",\"count\":%" PRIu64, value->count);
		if (member->bounded)
			out_printf(out, ",\"over\":%" PRIu64, value->over);
		out_put(out, span_of("}"));
	}
	out_put(out, span_of("]}"));
}

static void
put_distincts(const struct report *report, struct out *out)
{
	size_t i;

	if (report->distinct_count == 0)
		return;
	out_put(out, span_of(",\"distinct\":["));
	for (i = 0; i < report->distinct_count; i++) {
		out_printf(out, "%s{\"member\":\"", i > 0 ? "," : "");
		terminal_show_json(out, report->distincts[i].name);
		out_printf(out,
		    "\",\"estimate\":%" PRIu64 ",\"standard_error\":%.4f}",
		    report->distincts[i].estimate, DISTINCT_ERROR);
	}
	out_put(out, span_of("]"));
}

static void
put_head(const struct report *report, struct out *out)
{
	out_printf(out, "{\"kind\":\"%s\"", report->kind);
	put_time(out, "@timestamp",
	    report->steady ? report->clock : report->now);
	out_printf(out,
	    ",\"event.kind\":\"metric\",\"event.dataset\":\"%s.%s\","
	    "\"%s\":%s",
	    report->program, report->kind,
	    strcmp(report->kind, "window") == 0 ? "complete" : "final",
	    report->final ? "true" : "false");
	if (report->steady)
		return;
	put_thousandths(out, "seconds", (int64_t)(report->us / 1000));
	out_printf(out,
	    ",\"records_per_second\":%.0f,\"bytes_per_second\":%.0f",
	    report_rate(report, report->records),
	    report_rate(report, report->bytes));
}

void
report_put_json(const struct report *report, struct out *out)
{
	size_t i;

	put_head(report, out);
	for (i = 0; i < report->figure_count; i++)
		put_figure(report, i, out);
	put_distincts(report, out);
	out_put(out, span_of(",\"counts\":["));
	for (i = 0; i < report->member_count; i++) {
		if (i > 0)
			out_put(out, span_of(","));
		put_member(&report->members[i], out);
	}
	out_put(out, span_of("]}\n"));
}
