#ifndef TERMINAL_H
#define TERMINAL_H

#include <stddef.h>

#include "out.h"
#include "span.h"

/*
 * Untrusted bytes on somebody's screen or in somebody's log.
 */

/* The most bytes that one value may take when it is shown. */
#define TERMINAL_SHOWN_MAX ((size_t)256)

/*
 * Put text into out as printable text in one physical line of at most
 * TERMINAL_SHOWN_MAX bytes, "..." at the end if it was cut.  Control
 * characters (C0, C1, DEL), the line and paragraph separators, the bidi
 * controls (Unicode Standard Annex 9, section 2: explicit formatting and
 * implicit marks) and bytes that are no UTF-8 are shown as \xHH or \uHHHH;
 * all else as it is.
 */
void terminal_show(struct out *out, struct span text);

/* The same into line; returns its length. */
size_t terminal_line(struct span text, char line[static TERMINAL_SHOWN_MAX]);

/* How many columns a line takes that terminal_line() made, a character one. */
size_t terminal_columns(struct span line);

/*
 * Put text into out as the content of a JSON string that is as safe to see:
 * what terminal_show() would show otherwise is escaped as \uHHHH, from which
 * it comes back, and bytes that are no UTF-8 become U+FFFD.  Cut as there.
 */
void terminal_show_json(struct out *out, struct span text);

/*
 * Put the surroundings of the byte at of text into out as one such line of at
 * most 72 columns, and a second one with a caret under that byte, each ended
 * by a newline.  at may be text.len: the caret then stands after the last
 * byte.  Columns are counted as one a character.
 */
void terminal_point(struct out *out, struct span text, size_t at);

#endif /* TERMINAL_H */
