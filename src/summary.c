#include <stdlib.h>

#include "options.h"
#include "stamp.h"
#include "summary.h"

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

/* Count the values in lines i to end, which have one shape.  Escapes are looked
 * for only where there may be some. */
static void
count_run(struct tally *tally, struct column column, bool special, size_t i,
    size_t end, struct scratch *scratch)
{
	struct place place = {.kind = column.kind};

	if (column.kind == VALUE_ABSENT || column.kind == VALUE_NULL)
		return;
	if (column.kind == VALUE_STRING && !special) {
		column = column_contents(column);
		for (; i < end; i++)
			tally_count(tally, column_value(&column, i), i);
		return;
	}
	for (; i < end; i++) {
		place.value = column_value(&column, i);
		tally_count(tally, place_text(&place, scratch), i);
	}
}

void
summary_see_lines(struct summary *summary, const struct match *match,
    size_t i, const struct stamped_lines *done)
{
	const struct lines *lines = match->lines;
	const struct summary_member *member;
	size_t run;

	if (!summary->on || i == done->end)
		return;
	/* A delimiter of one byte is between two lines. */
	summary->bytes += lines->end[done->end - 1] - lines->begin[i] -
	    (done->end - 1 - i);
	summary_see_time(summary, done->first);
	summary_see_time(summary, done->last);
	for (; i < done->end; i = run) {
		run = match_run(match, i, done->end);
		for (member = summary->members;
		    member < summary->members + summary->member_count;
		    member++)
			count_run(member->tally,
			    match_column(match, i, member->place),
			    lines->special, i, run, &summary->scratch);
	}
}

static void
add_counts(const struct summary *summary, const struct summary_rest *rest,
    struct report *report)
{
	report_add_count(report, REPORT_RECORDS, rest->records);
	report_add_count(report, REPORT_BYTES, summary->bytes);
	report_add_count(
	    report, REPORT_PASSED, rest->records - rest->refused);
	report_add_count(report, REPORT_BLANK, summary->blank);
	report_add_count(report, REPORT_UNTIMED, summary->untimed);
	report_add_refused(report, rest->refused, rest->refused_by_reason);
	report_add_count(report, REPORT_TOLD, summary->told);
	if (summary->last_offset >= 0)
		report_add_count(report, REPORT_LAST_OFFSET,
		    (uint64_t)summary->last_offset);
}

static void
add_times(const struct summary *summary, struct instant now,
    struct report *report)
{
	struct instant last = summary->last;

	if (instant_before(last, summary->first))
		return;
	report_add_instant(report, REPORT_FIRST, summary->first);
	report_add_instant(report, REPORT_LAST, last);
	report_add(report,
	    (struct figure){.kind = &report_kinds[REPORT_LAG],
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
	    .kind = "summary",
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
		report_add_tally(report, member->name, passed - summary->blank,
		    member->tally, (size_t)rest->top);
}

void
summary_close(struct summary *summary)
{
	while (summary->member_count > 0)
		free(summary->members[--summary->member_count].tally);
	free(summary->scratch.ptr);
}
