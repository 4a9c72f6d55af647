#ifndef WATCHOPTIONS_H
#define WATCHOPTIONS_H

#include "alert.h"
#include "offsets.h"
#include "options.h"
#include "siphash.h"

/* What loginwatch's command line asks for, checked and opened. */
struct watch_options {
	struct options shared;
	struct span distinct[SUMMARY_MEMBERS_MAX]; /* members */
	size_t distinct_count;
	uint64_t window; /* seconds; 0: no windows */
	uint64_t skew;	 /* seconds that a time may be off */
	bool hash_ids;	 /* show identifiers by their hash under key */
	struct siphash_key key; /* of sketches, and of these hashes */
	struct alert_rule alerts[ALERT_KINDS];
	const char *state; /* path; NULL: none */
	bool report;	 /* the files are states, to be told of as one */
	bool offsets;	 /* the one file is a state: tell of its offsets */
	struct offsets used; /* of sources, if the state says no more */
	uint64_t merge_ms; /* all files at once, waiting so long; 0: in turn */
};

/* As options_parse() and options_free(). */
enum options_result watch_options_parse(struct watch_options *options,
    int argc, char *argv[]);

/* What the file at path is called in messages and states: with --merge by the
 * last part of its path, so that it can stand anywhere. */
const char *watch_options_source(
    const struct watch_options *options, const char *path);

void watch_options_free(struct watch_options *options);

#endif /* WATCHOPTIONS_H */
