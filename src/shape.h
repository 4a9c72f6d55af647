#ifndef SHAPE_H
#define SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "match.h"
#include "places.h"
#include "span.h"

/*
 * The fast way to a record's places.  Records of a log repeat their form: from
 * one to the next only the insides of strings and the digits of numbers change.
 * A record that the judge has accepted is cut at its values into a shape: text,
 * a hole, text, a hole, ..., text.  A payload in which every text stands byte
 * for byte, and every hole holds valid content of its kind, is acceptable to
 * the judge too, and its places are known; anything else is "not sure".
 *
 * It holds because holes are values only: names, their repetition, the nesting
 * and a pointer's way are in the texts.  A string's content may be any valid
 * one, escapes and UTF-8 (RFC 3629) included; a number is taken greedily, and
 * the text after it goes on with none of its bytes; true, false and null are
 * holes only where nobody asked for that member.
 */
struct shapes;

/* How often the fast way was gone. */
struct shapes_count {
	uint64_t matched, asked; /* payloads */
	uint64_t learnt;	 /* shapes */
};

/*
 * No shapes yet.  wanted is kept, not copied, and must not change any more.
 * Payloads that are matched may be read up to MATCH_MARGIN bytes beyond their
 * end.
 */
struct shapes *shapes_open(const struct wanted *wanted,
    const struct match_form *form);

/* Hold lines against all of the shapes that are known.  The result is good
 * until the next call, as long as lines stay as they are. */
const struct match *shapes_match(struct shapes *shapes, struct lines *lines);

/* The same for one payload; fill places, as the judge does, and return true if
 * it is recognised. */
bool shapes_find(struct shapes *shapes, struct span payload,
    struct places *places);

/* Fill places, as the judge does, for payload i, which has a shape. */
void shapes_places(const struct match *match, size_t i,
    struct places *places);

/* The judge has accepted payload with these places, and no shape matched it:
 * remember its shape, unless records are too different for that to pay. */
void shapes_learn(struct shapes *shapes, struct span payload,
    const struct places *places);

struct shapes_count shapes_counted(const struct shapes *shapes);

void shapes_close(struct shapes *shapes);

#endif /* SHAPE_H */
