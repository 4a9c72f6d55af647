#include <stdlib.h>

#include "memory.h"
#include "pointer.h"

/* name as an index (RFC 6901, section 4: digits without a leading zero). */
static size_t
index_of(struct span name)
{
	size_t i, index = 0;

	if (name.len == 0 || name.len > 18 ||
	    (name.len > 1 && name.ptr[0] == '0'))
		return (POINTER_NO_INDEX);
	for (i = 0; i < name.len; i++) {
		if (name.ptr[i] < '0' || name.ptr[i] > '9')
			return (POINTER_NO_INDEX);
		index = index * 10 + (size_t)(name.ptr[i] - '0');
	}
	return (index);
}

static void
add_step(struct pointer *pointer, struct span name)
{
	pointer->steps = memory_resize(
	    pointer->steps, (pointer->count + 1) * sizeof(*pointer->steps));
	pointer->steps[pointer->count++] = (struct step){name, index_of(name)};
}

/* Take "~0" and "~1" in s back to "~" and "/" in place; returns the new
 * length, or (size_t)-1 where a "~" stands otherwise. */
static size_t
unescape(char *s, size_t len)
{
	size_t from, to = 0;

	for (from = 0; from < len; from++, to++) {
		s[to] = s[from];
		if (s[from] != '~')
			continue;
		if (++from == len || (s[from] != '0' && s[from] != '1'))
			return ((size_t)-1);
		s[to] = s[from] == '0' ? '~' : '/';
	}
	return (to);
}

bool
pointer_parse(struct pointer *pointer, const char *text)
{
	size_t len = strlen(text), part;
	char *s;

	*pointer = (struct pointer){.text = memory_alloc(len + 1)};
	s = memcpy(pointer->text, text, len + 1);
	if (*s != '/') {
		add_step(pointer, (struct span){s, len});
		return (true);
	}
	while (*s == '/') {
		part = strcspn(++s, "/");
		len = unescape(s, part);
		if (len == (size_t)-1) {
			pointer_free(pointer);
			return (false);
		}
		add_step(pointer, (struct span){s, len});
		s += part;
	}
	return (true);
}

void
pointer_free(struct pointer *pointer)
{
	free(pointer->steps);
	free(pointer->text);
	*pointer = (struct pointer){0};
}
