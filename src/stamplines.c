#include "stampself.h"

/* What stamp_lines() has to know of a shape. */
struct usual {
	const struct shape *shape;
	struct mark time, time_end;	    /* the digits */
	struct mark replaced, replaced_end; /* what the insert stands for */
	struct insert *insert;
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
	usual->time = marks[2 * time];
	usual->time_end = marks[2 * time + 1];
	if (place.kind == VALUE_STRING) { /* the quotes */
		usual->time.behind++;
		usual->time_end.behind--;
	}
	usual->insert = stamp_choose_insert(
	    stamp, &output, &member, match_end(match, i), &replaced);
	usual->replaced = usual->replaced_end = marks[2 * match->members + 2];
	if (output.kind != VALUE_ABSENT) {
		usual->replaced = marks[2 * stamp->output];
		usual->replaced_end = marks[2 * stamp->output + 1];
	}
	return (true);
}

/* Copy what begins at s, of which INSERT_CHUNK bytes can be read, to dst, where
 * there is room for as many more. */
static inline void
put_chunks(char *dst, const char *s, size_t len)
{
	memcpy(dst, s, INSERT_CHUNK);
	if (len > INSERT_CHUNK)
		memcpy(dst + INSERT_CHUNK, s + INSERT_CHUNK,
		    len - INSERT_CHUNK);
}

/* Is what the count stands for of that day?  *sec is set to it. */
static inline bool
in_day(const struct format_day *day, int64_t count, enum unit unit,
    int64_t *sec)
{
	static const int64_t per_sec[] = {
	    [UNIT_MS] = 1000,
	    [UNIT_US] = 1000000,
	    [UNIT_NS] = 1000000000,
	};

	*sec = count;
	if (unit != UNIT_S)
		*sec /= per_sec[unit];
	return (count >= 0 && *sec >= day->from && *sec < day->until);
}

/* The digits of payload i's timestamp as a number, if they are of the usual
 * form, 9 to 16; otherwise -1. */
static inline int64_t
usual_count(const struct match *match, size_t i, const struct usual *usual)
{
	return (timestamp_digits(span_between(match_mark(match, i, &usual->time),
	    match_mark(match, i, &usual->time_end))));
}

struct stamped_lines
stamp_lines(struct stamp *stamp, const struct match *match, size_t i,
    size_t limit, struct out *out)
{
	const struct lines *lines = match->lines;
	const enum unit unit = stamp->options->unit;
	const size_t slack =
	    2 * INSERT_CHUNK + format_bound(stamp->options->format);
	struct usual usual = {.shape = NULL};
	struct stamped_lines done = {.end = i};
	int64_t count, sec, least = INT64_MAX, most = -1;
	const char *begin, *end, *replaced, *replaced_end;
	size_t text_len = 0;
	char *dst;

	if (!stamp->simple)
		return (done);
	for (; i < limit && match_known(match, i); i++) {
		if (match->shape[i] != usual.shape) {
			if (!know_shape(stamp, match, i, &usual))
				break;
			text_len = insert_length(usual.insert);
		}
		count = usual_count(match, i, &usual);
		if (!in_day(&usual.insert->day, count, unit, &sec))
			break;
		begin = lines->base + lines->begin[i];
		end = lines->base + lines->end[i] + 1; /* the delimiter too */
		dst = out_room(
		    out, (size_t)(end - begin) + text_len + slack);
		if (dst == NULL)
			break;
		least = count < least ? count : least;
		most = count > most ? count : most;
		replaced = match_mark(match, i, &usual.replaced);
		replaced_end = match_mark(match, i, &usual.replaced_end);
		dst = mempcpy(dst, begin, (size_t)(replaced - begin));
		put_chunks(dst, usual.insert->bytes, text_len);
		format_clock(
		    &usual.insert->day, sec, dst + usual.insert->begin);
		dst += text_len;
		put_chunks(dst, replaced_end, (size_t)(end - replaced_end));
		out_fill(out, dst + (end - replaced_end));
	}
	if (i > done.end) {
		timestamp_from_integer(least, unit, &done.first);
		timestamp_from_integer(most, unit, &done.last);
	}
	done.end = i;
	return (done);
}
