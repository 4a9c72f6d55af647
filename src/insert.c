#include <stdlib.h>

#include "insert.h"
#include "jsonstr.h"
#include "memory.h"

void
insert_open(struct insert *insert, const char *prefix, struct span name,
    const char *suffix, const struct format *format)
{
	size_t prefix_len = strlen(prefix), suffix_len = strlen(suffix);
	char *end;

	*insert = (struct insert){
	    .bytes = memory_alloc_zeroed(prefix_len +
		jsonstr_escaped_length(name) + suffix_len +
		format_bound(format) + 1 + MATCH_SPARE)};
	memcpy(insert->bytes, prefix, prefix_len);
	end = jsonstr_escape(name, insert->bytes + prefix_len);
	memcpy(end, suffix, suffix_len);
	insert->begin = (size_t)(end + suffix_len - insert->bytes);
}

struct span
insert_write(struct insert *insert, const struct format *format,
    struct instant instant, const struct zone_period *period)
{
	char *time = insert->bytes + insert->begin;

	if (instant.sec >= insert->day.from &&
	    instant.sec < insert->day.until) {
		format_clock(&insert->day, instant.sec, time);
	} else {
		format_render_day(format, instant, period, time, &insert->day);
	}
	time[insert->day.len] = '"';
	return ((struct span){insert->bytes, insert_length(insert)});
}

void
insert_close(struct insert *insert)
{
	free(insert->bytes);
}
