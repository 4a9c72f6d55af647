#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "memory.h"
#include "number.h"
#include "options.h"
#include "terminal.h"
#include "utf8.h"

#define MAX_RECORD_DEFAULT ((uint64_t)16 << 20)
#define FORMAT_DEFAULT "%Y-%m-%d %H:%M:%S"
#define FORMAT_DEFAULT_ZONED FORMAT_DEFAULT "%z"

/* Larger limits make no sense, and sums of a few of them do not overflow. */
#define BYTES_MAX ((uint64_t)SIZE_MAX / 16)

/* Options without a letter; the letters are their own numbers. */
enum long_option {
	OPT_KEY_FROM = 256,
	OPT_KCAT,
	OPT_MAX_RECORD,
	OPT_MAX_OUTPUT,
	OPT_PAD,
	OPT_STRICT,
	OPT_DEAD_LETTERS,
	OPT_MAX_REFUSED,
	OPT_PASS_INVALID,
	OPT_INSIGHT_TEXT,
	OPT_VERSION,
	OPT_COUNT
};

/* The one table of options: --help and the parser are made from it, and the
 * man page is held against it by a test.  A row without a name is a heading. */
static const struct row {
	const char *name;
	int letter;
	const char *argument;
	const char *help;
} rows[] = {
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
    {"quiet", 'q', NULL, "no insights"},
    {NULL, 0, NULL, "Help:"},
    {"help", 'h', NULL, "show this"},
    {"version", OPT_VERSION, NULL, "show the version"},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* What the loop records, before its sense is checked. */
struct given {
	const char *value[OPT_COUNT]; /* by letter; "" where none is taken */
	const char **insights;
	size_t insight_count;
};

/* Say on stderr what is wrong with the value of the option, and what would be
 * right.  Returns false. */
static bool
wrong(int letter, const char *value, const char *reason)
{
	const struct row *row = rows;
	struct out err;

	while (row->letter != letter)
		row++;
	out_open(&err, STDERR_FILENO, 1024);
	out_printf(&err, "loginstamp: --%s", row->name);
	if (value != NULL && row->argument != NULL) {
		out_printf(&err, "=");
		terminal_show(&err, span_of(value));
	}
	out_printf(&err, ": %s\n", reason);
	out_flush(&err);
	free(err.bytes);
	return (false);
}

static bool
show(const char *text, size_t len)
{
	struct out out;
	bool shown;

	out_open(&out, STDOUT_FILENO, 1024);
	out_put(&out, (struct span){text, len});
	shown = out_close(&out);
	if (!shown)
		fprintf(stderr, "loginstamp: stdout: %s\n",
		    strerror(out.error));
	return (shown);
}

static bool
show_help(void)
{
	char *text = NULL, left[64];
	const struct row *row;
	size_t len;
	FILE *f;
	bool shown;

	f = open_memstream(&text, &len);
	if (f == NULL)
		return (false);
	fputs("usage: loginstamp [OPTION]... [FILE]...\n\n"
	      "Add a readable time to JSON records, stdin to stdout.\n", f);
	for (row = rows; row < rows + ROWS; row++) {
		if (row->name == NULL) {
			fprintf(f, "\n%s\n", row->help);
			continue;
		}
		snprintf(left, sizeof(left), "--%s%s%s", row->name,
		    row->argument != NULL ? "=" : "",
		    row->argument != NULL ? row->argument : "");
		if (row->letter < OPT_KEY_FROM)
			fprintf(f, "  -%c, ", row->letter);
		else
			fputs("      ", f);
		fprintf(f, "%-24s %s\n", left, row->help);
	}
	fputs("\nStatus: 0 every record passed, 1 some were refused, "
	      "2 it could not do its work.\n", f);
	if (fclose(f) != 0)
		return (false);
	shown = show(text, len);
	free(text);
	return (shown);
}

/* Make getopt_long(3)'s two forms of the table. */
static void
make_getopt(char letters[static 2 * ROWS + 3], struct option longs[static ROWS])
{
	const struct row *row;

	/* "-": files may stand anywhere, whatever $POSIXLY_CORRECT says; ":":
	 * the messages are ours. */
	*letters++ = '-';
	*letters++ = ':';
	for (row = rows; row < rows + ROWS; row++) {
		if (row->name == NULL)
			continue;
		*longs++ = (struct option){row->name,
		    row->argument != NULL ? required_argument : no_argument,
		    NULL, row->letter};
		if (row->letter < OPT_KEY_FROM) {
			*letters++ = (char)row->letter;
			if (row->argument != NULL)
				*letters++ = ':';
		}
	}
	*letters = '\0';
	*longs = (struct option){0};
}

static bool
unknown_option(int c, char *argv[])
{
	const char *argument = argv[optind - 1];
	char letter[] = {'-', (char)optopt, '\0'};
	struct out err;

	if (optopt > 0 && optopt < OPT_KEY_FROM && strncmp(argument, "--", 2))
		argument = letter;
	out_open(&err, STDERR_FILENO, 1024);
	out_printf(&err, "loginstamp: ");
	terminal_show(&err, span_of(argument));
	out_printf(&err, ": %s; see loginstamp --help\n",
	    c == ':' ? "needs an argument" :
	    optopt == 0 || argument == letter ? "no such option" :
						"takes no argument");
	out_flush(&err);
	free(err.bytes);
	return (false);
}

/* The loop: it only records what is there. */
static bool
record_given(struct options *options, struct given *given, int argc,
    char *argv[])
{
	char letters[2 * ROWS + 3];
	struct option longs[ROWS];
	int c;

	make_getopt(letters, longs);
	options->files =
	    memory_alloc(((size_t)argc + 1) * sizeof(*options->files));
	given->insights =
	    memory_alloc(((size_t)argc + 1) * sizeof(*given->insights));
	while ((c = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (c == '?' || c == ':')
			return (unknown_option(c, argv));
		if (c == 1)
			options->files[options->file_count++] = optarg;
		else if (c == 'i')
			given->insights[given->insight_count++] = optarg;
		else
			given->value[c] = optarg != NULL ? optarg : "";
	}
	while (optind < argc)
		options->files[options->file_count++] = argv[optind++];
	if (options->file_count == 0)
		options->files[options->file_count++] = "-";
	return (true);
}

static bool
check_delimiter(const struct given *given, int letter,
    struct span *delimiter, char bytes[static DELIMITER_MAX])
{
	const char *text = given->value[letter], *reason;

	if (text == NULL)
		return (true);
	reason = delimiter_parse(text, bytes, &delimiter->len);
	delimiter->ptr = bytes;
	return (reason == NULL || wrong(letter, text, reason));
}

static bool
check_framing(struct options *options, const struct given *given)
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
		return (wrong('K', given->value['K'],
		    "must differ from --delimiter, and neither may begin with "
		    "the other"));
	form->delimiter = *d;
	form->key_delimiter = *k;
	if (given->value[OPT_KEY_FROM] != NULL) {
		if (k->ptr == NULL)
			return (wrong(OPT_KEY_FROM, given->value[OPT_KEY_FROM],
			    "needs --key-delimiter"));
		options->key_from = span_of(given->value[OPT_KEY_FROM]);
	}
	return (true);
}

/* Read a size, if it was given. */
static bool
check_size(const struct given *given, int letter, uint64_t *size)
{
	const char *text = given->value[letter];

	return (text == NULL || number_size(text, 1, BYTES_MAX, size) ||
	    wrong(letter, text,
		"not a number of bytes from 1, with K, M or G at most"));
}

static bool
check_limits(struct options *options, const struct given *given)
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
		return (wrong(OPT_MAX_REFUSED, percent,
		    "not a percentage from 0 to 100, with three decimals at "
		    "most"));
	options->pass_invalid = given->value[OPT_PASS_INVALID] != NULL;
	if (options->pass_invalid && given->value[OPT_MAX_OUTPUT] != NULL)
		return (wrong(OPT_PASS_INVALID, NULL,
		    "cannot be used together with --max-output"));
	if (options->pass_invalid && given->value[OPT_KCAT] != NULL)
		return (wrong(OPT_PASS_INVALID, NULL,
		    "cannot be used together with --kcat"));
	options->dead_letters = given->value[OPT_DEAD_LETTERS];
	if (options->dead_letters != NULL &&
	    strcmp(options->dead_letters, "-") == 0)
		return (wrong(OPT_DEAD_LETTERS, "-",
		    "is no file; ./- would be one"));
	return (true);
}

/* Is the option's value, if there is one, UTF-8? */
static bool
check_utf8(const struct given *given, int letter)
{
	const char *text = given->value[letter];

	return (text == NULL || utf8_valid(span_of(text)) ||
	    wrong(letter, text, "not UTF-8"));
}

static bool
check_names(struct options *options, const struct given *given)
{
	const char *timestamp = given->value['t'], *output = given->value['o'];
	struct pointer *way = &options->timestamp;

	if (!check_utf8(given, 't') || !check_utf8(given, 'o') ||
	    !check_utf8(given, OPT_KEY_FROM))
		return (false);
	if (!pointer_parse(way, timestamp != NULL ? timestamp : "timestamp"))
		return (wrong('t', timestamp,
		    "not a JSON Pointer: after ~ comes 0 or 1"));
	options->output = span_of(output != NULL ? output : "datetime");
	if (span_equal(options->output, way->steps[0].name))
		return (wrong('o', output != NULL ? output : "datetime",
		    "is the member that the timestamp is in"));
	return (true);
}

static bool
check_time(struct options *options, const struct given *given)
{
	const char *unit = given->value['u'], *zone = given->value['z'];
	const char *format = given->value['f'], *why;
	char reason[64];
	struct span bad;

	options->unit = UNIT_S;
	while (unit != NULL && strcmp(unit, unit_name(options->unit)) != 0)
		if (options->unit++ == UNIT_AUTO)
			return (wrong('u', unit,
			    "not one of s, ms, us, ns, auto"));
	options->zone = zone_open(zone != NULL ? zone : "UTC", &why);
	if (options->zone == NULL)
		return (wrong('z', zone, why));
	if (format == NULL)
		format = zone != NULL ? FORMAT_DEFAULT_ZONED : FORMAT_DEFAULT;
	options->format = format_compile(format, &bad);
	if (options->format == NULL) {
		snprintf(reason, sizeof(reason), "%s '%.*s'",
		    utf8_valid(bad) ? "no such conversion" : "not UTF-8",
		    utf8_valid(bad) && bad.len < 16 ? (int)bad.len : 0,
		    bad.ptr);
		return (wrong('f', format, reason));
	}
	options->strict = given->value[OPT_STRICT] != NULL;
	return (true);
}

static bool
check_insights(struct options *options, const struct given *given)
{
	const char *text = given->value[OPT_INSIGHT_TEXT];
	size_t i;

	options->quiet = given->value['q'] != NULL;
	options->insight = insight_open(&options->wanted);
	for (i = 0; i < given->insight_count; i++)
		if (!insight_add_rule(options->insight, given->insights[i]))
			return (wrong('i', given->insights[i],
			    "not of the form MEMBER=VALUE"));
	if (given->insight_count == 0)
		insight_add_rule(options->insight, "device_type=login");
	if (!insight_set_text(options->insight,
		text != NULL ? text : "Login from {device_type} device"))
		return (wrong(OPT_INSIGHT_TEXT, text,
		    "a { is not closed; {{ stands for a brace"));
	return (true);
}

enum options_result
options_parse(struct options *options, int argc, char *argv[])
{
	struct given given = {0};
	enum options_result result = OPTIONS_WRONG;

	*options = (struct options){
	    .max_output = OPTIONS_NONE, .max_refused = OPTIONS_NONE};
	if (!record_given(options, &given, argc, argv))
		goto done;
	if (given.value['h'] != NULL)
		result = show_help() ? OPTIONS_SHOWN : OPTIONS_WRONG;
	else if (given.value[OPT_VERSION] != NULL)
		result = show("loginstamp " VERSION "\n",
			     sizeof("loginstamp " VERSION "\n") - 1) ?
		    OPTIONS_SHOWN :
		    OPTIONS_WRONG;
	else if (check_framing(options, &given) &&
	    check_limits(options, &given) && check_names(options, &given) &&
	    check_time(options, &given) && check_insights(options, &given))
		result = OPTIONS_RUN;
done:
	free(given.insights);
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
