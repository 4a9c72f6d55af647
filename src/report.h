#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "distinct.h"
#include "frequent.h"
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
	FIGURE_BYTES,	/* the same */
	FIGURE_PART,	/* for people with its share of the records */
	FIGURE_REASON,	/* a part of the figure before, by label */
	FIGURE_INSTANT,
	FIGURE_SPAN,	/* from one instant to another */
};

/* A row of the constant table of figures. */
struct figure_kind {
	enum figure_form form;
	bool always;	    /* for people also when it is 0 */
	const char *name;   /* in JSON */
	const char *words;  /* for people; FIGURE_REASON has its own */
	const char *metric; /* "..._total" is a counter, others gauges; NULL:
			     * none */
	const char *help;   /* of the metric */
};

enum report_figure {
	REPORT_RECORDS,
	REPORT_BYTES,
	REPORT_PASSED,
	REPORT_BLANK,
	REPORT_UNTIMED,
	REPORT_REFUSED,
	REPORT_REASON,
	REPORT_TOLD,
	REPORT_AHEAD,
	REPORT_LATE,
	REPORT_LAST_OFFSET,
	REPORT_FROM,
	REPORT_UNTIL,
	REPORT_FIRST,
	REPORT_LAST,
	REPORT_LAG,
	REPORT_WRITTEN,
	REPORT_SAID,
};

/* The one table of figures, of all programs, by enum report_figure. */
extern const struct figure_kind report_kinds[];

struct figure {
	const struct figure_kind *kind;
	const char *label;  /* if FIGURE_REASON: its label and words */
	const char *words;
	uint64_t count;
	struct instant instant;
	int64_t span_ms;
};

/* A value and how often it came, or up to over less often. */
struct report_value {
	struct span text;
	uint64_t count;
	uint64_t over;
};

/* The values of one member. */
struct report_member {
	struct span name;
	uint64_t without; /* so many records have no value of it */
	uint64_t counted; /* so many have one */
	uint64_t values;  /* so many different ones were told apart */
	uint64_t other;	  /* so often a value that was not */
	uint64_t rest;	  /* so often one that is not among the top */
	bool bounded;	  /* a value that is not there can have come bound
			   * times */
	uint64_t bound;
	const struct tally *tally; /* NULL: top is all that is known */
	struct report_value *top;
	size_t top_count;
};

/* About so many different values has a member. */
struct report_distinct {
	struct span name;
	uint64_t estimate;
};

/* Incidents that one kind of alert told of, in metrics only. */
struct report_alert {
	const char *name;
	uint64_t begun; /* since the start */
	uint64_t open;	/* so many have not ended */
};

#define REPORT_FIGURES_MAX 48
#define REPORT_MEMBERS_MAX 16
#define REPORT_ALERTS_MAX 8

struct report {
	const char *program; /* "loginstamp": metrics begin with it */
	const char *kind;    /* "summary", "window" */
	bool final;	     /* a summary: nothing comes after it; a window: it
			      * is complete */
	bool steady;	     /* it is to depend on the records alone: clock is
			      * told, and not how long it took */
	struct instant clock; /* if steady: where the events are, or a window
			       * ends */
	struct instant start, now;
	uint64_t us;	     /* between them, by a clock that never jumps */
	uint64_t records;
	uint64_t bytes;
	struct figure figures[REPORT_FIGURES_MAX];
	size_t figure_count;
	struct report_distinct distincts[REPORT_MEMBERS_MAX];
	size_t distinct_count;
	struct report_member members[REPORT_MEMBERS_MAX];
	size_t member_count;
	struct report_alert alerts[REPORT_ALERTS_MAX];
	size_t alert_count;
};

/* Append a figure. */
void report_add(struct report *report, struct figure figure);
void report_add_count(struct report *report, enum report_figure figure,
    uint64_t count);
void report_add_instant(struct report *report, enum report_figure figure,
    struct instant instant);

/* Append the refused records, all and by reason. */
void report_add_refused(struct report *report, uint64_t refused,
    const uint64_t *by_reason);

/* Append the max commonest values of a member. */
void report_add_tally(struct report *report, struct span name,
    uint64_t records, const struct tally *tally, size_t max);
void report_add_frequent(struct report *report, struct span name,
    uint64_t records, const struct frequent *frequent, size_t max);

void report_add_distinct(struct report *report, struct span name,
    const struct distinct *distinct);

void report_add_alert(struct report *report, struct report_alert alert);

/* Free what was taken for the members. */
void report_free(struct report *report);

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

/* Put an instant in for people, in zone. */
void report_put_time(struct out *out, struct instant instant,
    const struct zone *zone);

/* Does name say that its values stand for one user, device or address? */
bool report_is_identifier(struct span name);

#endif /* REPORT_H */
