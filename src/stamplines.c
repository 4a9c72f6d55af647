#include "stampself.h"

/* What stamp_lines() has to know of a shape. */
struct usual {
	const struct shape *shape;
	struct column time;		     /* the digits */
	struct track replaced, replaced_end; /* what the insert stands for */
	struct insert *insert;
	size_t text_len; /* of the insert */
};

/* Find that out from payload i; false: there is no timestamp. */
static bool
know_shape(struct stamp *stamp, const struct match *match, size_t i,
    struct usual *usual)
{
	const struct mark *marks = match->shape[i]->marks;
	bool deep = stamp->options->timestamp.count > 1;
	size_t time = deep ? match->members : stamp->timestamp;
	struct place place = match_place(match, i, time);
	struct place output = match_place(match, i, stamp->output);
	struct place member = match_place(match, i, stamp->timestamp);
	struct span replaced;

	if (place.kind != VALUE_STRING && place.kind != VALUE_NUMBER)
		return (false);
	usual->shape = match->shape[i];
	usual->time = match_column(match, i, time);
	if (place.kind == VALUE_STRING)
		usual->time = column_contents(usual->time);
	usual->insert = stamp_choose_insert(
	    stamp, &output, &member, match_end(match, i), &replaced);
	usual->text_len = insert_length(usual->insert);
	usual->replaced = usual->replaced_end =
	    match_track(match, &marks[2 * match->members + 2]);
	if (output.kind != VALUE_ABSENT) {
		usual->replaced = match_track(match, &marks[2 * stamp->output]);
		usual->replaced_end =
		    match_track(match, &marks[2 * stamp->output + 1]);
	}
	return (true);
}

/* Seconds have so many of the unit. */
static const int64_t per_sec[] = {
    [UNIT_S] = 1,
    [UNIT_MS] = 1000,
    [UNIT_US] = 1000000,
    [UNIT_NS] = 1000000000,
};

/*
 * Read the times of payloads i to end, as seconds, up to one that is not the
 * usual 9 to 16 digits, or not of the insert's day; returns which.  *least and
 * *most, counted in unit, are made to hold them.
 */
static size_t
read_times(enum unit unit, const struct usual *usual, size_t i,
    size_t end, int64_t sec[static MATCH_MOST], int64_t *least, int64_t *most)
{
	const struct column time = usual->time;
	const int64_t from = usual->insert->day.from;
	const int64_t until = usual->insert->day.until;
	struct timestamp_leading leading = {.len = 0};
	int64_t count;

	for (; i < end; i++) {
		count = timestamp_digits(&leading, column_value(&time, i));
		sec[i] = unit == UNIT_S ? count : count / per_sec[unit];
		if (count < 0 || sec[i] < from || sec[i] >= until)
			break;
		*least = count < *least ? count : *least;
		*most = count > *most ? count : *most;
	}
	return (i);
}

/* Copy len bytes from s, behind which INSERT_CHUNK more can be read, to dst,
 * where there is room for as many more; returns what follows them there.  As a
 * rule they are one chunk, and not worth a call. */
static inline char *
put_chunks(char *dst, const char *s, size_t len)
{
	size_t at = 0;

	if (len > 4 * INSERT_CHUNK)
		return (mempcpy(dst, s, len));
	do
		memcpy(dst + at, s + at, INSERT_CHUNK);
	while ((at += INSERT_CHUNK) < len);
	return (dst + len);
}

/* The same for what is a few bytes as a rule. */
static inline char *
put_few(char *dst, const char *s, size_t len)
{
	const size_t few = 16;

	memcpy(dst, s, few);
	if (len > few)
		return (put_chunks(dst, s, len));
	return (dst + len);
}

/* What put_lines() writes of lines i to end at most, in bytes. */
static size_t
room_for(const struct lines *lines, const struct usual *usual, size_t i,
    size_t end)
{
	return (lines->end[end - 1] - lines->begin[i] +
	    (end - i) * (usual->text_len + 1) + INSERT_CHUNK);
}

/* Put lines i to end, each with its delimiter, to dst, and their times in;
 * returns what follows them there. */
static char *
put_lines(const struct lines *lines, const struct usual *usual, size_t i,
    size_t end, const int64_t sec[static MATCH_MOST], char *dst)
{
	const struct usual known = *usual; /* not to be read again and again */
	const struct format_day day = known.insert->day;
	const char *text = known.insert->bytes;
	const char *begin, *replaced, *rest;
	char *clock;

	for (; i < end; i++) {
		begin = lines->base + lines->begin[i];
		replaced = track_at(&known.replaced, i);
		rest = track_at(&known.replaced_end, i);
		dst = mempcpy(dst, begin, (size_t)(replaced - begin));
		clock = dst + known.insert->begin;
		dst = put_chunks(dst, text, known.text_len);
		format_clock(&day, sec[i], clock);
		dst = put_few(dst, rest,
		    (size_t)(lines->base + lines->end[i] + 1 - rest));
	}
	return (dst);
}

struct stamped_lines
stamp_lines(struct stamp *stamp, const struct match *match, size_t i,
    struct out *out)
{
	const struct lines *lines = match->lines;
	int64_t sec[MATCH_MOST], least = INT64_MAX, most = -1;
	struct stamped_lines done = {.end = i};
	struct usual usual;
	size_t end;
	char *dst;

	if (!stamp->simple)
		return (done);
	while (i < lines->count && match_known(match, i) &&
	    know_shape(stamp, match, i, &usual)) {
		end = match_run(match, i, lines->count);
		while (end > i && room_for(lines, &usual, i, end) > out->size)
			end = i + (end - i) / 2;
		end = read_times(stamp->options->unit, &usual, i, end, sec,
		    &least, &most);
		if (end == i)
			break;
		dst = out_room(out, room_for(lines, &usual, i, end));
		out_fill(out, put_lines(lines, &usual, i, end, sec, dst));
		i = end;
	}
	if (i > done.end) {
		timestamp_from_integer(least, stamp->options->unit, &done.first);
		timestamp_from_integer(most, stamp->options->unit, &done.last);
	}
	done.end = i;
	return (done);
}
