#include <assert.h>
#include <stdlib.h>

#include "format.h"
#include "memory.h"
#include "report.h"

void
report_add(struct report *report, struct figure figure)
{
	assert(report->figure_count < REPORT_FIGURES_MAX);
	report->figures[report->figure_count++] = figure;
}

void
report_add_member(struct report *report, struct span name, uint64_t records,
    const struct tally *tally, size_t max)
{
	struct report_member *member = &report->members[report->member_count++];

	assert(report->member_count <= REPORT_MEMBERS_MAX);
	*member = (struct report_member){
	    .name = name, .tally = tally, .counted = tally_counted(tally)};
	member->without = records - member->counted;
	if (max > tally->values)
		max = tally->values;
	member->top = memory_alloc(max * sizeof(*member->top));
	member->top_count = tally_top(tally, member->top, max);
}

void
report_free(struct report *report)
{
	while (report->member_count > 0)
		free(report->members[--report->member_count].top);
}

uint64_t
report_rest(const struct report_member *member)
{
	uint64_t rest = member->counted;
	size_t i;

	for (i = 0; i < member->top_count; i++)
		rest -= member->top[i].count;
	return (rest);
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
