#include <string.h>

#include "number.h"
#include "optionset.h"
#include "utf8.h"

#define MAX_RECORD_DEFAULT ((uint64_t)16 << 20)
#define COUNTED_DEFAULT "device_type,locale,app_version"
#define TOP_DEFAULT 10
#define SECONDS_MAX ((uint64_t)1000000)

/* Larger limits make no sense, and sums of a few of them do not overflow. */
#define BYTES_MAX ((uint64_t)SIZE_MAX / 16)

#define TABLE(rows) {rows, sizeof(rows) / sizeof(rows[0])}

static const struct cmdline_row framing_rows[] = {
    {NULL, 0, NULL, "Framing:"},
    {"delimiter", 'D', "STR", "a record ends with STR (newline)"},
    {"key-delimiter", 'K', "STR", "the first STR in a record ends its key"},
    {"kcat", OPT_KCAT, NULL,
	"input by lengths: kcat -C -f '%o %K %S\\n%k%s\\n'"},
    {"max-record", OPT_MAX_RECORD, "BYTES", "refuse longer records (16M)"},
};

const struct cmdline_table optionset_framing = TABLE(framing_rows);

static const struct cmdline_row time_rows[] = {
    {NULL, 0, NULL, "Time:"},
    {"timestamp", 't', "NAME",
	"member, or JSON Pointer, that holds the time (timestamp)"},
    {"unit", 'u', "UNIT", "s, ms, us, ns or auto (s)"},
    {"zone", 'z', "ZONE", "time zone shown, such as Europe/Berlin (UTC)"},
};

const struct cmdline_table optionset_time = TABLE(time_rows);

static const struct cmdline_row figures_rows[] = {
    {NULL, 0, NULL, "Insights:"},
    {"count", 'c', "MEMBER,...",
	"count the values of these, none for no member; repeatable\n"
	"                               (" COUNTED_DEFAULT ")"},
    {"top", OPT_TOP, "N", "show so many values of each (10)"},
    {"every", OPT_EVERY, "SECONDS", "a summary so often, not only at the end"},
    {"insights", OPT_INSIGHTS, "FORM", "text, json or none (text)"},
    {"metrics", OPT_METRICS, "FILE",
	"write figures to FILE for Prometheus, each --every (15 s)"},
};

const struct cmdline_table optionset_figures = TABLE(figures_rows);

static const struct cmdline_row help_rows[] = {
    {NULL, 0, NULL, "Help:"},
    {"help", 'h', NULL, "show this"},
    {"version", OPT_VERSION, NULL, "show the version"},
};

const struct cmdline_table optionset_help = TABLE(help_rows);

bool
optionset_size(const struct cmdline *given, int letter, uint64_t *size)
{
	const char *text = given->value[letter];

	return (text == NULL || number_size(text, 1, BYTES_MAX, size) ||
	    cmdline_wrong(given, letter, text,
		"not a number of bytes from 1, with K, M or G at most"));
}

bool
optionset_seconds(const struct cmdline *given, int letter, uint64_t *ms)
{
	const char *text = given->value[letter];

	return (text == NULL ||
	    (number_thousandths(text, SECONDS_MAX * 1000, ms) && *ms > 0) ||
	    cmdline_wrong(given, letter, text,
		"not a number of seconds above 0, up to 1000000, with "
		"three decimals at most"));
}

bool
optionset_utf8(const struct cmdline *given, int letter)
{
	const char *text = given->value[letter];

	return (text == NULL || utf8_valid(span_of(text)) ||
	    cmdline_wrong(given, letter, text, "not UTF-8"));
}

bool
optionset_word(const struct cmdline *given, int letter,
    const char *const *words, const char *reason, size_t *place)
{
	const char *text = given->value[letter];
	size_t i;

	for (i = 0; text != NULL && words[i] != NULL; i++)
		if (strcmp(words[i], text) == 0) {
			*place = i;
			return (true);
		}
	return (text == NULL || cmdline_wrong(given, letter, text, reason));
}

static bool
check_delimiter(const struct cmdline *given, int letter,
    struct span *delimiter, char bytes[static DELIMITER_MAX])
{
	const char *text = given->value[letter], *reason;

	if (text == NULL)
		return (true);
	reason = delimiter_parse(text, bytes, &delimiter->len);
	delimiter->ptr = bytes;
	return (reason == NULL || cmdline_wrong(given, letter, text, reason));
}

bool
optionset_check_framing(struct options *options, const struct cmdline *given)
{
	struct frame_form *form = &options->form;
	uint64_t max_record = MAX_RECORD_DEFAULT;
	struct span *d = &options->delimiter, *k = &options->key_delimiter;

	form->lengths = given->value[OPT_KCAT] != NULL;
	*d = span_of(form->lengths ? "\x1e" : "\n");
	*k = form->lengths ? span_of("\x1f") : SPAN_ABSENT;
	if (!check_delimiter(given, 'D', d, options->delimiter_bytes[0]) ||
	    !check_delimiter(given, 'K', k, options->delimiter_bytes[1]))
		return (false);
	if (k->ptr != NULL && delimiter_clash(*d, *k))
		return (cmdline_wrong(given, 'K', given->value['K'],
		    "must differ from --delimiter, and neither may begin with "
		    "the other"));
	form->delimiter = *d;
	form->key_delimiter = *k;
	if (!optionset_size(given, OPT_MAX_RECORD, &max_record))
		return (false);
	form->max_record = (size_t)max_record;
	return (true);
}

bool
optionset_check_time(struct options *options, const struct cmdline *given)
{
	const char *timestamp = given->value['t'], *unit = given->value['u'];
	const char *zone = given->value['z'], *why;

	if (!optionset_utf8(given, 't'))
		return (false);
	if (!pointer_parse(&options->timestamp,
		timestamp != NULL ? timestamp : "timestamp"))
		return (cmdline_wrong(given, 't', timestamp,
		    "not a JSON Pointer: after ~ comes 0 or 1"));
	options->unit = UNIT_S;
	while (unit != NULL && strcmp(unit, unit_name(options->unit)) != 0)
		if (options->unit++ == UNIT_AUTO)
			return (cmdline_wrong(given, 'u', unit,
			    "not one of s, ms, us, ns, auto"));
	options->zone = zone_open(zone != NULL ? zone : "UTC", &why);
	if (options->zone == NULL)
		return (cmdline_wrong(given, 'z', zone, why));
	return (true);
}

/* Add the members of a list to those that are there; "none" takes away those
 * before it. */
static bool
add_members(const struct cmdline *given, int letter, const char *list,
    struct span members[static SUMMARY_MEMBERS_MAX], size_t *count)
{
	const char *s = list, *comma;
	struct span name;
	size_t i;

	if (strcmp(list, "none") == 0) {
		*count = 0;
		return (true);
	}
	do {
		comma = strchrnul(s, ',');
		name = span_between(s, comma);
		if (name.len == 0 || !utf8_valid(name))
			return (cmdline_wrong(given, letter, list,
			    "a member's name is empty, or not UTF-8"));
		for (i = 0; i < *count; i++)
			if (span_equal(members[i], name))
				break;
		if (i == SUMMARY_MEMBERS_MAX)
			return (cmdline_wrong(given, letter, list,
			    "more than 16 members in all"));
		members[i] = name;
		if (i == *count)
			++*count;
		s = comma + 1;
	} while (*comma != '\0');
	return (true);
}

bool
optionset_members(const struct cmdline *given, int letter, const char *def,
    struct span members[static SUMMARY_MEMBERS_MAX], size_t *count)
{
	const struct cmdline_given *item, *end;

	*count = 0;
	if (given->value[letter] == NULL)
		return (add_members(given, letter, def, members, count));
	end = given->given + given->given_count;
	for (item = given->given; item < end; item++)
		if (item->letter == letter &&
		    !add_members(given, letter, item->value, members, count))
			return (false);
	return (true);
}

bool
optionset_check_figures(struct options *options, const struct cmdline *given)
{
	static const char *const forms[] = {"text", "json", "none", NULL};
	const char *top = given->value[OPT_TOP];
	size_t form = INSIGHTS_TEXT;

	if (!optionset_members(given, 'c', COUNTED_DEFAULT, options->counted,
		&options->counted_count) ||
	    !optionset_word(given, OPT_INSIGHTS, forms,
		"not one of text, json, none", &form) ||
	    !optionset_seconds(given, OPT_EVERY, &options->every_ms))
		return (false);
	options->insights = (enum insights_form)form;
	options->top = TOP_DEFAULT;
	if (top != NULL &&
	    !number_whole(top, 1, TALLY_VALUES_MAX, &options->top))
		return (cmdline_wrong(given, OPT_TOP, top,
		    "not a whole number from 1 to 1024"));
	options->metrics = given->value[OPT_METRICS];
	if (options->metrics != NULL && strcmp(options->metrics, "-") == 0)
		return (cmdline_wrong(given, OPT_METRICS, "-",
		    "is no file; ./- would be one"));
	return (true);
}
