#ifndef INTAKE_H
#define INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"
#include "match.h"
#include "out.h"
#include "places.h"
#include "shape.h"

/*
 * Records as they come, with their places where a shape tells them: the frame
 * and the fast way together.
 *
 * For tests and benchmarks, $LOGINSTAMP_SHAPES is the form of the fast way that
 * is to be used (match.h), or "off"; with ",count" behind it, intake_tell()
 * says how often it was gone.
 */
struct intake {
	struct frame *frame;
	const struct match_form *form;
	struct shapes *shapes; /* NULL: the fast way is off */

	/* Many records at once, of which those before next are taken. */
	const struct match *match;
	struct lines lines;
	size_t next;
	uint64_t first;	       /* the number of the first of them */

	struct places places;  /* those last given */
	uint64_t skipped;      /* records that were taken by intake_skip() */
	bool count;
};

/* Open it.  wanted is kept, and must not change any more.  Returns NULL, or
 * what is wrong with $LOGINSTAMP_SHAPES; the intake is then to be closed all
 * the same. */
const char *intake_open(struct intake *intake, const struct frame_form *form,
    const struct wanted *wanted);

/*
 * As frame_next().  *known are the record's places, good until the next call,
 * or NULL.
 */
enum frame_event intake_next(struct intake *intake, struct record *record,
    const struct places **known);

/*
 * Many records at once: those of the result from intake->next on are the next
 * ones, and as many of them as are taken care of are to be skipped.  NULL: ask
 * intake_next().
 */
const struct match *intake_lines(struct intake *intake);

/* The places in line i of them, which has a shape; good as those that
 * intake_next() gives. */
const struct places *intake_places(struct intake *intake, size_t i);

/* The lines before next are taken care of. */
void intake_skip(struct intake *intake, size_t next);

/* The judge has accepted record, which had no known places, with these. */
void intake_learn(struct intake *intake, const struct record *record,
    const struct places *places);

/* Put a line about the fast way into err, if it is asked for. */
void intake_tell(const struct intake *intake, struct out *err);

void intake_close(struct intake *intake);

#endif /* INTAKE_H */
