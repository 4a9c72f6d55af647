#include <string.h>

#include "number.h"

/* The digits at *text; *text then points behind them.  False if there are none
 * or they make more than a quarter of what fits. */
static bool
read_digits(const char **text, uint64_t *value)
{
	const char *s = *text;

	for (*value = 0; *s >= '0' && *s <= '9'; s++) {
		if (*value > UINT64_MAX / 64)
			return (false);
		*value = *value * 10 + (uint64_t)(*s - '0');
	}
	if (s == *text)
		return (false);
	*text = s;
	return (true);
}

bool
number_whole(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
	uint64_t n;

	if (!read_digits(&text, &n) || *text != '\0' || n < min || n > max)
		return (false);
	*value = n;
	return (true);
}

bool
number_size(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
	static const char suffixes[] = "KMG";
	const char *suffix;
	uint64_t n;
	int shift = 0;

	if (!read_digits(&text, &n))
		return (false);
	if (*text != '\0') {
		suffix = strchr(suffixes, *text);
		if (suffix == NULL || text[1] != '\0')
			return (false);
		shift = 10 * (int)(suffix - suffixes + 1);
	}
	if (n > max >> shift || n << shift < min)
		return (false);
	*value = n << shift;
	return (true);
}

bool
number_thousandths(const char *text, uint64_t max, uint64_t *value)
{
	uint64_t n;
	unsigned scale = 1000;

	if (!read_digits(&text, &n) || n > max)
		return (false);
	n *= 1000;
	if (*text == '.') {
		if (*++text == '\0')
			return (false);
		for (; *text >= '0' && *text <= '9' && scale > 1; text++) {
			scale /= 10;
			n += (uint64_t)(*text - '0') * scale;
		}
	}
	if (*text != '\0' || n > max)
		return (false);
	*value = n;
	return (true);
}
