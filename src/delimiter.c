#include "delimiter.h"

/* The value of a hexadecimal digit; -1 if c is none. */
static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return (c - '0');
	if (c >= 'a' && c <= 'f')
		return (c - 'a' + 10);
	if (c >= 'A' && c <= 'F')
		return (c - 'A' + 10);
	return (-1);
}

/* The byte that the escape at *s, behind its backslash, stands for; *s then
 * points behind it.  -1 if there is no such escape. */
static int
read_escape(const char **s)
{
	int high, low;

	switch (*(*s)++) {
	case 'n':
		return ('\n');
	case 'r':
		return ('\r');
	case 't':
		return ('\t');
	case '0':
		return ('\0');
	case '\\':
		return ('\\');
	case 'x':
		if ((high = hex_digit((*s)[0])) == -1 ||
		    (low = hex_digit((*s)[1])) == -1)
			return (-1);
		*s += 2;
		return (high << 4 | low);
	default:
		return (-1);
	}
}

const char *
delimiter_parse(const char *text, char bytes[static DELIMITER_MAX],
    size_t *len)
{
	int c;

	for (*len = 0; *text != '\0'; (*len)++) {
		if (*len == DELIMITER_MAX)
			return ("longer than 16 bytes");
		c = (unsigned char)*text++;
		if (c == '\\' && (c = read_escape(&text)) == -1)
			return ("no such escape; there are "
				"\\n \\r \\t \\0 \\\\ \\xHH");
		bytes[*len] = (char)c;
	}
	return (*len == 0 ? "is empty" : NULL);
}

bool
delimiter_clash(struct span a, struct span b)
{
	size_t len = a.len < b.len ? a.len : b.len;

	return (memcmp(a.ptr, b.ptr, len) == 0);
}

bool
delimiter_is_foreign(struct span delimiter)
{
	size_t i;
	unsigned char c;

	for (i = 0; i < delimiter.len; i++) {
		c = (unsigned char)delimiter.ptr[i];
		if (c < 0x20 && (c < '\t' || c > '\r'))
			return (true);
	}
	return (false);
}
