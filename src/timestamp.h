#ifndef TIMESTAMP_H
#define TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "span.h"

/*
 * From the text of a timestamp to a point in time.  Pure, integers only:
 * fractions and exponents are exact in decimal, whatever their length.
 */

/* What a plain number counts since 1970-01-01T00:00:00Z. */
enum unit {
	UNIT_S,
	UNIT_MS,
	UNIT_US,
	UNIT_NS,
	UNIT_AUTO, /* by absolute value: < 1e11 s, < 1e14 ms, < 1e17 us, ns */
};

/* Seconds since 1970-01-01T00:00:00Z without leap seconds, cut toward minus
 * infinity to whole nanoseconds; 0 <= nsec < 1,000,000,000. */
struct instant {
	int64_t sec;
	int32_t nsec;
};

enum timestamp_kind {
	TIMESTAMP_NUMBER, /* a number, in the unit asked for */
	TIMESTAMP_DATE,	  /* an RFC 3339 date-time, which has its own unit */
	TIMESTAMP_FAR,	  /* a number more than 1e15 s from 1970: no year that
			   * anybody shows; *out is not set */
	TIMESTAMP_NO_ZONE, /* an RFC 3339 date-time but for the offset it lacks;
			    * *out is not set */
	TIMESTAMP_INVALID, /* none of these; *out is not set */
};

/*
 * Read text, a JSON number (RFC 8259, section 6), in the given unit.
 * Returns TIMESTAMP_NUMBER, TIMESTAMP_FAR or TIMESTAMP_INVALID.
 * Time is linear in text.len, whatever the exponent.
 */
enum timestamp_kind timestamp_from_number(struct span text, enum unit unit,
    struct instant *out);

/*
 * Read content, a string's unescaped content: a JSON number with an optional
 * sign (+ or -) and JSON white space (space, tab, LF, CR) around the whole, or
 * an RFC 3339 date-time (section 5.6; T, t or one space between date and time;
 * an offset is required; no white space around).  A second of 60 is valid only
 * where UTC reads 23:59:60 and is taken as 23:59:59 with the same fraction.
 */
enum timestamp_kind timestamp_from_string(struct span content, enum unit unit,
    struct instant *out);

/* "s", "ms", "us", "ns" or "auto"; also what --unit takes. */
const char *unit_name(enum unit unit);

#endif /* TIMESTAMP_H */
