#ifndef JSONSTR_H
#define JSONSTR_H

#include <stddef.h>

#include "span.h"

/*
 * The inside of JSON strings (RFC 8259, section 7): escaped and unescaped.
 * Whether a string is valid is not judged here: that is judge.h's work.
 */

/*
 * Write raw, the content of a valid JSON string as it stands between its
 * quotes, into dst without escapes.  dst has room for raw.len bytes; the
 * result is never longer.  A surrogate without its partner becomes the three
 * bytes that UTF-8's pattern gives for it (ED A0..BF xx), which are no valid
 * UTF-8 and so equal no name.  Returns the number of bytes written.
 */
size_t jsonstr_unescape(struct span raw, char *dst);

/* The number of bytes that jsonstr_escape() writes for text. */
size_t jsonstr_escaped_length(struct span text);

/*
 * Write text, valid UTF-8, into dst as the content of a JSON string: quotes,
 * backslashes and the control characters below 0x20 escaped (by the short form
 * where there is one), all else as it is.  Returns the end of what was written.
 */
char *jsonstr_escape(struct span text, char *dst);

#endif /* JSONSTR_H */
