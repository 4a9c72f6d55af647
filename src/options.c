#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "number.h"
#include "options.h"
#include "utf8.h"

#define MAX_RECORD_DEFAULT ((uint64_t)16 << 20)
#define FORMAT_DEFAULT "%Y-%m-%d %H:%M:%S"
#define FORMAT_DEFAULT_ZONED FORMAT_DEFAULT "%z"
#define COUNTED_DEFAULT "device_type,locale,app_version"
#define TOP_DEFAULT 10
#define EVERY_MAX ((uint64_t)1000000) /* seconds */

/* Larger limits make no sense, and sums of a few of them do not overflow. */
#define BYTES_MAX ((uint64_t)SIZE_MAX / 16)

/* Options without a letter. */
enum long_option {
	OPT_KEY_FROM = CMDLINE_LONG,
	OPT_KCAT,
	OPT_MAX_RECORD,
	OPT_MAX_OUTPUT,
	OPT_PAD,
	OPT_STRICT,
	OPT_DEAD_LETTERS,
	OPT_MAX_REFUSED,
	OPT_PASS_INVALID,
	OPT_INSIGHT_TEXT,
	OPT_INSIGHTS,
	OPT_TOP,
	OPT_EVERY,
	OPT_METRICS,
	OPT_COLOR,
	OPT_VERSION,
};

static const struct cmdline_row rows[] = {
    {NULL, 0, NULL, "Framing:"},
    {"delimiter", 'D', "STR", "a record ends with STR (newline)"},
    {"key-delimiter", 'K', "STR", "the first STR in a record ends its key"},
    {"key-from", OPT_KEY_FROM, "MEMBER",
	"a record without a key gets MEMBER's value as its key"},
    {"kcat", OPT_KCAT, NULL,
	"input by lengths: kcat -C -f '%o %K %S\\n%k%s\\n'"},
    {"max-record", OPT_MAX_RECORD, "BYTES", "refuse longer records (16M)"},
    {"max-output", OPT_MAX_OUTPUT, "BYTES",
	"refuse records that would leave longer (no limit)"},
    {"pad", OPT_PAD, "BYTES",
	"before waiting, fill up with delimiters to a multiple"},
    {NULL, 0, NULL, "Transform:"},
    {"timestamp", 't', "NAME",
	"member, or JSON Pointer, that holds the time (timestamp)"},
    {"output", 'o', "NAME", "member to write (datetime)"},
    {"unit", 'u', "UNIT", "s, ms, us, ns or auto (s)"},
    {"format", 'f', "FMT", "strftime format (%Y-%m-%d %H:%M:%S)"},
    {"zone", 'z', "ZONE", "time zone, such as Europe/Berlin (UTC)"},
    {"strict", OPT_STRICT, NULL, "refuse records without a timestamp"},
    {NULL, 0, NULL, "Refused records:"},
    {"dead-letters", OPT_DEAD_LETTERS, "FILE",
	"append refused records to FILE, as JSON lines"},
    {"max-refused", OPT_MAX_REFUSED, "PERCENT",
	"give up when more of the last 1,000 records are refused"},
    {"pass-invalid", OPT_PASS_INVALID, NULL,
	"let refused records through unchanged"},
    {NULL, 0, NULL, "Insights:"},
    {"insight", 'i', "MEMBER=VALUE",
	"tell of such records; repeatable (device_type=login)"},
    {"insight-text", OPT_INSIGHT_TEXT, "TEXT",
	"in these words (Login from {device_type} device)"},
    {"count", 'c', "MEMBER,...",
	"count the values of these, none for no member; repeatable\n"
	"                               (" COUNTED_DEFAULT ")"},
    {"top", OPT_TOP, "N", "show so many values of each (10)"},
    {"every", OPT_EVERY, "SECONDS", "a summary so often, not only at the end"},
    {"insights", OPT_INSIGHTS, "FORM", "text, json or none (text)"},
    {"quiet", 'q', NULL, "neither insights nor summary"},
    {"metrics", OPT_METRICS, "FILE",
	"write figures to FILE for Prometheus, each --every (15 s)"},
    {"color", OPT_COLOR, "WHEN",
	"the new member stands out: auto, always or never (auto)"},
    {NULL, 0, NULL, "Help:"},
    {"help", 'h', NULL, "show this"},
    {"version", OPT_VERSION, NULL, "show the version"},
};

static const struct cmdline_table table = {
    rows, sizeof(rows) / sizeof(rows[0])};

static const struct cmdline_program program = {"loginstamp",
    "Add a readable time to JSON records, stdin to stdout.",
    "Status: 0 every record passed, 1 some were refused, "
    "2 it could not do its work.",
    &table, 1};

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

static bool
check_framing(struct options *options, const struct cmdline *given)
{
	struct frame_form *form = &options->form;
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
	if (given->value[OPT_KEY_FROM] != NULL) {
		if (k->ptr == NULL)
			return (cmdline_wrong(given, OPT_KEY_FROM, given->value[OPT_KEY_FROM],
			    "needs --key-delimiter"));
		options->key_from = span_of(given->value[OPT_KEY_FROM]);
	}
	return (true);
}

/* Read a size, if it was given. */
static bool
check_size(const struct cmdline *given, int letter, uint64_t *size)
{
	const char *text = given->value[letter];

	return (text == NULL || number_size(text, 1, BYTES_MAX, size) ||
	    cmdline_wrong(given, letter, text,
		"not a number of bytes from 1, with K, M or G at most"));
}

static bool
check_limits(struct options *options, const struct cmdline *given)
{
	const char *percent = given->value[OPT_MAX_REFUSED];
	uint64_t max_record = MAX_RECORD_DEFAULT;

	if (!check_size(given, OPT_MAX_RECORD, &max_record) ||
	    !check_size(given, OPT_MAX_OUTPUT, &options->max_output) ||
	    !check_size(given, OPT_PAD, &options->pad))
		return (false);
	options->form.max_record = (size_t)max_record;
	if (percent != NULL &&
	    !number_thousandths(percent, 100 * 1000, &options->max_refused))
		return (cmdline_wrong(given, OPT_MAX_REFUSED, percent,
		    "not a percentage from 0 to 100, with three decimals at "
		    "most"));
	options->pass_invalid = given->value[OPT_PASS_INVALID] != NULL;
	if (options->pass_invalid && given->value[OPT_MAX_OUTPUT] != NULL)
		return (cmdline_wrong(given, OPT_PASS_INVALID, NULL,
		    "cannot be used together with --max-output"));
	if (options->pass_invalid && given->value[OPT_KCAT] != NULL)
		return (cmdline_wrong(given, OPT_PASS_INVALID, NULL,
		    "cannot be used together with --kcat"));
	options->dead_letters = given->value[OPT_DEAD_LETTERS];
	if (options->dead_letters != NULL &&
	    strcmp(options->dead_letters, "-") == 0)
		return (cmdline_wrong(given, OPT_DEAD_LETTERS, "-",
		    "is no file; ./- would be one"));
	return (true);
}

/* Is the option's value, if there is one, UTF-8? */
static bool
check_utf8(const struct cmdline *given, int letter)
{
	const char *text = given->value[letter];

	return (text == NULL || utf8_valid(span_of(text)) ||
	    cmdline_wrong(given, letter, text, "not UTF-8"));
}

static bool
check_names(struct options *options, const struct cmdline *given)
{
	const char *timestamp = given->value['t'], *output = given->value['o'];
	struct pointer *way = &options->timestamp;

	if (!check_utf8(given, 't') || !check_utf8(given, 'o') ||
	    !check_utf8(given, OPT_KEY_FROM))
		return (false);
	if (!pointer_parse(way, timestamp != NULL ? timestamp : "timestamp"))
		return (cmdline_wrong(given, 't', timestamp,
		    "not a JSON Pointer: after ~ comes 0 or 1"));
	options->output = span_of(output != NULL ? output : "datetime");
	if (span_equal(options->output, way->steps[0].name))
		return (cmdline_wrong(given, 'o', output != NULL ? output : "datetime",
		    "is the member that the timestamp is in"));
	return (true);
}

static bool
check_time(struct options *options, const struct cmdline *given)
{
	const char *unit = given->value['u'], *zone = given->value['z'];
	const char *format = given->value['f'], *why;
	char reason[64];
	struct span bad;

	options->unit = UNIT_S;
	while (unit != NULL && strcmp(unit, unit_name(options->unit)) != 0)
		if (options->unit++ == UNIT_AUTO)
			return (cmdline_wrong(given, 'u', unit,
			    "not one of s, ms, us, ns, auto"));
	options->zone = zone_open(zone != NULL ? zone : "UTC", &why);
	if (options->zone == NULL)
		return (cmdline_wrong(given, 'z', zone, why));
	if (format == NULL)
		format = zone != NULL ? FORMAT_DEFAULT_ZONED : FORMAT_DEFAULT;
	options->format = format_compile(format, &bad);
	if (options->format == NULL) {
		snprintf(reason, sizeof(reason), "%s '%.*s'",
		    utf8_valid(bad) ? "no such conversion" : "not UTF-8",
		    utf8_valid(bad) && bad.len < 16 ? (int)bad.len : 0,
		    bad.ptr);
		return (cmdline_wrong(given, 'f', format, reason));
	}
	options->strict = given->value[OPT_STRICT] != NULL;
	return (true);
}

/* The place of text among the words, which end with NULL; if it is none of
 * them, say so and return false. */
static bool
check_word(const struct cmdline *given, int letter, const char *const *words,
    const char *reason, size_t *place)
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
check_rules(struct options *options, const struct cmdline *given)
{
	const char *text = given->value[OPT_INSIGHT_TEXT];
	const struct cmdline_given *rule, *end;

	options->insight = insight_open(&options->wanted);
	end = given->given + given->given_count;
	for (rule = given->given; rule < end; rule++)
		if (rule->letter == 'i' &&
		    !insight_add_rule(options->insight, rule->value))
			return (cmdline_wrong(given, 'i', rule->value,
			    "not of the form MEMBER=VALUE"));
	if (given->value['i'] == NULL)
		insight_add_rule(options->insight, "device_type=login");
	if (!insight_set_text(options->insight,
		text != NULL ? text : "Login from {device_type} device"))
		return (cmdline_wrong(given, OPT_INSIGHT_TEXT, text,
		    "a { is not closed; {{ stands for a brace"));
	return (true);
}

/* Add the members of a list with commas to those that are counted; "none"
 * takes away those before it. */
static bool
add_counted(struct options *options, const struct cmdline *given,
    const char *list)
{
	const char *s = list, *comma;
	struct span name;
	size_t i;

	if (strcmp(list, "none") == 0) {
		options->counted_count = 0;
		return (true);
	}
	do {
		comma = strchrnul(s, ',');
		name = span_between(s, comma);
		if (name.len == 0 || !utf8_valid(name))
			return (cmdline_wrong(given, 'c', list,
			    "a member's name is empty, or not UTF-8"));
		for (i = 0; i < options->counted_count; i++)
			if (span_equal(options->counted[i], name))
				break;
		if (i == SUMMARY_MEMBERS_MAX)
			return (cmdline_wrong(given, 'c', list,
			    "more than 16 members in all"));
		options->counted[i] = name;
		if (i == options->counted_count)
			options->counted_count++;
		s = comma + 1;
	} while (*comma != '\0');
	return (true);
}

static bool
check_counted(struct options *options, const struct cmdline *given)
{
	const struct cmdline_given *item, *end;

	end = given->given + given->given_count;
	for (item = given->given; item < end; item++)
		if (item->letter == 'c' &&
		    !add_counted(options, given, item->value))
			return (false);
	if (given->value['c'] == NULL)
		return (add_counted(options, given, COUNTED_DEFAULT));
	return (true);
}

static bool
check_summary(struct options *options, const struct cmdline *given)
{
	static const char *const forms[] = {"text", "json", "none", NULL};
	const char *every = given->value[OPT_EVERY];
	const char *top = given->value[OPT_TOP];
	size_t form = INSIGHTS_TEXT;

	if (!check_word(given, OPT_INSIGHTS, forms,
		"not one of text, json, none", &form))
		return (false);
	options->insights =
	    given->value['q'] != NULL ? INSIGHTS_NONE : (enum insights_form)form;
	options->top = TOP_DEFAULT;
	if (top != NULL &&
	    !number_whole(top, 1, TALLY_VALUES_MAX, &options->top))
		return (cmdline_wrong(given, OPT_TOP, top,
		    "not a whole number from 1 to 1024"));
	if (every != NULL &&
	    (!number_thousandths(every, EVERY_MAX * 1000, &options->every_ms) ||
		options->every_ms == 0))
		return (cmdline_wrong(given, OPT_EVERY, every,
		    "not a number of seconds above 0, up to 1000000, with "
		    "three decimals at most"));
	options->metrics = given->value[OPT_METRICS];
	if (options->metrics != NULL && strcmp(options->metrics, "-") == 0)
		return (cmdline_wrong(given, OPT_METRICS, "-",
		    "is no file; ./- would be one"));
	return (true);
}

/* Is stdout a terminal that shows colours, for somebody who wants them?
 * no-color.org says when not. */
static bool
wants_color(void)
{
	const char *none = getenv("NO_COLOR"), *term = getenv("TERM");

	return ((none == NULL || *none == '\0') && term != NULL &&
	    strcmp(term, "dumb") != 0 && isatty(STDOUT_FILENO) == 1);
}

static bool
check_color(struct options *options, const struct cmdline *given)
{
	static const char *const whens[] = {"auto", "always", "never", NULL};
	size_t when = 0;

	if (!check_word(given, OPT_COLOR, whens,
		"not one of auto, always, never", &when))
		return (false);
	options->color = when == 0 ? wants_color() : when == 1;
	return (true);
}

enum options_result
options_parse(struct options *options, int argc, char *argv[])
{
	enum options_result result = OPTIONS_WRONG;
	struct cmdline given;

	*options = (struct options){
	    .max_output = OPTIONS_NONE, .max_refused = OPTIONS_NONE};
	if (!cmdline_read(&given, &program, argc, argv))
		;
	else if (given.value['h'] != NULL)
		result = cmdline_show_help(&program) ? OPTIONS_SHOWN :
						       OPTIONS_WRONG;
	else if (given.value[OPT_VERSION] != NULL)
		result = cmdline_show_version(&program) ? OPTIONS_SHOWN :
							  OPTIONS_WRONG;
	else if (check_framing(options, &given) &&
	    check_limits(options, &given) && check_names(options, &given) &&
	    check_time(options, &given) && check_rules(options, &given) &&
	    check_counted(options, &given) && check_summary(options, &given) &&
	    check_color(options, &given))
		result = OPTIONS_RUN;
	options->files = given.files;
	options->file_count = given.file_count;
	cmdline_free(&given);
	return (result);
}

void
options_free(struct options *options)
{
	if (options->insight != NULL)
		insight_close(options->insight);
	if (options->format != NULL)
		format_free(options->format);
	if (options->zone != NULL)
		zone_close(options->zone);
	pointer_free(&options->timestamp);
	wanted_free(&options->wanted);
	free(options->files);
}
