#ifndef INSERT_H
#define INSERT_H

#include <stddef.h>

#include "format.h"
#include "match.h"
#include "span.h"

/*
 * Text that is put into a record: a fixed beginning, the time, a quote.  It is
 * kept, and of the next time only what differs is written again.
 */
struct insert {
	char *bytes;	       /* MATCH_SPARE bytes may be read behind it */
	size_t begin;	       /* length of the fixed beginning */
	struct format_day day; /* that the time in it is of */
};

/* Make an insert whose fixed beginning is prefix, name as the content of a JSON
 * string, and suffix, for times in that format. */
void insert_open(struct insert *insert, const char *prefix, struct span name,
    const char *suffix, const struct format *format);

/* Write instant, in the local time of period, which must contain it.  The
 * whole text is returned; it is good until the next call. */
struct span insert_write(struct insert *insert, const struct format *format,
    struct instant instant, const struct zone_period *period);

/* The length of the text, in bytes, when a time has been written. */
static inline size_t
insert_length(const struct insert *insert)
{
	return (insert->begin + insert->day.len + 1); /* the quote */
}

void insert_close(struct insert *insert);

#endif /* INSERT_H */
