#ifndef SPAN_H
#define SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/*
 * A range of bytes that somebody else owns: the currency between the modules.
 * ptr NULL means absent (a null key, a member that is not there), which is
 * not the same as empty.
 */
struct span {
	const char *ptr;
	size_t len;
};

#define SPAN_ABSENT ((struct span){NULL, 0})

/* The span of a C string, without its NUL. */
static inline struct span
span_of(const char *s)
{
	return ((struct span){s, strlen(s)});
}

/* The span from begin up to, not including, end. */
static inline struct span
span_between(const char *begin, const char *end)
{
	return ((struct span){begin, (size_t)(end - begin)});
}

/* The first len bytes of s, or all of it. */
static inline struct span
span_first(struct span s, size_t len)
{
	return ((struct span){s.ptr, s.len < len ? s.len : len});
}

/* Are the bytes of a and b the same?  Absent equals empty here. */
static inline bool
span_equal(struct span a, struct span b)
{
	return (a.len == b.len &&
	    (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0));
}

/* Below, equal to or above 0 as a stands before, at or after b by its bytes; a
 * text stands before those that begin with it. */
static inline int
span_compare(struct span a, struct span b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int by_bytes = len > 0 ? memcmp(a.ptr, b.ptr, len) : 0;

	return (by_bytes != 0 ? by_bytes : (a.len > b.len) - (a.len < b.len));
}

/* The first place of needle in s, or NULL. */
static inline const char *
span_find(struct span s, struct span needle)
{
	if (s.len < needle.len)
		return (NULL);
	if (needle.len == 1)
		return (memchr(s.ptr, needle.ptr[0], s.len));
	return (memmem(s.ptr, s.len, needle.ptr, needle.len));
}

#endif /* SPAN_H */
