#include <errno.h>
#include <inttypes.h>

#include "refused.h"
#include "terminal.h"

/* So many of a run are named on stderr. */
#define NAMED_MAX 10

static void
name(struct refused *refused, const char *source, const struct record *record,
    const struct refusal *refusal)
{
	struct out *err = refused->err;
	char reason[REFUSAL_MAX];

	out_printf(err, "%s: ", program_invocation_short_name);
	terminal_show(err, span_of(source));
	out_printf(err, ":%" PRIu64 ":%" PRIu64 ": %s", record->number,
	    refusal->at, refusal_describe(refusal, reason));
	if (record->offset >= 0)
		out_printf(err, " (offset %" PRId64 ")", record->offset);
	out_printf(err, "\n");
	if (refused->at_terminal)
		terminal_point(err, record->payload, refusal->at);
}

bool
refused_take(struct refused *refused, const char *source,
    const struct record *record, const struct refusal *refusal)
{
	refused->latest[refused->total % REFUSED_WINDOW] = ++refused->records;
	refused->count[refusal->reason]++;
	if (refused->total++ < NAMED_MAX)
		name(refused, source, record, refusal);
	return (refused->deadletter == NULL ||
	    deadletter_write(refused->deadletter, source, record, refusal));
}

static bool
exceeds(const struct refused *refused, uint64_t part, uint64_t whole)
{
	/* The share is in thousandths of a percent. */
	return (refused->max_share <= 100 * 1000 &&
	    part * 100 * 1000 > refused->max_share * whole);
}

/* How many of the last REFUSED_WINDOW records were refused. */
static uint64_t
recent(const struct refused *refused)
{
	uint64_t since = refused->records - REFUSED_WINDOW, low, high, middle;

	/* The refusal low is the first of those that came after since. */
	low = refused->total > REFUSED_WINDOW ? refused->total - REFUSED_WINDOW :
						0;
	for (high = refused->total; low < high;) {
		middle = low + (high - low) / 2;
		if (refused->latest[middle % REFUSED_WINDOW] > since)
			high = middle;
		else
			low = middle + 1;
	}
	return (refused->total - low);
}

bool
refused_too_many(const struct refused *refused)
{
	return (refused->max_share <= 100 * 1000 &&
	    refused->records >= REFUSED_WINDOW &&
	    exceeds(refused, recent(refused), REFUSED_WINDOW));
}

bool
refused_too_many_at_end(const struct refused *refused)
{
	return (refused_too_many(refused) ||
	    (refused->records >= REFUSED_LEAST &&
		exceeds(refused, refused->total, refused->records)));
}

void
refused_summarise(const struct refused *refused)
{
	if (refused->total == 0)
		return;
	out_printf(refused->err, "%s: %" PRIu64 " records refused%s\n",
	    program_invocation_short_name, refused->total,
	    refused->deadletter == NULL && refused->could_keep ?
		"; --dead-letters=FILE would have kept them" :
		"");
}
