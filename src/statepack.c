#include "reason.h"
#include "statepack.h"

static void
put_names(struct pack *pack, const struct span *names, size_t count)
{
	size_t i;

	pack_number(pack, count);
	for (i = 0; i < count; i++)
		pack_text(pack, names[i]);
}

/* Two states can be merged only if this is the same. */
static uint64_t
key_mark(const struct figures *figures)
{
	return (siphash_64(&figures->members.key, span_of("key of a state")));
}

void
statepack_put_members(struct pack *pack, const struct figures *figures)
{
	const struct watch_options *options = figures->options;

	put_names(pack, options->distinct, options->distinct_count);
	put_names(pack, options->shared.counted, options->shared.counted_count);
	pack_number(pack, key_mark(figures));
}

static void
get_names(struct unpack *unpack, struct span *names, size_t *count)
{
	uint64_t i, n = unpack_number(unpack);

	*count = 0;
	if (n > SUMMARY_MEMBERS_MAX)
		unpack->failed = true;
	for (i = 0; i < n && !unpack->failed; i++)
		names[(*count)++] = unpack_text(unpack);
}

void
statepack_get_members(struct unpack *unpack, struct watch_options *options)
{
	get_names(unpack, options->distinct, &options->distinct_count);
	get_names(unpack, options->shared.counted,
	    &options->shared.counted_count);
	unpack_number(unpack);
}

static bool
same_names(struct unpack *unpack, const struct span *names, size_t count)
{
	struct span others[SUMMARY_MEMBERS_MAX];
	size_t i, n;

	get_names(unpack, others, &n);
	for (i = 0; i < n && n == count; i++)
		if (!span_equal(others[i], names[i]))
			return (false);
	return (n == count);
}

const char *
statepack_check_members(struct unpack *unpack, const struct figures *figures)
{
	const struct watch_options *options = figures->options;

	if (!same_names(unpack, options->distinct, options->distinct_count))
		return ("was made with another --distinct");
	if (!same_names(unpack, options->shared.counted,
		options->shared.counted_count))
		return ("was made with another --count");
	if (unpack_number(unpack) != key_mark(figures))
		return ("was made with another key");
	return (NULL);
}

void
statepack_put_offsets(struct pack *pack, const struct offsets *offsets)
{
	size_t i;

	pack_number(pack, offsets->count);
	for (i = 0; i < offsets->count; i++) {
		pack_text(pack, span_of(offsets->all[i].source));
		pack_number(pack, (uint64_t)offsets->all[i].last);
	}
}

void
statepack_get_offsets(struct unpack *unpack, struct offsets *offsets)
{
	uint64_t n = unpack_number(unpack);
	struct span source;
	int64_t last;

	for (; n > 0 && !unpack->failed; n--) {
		source = unpack_text(unpack);
		last = (int64_t)unpack_number(unpack);
		if (offsets != NULL)
			offsets_of(offsets, source)->last = last;
	}
}

static void
put_instant(struct pack *pack, struct instant instant)
{
	pack_number(pack, (uint64_t)instant.sec);
	pack_number(pack, (uint64_t)instant.nsec);
}

static struct instant
get_instant(struct unpack *unpack)
{
	int64_t sec = (int64_t)unpack_number(unpack);

	return ((struct instant){sec, (int32_t)unpack_number(unpack)});
}

static void
put_frequent(struct pack *pack, const struct frequent *frequent)
{
	struct frequent_value all[FREQUENT_COUNTERS];
	size_t i, n = frequent_all(frequent, all);

	pack_number(pack, frequent_total(frequent));
	pack_number(pack, frequent_long(frequent));
	pack_number(pack, n);
	for (i = 0; i < n; i++) {
		pack_text(pack, all[i].text);
		pack_number(pack, all[i].count);
		pack_number(pack, all[i].over);
	}
}

static void
get_frequent(struct unpack *unpack, struct frequent *frequent)
{
	uint64_t total = unpack_number(unpack), long_ = unpack_number(unpack);
	uint64_t n = unpack_number(unpack);
	struct frequent_value value;

	if (n > FREQUENT_COUNTERS)
		unpack->failed = true;
	for (; n > 0 && !unpack->failed; n--) {
		value.text = unpack_text(unpack);
		value.count = unpack_number(unpack);
		value.over = unpack_number(unpack);
		if (value.text.len > FREQUENT_TEXT_MAX)
			unpack->failed = true;
		else
			frequent_restore(frequent, &value);
	}
	frequent_set_total(frequent, total, long_);
}

static void
put_period(struct pack *pack, const struct period *period)
{
	size_t i;

	pack_number(pack, period->records);
	for (i = 0; i < period->distinct_count; i++)
		pack_text(pack,
		    (struct span){(const char *)period->distinct[i]->registers,
			DISTINCT_REGISTERS});
	for (i = 0; i < period->frequent_count; i++)
		put_frequent(pack, period->frequent[i]);
}

static void
get_period(struct unpack *unpack, struct period *period)
{
	struct span registers;
	size_t i;

	period_clear(period);
	period->records = unpack_number(unpack);
	for (i = 0; i < period->distinct_count; i++) {
		registers = unpack_text(unpack);
		if (registers.len == DISTINCT_REGISTERS)
			memcpy(period->distinct[i]->registers, registers.ptr,
			    DISTINCT_REGISTERS);
		else
			unpack->failed = true;
	}
	for (i = 0; i < period->frequent_count; i++)
		get_frequent(unpack, period->frequent[i]);
}

static void
put_windows(struct pack *pack, const struct windows *windows)
{
	const struct window *window;

	pack_number(pack, (uint64_t)windows->length);
	if (windows->length == 0)
		return;
	pack_number(pack, windows->set);
	pack_number(pack, (uint64_t)windows->newest);
	for (window = windows->open; window < windows->open + WINDOWS_OPEN;
	    window++) {
		pack_number(pack, window->used);
		pack_number(pack, (uint64_t)window->number);
		if (window->used)
			put_period(pack, &window->period);
	}
}

static void
get_windows(struct unpack *unpack, struct windows *windows)
{
	int64_t length = (int64_t)unpack_number(unpack);
	struct window *window;

	if (length != windows->length) { /* the rest is left out */
		unpack->left.len = 0;
		return;
	}
	if (length == 0)
		return;
	windows->set = unpack_number(unpack);
	windows->newest = (int64_t)unpack_number(unpack);
	for (window = windows->open; window < windows->open + WINDOWS_OPEN;
	    window++) {
		window->used = unpack_number(unpack);
		window->number = (int64_t)unpack_number(unpack);
		if (window->used)
			get_period(unpack, &window->period);
	}
}

static void
put_clock(struct pack *pack, const struct eventclock *clock)
{
	pack_number(pack, clock->set);
	put_instant(pack, clock->newest);
	pack_number(pack, (uint64_t)clock->off);
	pack_number(pack, clock->off_ahead);
	put_instant(pack, clock->off_first);
	put_instant(pack, clock->off_last);
}

static void
get_clock(struct unpack *unpack, struct eventclock *clock)
{
	clock->set = unpack_number(unpack);
	clock->newest = get_instant(unpack);
	clock->off = (int32_t)unpack_number(unpack);
	clock->off_ahead = unpack_number(unpack);
	clock->off_first = get_instant(unpack);
	clock->off_last = get_instant(unpack);
}

/* Reasons go by their labels, so that there can be more of them one day. */
static void
put_refused(struct pack *pack, const uint64_t *refused)
{
	enum reason reason;

	pack_number(pack, REASON_COUNT);
	for (reason = REASON_NONE; reason < REASON_COUNT; reason++) {
		pack_text(pack, span_of(reason_label(reason)));
		pack_number(pack, refused[reason]);
	}
}

static void
get_refused(struct unpack *unpack, uint64_t *refused)
{
	uint64_t count, n = unpack_number(unpack);
	enum reason reason;
	struct span label;

	for (; n > 0 && !unpack->failed; n--) {
		label = unpack_text(unpack);
		count = unpack_number(unpack);
		for (reason = REASON_NONE; reason < REASON_COUNT; reason++)
			if (span_equal(label, span_of(reason_label(reason))))
				refused[reason] = count;
	}
}

void
statepack_put_figures(struct pack *pack, const struct figures *figures)
{
	pack_number(pack, figures->records);
	pack_number(pack, figures->bytes);
	pack_number(pack, figures->blank);
	pack_number(pack, figures->untimed);
	pack_number(pack, figures->ahead);
	pack_number(pack, figures->late);
	put_refused(pack, figures->refused);
	put_instant(pack, figures->first);
	put_instant(pack, figures->last);
	put_clock(pack, &figures->clock);
	put_period(pack, &figures->total);
	put_windows(pack, &figures->windows);
}

void
statepack_get_figures(struct unpack *unpack, struct figures *figures)
{
	figures->records = unpack_number(unpack);
	figures->bytes = unpack_number(unpack);
	figures->blank = unpack_number(unpack);
	figures->untimed = unpack_number(unpack);
	figures->ahead = unpack_number(unpack);
	figures->late = unpack_number(unpack);
	get_refused(unpack, figures->refused);
	figures->first = get_instant(unpack);
	figures->last = get_instant(unpack);
	get_clock(unpack, &figures->clock);
	get_period(unpack, &figures->total);
	get_windows(unpack, &figures->windows);
}
