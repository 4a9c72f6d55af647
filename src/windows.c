#include "windows.h"

/* The number of the window that sec is in. */
static int64_t
number_of(const struct windows *windows, int64_t sec)
{
	return (sec / windows->length - (sec % windows->length < 0));
}

static struct window *
slot_of(struct windows *windows, int64_t number)
{
	return (&windows->open[(uint64_t)number % WINDOWS_OPEN]);
}

void
windows_open(struct windows *windows, int64_t length, size_t distinct_count,
    size_t frequent_count)
{
	size_t i;

	*windows = (struct windows){.length = length};
	for (i = 0; i < WINDOWS_OPEN; i++)
		period_open(&windows->open[i].period, distinct_count,
		    frequent_count);
}

/* The oldest window that has records and a number below limit. */
static struct window *
oldest_below(struct windows *windows, int64_t limit)
{
	struct window *oldest = NULL, *window;

	for (window = windows->open; window < windows->open + WINDOWS_OPEN;
	    window++)
		if (window->used && window->number < limit &&
		    (oldest == NULL || window->number < oldest->number))
			oldest = window;
	return (oldest);
}

struct window *
windows_move(struct windows *windows, int64_t sec)
{
	int64_t number = number_of(windows, sec);
	struct window *over;

	if (windows->set && number <= windows->newest)
		return (NULL);
	over = oldest_below(windows, number - WINDOWS_OPEN + 1);
	if (over == NULL) {
		windows->set = true;
		windows->newest = number;
	}
	return (over);
}

struct window *
windows_end(struct windows *windows)
{
	windows->set = false;
	return (oldest_below(windows, INT64_MAX));
}

void
windows_clear(struct window *window)
{
	window->used = false;
	period_clear(&window->period);
}

struct window *
windows_find(struct windows *windows, int64_t sec)
{
	int64_t number = number_of(windows, sec);
	struct window *window = slot_of(windows, number);

	if (number > windows->newest ||
	    number <= windows->newest - WINDOWS_OPEN)
		return (NULL);
	window->used = true;
	window->number = number;
	return (window);
}

void
windows_close(struct windows *windows)
{
	size_t i;

	for (i = 0; i < WINDOWS_OPEN; i++)
		period_close(&windows->open[i].period);
}
