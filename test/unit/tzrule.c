#include "tzrule.h"
#include "unit.h"

/*
 * 2023-01-01T00:00:00Z is 1672531200; 2024 leaps.
 * The times expected come from date(1) where it knows the rule, else from the
 * calendar.
 */
static const struct {
	const char *text;
	int64_t sec;
	int32_t offset;
	const char *abbreviation;
} rules[] = {
    {"UTC0", 1672531200, 0, "UTC"},
    {"EST5", 1672531200, -18000, "EST"},
    {"<+0545>-5:45", 1672531200, 20700, "+0545"},
    {"<-00>0", 1672531200, 0, "-00"},
    {"XYZ+5:30:15", 1672531200, -19815, "XYZ"},
    {"ABC-24:59:59", 1672531200, 89999, "ABC"},
    {"ABC24:59:59", 1672531200, -89999, "ABC"},

    /* New York: the second Sunday in March, the first in November */
    {"EST5EDT,M3.2.0,M11.1.0", 1678604399, -18000, "EST"},
    {"EST5EDT,M3.2.0,M11.1.0", 1678604400, -14400, "EDT"},
    {"EST5EDT,M3.2.0,M11.1.0", 1699163999, -14400, "EDT"},
    {"EST5EDT,M3.2.0,M11.1.0", 1699164000, -18000, "EST"},

    /* the southern half of the globe: Sydney, Lord Howe by half an hour */
    {"AEST-10AEDT,M10.1.0,M4.1.0/3", 1672531200, 39600, "AEDT"},
    {"AEST-10AEDT,M10.1.0,M4.1.0/3", 1680364799, 39600, "AEDT"},
    {"AEST-10AEDT,M10.1.0,M4.1.0/3", 1680364800, 36000, "AEST"},
    {"AEST-10AEDT,M10.1.0,M4.1.0/3", 1696089599, 36000, "AEST"},
    {"AEST-10AEDT,M10.1.0,M4.1.0/3", 1696089600, 39600, "AEDT"},
    {"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 1672531200, 39600, "+11"},
    {"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 1688169600, 37800, "+1030"},

    /* Ireland: its summer time is standard, its winter time an hour back */
    {"IST-1GMT0,M10.5.0,M3.5.0/1", 1672531200, 0, "GMT"},
    {"IST-1GMT0,M10.5.0,M3.5.0/1", 1679792400, 3600, "IST"},
    {"IST-1GMT0,M10.5.0,M3.5.0/1", 1698541199, 3600, "IST"},
    {"IST-1GMT0,M10.5.0,M3.5.0/1", 1698541200, 0, "GMT"},

    /* Greenland: times before midnight; Gaza: days after it */
    {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 1711846799, -7200, "-02"},
    {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 1711846800, -3600, "-01"},
    {"EET-2EEST,M3.4.4/50,M10.4.4/50", 1711756799, 7200, "EET"},
    {"EET-2EEST,M3.4.4/50,M10.4.4/50", 1711756800, 10800, "EEST"},

    /* Jn never counts 29 February, n does */
    {"STD0DST,J60/0,J61/0", 1677628799, 0, "STD"},
    {"STD0DST,J60/0,J61/0", 1677628800, 3600, "DST"},
    {"STD0DST,J60/0,J61/0", 1709251199, 0, "STD"},
    {"STD0DST,J60/0,J61/0", 1709251200, 3600, "DST"},
    {"STD0DST,J59/0,J60/0", 1709078400, 3600, "DST"},
    {"STD0DST,J59/0,J60/0", 1709164799, 3600, "DST"},
    {"STD0DST,59/0,60/0", 1677628800, 3600, "DST"},
    {"STD0DST,59/0,60/0", 1709164799, 0, "STD"},
    {"STD0DST,59/0,60/0", 1709164800, 3600, "DST"},
    {"STD0DST,365/0,J1/1:00:01", 1704067199, 0, "STD"},
    {"STD0DST,365/0,J1/1:00:01", 1704067200, 3600, "DST"},
    {"STD0DST,365/0,J1/1:00:01", 1704067201, 0, "STD"},

    /* the fifth is the last */
    {"STD0DST,M2.5.4/0,M3.1.0/0", 1677110399, 0, "STD"},
    {"STD0DST,M2.5.4/0,M3.1.0/0", 1677110400, 3600, "DST"},
    {"STD0DST,M2.5.4/0,M3.1.0/0", 1709164799, 0, "STD"},
    {"STD0DST,M2.5.4/0,M3.1.0/0", 1709164800, 3600, "DST"},
    {"STD0DST,M6.5.6/0,M7.1.6/0", 1687564799, 0, "STD"},
    {"STD0DST,M6.5.6/0,M7.1.6/0", 1687564800, 3600, "DST"},
    {"STD0DST,M6.5.6/0,M7.1.6/0", 1688165999, 3600, "DST"},
    {"STD0DST,M6.5.6/0,M7.1.6/0", 1688166000, 0, "STD"},

    /* daylight saving time all year, as RFC 8536 writes it, and longer */
    {"XXX3EDT4,0/0,J365/23", 1672531199, -14400, "EDT"},
    {"XXX3EDT4,0/0,J365/23", 1672542000, -14400, "EDT"},
    {"XXX3EDT4,0/0,J365/23", 1688169600, -14400, "EDT"},
    {"EST5EDT,0/0,J365/25", 1704085199, -14400, "EDT"},
    {"EST5EDT,0/0,J365/25", 1704085200, -14400, "EDT"},
    {"EST5EDT,0/0,J365/167", 1704085200, -14400, "EDT"},
    {"EST5EDT,0/0,J365/167", 1704600000, -14400, "EDT"},
    {"EST5EDT,J1/-167,J365/25", 1688169600, -14400, "EDT"},

    /* a change that the hours carry into another year */
    {"STD0DST,J1/-167,J10/0", 1671929999, 0, "STD"},
    {"STD0DST,J1/-167,J10/0", 1671930000, 3600, "DST"},
    {"STD0DST,J1/-167,J10/0", 1673305199, 3600, "DST"},
    {"STD0DST,J1/-167,J10/0", 1673305200, 0, "STD"},
    {"STD0DST,J300/0,J365/167", 1704063600, 3600, "DST"},
    {"STD0DST,J300/0,J365/167", 1704578399, 3600, "DST"},
    {"STD0DST,J300/0,J365/167", 1704578400, 0, "STD"},

    /* far from today, and before 1970 */
    {"EST5EDT,M3.2.0,M11.1.0", 253402300799, -18000, "EST"},
    {"EST5EDT,M3.2.0,M11.1.0", -1, -18000, "EST"},
    {"EST5EDT,M3.2.0,M11.1.0", -15724800, -14400, "EDT"},
};

static const char *const bad_rules[] = {
    "",
    "U",
    "UT",
    "UTC",
    "UTC0 ",
    " UTC0",
    ":UTC0",
    "0",
    "UTC25",
    "UTC24:60",
    "UTC1:00:60",
    "UTC-",
    "UTC+-1",
    "UTC1:",
    "UTC1:1:",
    "UTC1:1:1:",
    "<>0",
    "<+1>0",
    "<+01",
    "<+01>",
    "<a b>0",
    "<+01>1<",
    "U1C0",
    "ABCDEFGHIJKLMNOP0",
    "<ABCDEFGHIJKLMNOP>0",
    "EST5EDT",
    "EST5EDT4",
    "EST5ED,M3.2.0,M11.1.0",
    "EST5EDT,",
    "EST5EDT,M3.2.0",
    "EST5EDT,M3.2.0,",
    "EST5EDT,M3.2.0,M11.1.0,",
    "EST5EDT,M3.2.0,M11.1.0/2 ",
    "EST5EDT,M0.2.0,M11.1.0",
    "EST5EDT,M13.2.0,M11.1.0",
    "EST5EDT,M3.0.0,M11.1.0",
    "EST5EDT,M3.6.0,M11.1.0",
    "EST5EDT,M3.2.7,M11.1.0",
    "EST5EDT,M3.2,M11.1.0",
    "EST5EDT,M3,M11.1.0",
    "EST5EDT,M,M11.1.0",
    "EST5EDT,J0,J365",
    "EST5EDT,J1,J366",
    "EST5EDT,0,366",
    "EST5EDT,-1,365",
    "EST5EDT,J1/168,J365",
    "EST5EDT,J1/-168,J365",
    "EST5EDT,J1/,J365",
    "EST5EDT,J1/2:60,J365",
    "EST5EDT25,J1,J365",
    "EST5EDT,J1.5,J365",
    "EST5EDT,J99999999999999999999,J365",
    "EST99999999999999999999",
};

/* The rule holds sec in its period, and from end to end of that it says the
 * same. */
static void
check_period(const char *text, const struct tzrule *rule, int64_t sec)
{
	struct zone_period period, other;

	tzrule_lookup(rule, sec, &period);
	UNIT_CHECK(period.from <= sec && sec < period.until,
	    "%s: the period holds %lld", text, (long long)sec);
	if (period.from != INT64_MIN) {
		tzrule_lookup(rule, period.from, &other);
		UNIT_CHECK(other.offset == period.offset,
		    "%s: the period of %lld from its start", text,
		    (long long)sec);
	}
	if (period.until != INT64_MAX) {
		tzrule_lookup(rule, period.until - 1, &other);
		UNIT_CHECK(other.offset == period.offset,
		    "%s: the period of %lld to its end", text, (long long)sec);
	}
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		const char *text = rules[i].text;
		struct zone_period period;
		struct tzrule rule;

		if (!tzrule_parse(span_of(text), &rule)) {
			UNIT_CHECK(false, "%s is a rule", text);
			continue;
		}
		tzrule_lookup(&rule, rules[i].sec, &period);
		UNIT_CHECK(
		    period.offset == rules[i].offset &&
			strcmp(period.abbreviation, rules[i].abbreviation) == 0,
		    "%s at %lld: %d %s, expected %d %s", text,
		    (long long)rules[i].sec, (int)period.offset,
		    period.abbreviation, (int)rules[i].offset,
		    rules[i].abbreviation);
		check_period(text, &rule, rules[i].sec);
	}
	for (size_t i = 0; i < sizeof(bad_rules) / sizeof(bad_rules[0]); i++) {
		struct tzrule rule;

		UNIT_CHECK(!tzrule_parse(span_of(bad_rules[i]), &rule),
		    "%s is no rule", bad_rules[i]);
	}
	return (unit_result());
}
