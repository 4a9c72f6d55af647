#include <string.h>

#include "frameself.h"

/* The longest first line of a record by lengths: three 64-bit numbers. */
#define HEADER_MAX ((size_t)64)

/* A number up to the byte that ends it, -1 where that is allowed (null).
 * Returns what follows that byte, NULL if the form is broken. */
static const char *
read_length(const char *s, const char *end, bool null, char until,
    int64_t *value)
{
	const char *digits = s;

	if (null && end - s > 2 && s[0] == '-' && s[1] == '1' &&
	    s[2] == until) {
		*value = -1;
		return (s + 3);
	}
	for (*value = 0; s < end && *s >= '0' && *s <= '9'; s++) {
		if (*value > (INT64_MAX - 9) / 10)
			return (NULL);
		*value = *value * 10 + (*s - '0');
	}
	if (s == digits || s == end || *s != until)
		return (NULL);
	return (s + 1);
}

/* The sum of two lengths, null counting 0; UINT64_MAX cannot be reached. */
static uint64_t
sum_of(int64_t a, int64_t b)
{
	return ((uint64_t)(a > 0 ? a : 0) + (uint64_t)(b > 0 ? b : 0));
}

/* Set key and payload, which follow each other from s on, as far as they lie
 * within the first most bytes. */
static void
set_by_lengths(struct record *record, const char *s, int64_t key,
    int64_t payload, size_t most)
{
	size_t key_len = sum_of(key, 0) < most ? (size_t)sum_of(key, 0) : most;
	size_t left = most - key_len;
	size_t len = sum_of(payload, 0) < left ? (size_t)sum_of(payload, 0) :
						 left;

	record->raw = (struct span){s, key_len + len};
	record->key = key < 0 ? SPAN_ABSENT : (struct span){s, key_len};
	record->payload = payload < 0 ? SPAN_ABSENT :
					(struct span){s + key_len, len};
}

/* Drop what is there of an over-long record, and take its end. */
static enum frame_event
skip_by_lengths(struct frame *frame, struct record *record)
{
	size_t len = frame_unread(frame).len;

	if (frame->skip_left > len) {
		frame->skip_left -= len;
		frame_consume(frame, len);
		return (frame->ended ? FRAME_BROKEN : FRAME_WAIT);
	}
	frame_consume(frame, (size_t)frame->skip_left);
	frame->skip_left = 0;
	if (frame_unread(frame).len == 0)
		return (frame->ended ? FRAME_BROKEN : FRAME_WAIT);
	if (frame_unread(frame).ptr[0] != '\n')
		return (FRAME_BROKEN);
	frame_consume(frame, 1);
	frame->skipping = false;
	*record = frame->skip;
	record->raw.len = 0;
	record->number = ++frame->number;
	frame->last_offset = record->offset;
	return (FRAME_RECORD);
}

enum frame_event
frame_next_by_lengths(struct frame *frame, struct record *record)
{
	struct span s = frame_unread(frame);
	int64_t offset, key, payload;
	const char *line, *at;
	uint64_t bytes;

	if (frame->skipping)
		return (skip_by_lengths(frame, record));
	if (s.len == 0)
		return (frame->ended ? FRAME_END : FRAME_WAIT);
	line = memchr(s.ptr, '\n', span_first(s, HEADER_MAX).len);
	if (line == NULL)
		return (frame->ended || s.len >= HEADER_MAX ? FRAME_BROKEN :
							      FRAME_WAIT);
	at = read_length(s.ptr, line, false, ' ', &offset);
	if (at != NULL)
		at = read_length(at, line, true, ' ', &key);
	if (at != NULL)
		at = read_length(at, line + 1, true, '\n', &payload);
	if (at != line + 1)
		return (FRAME_BROKEN);
	bytes = sum_of(key, payload);
	*record = (struct record){.offset = offset,
	    .bytes = bytes,
	    .whole = true,
	    .delimited = true};
	s = span_between(at, s.ptr + s.len);
	if (bytes > frame->form.max_record) {
		if (s.len < FRAME_EXCERPT && s.len < bytes)
			return (frame->ended ? FRAME_BROKEN : FRAME_WAIT);
		set_by_lengths(record, at, key, payload, FRAME_EXCERPT);
		frame_keep_excerpt(frame, record);
		frame->skipping = true;
		frame->skip_left = bytes;
		frame_consume(frame, (size_t)(at - frame_unread(frame).ptr));
		return (skip_by_lengths(frame, record));
	}
	if (s.len <= bytes)
		return (frame->ended ? FRAME_BROKEN : FRAME_WAIT);
	if (at[bytes] != '\n')
		return (FRAME_BROKEN);
	set_by_lengths(record, at, key, payload, (size_t)bytes);
	record->number = ++frame->number;
	frame->last_offset = offset;
	frame_consume(frame, (size_t)(at - frame_unread(frame).ptr) + (size_t)bytes + 1);
	return (FRAME_RECORD);
}
