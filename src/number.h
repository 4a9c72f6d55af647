#ifndef NUMBER_H
#define NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Numbers from the command line, strictly: digits only, no sign, no white
 * space, within min and max.  On failure the result is false and *value is
 * untouched.
 */

/* A size in bytes; K, M or G after the digits multiplies by 1024, 1024^2 or
 * 1024^3. */
bool number_size(const char *text, uint64_t min, uint64_t max,
    uint64_t *value);

/* A whole number. */
bool number_whole(const char *text, uint64_t min, uint64_t max,
    uint64_t *value);

/* A decimal with up to three places, times 1000: "0.5" gives 500.  max is in
 * the same thousandths. */
bool number_thousandths(const char *text, uint64_t max, uint64_t *value);

#endif /* NUMBER_H */
