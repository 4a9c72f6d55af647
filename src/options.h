#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmdline.h"
#include "delimiter.h"
#include "format.h"
#include "frame.h"
#include "insight.h"
#include "places.h"
#include "pointer.h"
#include "span.h"
#include "summary.h"
#include "timestamp.h"
#include "zone.h"

/* No limit: the value of max_output and max_refused where none was given. */
#define OPTIONS_NONE UINT64_MAX

/* How insights are told. */
enum insights_form {
	INSIGHTS_TEXT,
	INSIGHTS_JSON,
	INSIGHTS_NONE,
};

/* What the command line asks for, checked and opened. */
struct options {
	/* Framing. */
	struct frame_form form;	      /* of the input */
	struct span delimiter;	      /* of the output */
	struct span key_delimiter;    /* of the output; absent: no keys */
	char delimiter_bytes[2][DELIMITER_MAX]; /* what they point to */
	uint64_t max_output;	      /* bytes of key, delimiter and payload */
	uint64_t pad;		      /* bytes; 0: no padding */
	struct span key_from;	      /* a member's name; absent: none */

	/* The transform. */
	struct pointer timestamp;
	struct span output;
	enum unit unit;
	struct format *format;
	struct zone *zone;
	bool strict;

	/* Refused records. */
	const char *dead_letters;     /* path; NULL: none */
	uint64_t max_refused;	      /* percent times 1000 */
	bool pass_invalid;

	/* Insights. */
	struct wanted wanted;	      /* the members that are asked for */
	struct insight *insight;
	enum insights_form insights;
	struct span counted[SUMMARY_MEMBERS_MAX]; /* members */
	size_t counted_count;
	uint64_t top;		      /* values of each of them */
	uint64_t every_ms;	      /* 0: only at the end */
	const char *metrics;	      /* path; NULL: none */
	bool color;		      /* the new member stands out on stdout */

	/* The files to read, at least one; "-" is stdin. */
	const char **files;
	size_t file_count;
};

enum options_result {
	OPTIONS_RUN,	/* do the work that options describes */
	OPTIONS_SHOWN,	/* --help or --version: it has been shown */
	OPTIONS_WRONG,	/* a usage error, or trouble: stderr says which */
};

/*
 * Read the command line.  options points into argv and into itself, which must
 * both stay where they are, and owns what it opened: options_free() gives that
 * back, whatever the result.
 */
enum options_result options_parse(struct options *options, int argc,
    char *argv[]);

void options_free(struct options *options);

#endif /* OPTIONS_H */
