#include <stdint.h>

#include "jsonstr.h"

/* The four hexadecimal digits at s as a number; -1 if they are not four. */
static int32_t
hex4(const char *s, const char *end)
{
	int32_t value = 0;
	int i, c;

	if (end - s < 4)
		return (-1);
	for (i = 0; i < 4; i++) {
		c = (unsigned char)s[i];
		if (c >= '0' && c <= '9')
			c -= '0';
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			c = (c | 0x20) - 'a' + 10;
		else
			return (-1);
		value = value << 4 | c;
	}
	return (value);
}

/* Write code by UTF-8's pattern, surrogates too; returns the end. */
static char *
put_utf8(char *dst, uint32_t code)
{
	if (code < 0x80) {
		*dst++ = (char)code;
	} else if (code < 0x800) {
		*dst++ = (char)(0xc0 | code >> 6);
		*dst++ = (char)(0x80 | (code & 0x3f));
	} else if (code < 0x10000) {
		*dst++ = (char)(0xe0 | code >> 12);
		*dst++ = (char)(0x80 | (code >> 6 & 0x3f));
		*dst++ = (char)(0x80 | (code & 0x3f));
	} else {
		*dst++ = (char)(0xf0 | code >> 18);
		*dst++ = (char)(0x80 | (code >> 12 & 0x3f));
		*dst++ = (char)(0x80 | (code >> 6 & 0x3f));
		*dst++ = (char)(0x80 | (code & 0x3f));
	}
	return (dst);
}

/*
 * Write what the \uXXXX at s (s[0] is the u), and its partner if it is the
 * first of a surrogate pair, stand for.  Returns the byte after it.
 */
static const char *
unescape_unicode(const char *s, const char *end, char **dst)
{
	int32_t code = hex4(s + 1, end), low;

	if (code < 0)
		return (end);
	s += 5;
	if ((code & 0xfc00) == 0xd800 && end - s >= 6 && s[0] == '\\' &&
	    s[1] == 'u') {
		low = hex4(s + 2, end);
		if (low >= 0 && (low & 0xfc00) == 0xdc00) {
			code = 0x10000 + ((code & 0x3ff) << 10 | (low & 0x3ff));
			s += 6;
		}
	}
	*dst = put_utf8(*dst, (uint32_t)code);
	return (s);
}

size_t
jsonstr_unescape(struct span raw, char *dst)
{
	const char *s = raw.ptr, *end = raw.ptr + raw.len, *backslash;
	char *start = dst;

	while (s < end) {
		backslash = memchr(s, '\\', (size_t)(end - s));
		if (backslash == NULL)
			backslash = end;
		memcpy(dst, s, (size_t)(backslash - s));
		dst += backslash - s;
		s = backslash + 1;
		if (s >= end)
			break;
		switch (*s) {
		case 'b':
			*dst++ = '\b';
			break;
		case 'f':
			*dst++ = '\f';
			break;
		case 'n':
			*dst++ = '\n';
			break;
		case 'r':
			*dst++ = '\r';
			break;
		case 't':
			*dst++ = '\t';
			break;
		case 'u':
			s = unescape_unicode(s, end, &dst);
			continue;
		default: /* quote, backslash and slash stand for themselves */
			*dst++ = *s;
			break;
		}
		s++;
	}
	return ((size_t)(dst - start));
}

/* The letter of c's short escape; 0 if it has none. */
static char
short_escape(unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		return ((char)c);
	case '\b':
		return ('b');
	case '\f':
		return ('f');
	case '\n':
		return ('n');
	case '\r':
		return ('r');
	case '\t':
		return ('t');
	default:
		return (0);
	}
}

size_t
jsonstr_escaped_length(struct span text)
{
	size_t i, len = text.len;
	unsigned char c;

	for (i = 0; i < text.len; i++) {
		c = (unsigned char)text.ptr[i];
		if (short_escape(c) != 0)
			len += 1;
		else if (c < 0x20)
			len += 5;
	}
	return (len);
}

char *
jsonstr_escape(struct span text, char *dst)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char c;
	size_t i;
	char e;

	for (i = 0; i < text.len; i++) {
		c = (unsigned char)text.ptr[i];
		if ((e = short_escape(c)) != 0) {
			*dst++ = '\\';
			*dst++ = e;
		} else if (c < 0x20) {
			memcpy(dst, "\\u00", 4);
			dst[4] = hex[c >> 4];
			dst[5] = hex[c & 15];
			dst += 6;
		} else {
			*dst++ = (char)c;
		}
	}
	return (dst);
}
