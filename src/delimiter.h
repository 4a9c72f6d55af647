#ifndef DELIMITER_H
#define DELIMITER_H

#include <stdbool.h>
#include <stddef.h>

#include "span.h"

/*
 * Delimiters as they stand on the command line, in kcat's notation.
 */

/* The most bytes that a delimiter has. */
#define DELIMITER_MAX ((size_t)16)

/*
 * Read text, in which \n \r \t \0 \\ and \xHH stand for a byte, into bytes;
 * *len is how many they are.  Returns NULL, or what is wrong with text.
 */
const char *delimiter_parse(const char *text, char bytes[static DELIMITER_MAX],
    size_t *len);

/* Are a and b the same, or does one begin with the other? */
bool delimiter_clash(struct span a, struct span b);

/*
 * Can the delimiter stand in no JSON text that yajl has accepted?  So if it
 * holds a control character other than white space (RFC 8259, section 7).
 */
bool delimiter_is_foreign(struct span delimiter);

#endif /* DELIMITER_H */
