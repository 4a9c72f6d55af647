#ifndef DEADLETTER_H
#define DEADLETTER_H

#include <stdbool.h>

#include "frame.h"
#include "out.h"
#include "reason.h"

/*
 * Refused records, kept: one JSON object a line (RFC 8259), from which the
 * record's bytes come back exactly, as text where they are valid UTF-8 and as
 * base64 (RFC 4648, section 4) where they are not.
 */
struct deadletter {
	struct out out;
};

/*
 * Open path for appending; created with mode 0600.  If its last line was cut
 * short, by a full disk, say, the next letter begins on a line of its own.
 * Returns false, with errno set, if that cannot be done.
 */
bool deadletter_open(struct deadletter *deadletter, const char *path);

/*
 * Append one line by one write(2).  (Only a line that is more than twice as
 * long as its record and 1 MiB, which takes more than a million control
 * characters, is written in several.)  Returns false, with errno set, if it
 * could not be written whole.
 */
bool deadletter_write(struct deadletter *deadletter, const char *source,
    const struct record *record, const struct refusal *refusal);

/* Close the file.  Returns false, with errno set, if that fails. */
bool deadletter_close(struct deadletter *deadletter);

#endif /* DEADLETTER_H */
