#ifndef JUDGE_H
#define JUDGE_H

#include <stdbool.h>

#include "places.h"
#include "reason.h"
#include "span.h"

/*
 * Is a payload one JSON object, and where do the members asked for stand in
 * it?  yajl, in its strict default, alone decides: this is the only module
 * that knows it.
 */
struct judge;

/* wanted is kept, not copied, and must not change any more. */
struct judge *judge_open(const struct wanted *wanted);

/*
 * Judge payload.  If it is an object, fill places (its members array has room
 * for wanted->count) and return true.  Otherwise return false with refusal set
 * to REASON_NOT_JSON (at: where yajl stopped, payload.len if the text ended
 * too early) or REASON_NOT_OBJECT (at: 0).
 */
bool judge_record(struct judge *judge, struct span payload,
    struct places *places, struct refusal *refusal);

void judge_close(struct judge *judge);

#endif /* JUDGE_H */
