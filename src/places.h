#ifndef PLACES_H
#define PLACES_H

#include <stddef.h>

#include "memory.h"
#include "pointer.h"
#include "span.h"

/*
 * Which members of a record are asked for, and where they stand in it.
 */

enum value_kind {
	VALUE_ABSENT,
	VALUE_NULL,
	VALUE_STRING,
	VALUE_NUMBER,
	VALUE_OTHER, /* true, false, an object, an array */
};

/* A value as it stands in the payload: raw, a string with its quotes. */
struct place {
	enum value_kind kind;
	struct span value; /* absent if kind is VALUE_ABSENT */
};

/* What is asked for, once for all records. */
struct wanted {
	struct span *names; /* top-level members, each once */
	size_t count;
	const struct pointer *deep; /* a place further down, or NULL */
};

/* Where it stands, for one record.  Of repeated members the last counts.  All
 * spans point into the payload and are good as long as that is. */
struct places {
	struct place *members;	/* as wanted->names */
	struct place deep;
	const char *end;	/* the end of the last top-level member's value,
				 * if there is one */
};

/* Ask for the top-level member called name, whose bytes must stay where they
 * are; returns its index in names, the old one if it was asked for already. */
size_t wanted_add(struct wanted *wanted, struct span name);

void wanted_free(struct wanted *wanted);

/* Forget what the last record had. */
void places_clear(struct places *places, const struct wanted *wanted);

/*
 * A place's string content without escapes, or its token as it stands.  It
 * lies in the payload, or in scratch if there were escapes; absent if the
 * place is.  From its start PLACE_SLACK bytes can be read if that many can be
 * read from anywhere in the payload.
 */
#define PLACE_SLACK ((size_t)16)

struct span place_text(const struct place *place, struct scratch *scratch);

#endif /* PLACES_H */
