#ifndef STAMP_H
#define STAMP_H

#include <stdbool.h>

#include "frame.h"
#include "match.h"
#include "options.h"
#include "out.h"
#include "places.h"
#include "reason.h"
#include "span.h"
#include "timestamp.h"

/*
 * The transform of one record, without I/O: what goes out in its place, or why
 * nothing does.
 */
struct stamp;

enum stamp_kind {
	STAMP_BLANK,	 /* a blank payload: goes out as it came */
	STAMP_UNTIMED,	 /* no timestamp, or null: goes out as it came */
	STAMP_TIMED,	 /* goes out with its time */
	STAMP_REFUSED,	 /* refusal says why */
};

struct stamped {
	enum stamp_kind kind;
	struct refusal refusal;	 /* if STAMP_REFUSED */
	struct instant instant;	 /* if STAMP_TIMED */
	bool dated;		 /* if STAMP_TIMED: an RFC 3339 date-time */
	const struct places *places; /* NULL: it is no JSON object */

	/* What goes out: the key (absent: none, and no key delimiter), and the
	 * payload in three pieces, of which the second was not there before. */
	struct span key;
	struct span head, text, tail;
};

/* options are kept, not copied. */
struct stamp *stamp_open(struct options *options);

/*
 * Transform record, which must be whole or is refused.  known are its places
 * if they are known already, or NULL: then the judge is asked.  What stamped
 * points to lies in the record, in known or in stamp, and is good until the
 * next call.
 */
void stamp_record(struct stamp *stamp, const struct record *record,
    const struct places *known, struct stamped *stamped);

/* What stamp_lines() has done. */
struct stamped_lines {
	size_t end;		    /* the first line that it left */
	struct instant first, last; /* the earliest and the latest time; none
				     * if no line was put */
};

/* The instant of a record whose time is a number, and within the bounds of its
 * unit: stamp_lines() has put it. */
struct instant stamp_instant(struct stamp *stamp, const struct places *places);

/*
 * The quick twin of stamp_record(), for match->lines from i on: put
 * each, with its time and the delimiter behind it, into out, until one is not
 * quite ordinary; that one is for stamp_record().  The timestamps of those that
 * were put are numbers, of a day that stamp_record() has seen.
 */
struct stamped_lines stamp_lines(struct stamp *stamp,
    const struct match *match, size_t i, struct out *out);

void stamp_close(struct stamp *stamp);

#endif /* STAMP_H */
