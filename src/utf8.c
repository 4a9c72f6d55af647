#include <string.h>

#include "utf8.h"

size_t
utf8_decode(struct span text, uint32_t *code)
{
	const unsigned char *s = (const unsigned char *)text.ptr;
	uint32_t c, least;
	size_t i, len;

	if (text.len == 0)
		return (0);
	if (s[0] < 0x80) {
		*code = s[0];
		return (1);
	}
	if ((s[0] & 0xe0) == 0xc0) {
		len = 2, least = 0x80, c = s[0] & 0x1f;
	} else if ((s[0] & 0xf0) == 0xe0) {
		len = 3, least = 0x800, c = s[0] & 0x0f;
	} else if ((s[0] & 0xf8) == 0xf0) {
		len = 4, least = 0x10000, c = s[0] & 0x07;
	} else {
		return (0);
	}
	if (text.len < len)
		return (0);
	for (i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return (0);
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return (0);
	*code = c;
	return (len);
}

/* How many bytes text begins with that are ASCII for certain: eights. */
static size_t
ascii_eights(struct span text)
{
	uint64_t eight;
	size_t n;

	for (n = 0; text.len - n >= sizeof(eight); n += sizeof(eight)) {
		memcpy(&eight, text.ptr + n, sizeof(eight));
		if ((eight & UINT64_C(0x8080808080808080)) != 0)
			break;
	}
	return (n);
}

bool
utf8_valid(struct span text)
{
	uint32_t code;
	size_t n;

	for (; text.len > 0; text.ptr += n, text.len -= n) {
		n = ascii_eights(text);
		if (n == 0 && (n = utf8_decode(text, &code)) == 0)
			return (false);
	}
	return (true);
}
