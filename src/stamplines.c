#include "stampself.h"

/* What stamp_lines() has to know of a shape. */
struct usual {
	struct column time; /* the digits */
	struct insert *insert;
	struct splice splice;
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
	usual->time = match_column(match, i, time);
	if (place.kind == VALUE_STRING)
		usual->time = column_contents(usual->time);
	usual->insert = stamp_choose_insert(
	    stamp, &output, &member, match_end(match, i), &replaced);
	usual->splice.text.ptr = usual->insert->bytes;
	usual->splice.text.len = insert_length(usual->insert);
	usual->splice.at = usual->splice.rest =
	    match_track(match, &marks[2 * match->members + 2]);
	if (output.kind != VALUE_ABSENT) {
		usual->splice.at =
		    match_track(match, &marks[2 * stamp->output]);
		usual->splice.rest =
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

/* Do the times in range, in the unit, lie in the insert's day? */
static bool
in_day(const struct format_day *day, enum unit unit, struct range range)
{
	return (range.least / per_sec[unit] >= day->from &&
	    range.most / per_sec[unit] < day->until);
}

/*
 * Read the times of payloads i to end, as seconds, up to one that is not the
 * usual 9 to 16 digits, or not of the insert's day; returns which.  *range,
 * counted in unit, is made to hold them.
 */
static size_t
read_times(const struct match_form *form, enum unit unit,
    const struct usual *usual, size_t i, size_t end,
    int64_t sec[static MATCH_MOST], struct range *range)
{
	const struct format_day *day = &usual->insert->day;
	struct range read = *range;
	size_t j;

	end = form->numbers(&usual->time, i, end, sec, &read);
	if (end > i && !in_day(day, unit, read)) {
		for (j = i, read = *range; j < end; j++) {
			if (!in_day(day, unit, (struct range){sec[j], sec[j]}))
				break;
			range_hold(&read, sec[j]);
		}
		end = j;
	}
	*range = read;
	if (unit != UNIT_S)
		for (j = i; j < end; j++)
			sec[j] /= per_sec[unit];
	return (end);
}

/* What put_lines() writes of lines i to end at most, in bytes. */
static size_t
room_for(const struct lines *lines, const struct usual *usual, size_t i,
    size_t end)
{
	return (lines->end[end - 1] - lines->begin[i] +
	    (end - i) * (usual->splice.text.len + 1) + MATCH_SPARE);
}

/* Put lines i to end, each with its delimiter, to dst, and their times in;
 * returns what follows them there. */
static char *
put_lines(const struct match *match, const struct usual *usual, size_t i,
    size_t end, const int64_t sec[static MATCH_MOST], char *dst)
{
	const struct format_day day = usual->insert->day; /* not to be read
							   * again and again */
	const size_t begin = usual->insert->begin;
	char *where[MATCH_MOST];

	dst = match->form->splice(
	    match->lines, &usual->splice, i, end, dst, where);
	for (; i < end; i++)
		format_clock(&day, sec[i], where[i] + begin);
	return (dst);
}

struct stamped_lines
stamp_lines(struct stamp *stamp, const struct match *match, size_t i,
    struct out *out)
{
	const struct lines *lines = match->lines;
	struct range range = {INT64_MAX, -1};
	int64_t sec[MATCH_MOST];
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
		end = read_times(match->form, stamp->options->unit, &usual, i,
		    end, sec, &range);
		if (end == i)
			break;
		dst = out_room(out, room_for(lines, &usual, i, end));
		out_fill(out, put_lines(match, &usual, i, end, sec, dst));
		i = end;
	}
	if (i > done.end) {
		timestamp_from_integer(
		    range.least, stamp->options->unit, &done.first);
		timestamp_from_integer(
		    range.most, stamp->options->unit, &done.last);
	}
	done.end = i;
	return (done);
}
