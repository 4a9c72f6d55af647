#ifndef FORMAT_H
#define FORMAT_H

#include <stddef.h>

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

/* Does instant lie within the years 0001 to 9999 of period's local time? */
bool format_has_year(struct instant instant, const struct zone_period *period);

void format_free(struct format *format);

#endif /* FORMAT_H */
