#ifndef STATE_H
#define STATE_H

#include "figures.h"
#include "offsets.h"

/*
 * Figures in a file, to go on from, or to be merged: with a version and a
 * checksum, written under another name first and then by rename(2), so that
 * there is the old state or the new one, whatever happens.
 */
struct state {
	const char *path;
	int lock; /* descriptor; -1: none */
	char *bytes; /* of the file that was read */
	size_t len;
};

/*
 * Lock the state at path for this process (PATH.lock, by flock(2)) and read
 * it, if it is there.  Returns NULL, or what is wrong.
 */
const char *state_open(struct state *state, const char *path);

/* Read the state at path, which must be there; nobody is locked out. */
const char *state_read(struct state *state, const char *path);

/* Is there nothing to go on from? */
bool state_is_new(const struct state *state);

/*
 * Set the members that options count to those of the state, in whose bytes
 * their names stay.
 */
const char *state_get_members(const struct state *state,
    struct watch_options *options);

/*
 * Set figures, which were opened with the same members, and offsets, which may
 * be NULL, to those of the state.  Returns NULL, or what is
 * wrong: figures are then worth nothing.
 */
const char *state_get(const struct state *state, struct figures *figures,
    struct offsets *offsets);

/* Write the state.  Returns NULL, or why that failed: the old one is then
 * still there. */
const char *state_put(const struct state *state,
    const struct figures *figures, const struct offsets *offsets);

void state_close(struct state *state);

#endif /* STATE_H */
