#include <assert.h>

#include "calendar.h"
#include "format.h"
#include "step.h"

#define SEC_PER_DAY 86400

/* An instant, taken apart in local time. */
struct moment {
	struct calendar_date date;
	int64_t days; /* since 1970 */
	unsigned hour, minute, second;
	struct instant instant;
	const struct zone_period *period;
};

size_t
step_width(enum step_put put)
{
	static const unsigned char width[] = {
	    [PUT_LITERAL] = STEP_TEXT,
	    [PUT_DATE] = sizeof("2023-09-12") - 1,
	    [PUT_TIME] = sizeof("00:45:51") - 1,
	    [PUT_ONE] = 1,
	    [PUT_TWO] = 2,
	    [PUT_SPACED] = 2,
	    [PUT_THREE] = 3,
	    [PUT_FOUR] = 4,
	    [PUT_DAY] = sizeof("Wednesday") - 1,
	    [PUT_DAY_3] = 3,
	    [PUT_MONTH] = sizeof("September") - 1,
	    [PUT_MONTH_3] = 3,
	    [PUT_UPPER] = 2,
	    [PUT_LOWER] = 2,
	    [PUT_SECONDS] = sizeof("-9223372036854775808") - 1,
	    [PUT_NANO_3] = 3,
	    [PUT_NANO_6] = 6,
	    [PUT_NANO_9] = 9,
	    [PUT_OFFSET] = sizeof("+hhmm") - 1,
	    [PUT_OFFSET_COLON] = sizeof("+hh:mm") - 1,
	    [PUT_ZONE] = sizeof(((struct zone_period *)0)->abbreviation),
	};

	assert((size_t)put < sizeof(width));
	return (width[put]);
}

bool
step_is_of_day(const struct step *step)
{
	switch ((enum step_put)step->put) {
	case PUT_TIME:
	case PUT_UPPER:
	case PUT_LOWER:
	case PUT_SECONDS:
	case PUT_NANO_3:
	case PUT_NANO_6:
	case PUT_NANO_9:
		return (true);
	case PUT_ONE:
	case PUT_TWO:
	case PUT_SPACED:
	case PUT_THREE:
	case PUT_FOUR:
		return (step->field >= FIELD_HOUR);
	case PUT_LITERAL:
	case PUT_DATE:
	case PUT_DAY:
	case PUT_DAY_3:
	case PUT_MONTH:
	case PUT_MONTH_3:
	case PUT_OFFSET:
	case PUT_OFFSET_COLON:
	case PUT_ZONE:
		return (false);
	}
	assert(!"a step is one of these");
	return (true);
}

static void
moment_set(struct moment *moment, struct instant instant,
    const struct zone_period *period)
{
	int64_t sec = instant.sec + period->offset;
	int64_t days = sec / SEC_PER_DAY - (sec % SEC_PER_DAY < 0);
	unsigned second_of_day = (unsigned)(sec - days * SEC_PER_DAY);

	moment->date = calendar_from_days(days);
	moment->days = days;
	moment->hour = second_of_day / 3600;
	moment->minute = second_of_day / 60 % 60;
	moment->second = second_of_day % 60;
	moment->instant = instant;
	moment->period = period;
}

/* The week of the year if weeks begin on the day that is so many days after
 * Sunday; days before the first such day are in week 0. */
static unsigned
moment_week(const struct moment *moment, int first)
{
	int weekday = (calendar_weekday(moment->days) + 7 - first) % 7;

	return (
	    (unsigned)(calendar_day_of_year(&moment->date) + 6 - weekday) / 7);
}

static unsigned
moment_iso_year(const struct moment *moment)
{
	int64_t year;

	calendar_iso_week(moment->days, &year);
	return ((unsigned)year);
}

static unsigned
moment_field(const struct moment *moment, enum step_field field)
{
	int64_t year;

	switch (field) {
	case FIELD_CENTURY:
		return ((unsigned)moment->date.year / 100);
	case FIELD_YEAR:
		return ((unsigned)moment->date.year);
	case FIELD_YEAR_OF_CENTURY:
		return ((unsigned)moment->date.year % 100);
	case FIELD_ISO_YEAR:
		return (moment_iso_year(moment));
	case FIELD_ISO_YEAR_OF_CENTURY:
		return (moment_iso_year(moment) % 100);
	case FIELD_ISO_WEEK:
		return ((unsigned)calendar_iso_week(moment->days, &year));
	case FIELD_MONTH:
		return ((unsigned)moment->date.month);
	case FIELD_DAY:
		return ((unsigned)moment->date.day);
	case FIELD_DAY_OF_YEAR:
		return ((unsigned)calendar_day_of_year(&moment->date));
	case FIELD_DAY_FROM_MONDAY:
		return ((unsigned)calendar_weekday(moment->days - 1) + 1);
	case FIELD_DAY_FROM_SUNDAY:
		return ((unsigned)calendar_weekday(moment->days));
	case FIELD_WEEK_FROM_MONDAY:
		return (moment_week(moment, 1));
	case FIELD_WEEK_FROM_SUNDAY:
		return (moment_week(moment, 0));
	case FIELD_HOUR:
		return (moment->hour);
	case FIELD_HOUR_OF_12:
		return ((moment->hour + 11) % 12 + 1);
	case FIELD_MINUTE:
		return (moment->minute);
	case FIELD_SECOND:
		return (moment->second);
	case FIELD_NONE:
		break;
	}
	assert(!"a step has the field that it shows");
	return (0);
}

static inline char *
put_two(char *p, unsigned value)
{
	format_two(p, value);
	return (p + 2);
}

static inline char *
put_four(char *p, unsigned value)
{
	return (put_two(put_two(p, value / 100), value % 100));
}

static inline char *
put_date(char *p, const struct calendar_date *date)
{
	p = put_four(p, (unsigned)date->year);
	*p++ = '-';
	p = put_two(p, (unsigned)date->month);
	*p++ = '-';
	return (put_two(p, (unsigned)date->day));
}

static inline char *
put_time(char *p, const struct moment *moment)
{
	p = put_two(p, moment->hour);
	*p++ = ':';
	p = put_two(p, moment->minute);
	*p++ = ':';
	return (put_two(p, moment->second));
}

/* Write value, of which width digits are wanted, with as many. */
static char *
put_digits(char *p, uint64_t value, int width)
{
	for (int i = width - 1; i >= 0; i--, value /= 10)
		p[i] = (char)('0' + value % 10);
	return (p + width);
}

static char *
put_spaced(char *p, unsigned value)
{
	put_two(p, value);
	if (value < 10)
		*p = ' ';
	return (p + 2);
}

static char *
put_seconds(char *p, int64_t sec)
{
	uint64_t size = sec < 0 ? -(uint64_t)sec : (uint64_t)sec;
	int width = 1;

	if (sec < 0)
		*p++ = '-';
	for (uint64_t rest = size; rest >= 10; rest /= 10)
		width++;
	return (put_digits(p, size, width));
}

/* Write the first width letters of name, or all of it for 0. */
static char *
put_name(char *p, const char *name, size_t width)
{
	if (width == 0)
		width = strlen(name);
	memcpy(p, name, width);
	return (p + width);
}

static char *
put_day(char *p, const struct moment *moment, size_t width)
{
	static const char *const name[] = {"Sunday", "Monday", "Tuesday",
	    "Wednesday", "Thursday", "Friday", "Saturday"};

	return (put_name(p, name[calendar_weekday(moment->days)], width));
}

static char *
put_month(char *p, const struct moment *moment, size_t width)
{
	static const char *const name[] = {"January", "February", "March",
	    "April", "May", "June", "July", "August", "September", "October",
	    "November", "December"};

	return (put_name(p, name[moment->date.month - 1], width));
}

/* Write an offset, whose seconds are cut off as in strftime(3). */
static char *
put_offset(char *p, int32_t offset, const char *colon)
{
	unsigned minutes = (unsigned)(offset < 0 ? -offset : offset) / 60;

	*p++ = offset < 0 ? '-' : '+';
	p = put_two(p, minutes / 60);
	if (*colon != '\0')
		*p++ = *colon;
	return (put_two(p, minutes % 60));
}

static char *
put_zone(char *p, const struct zone_period *period)
{
	memcpy(p, period->abbreviation, sizeof(period->abbreviation));
	return (
	    p + strnlen(period->abbreviation, sizeof(period->abbreviation)));
}

/* Write a step that shows a number which it names by its field. */
static char *
put_field(char *p, const struct step *step, const struct moment *moment)
{
	unsigned value = moment_field(moment, (enum step_field)step->field);

	if (step->put == PUT_TWO)
		return (put_two(p, value));
	if (step->put == PUT_SPACED)
		return (put_spaced(p, value));
	if (step->put == PUT_FOUR)
		return (put_four(p, value));
	return (put_digits(p, value, step->put == PUT_ONE ? 1 : 3));
}

static inline char *
put_step(char *p, const struct step *step, const struct moment *moment)
{
	unsigned nsec = (unsigned)moment->instant.nsec;

	switch ((enum step_put)step->put) {
	case PUT_LITERAL:
		memcpy(p, step->text, STEP_TEXT);
		return (p + step->len);
	case PUT_DATE:
		return (put_date(p, &moment->date));
	case PUT_TIME:
		return (put_time(p, moment));
	case PUT_ONE:
	case PUT_TWO:
	case PUT_SPACED:
	case PUT_THREE:
	case PUT_FOUR:
		return (put_field(p, step, moment));
	case PUT_DAY:
		return (put_day(p, moment, 0));
	case PUT_DAY_3:
		return (put_day(p, moment, 3));
	case PUT_MONTH:
		return (put_month(p, moment, 0));
	case PUT_MONTH_3:
		return (put_month(p, moment, 3));
	case PUT_UPPER:
		return (put_name(p, moment->hour < 12 ? "AM" : "PM", 2));
	case PUT_LOWER:
		return (put_name(p, moment->hour < 12 ? "am" : "pm", 2));
	case PUT_SECONDS:
		return (put_seconds(p, moment->instant.sec));
	case PUT_NANO_3:
		return (put_digits(p, nsec / 1000000, 3));
	case PUT_NANO_6:
		return (put_digits(p, nsec / 1000, 6));
	case PUT_NANO_9:
		return (put_digits(p, nsec, 9));
	case PUT_OFFSET:
		return (put_offset(p, moment->period->offset, ""));
	case PUT_OFFSET_COLON:
		return (put_offset(p, moment->period->offset, ":"));
	case PUT_ZONE:
		return (put_zone(p, moment->period));
	}
	assert(!"a step is one of these");
	return (p);
}

char *
step_write(const struct step *steps, size_t count, struct instant instant,
    const struct zone_period *period, char *p)
{
	struct moment moment;

	moment_set(&moment, instant, period);
	for (size_t i = 0; i < count; i++)
		p = put_step(p, &steps[i], &moment);
	return (p);
}
