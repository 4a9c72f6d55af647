#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "number.h"
#include "options.h"
#include "optionset.h"
#include "utf8.h"

#define FORMAT_DEFAULT "%Y-%m-%d %H:%M:%S"
#define FORMAT_DEFAULT_ZONED FORMAT_DEFAULT "%z"

#define TABLE(rows) {rows, sizeof(rows) / sizeof(rows[0])}

static const struct cmdline_row framing_rows[] = {
    {"key-from", OPT_KEY_FROM, "MEMBER",
	"a record without a key gets MEMBER's value as its key"},
    {"max-output", OPT_MAX_OUTPUT, "BYTES",
	"refuse records that would leave longer (no limit)"},
    {"pad", OPT_PAD, "BYTES",
	"before waiting, fill up with delimiters to a multiple"},
};

static const struct cmdline_row time_rows[] = {
    {"output", 'o', "NAME", "member to write (datetime)"},
    {"format", 'f', "FMT", "strftime format (%Y-%m-%d %H:%M:%S)"},
    {"strict", OPT_STRICT, NULL, "refuse records without a timestamp"},
};

static const struct cmdline_row refused_rows[] = {
    {NULL, 0, NULL, "Refused records:"},
    {"dead-letters", OPT_DEAD_LETTERS, "FILE",
	"append refused records to FILE, as JSON lines"},
    {"max-refused", OPT_MAX_REFUSED, "PERCENT",
	"give up when more of the last 1,000 records are refused"},
    {"pass-invalid", OPT_PASS_INVALID, NULL,
	"let refused records through unchanged"},
};

static const struct cmdline_row insights_rows[] = {
    {"insight", 'i', "MEMBER=VALUE",
	"tell of such records; repeatable (device_type=login)"},
    {"insight-text", OPT_INSIGHT_TEXT, "TEXT",
	"in these words (Login from {device_type} device)"},
    {"quiet", 'q', NULL, "neither insights nor summary"},
    {"color", OPT_COLOR, "WHEN",
	"the new member stands out: auto, always or never (auto)"},
};

static const struct cmdline_table own[] = {TABLE(framing_rows),
    TABLE(time_rows), TABLE(refused_rows), TABLE(insights_rows)};

static const struct cmdline_table *const tables[] = {&optionset_framing,
    &own[0], &optionset_time, &own[1], &own[2], &optionset_figures, &own[3],
    &optionset_help};

static const struct cmdline_program program = {"loginstamp",
    "Add a readable time to JSON records, stdin to stdout.",
    "Status: 0 every record passed, 1 some were refused, "
    "2 it could not do its work.",
    tables, sizeof(tables) / sizeof(tables[0])};

static bool
check_key_from(struct options *options, const struct cmdline *given)
{
	const char *member = given->value[OPT_KEY_FROM];

	if (member == NULL)
		return (true);
	if (options->key_delimiter.ptr == NULL)
		return (cmdline_wrong(
		    given, OPT_KEY_FROM, member, "needs --key-delimiter"));
	options->key_from = span_of(member);
	return (optionset_utf8(given, OPT_KEY_FROM));
}

static bool
check_limits(struct options *options, const struct cmdline *given)
{
	const char *percent = given->value[OPT_MAX_REFUSED];

	if (!optionset_size(given, OPT_MAX_OUTPUT, &options->max_output) ||
	    !optionset_size(given, OPT_PAD, &options->pad))
		return (false);
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

static bool
check_output(struct options *options, const struct cmdline *given)
{
	const char *output = given->value['o'], *format = given->value['f'];
	char reason[64];
	struct span bad;

	if (!optionset_utf8(given, 'o'))
		return (false);
	options->output = span_of(output != NULL ? output : "datetime");
	if (span_equal(options->output, options->timestamp.steps[0].name))
		return (cmdline_wrong(given, 'o',
		    output != NULL ? output : "datetime",
		    "is the member that the timestamp is in"));
	if (format == NULL)
		format = given->value['z'] != NULL ? FORMAT_DEFAULT_ZONED :
						     FORMAT_DEFAULT;
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
check_shown(struct options *options, const struct cmdline *given)
{
	static const char *const whens[] = {"auto", "always", "never", NULL};
	size_t when = 0;

	if (!optionset_word(given, OPT_COLOR, whens,
		"not one of auto, always, never", &when))
		return (false);
	if (given->value['q'] != NULL)
		options->insights = INSIGHTS_NONE;
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
	else if (optionset_check_framing(options, &given) &&
	    check_key_from(options, &given) && check_limits(options, &given) &&
	    optionset_check_time(options, &given) &&
	    check_output(options, &given) && check_rules(options, &given) &&
	    optionset_check_figures(options, &given) &&
	    check_shown(options, &given))
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
