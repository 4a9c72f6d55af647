#ifndef FORMAT_H
#define FORMAT_H

#include <stddef.h>
#include <string.h>

#include "timestamp.h"
#include "zone.h"

/*
 * A strftime(3) format of the C locale, compiled once, rendered for each
 * record.  What is rendered is the content of a JSON string (RFC 8259,
 * section 7): quotes, backslashes and control characters come out escaped.
 */
struct format;

/*
 * Compile fmt: every conversion of strftime(3) in POSIX.1-2017 and glibc
 * (%k %l %P %s %G %g %V ...; the modifiers E and O where strftime(3) allows
 * them: in the C locale they change nothing), and from date(1) %N, %3N, %6N
 * and %:z.  No flags or widths.  fmt must be valid UTF-8.
 * Returns NULL if fmt holds something else; bad is then the offending part of
 * fmt (a conversion such as "%Q", a lone "%" at the end, or the bytes that are
 * no UTF-8).  The caller frees the result by format_free().
 */
struct format *format_compile(const char *fmt, struct span *bad);

/* An upper bound, in bytes, of what format_render() writes. */
size_t format_bound(const struct format *format);

/*
 * Render instant in the local time of period, which must contain it, into
 * buf, which has room for format_bound() bytes.  What the format does not
 * show is cut toward minus infinity.  Years have four digits always.
 * Returns the number of bytes written; no NUL is added.
 * The local year must lie within 1 to 9999: see format_has_year().
 */
size_t format_render(const struct format *format, struct instant instant,
    const struct zone_period *period, char *buf);

/*
 * What the texts of one day have in common.  If all that changes from one to
 * another is hour, minute and second, each shown at most once and by two
 * digits, then format_clock() makes one out of the other.
 */
struct format_day {
	int64_t from, until; /* instants, in seconds; none if they are equal */
	int64_t midnight;    /* the day's first second, local time */
	size_t len;	     /* of the text, in bytes */
	size_t hour, minute, second; /* where their digits are in the text; one
				      * that is not shown is behind it */
};

/*
 * format_render() with buf, which is kept by the caller, and note in *day for
 * which instants format_clock() will do.
 */
void format_render_day(const struct format *format, struct instant instant,
    const struct zone_period *period, char *buf, struct format_day *day);

/* Write value, below 100, with two digits. */
static inline void
format_two(char *p, unsigned value)
{
	static const char pairs[] = "00010203040506070809"
				    "10111213141516171819"
				    "20212223242526272829"
				    "30313233343536373839"
				    "40414243444546474849"
				    "50515253545556575859"
				    "60616263646566676869"
				    "70717273747576777879"
				    "80818283848586878889"
				    "90919293949596979899";

	memcpy(p, pairs + value * 2, 2);
}

/* Turn the text in buf, which format_render_day() made, into the one for sec,
 * from day->from up to, not including, day->until. */
static inline void
format_clock(const struct format_day *day, int64_t sec, char *buf)
{
	unsigned second = (unsigned)(sec - day->midnight);
	unsigned minute = second / 60, hour = minute / 60;

	format_two(buf + day->hour, hour);
	format_two(buf + day->minute, minute - hour * 60);
	format_two(buf + day->second, second - minute * 60);
}

/* Does instant lie within the years 0001 to 9999 of period's local time? */
bool format_has_year(struct instant instant, const struct zone_period *period);

void format_free(struct format *format);

#endif /* FORMAT_H */
