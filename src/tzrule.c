#include <assert.h>

#include "calendar.h"
#include "tzrule.h"

#define SEC_PER_HOUR 3600
#define SEC_PER_DAY 86400
#define SEC_MAX INT64_C(1000000000000000) /* 1e15 */

/* What is still to be read. */
struct cursor {
	const char *p;
	const char *end;
};

/* Step over c, if that is what comes. */
static bool
accept(struct cursor *cursor, char c)
{
	if (cursor->p == cursor->end || *cursor->p != c)
		return (false);
	cursor->p++;
	return (true);
}

static bool
is_letter(char c)
{
	return ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'));
}

static bool
is_digit(char c)
{
	return (c >= '0' && c <= '9');
}

/* Read an unsigned number from low to high. */
static bool
number_read(struct cursor *cursor, int low, int high, int *value)
{
	if (cursor->p == cursor->end || !is_digit(*cursor->p))
		return (false);
	*value = 0;
	for (; cursor->p < cursor->end && is_digit(*cursor->p); cursor->p++) {
		*value = *value * 10 + (*cursor->p - '0');
		if (*value > high)
			return (false);
	}
	return (*value >= low);
}

/* Read [+-]hh[:mm[:ss]] as seconds. */
static bool
time_read(struct cursor *cursor, int max_hours, int32_t *time)
{
	bool negative = accept(cursor, '-');
	int hours, minutes = 0, seconds = 0;

	if (!negative)
		accept(cursor, '+');
	if (!number_read(cursor, 0, max_hours, &hours))
		return (false);
	if (accept(cursor, ':')) {
		if (!number_read(cursor, 0, 59, &minutes))
			return (false);
		if (accept(cursor, ':') &&
		    !number_read(cursor, 0, 59, &seconds))
			return (false);
	}
	*time = hours * SEC_PER_HOUR + minutes * 60 + seconds;
	if (negative)
		*time = -*time;
	return (true);
}

/* Read an offset as seconds east of UTC; POSIX counts them west. */
static bool
offset_read(struct cursor *cursor, int32_t *offset)
{
	if (!time_read(cursor, 24, offset))
		return (false);
	*offset = -*offset;
	return (true);
}

/* Read a name: three letters at least, or, within < and >, three letters,
 * digits and signs. */
static bool
name_read(struct cursor *cursor, struct tzrule_type *type)
{
	bool quoted = accept(cursor, '<');
	const char *begin = cursor->p;
	size_t len;

	while (cursor->p < cursor->end &&
	       (is_letter(*cursor->p) ||
		   (quoted && (is_digit(*cursor->p) || *cursor->p == '+' ||
				  *cursor->p == '-'))))
		cursor->p++;
	len = (size_t)(cursor->p - begin);
	if (len < 3 || len >= sizeof(type->abbreviation) ||
	    (quoted && !accept(cursor, '>')))
		return (false);
	memset(type->abbreviation, 0, sizeof(type->abbreviation));
	memcpy(type->abbreviation, begin, len);
	return (true);
}

/* Read ,date[/time]. */
static bool
change_read(struct cursor *cursor, struct tzrule_change *change)
{
	bool good;

	if (!accept(cursor, ','))
		return (false);
	if (accept(cursor, 'J')) {
		change->kind = TZRULE_JULIAN;
		good = number_read(cursor, 1, 365, &change->day);
	} else if (accept(cursor, 'M')) {
		change->kind = TZRULE_WEEKDAY;
		good = number_read(cursor, 1, 12, &change->month) &&
		       accept(cursor, '.') &&
		       number_read(cursor, 1, 5, &change->week) &&
		       accept(cursor, '.') &&
		       number_read(cursor, 0, 6, &change->day);
	} else {
		change->kind = TZRULE_DAY;
		good = number_read(cursor, 0, 365, &change->day);
	}
	change->time = 2 * SEC_PER_HOUR;
	if (good && accept(cursor, '/'))
		good = time_read(cursor, 167, &change->time);
	return (good);
}

bool
tzrule_parse(struct span text, struct tzrule *rule)
{
	struct cursor cursor = {text.ptr, text.ptr + text.len};

	*rule = (struct tzrule){.has_daylight = false};
	if (!name_read(&cursor, &rule->standard) ||
	    !offset_read(&cursor, &rule->standard.offset))
		return (false);
	if (cursor.p == cursor.end)
		return (true);
	rule->has_daylight = true;
	if (!name_read(&cursor, &rule->daylight))
		return (false);
	rule->daylight.offset = rule->standard.offset + SEC_PER_HOUR;
	if (cursor.p < cursor.end && *cursor.p != ',' &&
	    !offset_read(&cursor, &rule->daylight.offset))
		return (false);
	return (change_read(&cursor, &rule->start) &&
		change_read(&cursor, &rule->end) && cursor.p == cursor.end);
}

/* The day, counted from 1970, of a change in year. */
static int64_t
change_day(const struct tzrule_change *change, int64_t year)
{
	int64_t first;
	int day, length;

	switch (change->kind) {
	case TZRULE_JULIAN:
		day = change->day;
		if (day > 59 && calendar_is_leap(year))
			day++;
		return (calendar_to_days(year, 1, 1) + day - 1);
	case TZRULE_DAY:
		return (calendar_to_days(year, 1, 1) + change->day);
	case TZRULE_WEEKDAY:
		break;
	}
	first = calendar_to_days(year, change->month, 1);
	length = calendar_month_length(year, change->month);
	day = (change->day - calendar_weekday(first) + 7) % 7;
	day += (change->week - 1) * 7;
	if (day >= length)
		day -= 7; /* the fifth that is not there: the last */
	return (first + day);
}

/* The second, since 1970 UTC, of a change in year, for clocks that are set
 * to offset before it. */
static int64_t
change_second(const struct tzrule_change *change, int64_t year, int32_t offset)
{
	return (change_day(change, year) * SEC_PER_DAY + change->time - offset);
}

/* Draw the period's ends nearer to sec, if the change at when is nearer. */
static void
period_tighten(struct zone_period *period, int64_t sec, int64_t when)
{
	if (when <= sec && when > period->from)
		period->from = when;
	if (when > sec && when < period->until)
		period->until = when;
}

/*
 * Times reach up to 167 hours out of their year, and on the southern half of
 * the globe daylight saving time lasts into the next one.  So look at each
 * year's from two years before sec: at its start, the end that follows, and
 * whether sec lies between.  Where one year's end and the next one's start
 * meet or overlap, daylight saving time never ends (RFC 8536, section 3.3.1).
 */
void
tzrule_lookup(
    const struct tzrule *rule, int64_t sec, struct zone_period *period)
{
	const struct tzrule_type *type = &rule->standard;
	int32_t before_start = rule->standard.offset;
	int32_t before_end = rule->daylight.offset;
	int64_t day, year;

	assert(sec >= -SEC_MAX && sec <= SEC_MAX);
	period->from = INT64_MIN;
	period->until = INT64_MAX;
	day = sec / SEC_PER_DAY - (sec % SEC_PER_DAY < 0);
	year = calendar_from_days(day).year;
	for (int64_t y = year - 2; rule->has_daylight && y <= year + 2; y++) {
		int64_t start = change_second(&rule->start, y, before_start);
		int64_t end = change_second(&rule->end, y, before_end);

		period_tighten(period, sec, start);
		period_tighten(period, sec, end);
		if (end <= start)
			end = change_second(&rule->end, y + 1, before_end);
		if (start <= sec && sec < end)
			type = &rule->daylight;
	}
	period->offset = type->offset;
	memcpy(period->abbreviation, type->abbreviation,
	    sizeof(period->abbreviation));
}
