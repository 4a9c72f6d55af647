#ifndef STAMPSELF_H
#define STAMPSELF_H

#include "insert.h"
#include "stamp.h"

/*
 * What stamp.c, for one record, and stamplines.c, for many, share; nobody else
 * uses this.
 */
struct stamp {
	const struct options *options;
	struct judge *judge;
	struct places places;
	size_t timestamp; /* index of the top-level member that it is (in) */
	size_t output;
	size_t key_from;
	bool search_delimiter, search_key_delimiter; /* in what goes out */
	bool simple; /* nothing but the time can stand against a record */
	struct insert spaced, tight, value;
	struct zone_period period; /* the last one used */
	struct scratch time, key, payload;
};

/* The insert that a payload takes with these places of its members output and
 * (the one that the timestamp is in) member, and this end of its last member;
 * *replaced is what of the payload it stands for. */
struct insert *stamp_choose_insert(struct stamp *stamp,
    const struct place *output, const struct place *member, const char *end,
    struct span *replaced);

#endif /* STAMPSELF_H */
