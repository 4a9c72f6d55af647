#include <stdlib.h>

#include "memory.h"
#include "period.h"

void
period_open(struct period *period, size_t distinct_count,
    size_t frequent_count)
{
	size_t i;

	*period = (struct period){
	    .distinct_count = distinct_count, .frequent_count = frequent_count};
	for (i = 0; i < distinct_count; i++)
		period->distinct[i] = memory_alloc(sizeof(*period->distinct[i]));
	for (i = 0; i < frequent_count; i++)
		period->frequent[i] = frequent_open();
	period_clear(period);
}

void
period_see(struct period *period, const struct period_value *const distinct[],
    const struct period_value *const frequent[])
{
	size_t i;

	period->records++;
	for (i = 0; i < period->distinct_count; i++)
		if (distinct[i]->text.ptr != NULL)
			distinct_see(period->distinct[i], distinct[i]->hash);
	for (i = 0; i < period->frequent_count; i++)
		if (frequent[i]->text.ptr != NULL)
			frequent_see(period->frequent[i], frequent[i]->text,
			    frequent[i]->frequent_hash);
}

void
period_report(const struct period *period, const struct span *distinct,
    const struct span *frequent, size_t max, struct report *report)
{
	size_t i;

	for (i = 0; i < period->distinct_count; i++)
		report_add_distinct(report, distinct[i], period->distinct[i]);
	for (i = 0; i < period->frequent_count; i++)
		report_add_frequent(report, frequent[i], period->records,
		    period->frequent[i], max);
}

void
period_merge(struct period *into, const struct period *from)
{
	size_t i;

	into->records += from->records;
	for (i = 0; i < into->distinct_count; i++)
		distinct_merge(into->distinct[i], from->distinct[i]);
	for (i = 0; i < into->frequent_count; i++)
		frequent_merge(into->frequent[i], from->frequent[i]);
}

void
period_clear(struct period *period)
{
	size_t i;

	period->records = 0;
	for (i = 0; i < period->distinct_count; i++)
		*period->distinct[i] = (struct distinct){0};
	for (i = 0; i < period->frequent_count; i++)
		frequent_clear(period->frequent[i]);
}

void
period_close(struct period *period)
{
	while (period->distinct_count > 0)
		free(period->distinct[--period->distinct_count]);
	while (period->frequent_count > 0)
		frequent_close(period->frequent[--period->frequent_count]);
}
