#include <assert.h>
#include <stdlib.h>

#include "format.h"
#include "memory.h"
#include "reason.h"
#include "report.h"

const struct figure_kind report_kinds[] = {
    [REPORT_RECORDS] = {FIGURE_RECORDS, true, "records", "records",
	"records_total", "Records read, refused and blank ones too."},
    [REPORT_BYTES] = {FIGURE_BYTES, true, "bytes", "bytes",
	"read_bytes_total", "Bytes of keys and payloads read."},
    [REPORT_PASSED] = {FIGURE_PART, true, "passed", "passed",
	"passed_records_total", "Records that went out."},
    [REPORT_BLANK] = {FIGURE_PART, false, "blank", "blank",
	"blank_records_total", "Records with a blank payload; they passed."},
    [REPORT_UNTIMED] = {FIGURE_PART, false, "without_timestamp",
	"without timestamp", "untimed_records_total",
	"Records without a timestamp that passed."},
    [REPORT_REFUSED] = {FIGURE_PART, true, "refused", "refused", NULL, NULL},
    [REPORT_REASON] = {FIGURE_REASON, false, "refused_by_reason", NULL,
	"refused_records_total", "Records refused, by reason."},
    [REPORT_TOLD] = {FIGURE_PART, false, "insights", "insights",
	"insights_total", "Records that an insight rule matched."},
    [REPORT_AHEAD] = {FIGURE_PART, false, "ahead", "ahead of the clock",
	"ahead_records_total", "Records too far ahead of the event clock."},
    [REPORT_LATE] = {FIGURE_PART, false, "late", "late for their window",
	"late_records_total", "Records older than the open windows."},
    [REPORT_LAST_OFFSET] = {FIGURE_COUNT, true, "last_offset", "last offset",
	"last_offset", "Offset of the last record in its partition."},
    [REPORT_FROM] = {FIGURE_INSTANT, true, "event.start", "from", NULL, NULL},
    [REPORT_UNTIL] = {FIGURE_INSTANT, true, "event.end", "until", NULL, NULL},
    [REPORT_FIRST] = {FIGURE_INSTANT, true, "event.start", "first event",
	"first_event_timestamp_seconds", "Earliest time of a record."},
    [REPORT_LAST] = {FIGURE_INSTANT, true, "event.end", "last event",
	"last_event_timestamp_seconds", "Latest time of a record."},
    [REPORT_LAG] = {FIGURE_SPAN, true, "lag_seconds", "lag", "lag_seconds",
	"From the latest time of a record to this writing."},
    [REPORT_WRITTEN] = {FIGURE_COUNT, true, NULL, NULL,
	"written_bytes_total", "Bytes written to standard output."},
    [REPORT_SAID] = {FIGURE_COUNT, true, NULL, NULL, "said_bytes_total",
	"Bytes written to standard error."},
};

void
report_add(struct report *report, struct figure figure)
{
	assert(report->figure_count < REPORT_FIGURES_MAX);
	report->figures[report->figure_count++] = figure;
}

void
report_add_count(struct report *report, enum report_figure figure,
    uint64_t count)
{
	report_add(report,
	    (struct figure){.kind = &report_kinds[figure], .count = count});
}

void
report_add_instant(struct report *report, enum report_figure figure,
    struct instant instant)
{
	report_add(report,
	    (struct figure){.kind = &report_kinds[figure],
		.instant = instant});
}

void
report_add_refused(struct report *report, uint64_t refused,
    const uint64_t *by_reason)
{
	enum reason reason;

	report_add_count(report, REPORT_REFUSED, refused);
	for (reason = REASON_NONE + 1; reason < REASON_COUNT; reason++)
		report_add(report,
		    (struct figure){.kind = &report_kinds[REPORT_REASON],
			.label = reason_label(reason),
			.words = reason_text(reason),
			.count = by_reason[reason]});
}

static struct report_member *
add_member(struct report *report, struct span name, uint64_t records,
    uint64_t counted, size_t top)
{
	struct report_member *member = &report->members[report->member_count++];

	assert(report->member_count <= REPORT_MEMBERS_MAX);
	*member = (struct report_member){.name = name,
	    .without = records - counted,
	    .counted = counted,
	    .rest = counted,
	    .top_count = top};
	member->top = memory_alloc(top * sizeof(*member->top));
	return (member);
}

void
report_add_tally(struct report *report, struct span name, uint64_t records,
    const struct tally *tally, size_t max)
{
	struct tally_value top[TALLY_VALUES_MAX];
	struct report_member *member;
	size_t i, n = tally_top(tally, top, max);

	member = add_member(report, name, records, tally_counted(tally), n);
	member->values = tally->values;
	member->other = tally->other;
	member->tally = tally;
	for (i = 0; i < n; i++) {
		member->top[i] =
		    (struct report_value){top[i].text, top[i].count, 0};
		member->rest -= top[i].count;
	}
}

void
report_add_frequent(struct report *report, struct span name, uint64_t records,
    const struct frequent *frequent, size_t max)
{
	struct frequent_value top[FREQUENT_COUNTERS];
	struct report_member *member;
	size_t i, n = frequent_top(frequent, top, max);

	member = add_member(report, name, records, frequent_total(frequent), n);
	member->values = frequent_values(frequent);
	member->other = frequent_long(frequent);
	member->bounded = true;
	member->bound = frequent_bound(frequent);
	for (i = 0; i < n; i++) {
		member->top[i] = (struct report_value){
		    top[i].text, top[i].count, top[i].over};
		/* Counts that are too high can add up to more than all. */
		member->rest -= top[i].count < member->rest ? top[i].count :
							      member->rest;
	}
}

void
report_add_distinct(struct report *report, struct span name,
    const struct distinct *distinct)
{
	assert(report->distinct_count < REPORT_MEMBERS_MAX);
	report->distincts[report->distinct_count++] =
	    (struct report_distinct){name, distinct_estimate(distinct)};
}

void
report_add_alert(struct report *report, struct report_alert alert)
{
	assert(report->alert_count < REPORT_ALERTS_MAX);
	report->alerts[report->alert_count++] = alert;
}

void
report_free(struct report *report)
{
	while (report->member_count > 0)
		free(report->members[--report->member_count].top);
}

double
report_rate(const struct report *report, uint64_t count)
{
	return ((double)count * 1e6 /
	    (double)(report->us > 0 ? report->us : 1));
}

const char *
report_time(struct instant instant, char buf[static REPORT_TIME_MAX])
{
	static const struct zone_period utc = {
	    .from = INT64_MIN, .until = INT64_MAX, .abbreviation = "UTC"};
	struct format *format;
	struct span bad;

	buf[0] = '\0';
	if (!format_has_year(instant, &utc))
		return (buf);
	format = format_compile("%Y-%m-%dT%H:%M:%S.%3NZ", &bad);
	assert(format_bound(format) < REPORT_TIME_MAX);
	buf[format_render(format, instant, &utc, buf)] = '\0';
	format_free(format);
	return (buf);
}

void
report_put_time(struct out *out, struct instant instant,
    const struct zone *zone)
{
	struct zone_period period;
	struct format *format;
	struct span bad;
	char text[64];

	zone_lookup(zone, instant.sec, &period);
	if (!format_has_year(instant, &period)) {
		out_put(out, span_of("-"));
		return;
	}
	format = format_compile("%Y-%m-%d %H:%M:%S %Z", &bad);
	assert(format_bound(format) <= sizeof(text));
	out_put(out,
	    (struct span){
		text, format_render(format, instant, &period, text)});
	format_free(format);
}

bool
report_is_identifier(struct span name)
{
	static const char *const endings[] = {"id", "ip", "mail", "user",
	    "name", "phone", "address", "key", "token", "agent"};
	size_t i, len;

	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		len = strlen(endings[i]);
		if (name.len >= len &&
		    strncasecmp(name.ptr + name.len - len, endings[i], len) ==
			0)
			return (true);
	}
	return (false);
}
