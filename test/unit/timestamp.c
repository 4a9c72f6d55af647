#include <stdlib.h>

#include "timestamp.h"
#include "unit.h"

/* What *out holds before the call, to see that it is left alone. */
#define UNTOUCHED_SEC 77
#define UNTOUCHED_NSEC 88

/* The parts of a row that tell what comes out. */
#define AT(sec, nsec) TIMESTAMP_NUMBER, sec, nsec
#define DATE(sec, nsec) TIMESTAMP_DATE, sec, nsec
#define FAR TIMESTAMP_FAR, UNTOUCHED_SEC, UNTOUCHED_NSEC
#define NO_ZONE TIMESTAMP_NO_ZONE, UNTOUCHED_SEC, UNTOUCHED_NSEC
#define INVALID TIMESTAMP_INVALID, UNTOUCHED_SEC, UNTOUCHED_NSEC

#define S15 INT64_C(1000000000000000)

struct row {
	const char *text;
	enum unit unit;
	enum timestamp_kind kind;
	int64_t sec;
	int32_t nsec;
};

/* The same as a JSON number and as a string. */
static const struct row numbers[] = {
    /* integers, in each unit */
    {"0", UNIT_S, AT(0, 0)}, {"-0", UNIT_S, AT(0, 0)},
    {"1694472351", UNIT_S, AT(1694472351, 0)},
    {"-1694472351", UNIT_S, AT(-1694472351, 0)},
    {"1694472351123", UNIT_MS, AT(1694472351, 123000000)},
    {"1694472351123456", UNIT_US, AT(1694472351, 123456000)},
    {"1694472351123456789", UNIT_NS, AT(1694472351, 123456789)},
    {"-1", UNIT_MS, AT(-1, 999000000)}, {"-1", UNIT_US, AT(-1, 999999000)},
    {"-1", UNIT_NS, AT(-1, 999999999)}, {"-1000", UNIT_MS, AT(-1, 0)},
    {"-1694472351123456789", UNIT_NS, AT(-1694472352, 876543211)},
    {"-999999999999999999", UNIT_NS, AT(-1000000000, 1)},

    /* fractions are exact and cut toward minus infinity */
    {"0.1", UNIT_S, AT(0, 100000000)}, {"0.3", UNIT_S, AT(0, 300000000)},
    {"1694472351.123456789", UNIT_S, AT(1694472351, 123456789)},
    {"1694472351.1234567899999999999", UNIT_S, AT(1694472351, 123456789)},
    {"1694472351.9999999999999999999", UNIT_S, AT(1694472351, 999999999)},
    {"0.0000000001", UNIT_S, AT(0, 0)},
    {"-0.0000000001", UNIT_S, AT(-1, 999999999)},
    {"-0.000000001", UNIT_S, AT(-1, 999999999)},
    {"-0.0000000011", UNIT_S, AT(-1, 999999998)},
    {"-0.9999999999", UNIT_S, AT(-1, 0)}, {"-1.0", UNIT_S, AT(-1, 0)},
    {"-1.5", UNIT_S, AT(-2, 500000000)}, {"-0.0", UNIT_S, AT(0, 0)},
    {"0.00e5", UNIT_S, AT(0, 0)}, {"1.5", UNIT_MS, AT(0, 1500000)},
    {"0.9999999", UNIT_MS, AT(0, 999999)}, {"1.9", UNIT_NS, AT(0, 1)},
    {"-0.1", UNIT_NS, AT(-1, 999999999)},

    /* exponents, too */
    {"1e3", UNIT_S, AT(1000, 0)}, {"1E+3", UNIT_S, AT(1000, 0)},
    {"1e-3", UNIT_S, AT(0, 1000000)},
    {"1.6944723511e9", UNIT_S, AT(1694472351, 100000000)},
    {"16944723511234567890e-10", UNIT_S, AT(1694472351, 123456789)},
    {"0.0000000016944723511e18", UNIT_S, AT(1694472351, 100000000)},
    {"12e0000000000000000000000000003", UNIT_S, AT(12000, 0)},
    {"0e999999999", UNIT_S, AT(0, 0)},
    {"0e-999999999999999999999999999999", UNIT_S, AT(0, 0)},
    {"1e-999999999", UNIT_S, AT(0, 0)},
    {"-1e-999999999", UNIT_S, AT(-1, 999999999)},
    {"-1e-99999999999999999999999999", UNIT_S, AT(-1, 999999999)},
    {"1e-9", UNIT_S, AT(0, 1)}, {"1e-10", UNIT_S, AT(0, 0)},

    /* far is what is more than 1e15 seconds from 1970 */
    {"1000000000000000", UNIT_S, AT(S15, 0)},
    {"-1000000000000000", UNIT_S, AT(-S15, 0)},
    {"1000000000000001", UNIT_S, FAR}, {"-1000000000000001", UNIT_S, FAR},
    {"1000000000000000.0", UNIT_S, AT(S15, 0)},
    {"1000000000000000.000000001", UNIT_S, FAR},
    {"1000000000000000.00000000000000000001", UNIT_S, FAR},
    {"-1000000000000000.00000000000000000001", UNIT_S, FAR},
    {"999999999999999.9999999999", UNIT_S, AT(S15 - 1, 999999999)},
    {"-999999999999999.9999999999", UNIT_S, AT(-S15, 0)},
    {"1e15", UNIT_S, AT(S15, 0)}, {"-1e15", UNIT_S, AT(-S15, 0)},
    {"2e15", UNIT_S, FAR}, {"1e16", UNIT_S, FAR}, {"1e18", UNIT_MS, AT(S15, 0)},
    {"1.0000000000000000000000001e18", UNIT_MS, FAR},
    {"1e24", UNIT_NS, AT(S15, 0)}, {"1000000000000000000000001", UNIT_NS, FAR},
    {"999999999999999999", UNIT_MS, AT(S15 - 1, 999000000)},
    {"999999999999999999", UNIT_S, FAR}, {"9223372036854775808", UNIT_S, FAR},
    {"-9223372036854775809", UNIT_NS, AT(-9223372037, 145224191)},
    {"18446744073709551616", UNIT_NS, AT(18446744073, 709551616)},
    {"1e999999999", UNIT_S, FAR},
    {"1e99999999999999999999999999", UNIT_NS, FAR},
    {"-1e999999999", UNIT_S, FAR},

    /* auto goes by the exact absolute value */
    {"0", UNIT_AUTO, AT(0, 0)}, {"99999999999", UNIT_AUTO, AT(99999999999, 0)},
    {"99999999999.999999999999", UNIT_AUTO, AT(99999999999, 999999999)},
    {"100000000000", UNIT_AUTO, AT(100000000, 0)},
    {"1e11", UNIT_AUTO, AT(100000000, 0)},
    {"1e10", UNIT_AUTO, AT(10000000000, 0)},
    {"0.1e12", UNIT_AUTO, AT(100000000, 0)},
    {"-99999999999", UNIT_AUTO, AT(-99999999999, 0)},
    {"-100000000000", UNIT_AUTO, AT(-100000000, 0)},
    {"99999999999999", UNIT_AUTO, AT(99999999999, 999000000)},
    {"99999999999999.9999", UNIT_AUTO, AT(99999999999, 999999900)},
    {"100000000000000", UNIT_AUTO, AT(100000000, 0)},
    {"1e14", UNIT_AUTO, AT(100000000, 0)},
    {"99999999999999999", UNIT_AUTO, AT(99999999999, 999999000)},
    {"100000000000000000", UNIT_AUTO, AT(100000000, 0)},
    {"99999999999999999.5", UNIT_AUTO, AT(99999999999, 999999500)},
    {"1e17", UNIT_AUTO, AT(100000000, 0)},
    {"-1694472351123456789", UNIT_AUTO, AT(-1694472352, 876543211)},
    {"1e24", UNIT_AUTO, AT(S15, 0)}, {"1e25", UNIT_AUTO, FAR},
    {"1e-30", UNIT_AUTO, AT(0, 0)},

    /* no numbers in JSON */
    {"", UNIT_S, INVALID}, {"-", UNIT_S, INVALID}, {"--1", UNIT_S, INVALID},
    {"-+1", UNIT_S, INVALID}, {"+-1", UNIT_S, INVALID}, {"00", UNIT_S, INVALID},
    {"01", UNIT_S, INVALID}, {"-01", UNIT_S, INVALID},
    {"01.5", UNIT_S, INVALID}, {"0000000000000000000001", UNIT_S, INVALID},
    {"1.", UNIT_S, INVALID}, {"1.e5", UNIT_S, INVALID}, {".5", UNIT_S, INVALID},
    {"-.5", UNIT_S, INVALID}, {"1e", UNIT_S, INVALID}, {"1e+", UNIT_S, INVALID},
    {"1e1.5", UNIT_S, INVALID}, {"1.5.5", UNIT_S, INVALID},
    {"e5", UNIT_S, INVALID}, {"1 2", UNIT_S, INVALID}, {"- 1", UNIT_S, INVALID},
    {"1x", UNIT_S, INVALID}, {"1234567890x", UNIT_S, INVALID},
    {"0x10", UNIT_S, INVALID}, {"1,5", UNIT_S, INVALID},
    {"1_000", UNIT_S, INVALID}, {"NaN", UNIT_S, INVALID},
    {"Infinity", UNIT_S, INVALID}, {"-Infinity", UNIT_S, INVALID},
    {"\xd9\xa1", UNIT_S, INVALID}, /* an Arabic digit */
};

/* What only a JSON number must not be. */
static const struct row not_numbers[] = {
    {"+1", UNIT_S, INVALID},
    {" 1", UNIT_S, INVALID},
    {"1 ", UNIT_S, INVALID},
    {"1\n", UNIT_S, INVALID},
    {"2023-09-12T00:45:51Z", UNIT_S, INVALID},
};

static const struct row strings[] = {
    /* a sign, and the white space of JSON around the whole */
    {"+1694472351", UNIT_S, AT(1694472351, 0)},
    {"+0", UNIT_S, AT(0, 0)},
    {"+1.5e0", UNIT_S, AT(1, 500000000)},
    {"+01", UNIT_S, INVALID},
    {"+", UNIT_S, INVALID},
    {"++1", UNIT_S, INVALID},
    {"+ 1", UNIT_S, INVALID},
    {" 1694472351", UNIT_S, AT(1694472351, 0)},
    {"1694472351\n", UNIT_S, AT(1694472351, 0)},
    {"\t\r\n -1.5 \t\r\n", UNIT_S, AT(-2, 500000000)},
    {" +1 ", UNIT_S, AT(1, 0)},
    {" ", UNIT_S, INVALID},
    {" \t\r\n", UNIT_S, INVALID},
    {"\v1", UNIT_S, INVALID},
    {"\f1", UNIT_S, INVALID},
    {"\xc2\xa0"
     "1",
	UNIT_S, INVALID},

    /* RFC 3339, whatever the unit for numbers */
    {"2023-09-12T00:45:51Z", UNIT_S, DATE(1694479551, 0)},
    {"2023-09-12T00:45:51Z", UNIT_AUTO, DATE(1694479551, 0)},
    {"2023-09-12T00:45:51Z", UNIT_NS, DATE(1694479551, 0)},
    {"2023-09-12t00:45:51z", UNIT_S, DATE(1694479551, 0)},
    {"2023-09-12 00:45:51Z", UNIT_S, DATE(1694479551, 0)},
    {"2023-09-12T00:45:51.5Z", UNIT_S, DATE(1694479551, 500000000)},
    {"2023-09-12T00:45:51.123456789Z", UNIT_S, DATE(1694479551, 123456789)},
    {"2023-09-12T00:45:51.1234567899999Z", UNIT_S, DATE(1694479551, 123456789)},
    {"2023-09-12T00:45:51.00000000009Z", UNIT_S, DATE(1694479551, 0)},
    {"2023-09-12T00:45:51+02:00", UNIT_S, DATE(1694472351, 0)},
    {"2023-09-12T00:45:51-00:00", UNIT_S, DATE(1694479551, 0)},
    {"2023-09-12T00:45:51-05:30", UNIT_S, DATE(1694499351, 0)},
    {"2023-09-12T00:45:51+23:59", UNIT_S, DATE(1694393211, 0)},
    {"2023-09-12T00:45:51.25-23:59", UNIT_S, DATE(1694565891, 250000000)},
    {"1969-12-31T23:59:59.75Z", UNIT_S, DATE(-1, 750000000)},
    {"0000-01-01T00:00:00Z", UNIT_S, DATE(-62167219200, 0)},
    {"0000-02-29T00:00:00Z", UNIT_S, DATE(-62162121600, 0)},
    {"0000-01-01T00:00:00+23:59", UNIT_S, DATE(-62167305540, 0)},
    {"9999-12-31T23:59:59Z", UNIT_S, DATE(253402300799, 0)},
    {"2024-02-29T12:00:00Z", UNIT_S, DATE(1709208000, 0)},

    /* an offset is required */
    {"2023-09-12T00:45:51", UNIT_S, NO_ZONE},
    {"2023-09-12 00:45:51.5", UNIT_S, NO_ZONE},
    {"2016-12-31T23:59:60", UNIT_S, NO_ZONE},
    {"2023-02-29T00:45:51", UNIT_S, INVALID},
    {"2023-09-12T00:45", UNIT_S, INVALID},
    {"2023-09-12", UNIT_S, INVALID},
    {"2023-09-12T00:45:51.", UNIT_S, INVALID},

    /* fields have their ranges */
    {"2023-00-12T00:45:51Z", UNIT_S, INVALID},
    {"2023-13-12T00:45:51Z", UNIT_S, INVALID},
    {"2023-09-00T00:45:51Z", UNIT_S, INVALID},
    {"2023-09-31T00:45:51Z", UNIT_S, INVALID},
    {"2023-02-29T00:45:51Z", UNIT_S, INVALID},
    {"1900-02-29T00:45:51Z", UNIT_S, INVALID},
    {"2023-09-12T24:00:00Z", UNIT_S, INVALID},
    {"2023-09-12T00:60:51Z", UNIT_S, INVALID},
    {"2023-09-12T00:45:61Z", UNIT_S, INVALID},
    {"2023-09-12T00:45:51+24:00", UNIT_S, INVALID},
    {"2023-09-12T00:45:51+00:60", UNIT_S, INVALID},

    /* a second of 60 ends a day of UTC */
    {"2016-12-31T23:59:60Z", UNIT_S, DATE(1483228799, 0)},
    {"2016-12-31T23:59:60.75Z", UNIT_S, DATE(1483228799, 750000000)},
    {"2017-01-01T01:59:60+02:00", UNIT_S, DATE(1483228799, 0)},
    {"2016-12-31T15:59:60-08:00", UNIT_S, DATE(1483228799, 0)},
    {"2023-09-12T23:59:60Z", UNIT_S, DATE(1694563199, 0)},
    {"1960-12-31T23:59:60Z", UNIT_S, DATE(-283996801, 0)},
    {"2016-12-31T23:58:60Z", UNIT_S, INVALID},
    {"2016-12-31T23:59:60+02:00", UNIT_S, INVALID},
    {"2016-12-31T00:00:60Z", UNIT_S, INVALID},

    /* and nothing else */
    {"2023-09-12T00:45:51ZZ", UNIT_S, INVALID},
    {"2023-09-12T00:45:51Z ", UNIT_S, INVALID},
    {" 2023-09-12T00:45:51Z", UNIT_S, INVALID},
    {"2023-09-12T00:45:51 Z", UNIT_S, INVALID},
    {"2023-09-12  00:45:51Z", UNIT_S, INVALID},
    {"2023-09-12_00:45:51Z", UNIT_S, INVALID},
    {"2023/09/12T00:45:51Z", UNIT_S, INVALID},
    {"2023-09/12T00:45:51Z", UNIT_S, INVALID},
    {"2023-09-12T00.45:51Z", UNIT_S, INVALID},
    {"2023-09-12T00:45.51Z", UNIT_S, INVALID},
    {"2023-09-12T00:45:51,5Z", UNIT_S, INVALID},
    {"2023-09-12T00:45:51.Z", UNIT_S, INVALID},
    {"2023-09-12T00:45:51.5.5Z", UNIT_S, INVALID},
    {"2023-09-12T00:45:51+0200", UNIT_S, INVALID},
    {"2023-09-12T00:45:51+02", UNIT_S, INVALID},
    {"2023-09-12T00:45:51+02:0", UNIT_S, INVALID},
    {"2023-09-12T00:45:51+02:000", UNIT_S, INVALID},
    {"2023-09-12T00:45:51*02:00", UNIT_S, INVALID},
    {"2023-09-12T00:45:51+02.00", UNIT_S, INVALID},
    {"2023-09-12T00:45:51+-2:00", UNIT_S, INVALID},
    {"2023-9-12T00:45:51Z", UNIT_S, INVALID},
    {"+2023-09-12T00:45:51Z", UNIT_S, INVALID},
    {"-2023-09-12T00:45:51Z", UNIT_S, INVALID},
    {"12023-09-12T00:45:51Z", UNIT_S, INVALID},
    {"2O23-09-12T00:45:51Z", UNIT_S, INVALID},
    {"2023-09-12T 0:45:51Z", UNIT_S, INVALID},
    {"yesterday", UNIT_S, INVALID},
};

typedef enum timestamp_kind reader(struct span, enum unit, struct instant *);

/* The text is copied to the last bytes of a block of memory, so that a
 * sanitizer sees what reads beyond it. */
static void
check_row(const char *as, reader *read, const struct row *row)
{
	struct instant out = {UNTOUCHED_SEC, UNTOUCHED_NSEC};
	struct span text = {NULL, strlen(row->text)};
	char *copy = malloc(text.len + 1);
	enum timestamp_kind kind;

	text.ptr = memcpy(copy + 1, row->text, text.len);
	kind = read(text, row->unit, &out);
	UNIT_CHECK(
	    kind == row->kind && out.sec == row->sec && out.nsec == row->nsec,
	    "%s '%s' in %s: kind %d at %lld.%09d, expected %d at %lld.%09d", as,
	    row->text, unit_name(row->unit), (int)kind, (long long)out.sec,
	    (int)out.nsec, (int)row->kind, (long long)row->sec, (int)row->nsec);
	free(copy);
}

#define CHECK_TABLE(as, read, table) \
	for (size_t i = 0; i < sizeof(table) / sizeof((table)[0]); i++) \
	check_row(as, read, &(table)[i])

/*
 * "1", zeros of them, and an exponent that takes them all back; and the same
 * after the point.  A million digits are as exact as ten.
 */
static void
check_long_numbers(size_t zeros)
{
	char *text = malloc(zeros + 64);
	struct instant out = {0, 0};
	enum timestamp_kind kind;
	struct span span;

	memset(text, '0', zeros + 64);
	text[0] = '1';
	span.ptr = text;
	span.len =
	    zeros + 1 + (size_t)sprintf(text + zeros + 1, "e-%zu", zeros);
	kind = timestamp_from_number(span, UNIT_S, &out);
	UNIT_CHECK(kind == TIMESTAMP_NUMBER && out.sec == 1 && out.nsec == 0,
	    "1 with %zu zeros e-%zu is 1", zeros, zeros);

	memset(text, '0', zeros + 64);
	text[1] = '.';
	span.len =
	    zeros + 2 + (size_t)sprintf(text + zeros + 2, "15e%zu", zeros + 1);
	kind = timestamp_from_string(span, UNIT_S, &out);
	UNIT_CHECK(
	    kind == TIMESTAMP_NUMBER && out.sec == 1 && out.nsec == 500000000,
	    "0. with %zu zeros 15e%zu is 1.5", zeros, zeros + 1);
	free(text);
}

/* What timestamp_digits() reads, and what it leaves to others. */
static const struct {
	const char *text;
	int64_t value;
} digits[] = {
    {"100000000", 100000000},
    {"1694479551", 1694479551},
    {"1694479552", 1694479552},
    {"1794479551", 1794479551},
    {"1694479551123", 1694479551123},
    {"9999999999999999", 9999999999999999},
    {"12345678", -1},
    {"10000000000000000", -1},
    {"0694479551", -1},
    {"-694479551", -1},
    {"-794479551", -1},
    {"169447955/", -1},
    {"169447955:", -1},
    {"/694479551", -1},
    {":694479551", -1},
    {"1694479 551", -1},
    {"16944795\xb1\xb1", -1},
    {"169447955.", -1},
    {"", -1},
};

/* The text in room, where eight bytes can be read. */
static struct span
readable(const char *text, char room[static 32])
{
	return (span_of(strcpy(memset(room, 0, 32), text)));
}

static void
check_digits(void)
{
	const size_t count = sizeof(digits) / sizeof(digits[0]);
	struct timestamp_leading leading;
	char room[32];
	size_t i;

	/* Each first, and each behind each. */
	for (i = 0; i < count * count; i++) {
		leading = TIMESTAMP_NO_LEADING;
		timestamp_digits(
		    &leading, readable(digits[i / count].text, room));
		UNIT_CHECK(timestamp_digits(&leading,
			       readable(digits[i % count].text, room)) ==
			digits[i % count].value,
		    "digits of '%s' behind '%s'", digits[i % count].text,
		    digits[i / count].text);
	}
}

int
main(void)
{
	struct instant out;

	check_digits();

	CHECK_TABLE("number", timestamp_from_number, numbers);
	CHECK_TABLE("string", timestamp_from_string, numbers);
	CHECK_TABLE("number", timestamp_from_number, not_numbers);
	CHECK_TABLE("string", timestamp_from_string, strings);
	check_long_numbers(1);
	check_long_numbers(1000000);
	UNIT_CHECK(timestamp_from_string(SPAN_ABSENT, UNIT_S, &out) ==
		       TIMESTAMP_INVALID,
	    "an absent string is no time");
	UNIT_CHECK(strcmp(unit_name(UNIT_US), "us") == 0 &&
		       strcmp(unit_name(UNIT_AUTO), "auto") == 0,
	    "units have the names that --unit takes");
	return (unit_result());
}
