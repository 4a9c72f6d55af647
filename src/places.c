#include <stdlib.h>

#include "jsonstr.h"
#include "memory.h"
#include "places.h"

size_t
wanted_add(struct wanted *wanted, struct span name)
{
	size_t i;

	for (i = 0; i < wanted->count; i++)
		if (span_equal(wanted->names[i], name))
			return (i);
	wanted->names = memory_resize(
	    wanted->names, (wanted->count + 1) * sizeof(*wanted->names));
	wanted->names[wanted->count] = name;
	return (wanted->count++);
}

void
wanted_free(struct wanted *wanted)
{
	free(wanted->names);
	*wanted = (struct wanted){0};
}

void
places_clear(struct places *places, const struct wanted *wanted)
{
	size_t i;

	for (i = 0; i < wanted->count; i++)
		places->members[i] = (struct place){VALUE_ABSENT, SPAN_ABSENT};
	places->deep = (struct place){VALUE_ABSENT, SPAN_ABSENT};
	places->end = NULL;
}

struct span
place_text(const struct place *place, struct scratch *scratch)
{
	struct span text = place->value;
	char *unescaped;

	if (place->kind != VALUE_STRING)
		return (text);
	text.ptr += 1; /* the quotes */
	text.len -= 2;
	if (memchr(text.ptr, '\\', text.len) == NULL)
		return (text);
	unescaped = scratch_reserve(scratch, text.len + PLACE_SLACK);
	return ((struct span){unescaped, jsonstr_unescape(text, unescaped)});
}
