#include <stdlib.h>
#include <time.h>

#include "format.h"
#include "memory.h"
#include "unit.h"

#define DAY INT64_C(86400)
#define YEAR_1 INT64_C(-62135596800)
#define YEAR_1000 INT64_C(-30610224000)
#define YEAR_10000 INT64_C(253402300800)

static const struct zone_period utc = {INT64_MIN, INT64_MAX, 0, "UTC"};
static const struct zone_period cest = {INT64_MIN, INT64_MAX, 7200, "CEST"};
static const struct zone_period nst = {INT64_MIN, INT64_MAX, -12600, "NST"};
static const struct zone_period lmt = {INT64_MIN, INT64_MAX, -1521, "LMT"};
static const struct zone_period east = {INT64_MIN, INT64_MAX, 45, "LMT"};
static const struct zone_period west = {INT64_MIN, INT64_MAX, -45, "LMT"};
static const struct zone_period unknown = {INT64_MIN, INT64_MAX, 0, "-00"};
static const struct zone_period chatham = {
    INT64_MIN, INT64_MAX, 49500, "+1345"};
static const struct zone_period longest = {
    INT64_MIN, INT64_MAX, 93599, "ABCDEFGHIJKLMNO"};

static const struct zone_period *const periods[] = {
    &utc, &cest, &nst, &lmt, &east, &west, &unknown, &chatham, &longest};

static const struct {
	const char *format;
	struct instant instant;
	const struct zone_period *period;
	const char *expected;
} renderings[] = {
    /* the usual ones */
    {"%Y-%m-%d %H:%M:%S", {1694479551, 0}, &utc, "2023-09-12 00:45:51"},
    {"%Y-%m-%d %H:%M:%S", {1694472351, 999999999}, &utc, "2023-09-11 22:45:51"},
    {"%Y-%m-%d %H:%M:%S %z", {1694472351, 0}, &cest,
	"2023-09-12 00:45:51 +0200"},
    {"%FT%TZ", {1694479551, 0}, &utc, "2023-09-12T00:45:51Z"},
    {"%Y-%m-%dT%H:%M:%S.%3N%:z", {1694479551, 123456789}, &cest,
	"2023-09-12T02:45:51.123+02:00"},
    {"%Y%m%d", {1694479551, 0}, &utc, "20230912"},

    /* what is not shown is cut toward minus infinity */
    {"%F %T.%N", {-1, 999999999}, &utc, "1969-12-31 23:59:59.999999999"},
    {"%3N %6N %N", {0, 999999999}, &utc, "999 999999 999999999"},
    {"%3N %6N %N", {0, 1000}, &utc, "000 000001 000001000"},
    {"%3N %6N %N", {0, 7}, &utc, "000 000000 000000007"},
    {"%s.%3N", {-1, 5000000}, &utc, "-1.005"},

    /* seconds since 1970 know no zone */
    {"%s", {0, 0}, &cest, "0"},
    {"%s", {9, 0}, &cest, "9"},
    {"%s", {10, 0}, &cest, "10"},
    {"%s", {1694479551, 0}, &nst, "1694479551"},
    {"%s", {-10, 0}, &utc, "-10"},
    {"%s", {YEAR_1, 0}, &utc, "-62135596800"},
    {"%s", {YEAR_10000 - 1, 0}, &utc, "253402300799"},

    /* years have four digits, from 0001 to 9999 */
    {"%Y %C %y %G %g", {YEAR_1, 0}, &utc, "0001 00 01 0001 01"},
    {"%F|%EY|%c", {YEAR_1, 0}, &utc,
	"0001-01-01|0001|Mon Jan  1 00:00:00 0001"},
    {"%F %T", {YEAR_1 - 7200, 0}, &cest, "0001-01-01 00:00:00"},
    {"%F %G-W%V", {YEAR_1000 - 1, 0}, &utc, "0999-12-31 1000-W01"},
    {"%Y %C %y %G %g", {YEAR_10000 - 1, 0}, &utc, "9999 99 99 9999 99"},

    /* offsets, whose seconds are not shown */
    {"%z %:z %Z", {0, 0}, &utc, "+0000 +00:00 UTC"},
    {"%z %:z %Z", {0, 0}, &nst, "-0330 -03:30 NST"},
    {"%z %:z %Z", {0, 0}, &lmt, "-0025 -00:25 LMT"},
    {"%z %:z", {0, 0}, &east, "+0000 +00:00"},
    {"%z %:z", {0, 0}, &west, "-0000 -00:00"},
    {"%z %:z %Z", {0, 0}, &unknown, "+0000 +00:00 -00"},
    {"%z %:z %Z", {0, 0}, &chatham, "+1345 +13:45 +1345"},
    {"%z %:z %Z", {0, 0}, &longest, "+2559 +25:59 ABCDEFGHIJKLMNO"},
    {"%T", {0, 0}, &lmt, "23:34:39"},

    /* what the C library does not know */
    {"%OC %Og %OG %Oj %Ok %Ol %Os", {0, 0}, &utc, "19 70 1970 001  0 12 0"},

    /* literals, escaped for JSON */
    {"", {0, 0}, &utc, ""},
    {"%%", {0, 0}, &utc, "%"},
    {"%%Y%%%d", {0, 0}, &utc, "%Y%01"},
    {"100%%", {0, 0}, &utc, "100%"},
    {"%n%t", {0, 0}, &utc, "\\n\\t"},
    {"say \"%H\" \\", {0, 0}, &utc, "say \\\"00\\\" \\\\"},
    {"\b\f\n\r\t", {0, 0}, &utc, "\\b\\f\\n\\r\\t"},
    {"\x7f%y\xc3\xa9\xf0\x9f\x95\x90%m", {0, 0}, &utc,
	"\x7f"
	"70\xc3\xa9\xf0\x9f\x95\x90"
	"01"},
    {"longer than any one step %y of them", {0, 0}, &utc,
	"longer than any one step 70 of them"},
    {"%Y-%m-%d%Y-%m-%e%Y-%m%H:%M:%S%H:%M", {0, 0}, &utc,
	"1970-01-011970-01- 11970-0100:00:0000:00"},
};

/* Formats that are refused, and the part that is to blame. */
static const struct {
	const char *format;
	const char *bad;
} refusals[] = {
    {"%Q", "%Q"},
    {"%Y-%q-%d", "%q"},
    {"%", "%"},
    {"%Y %", "%"},
    {"%%%", "%"},
    {"%E", "%E"},
    {"%O", "%O"},
    {"%Ed", "%Ed"},
    {"%ON", "%ON"},
    {"%Oz", "%Oz"},
    {"%OY", "%OY"},
    {"%EEc", "%EEc"},
    {"%E%", "%E%"},
    {"%O%", "%O%"},
    {"%-d", "%-d"},
    {"%_H", "%_H"},
    {"%^a", "%^a"},
    {"%10Y", "%10Y"},
    {"%010Y is wide", "%010Y"},
    {"%1N", "%1N"},
    {"%9N", "%9N"},
    {"%03N", "%03N"},
    {"%3", "%3"},
    {"%3S", "%3S"},
    {"%:", "%:"},
    {"%:S", "%:S"},
    {"%::z", "%::z"},
    {"%+", "%+"},
    {"%f", "%f"},
    {"%i", "%i"},
    {"%J", "%J"},
    {"%K", "%K"},
    {"%L", "%L"},
    {"%o", "%o"},
    {"%v", "%v"},
    {"% d", "% "},
    {"%\xc3\xa9t\xc3\xa9", "%\xc3\xa9"},
    {"%Y\xff%m", "\xff"},
    {"%Q\xc3(", "\xc3"},
    {"\xed\xa0\x80", "\xed\xa0\x80"},
    {"\xc0\xaf/", "\xc0\xaf"},
    {"%\xff", "\xff"},
};

static const struct {
	int64_t sec;
	const struct zone_period *period;
	bool has_year;
} years[] = {
    {YEAR_1 - 1, &utc, false},
    {YEAR_1, &utc, true},
    {0, &utc, true},
    {YEAR_10000 - 1, &utc, true},
    {YEAR_10000, &utc, false},
    {YEAR_1 - 7201, &cest, false},
    {YEAR_1 - 7200, &cest, true},
    {YEAR_10000 - 7201, &cest, true},
    {YEAR_10000 - 7200, &cest, false},
    {YEAR_1, &lmt, false},
    {YEAR_10000, &lmt, true},
    {-INT64_C(1000000000000000), &utc, false},
    {INT64_C(1000000000000000), &utc, false},
};

/* Render into exactly the room that is asked for, so that a sanitizer sees
 * what goes beyond it.  The caller frees the result. */
static char *
render(
    const char *fmt, struct instant instant, const struct zone_period *period)
{
	struct span bad;
	struct format *format = format_compile(fmt, &bad);
	size_t bound, len;
	char *buf, *text;

	if (format == NULL)
		return (strdup("(refused)"));
	bound = format_bound(format);
	buf = malloc(bound > 0 ? bound : 1);
	len = format_render(format, instant, period, buf);
	UNIT_CHECK(len <= bound, "'%s' took %zu bytes of %zu", fmt, len, bound);
	text = strndup(buf, len);
	free(buf);
	format_free(format);
	return (text);
}

static void
check_renderings(void)
{
	for (size_t i = 0; i < sizeof(renderings) / sizeof(renderings[0]);
	     i++) {
		char *text = render(renderings[i].format, renderings[i].instant,
		    renderings[i].period);

		UNIT_CHECK(strcmp(text, renderings[i].expected) == 0,
		    "'%s' at %lld: '%s', expected '%s'", renderings[i].format,
		    (long long)renderings[i].instant.sec, text,
		    renderings[i].expected);
		free(text);
	}
}

static void
check_refusals(void)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const char *fmt = refusals[i].format;
		struct span bad = SPAN_ABSENT;
		struct format *format = format_compile(fmt, &bad);

		UNIT_CHECK(format == NULL &&
			       span_equal(bad, span_of(refusals[i].bad)) &&
			       bad.ptr >= fmt && bad.ptr <= fmt + strlen(fmt),
		    "'%s' is refused for '%s', not '%.*s'", fmt,
		    refusals[i].bad, (int)bad.len, bad.ptr ? bad.ptr : "");
		format_free(format);
	}
}

static void
check_years(void)
{
	for (size_t i = 0; i < sizeof(years) / sizeof(years[0]); i++)
		UNIT_CHECK(format_has_year((struct instant){years[i].sec, 0},
			       years[i].period) == years[i].has_year,
		    "%lld has%s a year from 1 to 9999", (long long)years[i].sec,
		    years[i].has_year ? "" : " not");
}

/* Every control character comes out as jq would write it. */
static void
check_control_characters(void)
{
	for (int c = 1; c < 0x20; c++) {
		char fmt[] = {'x', (char)c, 0}, expected[8];
		const char *letter = strchr("\bb\tt\nn\ff\rr", c);
		char *text = render(fmt, (struct instant){0, 0}, &utc);

		if (letter != NULL)
			snprintf(
			    expected, sizeof(expected), "x\\%c", letter[1]);
		else
			snprintf(expected, sizeof(expected), "x\\u%04x", c);
		UNIT_CHECK(strcasecmp(text, expected) == 0,
		    "control character %d: '%s', expected '%s'", c, text,
		    expected);
		free(text);
	}
}

/* What strftime(3) and we must write alike; year marks what the C library
 * pads otherwise before the year 1000. */
static const struct {
	const char *format;
	bool year;
} alike[] = {
    {"%a", false},
    {"%A", false},
    {"%b", false},
    {"%B", false},
    {"%c", true},
    {"%C", true},
    {"%d", false},
    {"%D", false},
    {"%e", false},
    {"%F", true},
    {"%g", false},
    {"%G", true},
    {"%h", false},
    {"%H", false},
    {"%I", false},
    {"%j", false},
    {"%k", false},
    {"%l", false},
    {"%m", false},
    {"%M", false},
    {"%p", false},
    {"%P", false},
    {"%r", false},
    {"%R", false},
    {"%S", false},
    {"%T", false},
    {"%u", false},
    {"%U", false},
    {"%V", false},
    {"%w", false},
    {"%W", false},
    {"%x", false},
    {"%X", false},
    {"%y", false},
    {"%Y", true},
    {"%z", false},
    {"%Z", false},
    {"%%", false},
    {"%Ec", true},
    {"%EC", true},
    {"%Ex", false},
    {"%EX", false},
    {"%Ey", false},
    {"%EY", true},
    {"%OB", false},
    {"%OC", true},
    {"%OG", true},
    {"%OH", false},
    {"%OI", false},
    {"%OM", false},
    {"%OS", false},
    {"%OU", false},
    {"%OV", false},
    {"%OW", false},
    {"%Ob", false},
    {"%Od", false},
    {"%Oe", false},
    {"%Og", false},
    {"%Oh", false},
    {"%Oj", false},
    {"%Ok", false},
    {"%Ol", false},
    {"%Om", false},
    {"%Ou", false},
    {"%Ow", false},
    {"%Oy", false},
    {"%Y-%m-%d %H:%M:%S", true},
    {"%a, %d %b %Y %T %z", true},
};

/* By a pointer: the compiler wants to see each format that strftime gets. */
static size_t (*const libc_strftime)(
    char *, size_t, const char *, const struct tm *) = strftime;

static void
check_alike(int64_t sec, const struct zone_period *period)
{
	time_t local = (time_t)(sec + period->offset);
	struct instant instant = {sec, 0};
	struct tm tm;
	char expected[128];

	if (!format_has_year(instant, period))
		return;
	gmtime_r(&local, &tm);
	tm.tm_gmtoff = period->offset;
	tm.tm_zone = period->abbreviation;
	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++) {
		char *text;

		/* A day or three more: the ISO year may lag behind. */
		if (alike[i].year && local < YEAR_1000 + 4 * DAY)
			continue;
		text = render(alike[i].format, instant, period);
		libc_strftime(expected, sizeof(expected), alike[i].format, &tm);
		UNIT_CHECK(strcmp(text, expected) == 0,
		    "'%s' at %lld: '%s', strftime '%s'", alike[i].format,
		    (long long)sec, text, expected);
		free(text);
	}
}

/* Days around the ends of many years, all hours of a day, and instants by a
 * linear congruential generator (Knuth, MMIX). */
static void
check_against_libc(void)
{
	uint64_t state = 1;

	for (int64_t day = YEAR_1 / DAY; day < YEAR_10000 / DAY; day += 733)
		check_alike(day * DAY + 12345, &utc);
	for (int64_t day = 10957 - 14 * 365; day < 10957 + 14 * 366; day++)
		check_alike(day * DAY - 1, &utc);
	for (int64_t sec = 0; sec < DAY; sec += 307)
		check_alike(1694476800 + sec, &cest);
	for (int i = 0; i < 4000; i++) {
		state = state * 6364136223846793005 + 1442695040888963407;
		check_alike(YEAR_1 + (int64_t)((state >> 16) %
					       (uint64_t)(YEAR_10000 - YEAR_1)),
		    periods[i % (int)(sizeof(periods) / sizeof(periods[0]))]);
	}
}

/* Formats whose texts of one day format_clock() can turn into each other, and
 * others, for which there is no such day. */
static const struct {
	const char *fmt;
	bool clock;
} days[] = {
    {"%Y-%m-%d %H:%M:%S", true},
    {"%A, %d %B %Y: %S seconds, %M minutes, %H hours", true},
    {"%F", true},
    {"%j", true},
    {"%z %Z %R", true},
    {"%H%H", false},
    {"%T %S", false},
    {"%I:%M %p", false},
    {"%k:%M", false},
    {"%s", false},
    {"%T.%3N", false},
};

static void
check_day(const char *fmt, bool clock, const struct zone_period *period,
    int64_t sec)
{
	struct span bad;
	struct format *format = format_compile(fmt, &bad);
	size_t bound = format_bound(format);
	char *kept = memory_alloc(bound), *want = memory_alloc(bound);
	struct format_day day;
	int64_t other;

	format_render_day(
	    format, (struct instant){sec, 0}, period, kept, &day);
	UNIT_CHECK((sec >= day.from && sec < day.until) == clock,
	    "%s: a day of its own: %d", fmt, clock);
	for (other = day.from; other < day.until; other += 317) {
		format_clock(&day, other, kept);
		UNIT_CHECK(format_render(format, (struct instant){other, 0},
			       period, want) == day.len &&
			memcmp(kept, want, day.len) == 0,
		    "%s: %lld: %.*s", fmt, (long long)other, (int)day.len,
		    kept);
	}
	free(kept);
	free(want);
	format_free(format);
}

static void
check_days(void)
{
	struct zone_period until_noon = cest;
	size_t i;

	until_noon.until = 1694512800;
	for (i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		check_day(days[i].fmt, days[i].clock, &utc, 1694479551);
		check_day(days[i].fmt, days[i].clock, &utc, -1);
		check_day(days[i].fmt, days[i].clock, &utc, YEAR_1);
		check_day(days[i].fmt, days[i].clock, &cest, 1694479551);
		check_day(days[i].fmt, days[i].clock, &until_noon, 1694479551);
	}
}

int
main(void)
{
	check_days();
	check_renderings();
	check_refusals();
	check_years();
	check_control_characters();
#ifdef __GLIBC__
	check_against_libc();
#else
	fprintf(stderr, "skipped: strftime is not glibc's to compare with\n");
#endif
	return (unit_result());
}
