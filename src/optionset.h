#ifndef OPTIONSET_H
#define OPTIONSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmdline.h"
#include "options.h"

/*
 * The options that several programs have, each written once: tables for the
 * command line, and functions that check what was given and set its part of
 * struct options.  They return false where something is wrong, and have said
 * so on stderr.
 */

/* All options without a letter, of all programs. */
enum option_number {
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
	OPT_DISTINCT,
	OPT_WINDOW,
	OPT_MAX_SKEW,
	OPT_STATE,
	OPT_REPORT,
	OPT_ALERT,
	OPT_HASH_IDS,
	OPT_MERGE,
	OPT_OFFSETS,
	OPT_USED,
};

extern const struct cmdline_table optionset_framing;
extern const struct cmdline_table optionset_time;
extern const struct cmdline_table optionset_figures;
extern const struct cmdline_table optionset_help;

/* form, delimiter and key_delimiter. */
bool optionset_check_framing(struct options *options,
    const struct cmdline *given);

/* timestamp, unit and zone. */
bool optionset_check_time(struct options *options,
    const struct cmdline *given);

/* counted, top, every_ms, insights and metrics. */
bool optionset_check_figures(struct options *options,
    const struct cmdline *given);

/* Read a size, if it was given. */
bool optionset_size(const struct cmdline *given, int letter, uint64_t *size);

/* Read a number of seconds above 0, as milliseconds, if it was given. */
bool optionset_seconds(const struct cmdline *given, int letter, uint64_t *ms);

/* Is the option's value, if there is one, UTF-8? */
bool optionset_utf8(const struct cmdline *given, int letter);

/* The place of the option's value, if there is one, among the words, which end
 * with NULL; otherwise reason is said. */
bool optionset_word(const struct cmdline *given, int letter,
    const char *const *words, const char *reason, size_t *place);

/* Member names from the lists, with commas, of an option that may be given
 * several times, or of the list that is the default. */
bool optionset_members(const struct cmdline *given, int letter,
    const char *def, struct span members[static SUMMARY_MEMBERS_MAX],
    size_t *count);

#endif /* OPTIONSET_H */
