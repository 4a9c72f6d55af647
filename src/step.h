#ifndef STEP_H
#define STEP_H

#include <stdbool.h>
#include <stddef.h>

#include "timestamp.h"
#include "zone.h"

/*
 * The steps of a compiled format: what format.h compiles to and what writes
 * it.  Only format.c uses this.
 */

/* How a step is written. */
enum step_put {
	PUT_LITERAL, /* the step's text */
	PUT_DATE, /* 2023-09-12 */
	PUT_TIME, /* 00:45:51 */
	PUT_ONE, /* the step's field, a number of one digit */
	PUT_TWO, /* of two: 05 */
	PUT_SPACED, /* of two: " 5" */
	PUT_THREE, /* of three: 005 */
	PUT_FOUR, /* of four: 0005 */
	PUT_DAY, /* Tuesday */
	PUT_DAY_3, /* Tue */
	PUT_MONTH, /* September */
	PUT_MONTH_3, /* Sep */
	PUT_UPPER, /* AM */
	PUT_LOWER, /* am */
	PUT_SECONDS, /* since 1970 */
	PUT_NANO_3, /* the first digits of the nanoseconds */
	PUT_NANO_6,
	PUT_NANO_9,
	PUT_OFFSET, /* +hhmm */
	PUT_OFFSET_COLON, /* +hh:mm */
	PUT_ZONE, /* CEST */
};

/* The number that a step shows. */
enum step_field {
	FIELD_NONE,
	FIELD_CENTURY,
	FIELD_YEAR,
	FIELD_YEAR_OF_CENTURY,
	FIELD_ISO_YEAR,
	FIELD_ISO_YEAR_OF_CENTURY,
	FIELD_ISO_WEEK,
	FIELD_MONTH,
	FIELD_DAY,
	FIELD_DAY_OF_YEAR,
	FIELD_DAY_FROM_MONDAY, /* 1 to 7 */
	FIELD_DAY_FROM_SUNDAY, /* 0 to 6 */
	FIELD_WEEK_FROM_MONDAY,
	FIELD_WEEK_FROM_SUNDAY,
	FIELD_HOUR, /* this and what follows change within a day */
	FIELD_HOUR_OF_12,
	FIELD_MINUTE,
	FIELD_SECOND,
};

/* A literal is copied so many bytes at a time, needed or not. */
#define STEP_TEXT 8

struct step {
	unsigned char put; /* enum step_put */
	unsigned char field; /* enum step_field */
	unsigned char len; /* of text */
	char text[STEP_TEXT];
};

/* The room in bytes that a step of that kind needs, more than it may fill. */
size_t step_width(enum step_put put);

/* Does what the step shows change within a day of one period? */
bool step_is_of_day(const struct step *step);

/*
 * Write count steps for instant in the local time of period, within the years
 * 1 to 9999, into p, where there is room for all of their widths.  Returns the
 * end of what was written.
 */
char *step_write(const struct step *steps, size_t count, struct instant instant,
    const struct zone_period *period, char *p);

#endif /* STEP_H */
