#ifndef WATCHOPTIONS_H
#define WATCHOPTIONS_H

#include "alert.h"
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
};

/* As options_parse() and options_free(). */
enum options_result watch_options_parse(struct watch_options *options,
    int argc, char *argv[]);

void watch_options_free(struct watch_options *options);

#endif /* WATCHOPTIONS_H */
