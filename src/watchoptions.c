#include <stdio.h>
#include <string.h>

#include "keyfile.h"
#include "number.h"
#include "optionset.h"
#include "watchoptions.h"

#define DISTINCT_DEFAULT "user_id,ip,device_id"
#define SKEW_DEFAULT ((uint64_t)24 * 60 * 60)
#define SECONDS_MAX ((uint64_t)1000000000)

static const struct cmdline_row rows[] = {
    {"distinct", OPT_DISTINCT, "MEMBER,...",
	"estimate how many values these have, none for no member;\n"
	"                               repeatable (" DISTINCT_DEFAULT ")"},
    {"hash-ids", OPT_HASH_IDS, "KEYFILE",
	"show identifiers by their hash under a secret key"},
    {NULL, 0, NULL, "Windows:"},
    {"window", OPT_WINDOW, "SECONDS", "tell of each so many of event time"},
    {"max-skew", OPT_MAX_SKEW, "SECONDS",
	"a time further off does not move the event clock (86400)"},
};

static const struct cmdline_row alert_option_rows[] = {
    {NULL, 0, NULL, "Alerts:"},
    {"alert", OPT_ALERT, "KIND[=N/S]",
	"tell of incidents of a kind, or of all kinds: default; repeatable"},
};

static const struct cmdline_table alerts = {
    alert_option_rows, sizeof(alert_option_rows) / sizeof(alert_option_rows[0])};

static const struct cmdline_row state_rows[] = {
    {NULL, 0, NULL, "States:"},
    {"state", OPT_STATE, "FILE",
	"go on from FILE, and keep the figures in it"},
    {"report", OPT_REPORT, NULL,
	"the files are states: tell of them as if of one run"},
    {"offsets", OPT_OFFSETS, NULL,
	"the file is a state: tell where each source goes on"},
};

static const struct cmdline_table states = {
    state_rows, sizeof(state_rows) / sizeof(state_rows[0])};

static const struct cmdline_row merge_rows[] = {
    {NULL, 0, NULL, "Sources:"},
    {"merge", OPT_MERGE, "SECONDS",
	"read all FILEs at once, by time, waiting so long for one"},
    {"used", OPT_USED, "OFFSET:SOURCE",
	"records of SOURCE up to OFFSET are used; repeatable"},
};

static const struct cmdline_table merging = {
    merge_rows, sizeof(merge_rows) / sizeof(merge_rows[0])};

static const struct cmdline_table own = {rows, sizeof(rows) / sizeof(rows[0])};

static const struct cmdline_table *const tables[] = {&optionset_framing,
    &optionset_time, &optionset_figures, &own, &alerts, &merging, &states,
    &optionset_help};

static const struct cmdline_program program = {"loginwatch",
    "Tell what is worth knowing about login events, stdin to stdout.",
    "Status: 0 every record was used, 1 some were refused, "
    "2 it could not do its work.",
    tables, sizeof(tables) / sizeof(tables[0])};

/* Read a whole number of seconds, if it was given. */
static bool
check_whole(const struct cmdline *given, int letter, uint64_t *seconds)
{
	const char *text = given->value[letter];

	return (text == NULL || number_whole(text, 1, SECONDS_MAX, seconds) ||
	    cmdline_wrong(given, letter, text,
		"not a whole number of seconds from 1 to 1000000000"));
}

/* The key of sketches, version 1: the same in all runs, so that states can be
 * merged. */
static const struct siphash_key sketch_key = {
    UINT64_C(0x6c6f67696e776174), UINT64_C(0x63682d736b657401)};

static bool
check_key(struct watch_options *options, const struct cmdline *given)
{
	const char *path = given->value[OPT_HASH_IDS], *why;

	options->key = sketch_key;
	options->hash_ids = path != NULL;
	why = path != NULL ? keyfile_read(path, &options->key) : NULL;
	return (why == NULL || cmdline_wrong(given, OPT_HASH_IDS, path, why));
}

static bool
check_alerts(struct watch_options *options, const struct cmdline *given)
{
	const struct cmdline_given *item, *end;
	const char *why;

	end = given->given + given->given_count;
	for (item = given->given; item < end; item++) {
		if (item->letter != OPT_ALERT)
			continue;
		why = alert_parse(item->value, options->alerts);
		if (why != NULL)
			return (cmdline_wrong(
			    given, OPT_ALERT, item->value, why));
	}
	return (true);
}

const char *
watch_options_source(const struct watch_options *options, const char *path)
{
	const char *slash = strrchr(path, '/');

	return (options->merge_ms > 0 && slash != NULL ? slash + 1 : path);
}

/* The sources, which are known by their names. */
static bool
check_merge(struct watch_options *options, const struct cmdline *given)
{
	const char *source;
	size_t i, j;

	if (!optionset_seconds(given, OPT_MERGE, &options->merge_ms))
		return (false);
	if (options->merge_ms == 0)
		return (true);
	for (i = 0; i < given->file_count; i++) {
		source = watch_options_source(options, given->files[i]);
		for (j = 0; j < i; j++)
			if (strcmp(source, watch_options_source(options,
			    given->files[j])) == 0)
				return (cmdline_wrong(given, OPT_MERGE, source,
				    "two files are called so"));
	}
	return (true);
}

/* Where sources begin that a state says nothing of. */
static bool
check_used(struct watch_options *options, const struct cmdline *given)
{
	const struct cmdline_given *item, *end;
	const char *colon;
	uint64_t last;
	char text[24];

	end = given->given + given->given_count;
	for (item = given->given; item < end; item++) {
		if (item->letter != OPT_USED)
			continue;
		colon = strchr(item->value, ':');
		snprintf(text, sizeof(text), "%.*s",
		    colon != NULL ? (int)(colon - item->value) : 0,
		    item->value);
		if (!number_whole(text, 0, INT64_MAX, &last) ||
		    colon[1] == '\0')
			return (cmdline_wrong(given, OPT_USED, item->value,
			    "not of the form OFFSET:SOURCE"));
		offsets_of(&options->used, span_of(colon + 1))->last =
		    (int64_t)last;
	}
	return (true);
}

/* What the files are, if they are states. */
static bool
check_states(struct watch_options *options, const struct cmdline *given)
{
	options->state = given->value[OPT_STATE];
	options->report = given->value[OPT_REPORT] != NULL;
	options->offsets = given->value[OPT_OFFSETS] != NULL;
	if (options->report && options->state != NULL)
		return (cmdline_wrong(given, OPT_STATE, options->state,
		    "cannot be used together with --report"));
	if (options->offsets && (options->report || options->state != NULL))
		return (cmdline_wrong(given, OPT_OFFSETS, NULL,
		    "cannot be used together with --state or --report"));
	if (options->offsets && given->file_count != 1)
		return (cmdline_wrong(
		    given, OPT_OFFSETS, NULL, "needs one file"));
	return (true);
}

static bool
check(struct watch_options *options, const struct cmdline *given)
{
	struct options *shared = &options->shared;
	struct span bad;

	if (!optionset_check_framing(shared, given) ||
	    !optionset_check_time(shared, given) ||
	    !optionset_check_figures(shared, given) ||
	    !optionset_members(given, OPT_DISTINCT, DISTINCT_DEFAULT,
		options->distinct, &options->distinct_count))
		return (false);
	options->skew = SKEW_DEFAULT;
	if (!check_key(options, given) || !check_alerts(options, given) ||
	    !check_whole(given, OPT_WINDOW, &options->window) ||
	    !check_whole(given, OPT_MAX_SKEW, &options->skew) ||
	    !check_states(options, given) || !check_merge(options, given) ||
	    !check_used(options, given))
		return (false);
	/* Nothing goes out, but records are read as if it did. */
	shared->format = format_compile("", &bad);
	return (true);
}

enum options_result
watch_options_parse(struct watch_options *options, int argc, char *argv[])
{
	enum options_result result = OPTIONS_WRONG;
	struct cmdline given;

	*options = (struct watch_options){.shared = {
	    .max_output = OPTIONS_NONE, .max_refused = OPTIONS_NONE}};
	if (!cmdline_read(&given, &program, argc, argv))
		;
	else if (given.value['h'] != NULL)
		result = cmdline_show_help(&program) ? OPTIONS_SHOWN :
						       OPTIONS_WRONG;
	else if (given.value[OPT_VERSION] != NULL)
		result = cmdline_show_version(&program) ? OPTIONS_SHOWN :
							  OPTIONS_WRONG;
	else if (check(options, &given))
		result = OPTIONS_RUN;
	options->shared.files = given.files;
	options->shared.file_count = given.file_count;
	cmdline_free(&given);
	return (result);
}

void
watch_options_free(struct watch_options *options)
{
	offsets_free(&options->used);
	options_free(&options->shared);
}
