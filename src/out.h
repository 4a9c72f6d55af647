#ifndef OUT_H
#define OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "span.h"

/*
 * A sink over a descriptor: what is put into it is gathered, and written whole
 * at a flush or when the room is used up.  Writes interrupted, cut short or
 * refused for now (EINTR, EAGAIN) are gone on with.  After an error nothing
 * more is written; error keeps the first errno.
 */
struct out {
	int fd;
	int error;	/* errno of the first failed write; 0: none */
	uint64_t total; /* bytes put in so far */
	char *bytes;
	size_t len, size;
};

/* A sink with room for size bytes; fd stays the caller's until out_close(). */
void out_open(struct out *out, int fd, size_t size);

/* Write what is there.  Returns false if this or an earlier write failed. */
bool out_flush(struct out *out);

/* Put in what does not fit; used by out_put(). */
void out_put_slowly(struct out *out, struct span s);

/* Put the bytes of s in. */
static inline void
out_put(struct out *out, struct span s)
{
	if (s.len > out->size - out->len) {
		out_put_slowly(out, s);
		return;
	}
	if (s.len > 0)
		memcpy(out->bytes + out->len, s.ptr, s.len);
	out->len += s.len;
	out->total += s.len;
}

/* Room for size bytes in one piece, flushing if it must; NULL if there never
 * is so much.  What is written there is put in by out_fill(). */
static inline char *
out_room(struct out *out, size_t size)
{
	if (size > out->size - out->len) {
		if (size > out->size)
			return (NULL);
		out_flush(out);
	}
	return (out->bytes + out->len);
}

/* Put in what was written to out_room(), up to end. */
static inline void
out_fill(struct out *out, const char *end)
{
	size_t len = (size_t)(end - (out->bytes + out->len));

	out->len += len;
	out->total += len;
}

/* Put in what the printf(3) format makes, at most 1,023 bytes of it. */
void out_printf(struct out *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Change the room to size bytes; flushes first. */
void out_resize(struct out *out, size_t size);

/* Flush and close the descriptor, checking both.  Returns as out_flush(). */
bool out_close(struct out *out);

#endif /* OUT_H */
