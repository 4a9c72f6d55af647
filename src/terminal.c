#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "terminal.h"
#include "utf8.h"

/* The longest form that one character takes: "\u2066". */
#define FORM_MAX 8

/* How much of a text terminal_point() shows before and after the place. */
#define POINT_BEFORE ((size_t)40)
#define POINT_COLUMNS ((size_t)72)

static const struct span ellipsis = {"...", 3};

static bool
is_bidi_control(uint32_t code)
{
	return (code == 0x061c || code == 0x200e || code == 0x200f ||
	    (code >= 0x202a && code <= 0x202e) ||
	    (code >= 0x2066 && code <= 0x2069));
}

/* Is the character nothing to be shown as it is? */
static bool
is_unsafe(uint32_t code)
{
	return (code < 0x20 || (code >= 0x7f && code < 0xa0) ||
	    code == 0x2028 || code == 0x2029 || is_bidi_control(code));
}

/* Writes the form in which the first character of text is shown into form;
 * *used is how many bytes of text that was.  Returns the form's length. */
typedef size_t show(struct span text, char form[static FORM_MAX], size_t *used);

static size_t
show_character(struct span text, char form[static FORM_MAX], size_t *used)
{
	uint32_t code;
	size_t n = utf8_decode(text, &code);

	*used = n > 0 ? n : 1;
	if (n == 0 || code < 0x20 || code == 0x7f)
		return ((size_t)snprintf(form, FORM_MAX, "\\x%02x",
		    (unsigned)(unsigned char)text.ptr[0]));
	if (is_unsafe(code))
		return ((size_t)snprintf(
		    form, FORM_MAX, "\\u%04x", (unsigned)code & 0xffff));
	memcpy(form, text.ptr, n);
	return (n);
}

static size_t
show_json(struct span text, char form[static FORM_MAX], size_t *used)
{
	uint32_t code;
	size_t n = utf8_decode(text, &code);

	*used = n > 0 ? n : 1;
	if (n == 0 || is_unsafe(code))
		return ((size_t)snprintf(form, FORM_MAX, "\\u%04x",
		    n == 0 ? 0xfffdU : (unsigned)code & 0xffff));
	if (code == '"' || code == '\\')
		return ((size_t)snprintf(
		    form, FORM_MAX, "\\%c", (int)(code & 0x7f)));
	memcpy(form, text.ptr, n);
	return (n);
}

/* Show text into line, cut where it is full; returns the line's length. */
static size_t
make_line(show *form_of, struct span text, char line[static TERMINAL_SHOWN_MAX])
{
	size_t len = 0, cut = 0, used, n;
	char form[FORM_MAX];

	while (text.len > 0) {
		n = form_of(text, form, &used);
		if (len + n > TERMINAL_SHOWN_MAX) {
			memcpy(line + cut, ellipsis.ptr, ellipsis.len);
			return (cut + ellipsis.len);
		}
		memcpy(line + len, form, n);
		len += n;
		if (len <= TERMINAL_SHOWN_MAX - ellipsis.len)
			cut = len;
		text.ptr += used;
		text.len -= used;
	}
	return (len);
}

size_t
terminal_line(struct span text, char line[static TERMINAL_SHOWN_MAX])
{
	return (make_line(show_character, text, line));
}

void
terminal_show(struct out *out, struct span text)
{
	char line[TERMINAL_SHOWN_MAX];

	out_put(out, (struct span){line, terminal_line(text, line)});
}

void
terminal_show_json(struct out *out, struct span text)
{
	char line[TERMINAL_SHOWN_MAX];

	out_put(out,
	    (struct span){line, make_line(show_json, text, line)});
}

/* Is byte i of text the second or a later byte of a character? */
static bool
is_continuation(struct span text, size_t i)
{
	return (i < text.len && ((unsigned char)text.ptr[i] & 0xc0) == 0x80);
}

size_t
terminal_columns(struct span line)
{
	size_t i, columns = 0;

	for (i = 0; i < line.len; i++)
		columns += !is_continuation(line, i);
	return (columns);
}

void
terminal_point(struct out *out, struct span text, size_t at)
{
	char form[FORM_MAX];
	size_t from, used, n, columns = 0, caret = 0;

	if (at > text.len)
		at = text.len;
	from = at > POINT_BEFORE ? at - POINT_BEFORE : 0;
	while (from < at && is_continuation(text, from))
		from++;
	if (from > 0)
		out_put(out, ellipsis);
	columns = caret = from > 0 ? ellipsis.len : 0;
	while (from < text.len && columns < POINT_COLUMNS) {
		n = show_character(
		    (struct span){text.ptr + from, text.len - from}, form,
		    &used);
		out_put(out, (struct span){form, n});
		/* An escaped form takes a column a byte, others one. */
		columns += form[0] == '\\' ? n : 1;
		from += used;
		if (from <= at)
			caret = columns;
	}
	if (from < text.len)
		out_put(out, ellipsis);
	out_printf(out, "\n%*s^\n", (int)caret, "");
}
