#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "out.h"
#include "span.h"
#include "tally.h"
#include "timestamp.h"
#include "zone.h"

/*
 * Figures, and three ways to write them: for people, as a JSON object on a
 * line, and as a Prometheus text file.  A report is one table; a program fills
 * it, and every renderer goes through it from top to bottom.
 */

/* What a figure is, and so how it is written. */
enum figure_form {
	FIGURE_COUNT,
	FIGURE_RECORDS, /* for people with their rate */
	FIGURE_BYTES,   /* the same */
	FIGURE_PART,	/* for people with its share of the records */
	FIGURE_REASON,	/* a part of the figure before, by label */
	FIGURE_INSTANT,
	FIGURE_SPAN,	/* from one instant to another */
};

/* A row of a program's constant table of figures. */
struct figure_kind {
	enum figure_form form;
	bool always;	    /* for people also when it is 0 */
	const char *name;   /* in JSON */
	const char *words;  /* for people; FIGURE_REASON has its own */
	const char *metric; /* "..._total" is a counter, others gauges; NULL:
			     * none */
	const char *help;   /* of the metric */
};

struct figure {
	const struct figure_kind *kind;
	const char *label;  /* if FIGURE_REASON: its label and words */
	const char *words;
	uint64_t count;
	struct instant instant;
	int64_t span_ms;
};

/* The values of one member. */
struct report_member {
	struct span name;
	uint64_t without; /* so many records have no value of it */
	uint64_t counted; /* so many have one */
	const struct tally *tally;
	struct tally_value *top;
	size_t top_count;
};

#define REPORT_FIGURES_MAX 48
#define REPORT_MEMBERS_MAX 16

struct report {
	const char *program; /* "loginstamp": metrics begin with it */
	bool final;	     /* nothing comes after it */
	struct instant start, now;
	uint64_t us;	     /* between them, by a clock that never jumps */
	uint64_t records;
	uint64_t bytes;
	struct figure figures[REPORT_FIGURES_MAX];
	size_t figure_count;
	struct report_member members[REPORT_MEMBERS_MAX];
	size_t member_count;
};

/* Append a figure. */
void report_add(struct report *report, struct figure figure);

/* Append the max commonest values of a member. */
void report_add_member(struct report *report, struct span name,
    uint64_t records, const struct tally *tally, size_t max);

/* Free what report_add_member() took. */
void report_free(struct report *report);

/* How often a member had a value that is not among its top. */
uint64_t report_rest(const struct report_member *member);

/* So many since the start, as a number a second. */
double report_rate(const struct report *report, uint64_t count);

/* Put it into out for people, times in zone. */
void report_put_text(const struct report *report, const struct zone *zone,
    struct out *out);

/* Put it into out as one JSON object and a newline; the man page has the
 * schema.  Where the Elastic Common Schema (8.11) has a name, it is that one. */
void report_put_json(const struct report *report, struct out *out);

/* Put it into out in Prometheus' text format 0.0.4. */
void report_put_metrics(const struct report *report, struct out *out);

#define REPORT_TIME_MAX 64

/* Write an instant as "2023-09-12T00:45:51.000Z" into buf; "" if its year has
 * not four digits. */
const char *report_time(struct instant instant,
    char buf[static REPORT_TIME_MAX]);

#endif /* REPORT_H */
