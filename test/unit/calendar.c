#include <stdlib.h>
#include <time.h>

#include "calendar.h"
#include "unit.h"

static const struct {
	const char *name;
	int64_t days;
	int64_t year;
	int month;
	int day;
	int weekday; /* 0 is Sunday */
	int day_of_year;
	int64_t iso_year;
	int iso_week;
} days[] = {
    {"the epoch", 0, 1970, 1, 1, 4, 1, 1970, 1},
    {"the day before the epoch", -1, 1969, 12, 31, 3, 365, 1970, 1},
    {"a leap day", 11016, 2000, 2, 29, 2, 60, 2000, 9},
    {"the day after a leap day", 11017, 2000, 3, 1, 3, 61, 2000, 9},
    {"1 March of a century that does not leap", -25508, 1900, 3, 1, 4, 60, 1900,
	9},
    {"the last day of a leap year", 19723 + 365, 2024, 12, 31, 2, 366, 2025, 1},
    {"a Friday in week 53 of last year", 18628, 2021, 1, 1, 5, 1, 2020, 53},
    {"a Sunday in week 52 of last year", 19358, 2023, 1, 1, 0, 1, 2022, 52},
    {"a Monday that begins week 1", 19359, 2023, 1, 2, 1, 2, 2023, 1},
    {"a Monday in week 1 of next year", 16433, 2014, 12, 29, 1, 363, 2015, 1},
    {"the first day of year 1", -719162, 1, 1, 1, 1, 1, 1, 1},
    {"the last day of year 0", -719163, 0, 12, 31, 0, 366, 0, 52},
    {"1 March of year 0", -719468, 0, 3, 1, 3, 61, 0, 9},
    {"29 February of year 0", -719469, 0, 2, 29, 2, 60, 0, 9},
    {"1 January of year -1", -719528 - 365, -1, 1, 1, 5, 1, -2, 53},
    {"the last day of year 9999", 2932896, 9999, 12, 31, 5, 365, 9999, 52},
};

static const struct {
	int64_t year;
	int month;
	int length;
} months[] = {
    {2023, 1, 31},
    {2023, 2, 28},
    {2024, 2, 29},
    {2000, 2, 29},
    {1900, 2, 28},
    {2100, 2, 28},
    {0, 2, 29},
    {-4, 2, 29},
    {-1, 2, 28},
    {2023, 3, 31},
    {2023, 4, 30},
    {2023, 5, 31},
    {2023, 6, 30},
    {2023, 7, 31},
    {2023, 8, 31},
    {2023, 9, 30},
    {2023, 10, 31},
    {2023, 11, 30},
    {2023, 12, 31},
};

static void
check_days(void)
{
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		struct calendar_date date = calendar_from_days(days[i].days);
		int64_t iso_year;
		int iso_week = calendar_iso_week(days[i].days, &iso_year);

		UNIT_CHECK(calendar_to_days(days[i].year, days[i].month,
			       days[i].day) == days[i].days,
		    "%s: from the date to the day", days[i].name);
		UNIT_CHECK(date.year == days[i].year &&
			       date.month == days[i].month &&
			       date.day == days[i].day,
		    "%s: from the day to the date", days[i].name);
		UNIT_CHECK(calendar_weekday(days[i].days) == days[i].weekday,
		    "%s: weekday", days[i].name);
		UNIT_CHECK(calendar_day_of_year(&date) == days[i].day_of_year,
		    "%s: day of the year", days[i].name);
		UNIT_CHECK(iso_year == days[i].iso_year &&
			       iso_week == days[i].iso_week,
		    "%s: ISO week", days[i].name);
	}
}

static void
check_months(void)
{
	for (size_t i = 0; i < sizeof(months) / sizeof(months[0]); i++)
		UNIT_CHECK(calendar_month_length(months[i].year,
			       months[i].month) == months[i].length,
		    "length of %d-%02d", (int)months[i].year, months[i].month);
}

/* Step by odd numbers of days through the years -30,000 to 30,000, and far
 * beyond, and ask the C library. */
static void
check_against_libc(int64_t from, int64_t until, int64_t step)
{
	for (int64_t day = from; day < until; day += step) {
		struct calendar_date date = calendar_from_days(day);
		time_t sec = (time_t)(day * 86400);
		struct tm tm;

		gmtime_r(&sec, &tm);
		UNIT_CHECK(date.year == tm.tm_year + INT64_C(1900) &&
			       date.month == tm.tm_mon + 1 &&
			       date.day == tm.tm_mday &&
			       calendar_weekday(day) == tm.tm_wday &&
			       calendar_day_of_year(&date) == tm.tm_yday + 1,
		    "day %lld differs from gmtime", (long long)day);
		UNIT_CHECK(
		    calendar_to_days(date.year, date.month, date.day) == day,
		    "day %lld there and back", (long long)day);
	}
}

int
main(void)
{
	check_days();
	check_months();
	check_against_libc(-1000000, 1000000, 1);
	check_against_libc(-INT64_C(11600000000), INT64_C(11600000000), 123457);
	return (unit_result());
}
