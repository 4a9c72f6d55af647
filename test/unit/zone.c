#include <stdlib.h>
#include <unistd.h>

#include "tzif.h"
#include "unit.h"
#include "zone.h"

#define SINCE_EVER INT64_MIN
#define FOR_EVER INT64_MAX

static const struct source berlin = {'2', "CET-1CEST,M3.5.0,M10.5.0/3", 3,
    {{3208, "LMT"}, {3600, "CET"}, {7200, "CEST"}}, 4,
    {{-2422054408, 1}, {-1693706400, 2}, {-1680483600, 1}, {828234000, 2}}};

static const struct source without_footer = {
    '3', "", 2, {{0, "-00"}, {-10800, "-03"}}, 1, {{1000, 1}}};

static const struct source newly_ruled = {
    '2', "STD-1", 2, {{0, "LMT"}, {3600, "STD"}}, 1, {{1000, 1}}};

static const struct source version_1 = {'\0', NULL, 2,
    {{0, "GMT"}, {-2147483, "BST"}}, 2, {{-2000000000, 1}, {2000000000, 0}}};

static const struct source version_1_sane = {'\0', NULL, 2,
    {{0, "GMT"}, {3600, "BST"}}, 2, {{-2000000000, 1}, {2000000000, 0}}};

static const struct source only_a_rule = {
    '4', "<+0330>-3:30", 1, {{0, "UTC"}}, 0, {{0, 0}}};

static const struct source only_a_type = {
    '2', "", 1, {{93599, "abc+-0123456789"}}, 0, {{0, 0}}};

/* A copy of its exact size, so that a sanitizer sees what reads beyond it. */
static struct zone *
zone_from_copy(const char *bytes, size_t len, const char **why)
{
	char *copy = malloc(len > 0 ? len : 1);
	struct zone *zone;

	memcpy(copy, bytes, len);
	zone = zone_from_bytes((struct span){copy, len}, why);
	free(copy);
	return (zone);
}

/* What lookups in a zone made from source find. */
static const struct {
	const char *name;
	const struct source *source;
	int64_t sec;
	int32_t offset;
	const char *abbreviation;
	int64_t from;
	int64_t until;
} lookups[] = {
    {"before the first transition it is type 0", &berlin, -2422054409, 3208,
	"LMT", SINCE_EVER, -2422054408},
    {"long before, too", &berlin, -INT64_C(1000000000000000), 3208, "LMT",
	SINCE_EVER, -2422054408},
    {"a transition begins its period", &berlin, -2422054408, 3600, "CET",
	-2422054408, -1693706400},
    {"which lasts until the next", &berlin, -1693706401, 3600, "CET",
	-2422054408, -1693706400},
    {"the last period of the table", &berlin, 828233999, 3600, "CET",
	-1680483600, 828234000},
    {"the rule begins with the last transition", &berlin, 828234000, 7200,
	"CEST", 828234000, 846378000},
    {"the rule goes on: winter", &berlin, 846378000, 3600, "CET", 846378000,
	859683600},
    {"the rule goes on: summer", &berlin, 1694472351, 7200, "CEST", 1679792400,
	1698541200},
    {"the rule reaches back to the last transition only", &newly_ruled, 2000,
	3600, "STD", 1000, FOR_EVER},
    {"the empty footer: the last type goes on", &without_footer, 1000, -10800,
	"-03", 1000, FOR_EVER},
    {"the empty footer: for ever", &without_footer, INT64_C(1000000000000000),
	-10800, "-03", 1000, FOR_EVER},
    {"the empty footer: before", &without_footer, 999, 0, "-00", SINCE_EVER,
	1000},
    {"version 1 has negative times of 32 bits", &version_1_sane, -2000000000,
	3600, "BST", -2000000000, 2000000000},
    {"version 1: the last type goes on", &version_1_sane, 2000000000, 0, "GMT",
	2000000000, FOR_EVER},
    {"no transitions: the rule holds always", &only_a_rule,
	-INT64_C(1000000000000000), 12600, "+0330", SINCE_EVER, FOR_EVER},
    {"neither: type 0 holds always", &only_a_type, 0, 93599, "abc+-0123456789",
	SINCE_EVER, FOR_EVER},
};

static void
check_lookups(void)
{
	for (size_t i = 0; i < sizeof(lookups) / sizeof(lookups[0]); i++) {
		struct zone_period period;
		struct image image;
		const char *why;
		struct zone *zone;

		image_make(lookups[i].source, &image);
		zone = zone_from_copy(image.bytes, image.len, &why);
		UNIT_CHECK(
		    zone != NULL, "%s: %s", lookups[i].name, why ? why : "");
		if (zone == NULL)
			continue;
		zone_lookup(zone, lookups[i].sec, &period);
		UNIT_CHECK(period.offset == lookups[i].offset &&
			       strcmp(period.abbreviation,
				   lookups[i].abbreviation) == 0 &&
			       period.from == lookups[i].from &&
			       period.until == lookups[i].until,
		    "%s: %d %s %lld %lld", lookups[i].name, (int)period.offset,
		    period.abbreviation, (long long)period.from,
		    (long long)period.until);
		zone_close(zone);
	}
}

/* Each offers a period that is no wider than the truth: at its ends and
 * beyond them, another period begins. */
static void
check_period_ends(const char *name, const struct zone *zone, int64_t sec)
{
	struct zone_period period, other;

	zone_lookup(zone, sec, &period);
	UNIT_CHECK(period.from <= sec && sec < period.until,
	    "%s: the period holds %lld", name, (long long)sec);
	if (period.from != SINCE_EVER) {
		zone_lookup(zone, period.from, &other);
		UNIT_CHECK(other.offset == period.offset,
		    "%s: the period of %lld from its start", name,
		    (long long)sec);
	}
	if (period.until != FOR_EVER) {
		zone_lookup(zone, period.until - 1, &other);
		UNIT_CHECK(other.offset == period.offset,
		    "%s: the period of %lld to its end", name, (long long)sec);
	}
}

/*
 * One byte of berlin's file changed: where, to what, and what then.  Its first
 * header is at 0, that one's block at 44, the second header at 51, the second
 * block at 95: 4 times, 4 types (127), 3 local time types (131) and "LMT",
 * "CET", "CEST" (149), then the footer (162).
 */
static const struct {
	const char *name;
	size_t at;
	unsigned char byte;
	const char *why; /* NULL: it is taken */
} patches[] = {
    {"nothing", 0, 'T', NULL},
    {"magic", 3, 'g', "not a zoneinfo file"},
    {"second magic", 51, 't', "not a zoneinfo file"},
    {"version 5", 4, '5', "unknown version of zoneinfo file"},
    {"version 1 by digit", 4, '1', "unknown version of zoneinfo file"},
    {"version 3 in the first header", 4, '3', NULL},
    {"version 4 in the second header", 55, '4', NULL},
    {"version 1 in the second header", 55, 0, "damaged zoneinfo file"},
    {"a leap second of the first block", 31, 1, "not a zoneinfo file"},
    {"a leap second", 82, 1, "has leap seconds"},
    {"more leap seconds than there is file", 79, 0xff, "damaged zoneinfo file"},
    {"more transitions than there is file", 83, 0xff, "damaged zoneinfo file"},
    {"one transition more", 86, 5, "damaged zoneinfo file"},
    {"no types", 90, 0, "damaged zoneinfo file"},
    {"no characters", 94, 0, "damaged zoneinfo file"},
    {"one UT indicator", 74, 1, "damaged zoneinfo file"},
    {"one standard indicator", 78, 1, "damaged zoneinfo file"},
    {"times that do not ascend", 103, 0x7f, "damaged zoneinfo file"},
    {"a transition to no type", 127, 3, "damaged zoneinfo file"},
    {"an offset of days", 131, 1, "damaged zoneinfo file"},
    {"a flag that is neither 0 nor 1", 135, 2, "damaged zoneinfo file"},
    {"an abbreviation beyond the characters", 136, 13, "damaged zoneinfo file"},
    {"an abbreviation that is the end of another", 136, 1, NULL},
    {"an empty abbreviation", 136, 3, "damaged zoneinfo file"},
    {"a quote in an abbreviation", 149, '"', "damaged zoneinfo file"},
    {"a byte above ASCII in an abbreviation", 149, 0xc3,
	"damaged zoneinfo file"},
    {"an abbreviation without end", 161, 'x', "damaged zoneinfo file"},
    {"no newline before the footer", 162, ' ', "damaged zoneinfo file"},
    {"a newline at once", 163, '\n', NULL},
    {"no newline after the footer", 189, ' ', "damaged zoneinfo file"},
    {"a NUL in the footer", 170, 0, "damaged zoneinfo file"},
    {"a footer that is no rule", 163, '!', "damaged zoneinfo file"},
};

static void
check_patches(void)
{
	struct zone *zone;
	struct image image;
	const char *why;

	for (size_t i = 0; i < sizeof(patches) / sizeof(patches[0]); i++) {
		image_make(&berlin, &image);
		image.bytes[patches[i].at] = (char)patches[i].byte;
		zone = zone_from_copy(image.bytes, image.len, &why);
		if (patches[i].why == NULL)
			UNIT_CHECK(zone != NULL, "%s: %s", patches[i].name,
			    why ? why : "");
		else
			UNIT_CHECK(
			    zone == NULL && strcmp(why, patches[i].why) == 0,
			    "%s: '%s', expected '%s'", patches[i].name,
			    zone ? "taken" : why, patches[i].why);
		zone_close(zone);
	}
	image_make(&version_1, &image);
	UNIT_CHECK(zone_from_copy(image.bytes, image.len, &why) == NULL,
	    "an offset of 24 days is refused");
}

static const int64_t probes[] = {-INT64_C(1000000000000000), -62135596800,
    -2422054409, -1693706400, -1, 0, 828234000, 1694472351, 4102444800,
    253402300799, INT64_C(1000000000000000)};

/* Whatever bytes make a zone, its periods hold what they are asked for. */
static void
check_hostile(const char *name, const char *bytes, size_t len)
{
	const char *why = NULL;
	struct zone *zone = zone_from_copy(bytes, len, &why);

	UNIT_CHECK(zone != NULL || why != NULL, "%s: why is it refused?", name);
	if (zone == NULL)
		return;
	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
		struct zone_period period;

		zone_lookup(zone, probes[i], &period);
		UNIT_CHECK(
		    period.from <= probes[i] && probes[i] < period.until &&
			period.offset >= -93599 && period.offset <= 93599 &&
			strnlen(period.abbreviation, 16) < 16,
		    "%s: a period that makes no sense", name);
	}
	zone_close(zone);
}

/* Cut the file at every length, and turn every byte over in many ways. */
static void
check_damage(const char *name, char *bytes, size_t len)
{
	const char *why;

	for (size_t cut = 0; cut < len; cut++) {
		struct zone *zone = zone_from_copy(bytes, cut, &why);

		UNIT_CHECK(zone == NULL, "%s: cut to %zu bytes", name, cut);
		zone_close(zone);
	}
	for (size_t at = 0; at < len; at++) {
		for (int bit = 0; bit <= 8; bit++) {
			int flip = bit < 8 ? 1 << bit : 0xff;

			bytes[at] = (char)(bytes[at] ^ flip);
			check_hostile(name, bytes, len);
			bytes[at] = (char)(bytes[at] ^ flip);
		}
	}
}

static void
check_damaged_files(void)
{
	static const char *const real[] = {ZONEINFO "/Europe/Berlin",
	    ZONEINFO "/Australia/Lord_Howe", ZONEINFO "/Africa/Casablanca"};
	struct image image;

	image_make(&berlin, &image);
	check_damage("an image of Berlin", image.bytes, image.len);
	image_make(&version_1_sane, &image);
	check_damage("an image of version 1", image.bytes, image.len);
	for (size_t i = 0; i < sizeof(real) / sizeof(real[0]); i++) {
		FILE *file = fopen(real[i], "rb");

		if (file == NULL) {
			fprintf(stderr, "skipped: there is no %s\n", real[i]);
			continue;
		}
		image.len = fread(image.bytes, 1, sizeof(image.bytes), file);
		fclose(file);
		check_damage(real[i], image.bytes, image.len);
	}
}

static const struct {
	const char *name;
	const char *why;
} refused_names[] = {
    {"", "not the name of a zone"},
    {"/", "not the name of a zone"},
    {"/UTC", "not the name of a zone"},
    {ZONEINFO "/UTC", "not the name of a zone"},
    {".", "not the name of a zone"},
    {"..", "not the name of a zone"},
    {"../zoneinfo/UTC", "not the name of a zone"},
    {"Europe/../UTC", "not the name of a zone"},
    {"Europe/./Berlin", "not the name of a zone"},
    {"Europe/.Berlin", "not the name of a zone"},
    {"Europe//Berlin", "not the name of a zone"},
    {"Europe/", "not the name of a zone"},
    {"Europe/Berlin ", "not the name of a zone"},
    {"Europe/Berl\xc3\xadn", "not the name of a zone"},
    {"Europe\\Berlin", "not the name of a zone"},
    {"Europe/Berlin\n", "not the name of a zone"},
    {"%s", "not the name of a zone"},
    {"UTC0,J1", "not the name of a zone"},
    {"Europe/Atlantis", "no such zone"},
    {"Europe", "no such zone"},
    {"Europe/Berlin/Mitte", "no such zone"},
    {"zone.tab", "not a zoneinfo file"},
    {"right/Europe/Berlin", "has leap seconds"},
};

static const struct {
	const char *name;
	int64_t sec;
	int32_t offset;
	const char *abbreviation;
} real_zones[] = {
    {"Etc/UTC", 1694472351, 0, "UTC"},
    {"Europe/Berlin", 1694472351, 7200, "CEST"},
    {"Europe/Berlin", -2500000000, 3208, "LMT"},
    {"Europe/Berlin", 4118083200, 7200, "CEST"},
    {"America/New_York", 1694472351, -14400, "EDT"},
    {"Asia/Kathmandu", 1694472351, 20700, "+0545"},
    {"Australia/Lord_Howe", 1704067200, 39600, "+11"},
    {"America/Port-au-Prince", 1694472351, -14400, "EDT"},
    {"Etc/GMT+12", 1694472351, -43200, "-12"},
};

static void
check_names(void)
{
	struct zone_period period;
	struct zone *zone;
	const char *why;

	for (size_t i = 0; i < sizeof(refused_names) / sizeof(refused_names[0]);
	     i++) {
		why = NULL;
		zone = zone_open(refused_names[i].name, &why);
		UNIT_CHECK(zone == NULL && why != NULL &&
			       strcmp(why, refused_names[i].why) == 0,
		    "'%s': '%s', expected '%s'", refused_names[i].name,
		    why ? why : "taken", refused_names[i].why);
		zone_close(zone);
	}
	for (size_t i = 0; i < sizeof(real_zones) / sizeof(real_zones[0]);
	     i++) {
		zone = zone_open(real_zones[i].name, &why);
		UNIT_CHECK(
		    zone != NULL, "%s: %s", real_zones[i].name, why ? why : "");
		if (zone == NULL)
			continue;
		zone_lookup(zone, real_zones[i].sec, &period);
		UNIT_CHECK(period.offset == real_zones[i].offset &&
			       strcmp(period.abbreviation,
				   real_zones[i].abbreviation) == 0,
		    "%s at %lld: %d %s", real_zones[i].name,
		    (long long)real_zones[i].sec, (int)period.offset,
		    period.abbreviation);
		check_period_ends(real_zones[i].name, zone, real_zones[i].sec);
		zone_close(zone);
	}
}

static void
check_utc(void)
{
	struct zone_period period;
	char name[6000];
	const char *why;
	struct zone *zone = zone_open("UTC", &why);

	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
		zone_lookup(zone, probes[i], &period);
		UNIT_CHECK(period.offset == 0 && period.from == SINCE_EVER &&
			       period.until == FOR_EVER &&
			       strcmp(period.abbreviation, "UTC") == 0,
		    "UTC is always UTC");
	}
	zone_close(zone);
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	UNIT_CHECK(zone_open(name, &why) == NULL, "a name without end");
}

int
main(void)
{
	check_lookups();
	check_patches();
	check_damaged_files();
	check_utc();
	if (access(ZONEINFO "/Europe/Berlin", R_OK) == 0)
		check_names();
	else
		fprintf(stderr, "skipped: there is no zoneinfo to open\n");
	return (unit_result());
}
