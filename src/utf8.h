#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "span.h"

/*
 * The number of bytes, 1 to 4, of the well-formed UTF-8 character (RFC 3629:
 * no overlong forms, no surrogates, nothing above U+10FFFF) that text begins
 * with; *code is its code point.  0 if text is empty or does not begin with
 * one.
 */
size_t utf8_decode(struct span text, uint32_t *code);

/* Is all of text well-formed UTF-8? */
bool utf8_valid(struct span text);

#endif /* UTF8_H */
