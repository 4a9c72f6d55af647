#include <assert.h>

#include "rfc3339.h"
#include "timestamp.h"

#define NSEC_PER_SEC 1000000000
#define FAR_SEC INT64_C(1000000000000000) /* 1e15 */
#define FAR_DIGITS 16 /* the digits of FAR_SEC */
#define NSEC_DIGITS 9
#define QUICK_DIGITS 18 /* so many digits always fit an int64_t */

/* More than any text is long, little enough to add lengths to. */
#define EXPONENT_ENOUGH INT64_C(100000000000000000)

/*
 * A number as it is written: 0.DIGITS times ten to the power of magnitude,
 * where DIGITS are those of integer and then those of fraction, and the first
 * of them is no 0.  Zero has no digits at all.
 */
struct decimal {
	bool negative;
	struct span integer;
	struct span fraction;
	int64_t magnitude;
};

/* The sum so far of a decimal's digits, from the highest down. */
struct sum {
	int64_t place; /* digits from here down to the second's point */
	int64_t sec;
	int32_t nsec;
	bool rest; /* is there anything below the nanosecond? */
};

static inline bool
is_digit(char c)
{
	return (c >= '0' && c <= '9');
}

/* The run of digits that begins at p. */
static struct span
digits_at(const char *p, const char *end)
{
	const char *q = p;

	while (q < end && is_digit(*q))
		q++;
	return (span_between(p, q));
}

/*
 * Read the exponent part at p, if there is one.  Returns the end of it, or
 * NULL if it has no digits.  What is too large to matter saturates.
 */
static const char *
exponent_read(const char *p, const char *end, int64_t *exponent)
{
	struct span digits;
	bool negative = false;

	*exponent = 0;
	if (p == end || (*p != 'e' && *p != 'E'))
		return (p);
	p++;
	if (p < end && (*p == '+' || *p == '-'))
		negative = *p++ == '-';
	digits = digits_at(p, end);
	if (digits.len == 0)
		return (NULL);
	for (size_t i = 0; i < digits.len; i++)
		if (*exponent < EXPONENT_ENOUGH)
			*exponent = *exponent * 10 + (digits.ptr[i] - '0');
	if (negative)
		*exponent = -*exponent;
	return (digits.ptr + digits.len);
}

/* Take the leading zeros away, and say how much the first digit counts. */
static void
decimal_normalize(struct decimal *decimal, int64_t exponent)
{
	if (decimal->integer.ptr[0] == '0') {
		decimal->integer.len = 0;
		while (decimal->fraction.len > 0 &&
		       *decimal->fraction.ptr == '0') {
			decimal->fraction.ptr++;
			decimal->fraction.len--;
			exponent--;
		}
	}
	decimal->magnitude = exponent + (int64_t)decimal->integer.len;
}

/* Read the whole of text by the grammar of RFC 8259, section 6, which allows
 * no plus sign in front; plus says that one is welcome all the same. */
static bool
decimal_read(struct span text, bool plus, struct decimal *decimal)
{
	const char *p = text.ptr, *end = text.ptr + text.len;
	int64_t exponent;

	*decimal = (struct decimal){.negative = false};
	if (p < end && (*p == '-' || (plus && *p == '+')))
		decimal->negative = *p++ == '-';
	decimal->integer = digits_at(p, end);
	if (decimal->integer.len == 0 ||
	    (decimal->integer.len > 1 && *p == '0'))
		return (false);
	p += decimal->integer.len;
	if (p < end && *p == '.') {
		decimal->fraction = digits_at(p + 1, end);
		if (decimal->fraction.len == 0)
			return (false);
		p += 1 + decimal->fraction.len;
	}
	p = exponent_read(p, end, &exponent);
	if (p != end)
		return (false);
	decimal_normalize(decimal, exponent);
	return (true);
}

static void
sum_add(struct sum *sum, struct span digits)
{
	for (size_t i = 0; i < digits.len; i++, sum->place--) {
		int digit = digits.ptr[i] - '0';

		if (sum->place > 0)
			sum->sec = sum->sec * 10 + digit;
		else if (sum->place > -NSEC_DIGITS)
			sum->nsec = sum->nsec * 10 + digit;
		else if (digit != 0)
			sum->rest = true;
	}
}

/* The unit that UNIT_AUTO takes for a number of that many integer digits. */
static enum unit
unit_of_magnitude(int64_t digits)
{
	if (digits <= 11)
		return (UNIT_S);
	if (digits <= 14)
		return (UNIT_MS);
	return (digits <= 17 ? UNIT_US : UNIT_NS);
}

/* Turn a sum that is to be negative round, toward minus infinity. */
static void
sum_negate(struct sum *sum)
{
	int32_t up = sum->nsec + sum->rest;

	sum->sec = -sum->sec - (up > 0);
	sum->nsec = up > 0 ? NSEC_PER_SEC - up : 0;
}

static enum timestamp_kind
decimal_to_instant(
    const struct decimal *decimal, enum unit unit, struct instant *out)
{
	static const int shift[] = {
	    [UNIT_S] = 0, [UNIT_MS] = 3, [UNIT_US] = 6, [UNIT_NS] = 9};
	struct sum sum = {.place = decimal->magnitude};

	if (decimal->integer.len + decimal->fraction.len == 0) {
		*out = (struct instant){0, 0};
		return (TIMESTAMP_NUMBER);
	}
	if (unit == UNIT_AUTO)
		unit = unit_of_magnitude(decimal->magnitude);
	sum.place -= shift[unit];
	if (sum.place > FAR_DIGITS)
		return (TIMESTAMP_FAR);
	sum_add(&sum, decimal->integer);
	sum_add(&sum, decimal->fraction);
	for (; sum.place > 0; sum.place--)
		sum.sec *= 10;
	for (; sum.place > -NSEC_DIGITS; sum.place--)
		sum.nsec *= 10;
	if (sum.sec > FAR_SEC ||
	    (sum.sec == FAR_SEC && (sum.nsec > 0 || sum.rest)))
		return (TIMESTAMP_FAR);
	if (decimal->negative)
		sum_negate(&sum);
	*out = (struct instant){sum.sec, sum.nsec};
	return (TIMESTAMP_NUMBER);
}

/* Read text, which is not empty, if it is an integer of few digits, as it
 * nearly always is. */
static inline bool
integer_read(struct span text, int64_t *value)
{
	bool negative = text.ptr[0] == '-';
	const char *p = text.ptr + negative;
	size_t len = text.len - negative;
	int64_t sum = 0;

	if (len == 0 || len > QUICK_DIGITS || (len > 1 && *p == '0'))
		return (false);
	for (size_t i = 0; i < len; i++) {
		if (!is_digit(p[i]))
			return (false);
		sum = sum * 10 + (p[i] - '0');
	}
	*value = negative ? -sum : sum;
	return (true);
}

/* value counts parts of which per_sec make a second. */
static inline struct instant
instant_of_parts(int64_t value, int32_t per_sec)
{
	int64_t sec = value / per_sec;
	int32_t part = (int32_t)(value % per_sec);

	if (part < 0) {
		sec--;
		part += per_sec;
	}
	return ((struct instant){sec, part * (NSEC_PER_SEC / per_sec)});
}

static enum unit
unit_of_integer(int64_t value)
{
	int64_t size = value < 0 ? -value : value;

	if (size < INT64_C(100000000000))
		return (UNIT_S);
	if (size < INT64_C(100000000000000))
		return (UNIT_MS);
	return (size < INT64_C(100000000000000000) ? UNIT_US : UNIT_NS);
}

/* The quick twin of decimal_to_instant(). */
enum timestamp_kind
timestamp_from_integer(int64_t value, enum unit unit, struct instant *out)
{
	if (unit == UNIT_AUTO)
		unit = unit_of_integer(value);
	switch (unit) {
	case UNIT_S:
		if (value > FAR_SEC || value < -FAR_SEC)
			return (TIMESTAMP_FAR);
		*out = (struct instant){value, 0};
		break;
	case UNIT_MS:
		*out = instant_of_parts(value, 1000);
		break;
	case UNIT_US:
		*out = instant_of_parts(value, 1000000);
		break;
	case UNIT_NS:
	case UNIT_AUTO:
		*out = instant_of_parts(value, NSEC_PER_SEC);
		break;
	}
	return (TIMESTAMP_NUMBER);
}

static enum timestamp_kind
number_read(struct span text, bool plus, enum unit unit, struct instant *out)
{
	struct decimal decimal;

	if (!decimal_read(text, plus, &decimal))
		return (TIMESTAMP_INVALID);
	return (decimal_to_instant(&decimal, unit, out));
}

/* text without the white space of RFC 8259, section 2, around it. */
static struct span
trim(struct span text)
{
	const char *begin = text.ptr, *end = text.ptr + text.len;

	while (begin < end && memchr(" \t\n\r", *begin, 4) != NULL)
		begin++;
	while (end > begin && memchr(" \t\n\r", end[-1], 4) != NULL)
		end--;
	return (span_between(begin, end));
}

enum timestamp_kind
timestamp_from_number(struct span text, enum unit unit, struct instant *out)
{
	int64_t value;

	if (text.len == 0)
		return (TIMESTAMP_INVALID);
	if (integer_read(text, &value))
		return (timestamp_from_integer(value, unit, out));
	return (number_read(text, false, unit, out));
}

enum timestamp_kind
timestamp_from_string(struct span content, enum unit unit, struct instant *out)
{
	enum timestamp_kind kind;
	int64_t value;

	if (content.len == 0)
		return (TIMESTAMP_INVALID);
	if (integer_read(content, &value))
		return (timestamp_from_integer(value, unit, out));
	kind = rfc3339_read(content, out);
	if (kind != TIMESTAMP_INVALID)
		return (kind);
	return (number_read(trim(content), true, unit, out));
}

const char *
unit_name(enum unit unit)
{
	static const char *const name[] = {
	    [UNIT_S] = "s",
	    [UNIT_MS] = "ms",
	    [UNIT_US] = "us",
	    [UNIT_NS] = "ns",
	    [UNIT_AUTO] = "auto",
	};

	assert((size_t)unit < sizeof(name) / sizeof(name[0]));
	return (name[unit]);
}
