#ifndef MERGE_H
#define MERGE_H

#include "figures.h"

/*
 * Add what is in the states at count paths to figures, whose members are
 * theirs.  Returns NULL, or what is wrong with the one that *at is set to.
 */
const char *merge_states(struct figures *figures, const char *const *paths,
    size_t count, const char **at);

#endif /* MERGE_H */
