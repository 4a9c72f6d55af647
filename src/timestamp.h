#ifndef TIMESTAMP_H
#define TIMESTAMP_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

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

/* Seconds of an instant whose year nobody shows. */
#define TIMESTAMP_NEVER INT64_C(1000000000000000)

/* Is a before b? */
static inline bool
instant_before(struct instant a, struct instant b)
{
	return (a.sec != b.sec ? a.sec < b.sec : a.nsec < b.nsec);
}

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

/* The instant of a number that is an integer below 1e18, and counted in unit;
 * TIMESTAMP_NUMBER or TIMESTAMP_FAR. */
enum timestamp_kind timestamp_from_integer(int64_t value, enum unit unit,
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

/*
 * The number that the eight bytes of digits, the first one lowest, show; more
 * than 8 digits have if they are no digits.
 * D. Lemire, "Quickly parsing eight digits" (2018), and the test by M. Mula.
 */
static inline uint64_t
timestamp_eight(uint64_t digits)
{
	const uint64_t high = UINT64_C(0xf0f0f0f0f0f0f0f0);

	if (((digits & high) |
		((digits + UINT64_C(0x0606060606060606)) & high) >> 4) !=
	    UINT64_C(0x3333333333333333))
		return (UINT64_MAX);
	digits = (digits & UINT64_C(0x0f0f0f0f0f0f0f0f)) * 2561 >> 8;
	digits = (digits & UINT64_C(0x00ff00ff00ff00ff)) * 6553601 >> 16;
	return ((digits & UINT64_C(0x0000ffff0000ffff)) *
		UINT64_C(42949672960001) >>
	    32);
}

/*
 * The digits of a number before its last eight: many times one after the other
 * have the same, so they are read once.  Begins as TIMESTAMP_NO_LEADING.
 */
struct timestamp_leading {
	size_t len;	/* of the whole number, in bytes */
	unsigned shift; /* by which the bytes behind them are shifted out */
	uint64_t bytes;
	int64_t value; /* of the number that has zeros behind them */
};

#define TIMESTAMP_NO_LEADING ((struct timestamp_leading){.len = SIZE_MAX})

/* Read them, bytes of text before which as many are shifted out. */
static inline uint64_t
timestamp_first(const char *text, unsigned shift)
{
	uint64_t first;

	memcpy(&first, text, 8);
	return (le64toh(first) << shift);
}

/* Keep those of text in leading; false: it is not 9 to 16 bytes, or they are
 * no digits, or the first is a 0. */
static inline bool
timestamp_lead(struct timestamp_leading *leading, struct span text)
{
	const uint64_t zeros = UINT64_C(0x3030303030303030);
	uint64_t bytes, value;
	unsigned shift;

	if (text.len < 9 || text.len > 16 || text.ptr[0] == '0')
		return (false);
	shift = 8 * (unsigned)(16 - text.len);
	bytes = timestamp_first(text.ptr, shift);
	value = timestamp_eight(bytes | (zeros >> 1) >> (63 - shift));
	if (value == UINT64_MAX)
		return (false);
	*leading = (struct timestamp_leading){
	    text.len, shift, bytes, (int64_t)(value * 100000000)};
	return (true);
}

/* The integer that text is, if it is 9 to 16 digits and the first is no 0;
 * otherwise -1.  Eight bytes can be read at its beginning. */
static inline int64_t
timestamp_digits(struct timestamp_leading *leading, struct span text)
{
	uint64_t last;

	if ((text.len != leading->len ||
		timestamp_first(text.ptr, leading->shift) != leading->bytes) &&
	    !timestamp_lead(leading, text))
		return (-1);
	memcpy(&last, text.ptr + text.len - 8, 8);
	last = timestamp_eight(le64toh(last));
	return (last == UINT64_MAX ? -1 : leading->value + (int64_t)last);
}

/* "s", "ms", "us", "ns" or "auto"; also what --unit takes. */
const char *unit_name(enum unit unit);

#endif /* TIMESTAMP_H */
