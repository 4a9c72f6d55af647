#include <stdlib.h>

#include "options.h"
#include "reason.h"
#include "stamp.h"
#include "summary.h"

enum summary_figure {
	SUMMARY_RECORDS,
	SUMMARY_BYTES,
	SUMMARY_PASSED,
	SUMMARY_BLANK,
	SUMMARY_UNTIMED,
	SUMMARY_REFUSED,
	SUMMARY_REASON,
	SUMMARY_TOLD,
	SUMMARY_LAST_OFFSET,
	SUMMARY_FIRST,
	SUMMARY_LAST,
	SUMMARY_LAG,
};

/* The one table of figures. */
static const struct figure_kind figures[] = {
    [SUMMARY_RECORDS] = {FIGURE_RECORDS, true, "records", "records",
	"records_total", "Records read, refused and blank ones too."},
    [SUMMARY_BYTES] = {FIGURE_BYTES, true, "bytes", "bytes",
	"read_bytes_total", "Bytes of keys and payloads read."},
    [SUMMARY_PASSED] = {FIGURE_PART, true, "passed", "passed",
	"passed_records_total", "Records that went out."},
    [SUMMARY_BLANK] = {FIGURE_PART, false, "blank", "blank",
	"blank_records_total", "Records with a blank payload; they passed."},
    [SUMMARY_UNTIMED] = {FIGURE_PART, false, "without_timestamp",
	"without timestamp", "untimed_records_total",
	"Records without a timestamp that passed."},
    [SUMMARY_REFUSED] = {FIGURE_PART, true, "refused", "refused", NULL, NULL},
    [SUMMARY_REASON] = {FIGURE_REASON, false, "refused_by_reason", NULL,
	"refused_records_total", "Records refused, by reason."},
    [SUMMARY_TOLD] = {FIGURE_PART, false, "insights", "insights",
	"insights_total", "Records that an insight rule matched."},
    [SUMMARY_LAST_OFFSET] = {FIGURE_COUNT, true, "last_offset", "last offset",
	"last_offset", "Offset of the last record in its partition."},
    [SUMMARY_FIRST] = {FIGURE_INSTANT, true, "event.start", "first event",
	"first_event_timestamp_seconds", "Earliest time of a record."},
    [SUMMARY_LAST] = {FIGURE_INSTANT, true, "event.end", "last event",
	"last_event_timestamp_seconds", "Latest time of a record."},
    [SUMMARY_LAG] = {FIGURE_SPAN, true, "lag_seconds", "lag", "lag_seconds",
	"From the latest time of a record to this writing."},
};

void
summary_open(struct summary *summary, struct options *options)
{
	struct span name;
	size_t i;

	*summary = (struct summary){
	    .on = options->insights != INSIGHTS_NONE ||
		options->metrics != NULL,
	    .last_offset = -1,
	    .first = {.sec = INT64_MAX},
	    .last = {.sec = INT64_MIN},
	};
	if (!summary->on)
		return;
	for (i = 0; i < options->counted_count; i++) {
		name = options->counted[i];
		summary->members[summary->member_count++] =
		    (struct summary_member){name,
			wanted_add(&options->wanted, name), tally_open()};
	}
}

static void
count_members(struct summary *summary, const struct places *places)
{
	const struct summary_member *member;
	const struct place *place;

	for (member = summary->members;
	    member < summary->members + summary->member_count; member++) {
		place = &places->members[member->place];
		if (place->kind != VALUE_ABSENT && place->kind != VALUE_NULL)
			tally_count(member->tally,
			    place_text(place, &summary->scratch), 0);
	}
}

void
summary_see(struct summary *summary, const struct stamped *stamped)
{
	if (!summary->on)
		return;
	if (stamped->kind == STAMP_TIMED)
		summary_see_time(summary, stamped->instant);
	else if (stamped->kind == STAMP_UNTIMED)
		summary->untimed++;
	else
		summary->blank++;
	if (stamped->places != NULL)
		count_members(summary, stamped->places);
}

/* Count the values in line i.  Escapes are looked for only where the lines say
 * that there may be some. */
static inline void
count_line(struct summary *summary, const struct match *match, size_t i)
{
	const struct summary_member *member, *end;
	const bool special = match->lines->special;
	struct place place;

	end = summary->members + summary->member_count;
	for (member = summary->members; member < end; member++) {
		place = match_place(match, i, member->place);
		if (place.kind == VALUE_STRING && !special)
			tally_count(member->tally,
			    (struct span){
				place.value.ptr + 1, place.value.len - 2},
			    i);
		else if (place.kind != VALUE_ABSENT && place.kind != VALUE_NULL)
			tally_count(member->tally,
			    place_text(&place, &summary->scratch), i);
	}
}

void
summary_see_lines(struct summary *summary, const struct match *match,
    size_t i, size_t end, const struct stamp_times *times)
{
	const struct lines *lines = match->lines;

	/* A delimiter of one byte is between two lines. */
	summary->bytes += lines->end[end - 1] - lines->begin[i] -
	    (end - 1 - i);
	summary_see_time(summary, times->first);
	summary_see_time(summary, times->last);
	for (; i < end; i++)
		count_line(summary, match, i);
}

static void
add_count(struct report *report, enum summary_figure figure, uint64_t count)
{
	report_add(report,
	    (struct figure){.kind = &figures[figure], .count = count});
}

static void
add_counts(const struct summary *summary, const struct summary_rest *rest,
    struct report *report)
{
	enum reason reason;

	add_count(report, SUMMARY_RECORDS, rest->records);
	add_count(report, SUMMARY_BYTES, summary->bytes);
	add_count(report, SUMMARY_PASSED, rest->records - rest->refused);
	add_count(report, SUMMARY_BLANK, summary->blank);
	add_count(report, SUMMARY_UNTIMED, summary->untimed);
	add_count(report, SUMMARY_REFUSED, rest->refused);
	for (reason = REASON_NONE + 1; reason < REASON_COUNT; reason++)
		report_add(report,
		    (struct figure){.kind = &figures[SUMMARY_REASON],
			.label = reason_label(reason),
			.words = reason_text(reason),
			.count = rest->refused_by_reason[reason]});
	add_count(report, SUMMARY_TOLD, summary->told);
	if (summary->last_offset >= 0)
		add_count(report, SUMMARY_LAST_OFFSET,
		    (uint64_t)summary->last_offset);
}

static void
add_times(const struct summary *summary, struct instant now,
    struct report *report)
{
	struct instant last = summary->last;

	if (instant_before(last, summary->first))
		return;
	report_add(report,
	    (struct figure){.kind = &figures[SUMMARY_FIRST],
		.instant = summary->first});
	report_add(report,
	    (struct figure){.kind = &figures[SUMMARY_LAST], .instant = last});
	report_add(report,
	    (struct figure){.kind = &figures[SUMMARY_LAG],
		.span_ms = (now.sec - last.sec) * 1000 +
		    (now.nsec - last.nsec) / 1000000});
}

void
summary_report(const struct summary *summary, const struct summary_rest *rest,
    struct report *report)
{
	const struct summary_member *member;
	uint64_t passed = rest->records - rest->refused;

	*report = (struct report){.program = "loginstamp",
	    .final = rest->final,
	    .start = rest->start,
	    .now = rest->now,
	    .us = rest->us,
	    .records = rest->records,
	    .bytes = summary->bytes};
	add_counts(summary, rest, report);
	add_times(summary, rest->now, report);
	for (member = summary->members;
	    member < summary->members + summary->member_count; member++)
		report_add_member(report, member->name, passed - summary->blank,
		    member->tally, (size_t)rest->top);
}

void
summary_close(struct summary *summary)
{
	while (summary->member_count > 0)
		free(summary->members[--summary->member_count].tally);
	free(summary->scratch.ptr);
}
