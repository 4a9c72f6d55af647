#include "calendar.h"

/*
 * Hinnant's algorithms let the year begin on 1 March, so that the leap day is
 * its last, and count in eras of 400 years, after which the calendar repeats.
 */
#define ERA_YEARS 400
#define ERA_DAYS 146097
#define DAYS_TO_1970 719468 /* from 0000-03-01 */

/* a / b, cut toward minus infinity; b is positive. */
static inline int64_t
floor_divide(int64_t a, int64_t b)
{
	return (a / b - (a % b < 0));
}

bool
calendar_is_leap(int64_t year)
{
	return (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

int
calendar_month_length(int64_t year, int month)
{
	static const int length[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return (length[month - 1] + (month == 2 && calendar_is_leap(year)));
}

int64_t
calendar_to_days(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = floor_divide(y, ERA_YEARS);
	int year_of_era = (int)(y - era * ERA_YEARS);
	int month_from_march = month > 2 ? month - 3 : month + 9;
	int day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
	int day_of_era = year_of_era * 365 + year_of_era / 4 -
			 year_of_era / 100 + day_of_year;

	return (era * ERA_DAYS + day_of_era - DAYS_TO_1970);
}

struct calendar_date
calendar_from_days(int64_t days)
{
	int64_t z = days + DAYS_TO_1970;
	int64_t era = floor_divide(z, ERA_DAYS);
	unsigned day_of_era = (unsigned)(z - era * ERA_DAYS);
	unsigned year_of_era = (day_of_era - day_of_era / 1460 +
				   day_of_era / 36524 - day_of_era / 146096) /
			       365;
	unsigned day_of_year =
	    day_of_era -
	    (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	unsigned month_from_march = (5 * day_of_year + 2) / 153;
	int month = (int)month_from_march + (month_from_march < 10 ? 3 : -9);

	return ((struct calendar_date){
	    .year = era * ERA_YEARS + year_of_era + (month <= 2),
	    .month = month,
	    .day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
	});
}

int
calendar_weekday(int64_t days)
{
	/* 1970-01-01 was a Thursday. */
	int64_t from_sunday = days + 4;

	return ((int)(from_sunday - floor_divide(from_sunday, 7) * 7));
}

int
calendar_day_of_year(const struct calendar_date *date)
{
	return ((int)(calendar_to_days(date->year, date->month, date->day) -
		      calendar_to_days(date->year, 1, 0)));
}

int
calendar_iso_week(int64_t days, int64_t *year)
{
	/* A week counts for the year that its Thursday is in. */
	int64_t thursday = days + 3 - (calendar_weekday(days) + 6) % 7;

	*year = calendar_from_days(thursday).year;
	return ((int)((thursday - calendar_to_days(*year, 1, 1)) / 7 + 1));
}
