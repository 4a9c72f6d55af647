#ifndef CALENDAR_H
#define CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The proleptic Gregorian calendar, in integers.  A day is counted from
 * 1970-01-01, which is day 0; the year before 1 is 0, the one before it -1.
 * Served are the years within 100 million of 0, far more than 1e15 seconds.
 */
struct calendar_date {
	int64_t year;
	int month; /* 1 to 12 */
	int day; /* 1 to 31 */
};

/* Has year a 29th of February? */
bool calendar_is_leap(int64_t year);

/* The number of days of month (1 to 12) in year. */
int calendar_month_length(int64_t year, int month);

/*
 * The day that year, month (1 to 12), day is.  day may lie outside the month:
 * the 0th is the day before the first.
 * H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
 */
int64_t calendar_to_days(int64_t year, int month, int day);

/* The date of the day days; the inverse (civil_from_days there). */
struct calendar_date calendar_from_days(int64_t days);

/* The day of the week of the day days: 0 is Sunday, 6 Saturday. */
int calendar_weekday(int64_t days);

/* The day of the year of date: 1 to 366. */
int calendar_day_of_year(const struct calendar_date *date);

/*
 * The week of ISO 8601 that the day days is in, 1 to 53; *year is the year
 * that the week counts for.  Weeks begin on Monday; week 1 is the one with the
 * year's first Thursday.
 */
int calendar_iso_week(int64_t days, int64_t *year);

#endif /* CALENDAR_H */
