#include <stdlib.h>

#include "memory.h"
#include "offsets.h"

struct offset *
offsets_of(struct offsets *offsets, struct span source)
{
	struct offset *offset;
	size_t i;

	for (i = 0; i < offsets->count; i++)
		if (span_equal(span_of(offsets->all[i].source), source))
			return (&offsets->all[i]);
	offsets->all = memory_resize(
	    offsets->all, (offsets->count + 1) * sizeof(*offsets->all));
	offset = &offsets->all[offsets->count++];
	offset->source = memory_alloc(source.len + 1);
	memcpy(offset->source, source.ptr, source.len);
	offset->source[source.len] = '\0';
	offset->last = -1;
	return (offset);
}

void
offsets_free(struct offsets *offsets)
{
	while (offsets->count > 0)
		free(offsets->all[--offsets->count].source);
	free(offsets->all);
}
