#include <inttypes.h>
#include <stdio.h>

#include "report.h"
#include "terminal.h"

/* A report for people. */

/* The first column, and the one for numbers; longer ones push the rest. */
#define WORDS_WIDTH 28
#define NUMBER_WIDTH 15

#define BAR_WIDTH 25

/* "1,234,567" into buf. */
#define GROUPED_MAX 28
static const char *
grouped(uint64_t n, char buf[static GROUPED_MAX])
{
	char *p = buf + GROUPED_MAX - 1;
	unsigned digits = 0;

	*p = '\0';
	do {
		if (digits > 0 && digits % 3 == 0)
			*--p = ',';
		*--p = (char)('0' + n % 10);
		n /= 10;
		digits++;
	} while (n > 0);
	return (p);
}

/* "1.9 M" into buf: three digits at least, and a letter for 1000^n. */
#define SCALED_MAX 24
static const char *
scaled(double n, char buf[static SCALED_MAX])
{
	static const char letters[] = " kMGTP";
	const char *letter = letters;

	while (n >= 999.5 && letter[1] != '\0') {
		n /= 1000;
		letter++;
	}
	snprintf(buf, SCALED_MAX, "%.*f %.*s", n < 99.95 && letter > letters,
	    n, letter > letters, letter);
	return (buf);
}

/* "3 d 04:05:06", "4:05:06" or "5.123 s" into buf. */
#define SPAN_MAX 48
static const char *
span_text(int64_t ms, char buf[static SPAN_MAX])
{
	const char *sign = ms < 0 ? "-" : "";
	uint64_t all = ms < 0 ? -(uint64_t)ms : (uint64_t)ms;
	uint64_t sec = all / 1000;
	char days[GROUPED_MAX];

	if (sec < 60)
		snprintf(buf, SPAN_MAX, "%s%" PRIu64 ".%03" PRIu64 " s", sign,
		    sec, all % 1000);
	else if (sec < 86400)
		snprintf(buf, SPAN_MAX,
		    "%s%" PRIu64 ":%02" PRIu64 ":%02" PRIu64, sign,
		    sec / 3600, sec / 60 % 60, sec % 60);
	else
		snprintf(buf, SPAN_MAX,
		    "%s%s d %02" PRIu64 ":%02" PRIu64 ":%02" PRIu64, sign,
		    grouped(sec / 86400, days), sec / 3600 % 24, sec / 60 % 60,
		    sec % 60);
	return (buf);
}

/* The beginning of a line: indent, words, and spaces up to the next column. */
static void
put_words(struct out *out, int indent, struct span words)
{
	char line[TERMINAL_SHOWN_MAX];
	struct span shown = {line, terminal_line(words, line)};
	int columns = indent + (int)terminal_columns(shown);

	out_printf(out, "%*s", indent, "");
	out_put(out, shown);
	if (columns < WORDS_WIDTH)
		out_printf(out, "%*s", WORDS_WIDTH - columns, "");
}

static void
put_number(struct out *out, uint64_t n)
{
	char buf[GROUPED_MAX];

	out_printf(out, "%*s", NUMBER_WIDTH, grouped(n, buf));
}

static double
percent(uint64_t part, uint64_t whole)
{
	return (whole > 0 ? 100.0 * (double)part / (double)whole : 0);
}

/* The number and share of one part or value; the bar is as long as it is
 * beside the greatest, 0 being none; words stand behind. */
static void
put_part(struct out *out, uint64_t part, uint64_t whole, uint64_t greatest,
    const char *words)
{
	int n = greatest > 0 ? (int)(part * BAR_WIDTH / greatest) : 0;

	put_number(out, part);
	out_printf(out, "  %5.1f %%", percent(part, whole));
	if (n > 0)
		out_printf(out, "  %.*s", n, "#########################");
	out_printf(out, "%s\n", words);
}

static void
put_rate(const struct report *report, struct out *out, uint64_t count,
    const char *unit)
{
	char buf[SCALED_MAX];

	put_number(out, count);
	if (report->steady)
		out_put(out, span_of("\n"));
	else
		out_printf(out, "  %s%s/s\n",
		    scaled(report_rate(report, count), buf), unit);
}

static void
put_figure(const struct report *report, const struct figure *figure,
    const struct zone *zone, struct out *out)
{
	const struct figure_kind *kind = figure->kind;
	bool reason = kind->form == FIGURE_REASON;
	char buf[SPAN_MAX];

	if (figure->count == 0 && !kind->always)
		return;
	put_words(out, reason ? 4 : 2,
	    span_of(reason ? figure->words : kind->words));
	switch (kind->form) {
	case FIGURE_COUNT:
		put_number(out, figure->count);
		out_put(out, span_of("\n"));
		break;
	case FIGURE_RECORDS:
		put_rate(report, out, figure->count, "");
		break;
	case FIGURE_BYTES:
		put_rate(report, out, figure->count, "B");
		break;
	case FIGURE_PART:
	case FIGURE_REASON:
		put_part(out, figure->count, report->records, 0, "");
		break;
	case FIGURE_INSTANT:
		report_put_time(out, figure->instant, zone);
		out_put(out, span_of("\n"));
		break;
	case FIGURE_SPAN:
		out_printf(out, "%s\n", span_text(figure->span_ms, buf));
		break;
	}
}

static void
put_value(const struct report_value *value, uint64_t records,
    uint64_t greatest, struct out *out)
{
	char buf[GROUPED_MAX];
	char words[64] = "";

	put_words(out, 4, value->text);
	if (value->over > 0)
		snprintf(words, sizeof(words), "  up to %s too many",
		    grouped(value->over, buf));
	put_part(out, value->count, records, greatest, words);
}

static void
put_member(const struct report_member *member, struct out *out)
{
	uint64_t records = member->counted + member->without;
	uint64_t unshown = member->values - member->top_count;
	bool more = member->other > 0 || member->bound > 0;
	char words[64], buf[GROUPED_MAX];
	size_t i;

	put_words(out, 2, member->name);
	out_printf(out, "  %s%s value%s\n", more ? "more than " : "",
	    grouped(member->values, buf), member->values == 1 ? "" : "s");
	for (i = 0; i < member->top_count; i++)
		put_value(&member->top[i], records, member->top[0].count, out);
	if (member->rest > 0) {
		snprintf(words, sizeof(words), "(%s others)",
		    more ? "all" : grouped(unshown, buf));
		put_words(out, 4, span_of(words));
		put_part(out, member->rest, records, 0, "");
	}
	if (member->without > 0 && member->counted > 0) {
		put_words(out, 4, span_of("(without)"));
		put_part(out, member->without, records, 0, "");
	}
}

static void
put_heading(const struct report *report, const struct zone *zone,
    struct out *out)
{
	char buf[SPAN_MAX];

	if (!report->steady) {
		out_printf(out, "Summary %s %s\n",
		    report->final ? "of" : "after",
		    span_text((int64_t)(report->us / 1000), buf));
		return;
	}
	if (strcmp(report->kind, "window") == 0)
		out_printf(out, "Window%s up to ",
		    report->final ? "" : ", incomplete,");
	else
		out_printf(out, "Summary of all up to ");
	report_put_time(out, report->clock, zone);
	out_put(out, span_of("\n"));
}

void
report_put_text(const struct report *report, const struct zone *zone,
    struct out *out)
{
	const struct report_distinct *distinct;
	char words[TERMINAL_SHOWN_MAX];
	size_t i;

	put_heading(report, zone, out);
	for (i = 0; i < report->figure_count; i++)
		put_figure(report, &report->figures[i], zone, out);
	for (i = 0; i < report->distinct_count; i++) {
		distinct = &report->distincts[i];
		snprintf(words, sizeof(words), "different %.*s",
		    (int)distinct->name.len, distinct->name.ptr);
		put_words(out, 2, span_of(words));
		put_number(out, distinct->estimate);
		out_printf(out, "  +- %.1f %%\n", 100 * DISTINCT_ERROR);
	}
	for (i = 0; i < report->member_count; i++)
		put_member(&report->members[i], out);
}
