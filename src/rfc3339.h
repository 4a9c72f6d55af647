#ifndef RFC3339_H
#define RFC3339_H

#include "timestamp.h"

/*
 * Read the whole of text as a date-time of RFC 3339, section 5.6, as
 * timestamp_from_string() takes it.  Returns TIMESTAMP_DATE,
 * TIMESTAMP_NO_ZONE or TIMESTAMP_INVALID; *out is set only for the first.
 */
enum timestamp_kind rfc3339_read(struct span text, struct instant *out);

#endif /* RFC3339_H */
