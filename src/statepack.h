#ifndef STATEPACK_H
#define STATEPACK_H

#include "figures.h"
#include "offsets.h"
#include "pack.h"

/*
 * What is in a state, between its head and its checksum.  Only state.c uses
 * this.
 */

/* The members that are counted, and with which key. */
void statepack_put_members(struct pack *pack, const struct figures *figures);

/* Set those of options to the next ones. */
void statepack_get_members(struct unpack *unpack,
    struct watch_options *options);

/* Read past the members.  Returns NULL, or in what they differ from those of
 * figures. */
const char *statepack_check_members(struct unpack *unpack,
    const struct figures *figures);

void statepack_put_offsets(struct pack *pack, const struct offsets *offsets);
void statepack_get_offsets(struct unpack *unpack, struct offsets *offsets);

void statepack_put_figures(struct pack *pack, const struct figures *figures);

/* Windows that are not as long as figures' are left out. */
void statepack_get_figures(struct unpack *unpack, struct figures *figures);

#endif /* STATEPACK_H */
