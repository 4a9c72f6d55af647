#ifndef KEYFILE_H
#define KEYFILE_H

#include "siphash.h"

/*
 * Read a secret key from the file at path: SIPHASH_KEY_SIZE bytes as 32
 * hexadecimal digits and perhaps a newline.  Nobody but its owner may be able
 * to read or write the file.  Returns NULL, or what is wrong with it.
 */
const char *keyfile_read(const char *path, struct siphash_key *key);

#endif /* KEYFILE_H */
