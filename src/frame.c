#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "frame.h"
#include "memory.h"

/* What one read(2) asks for, or at least half of it. */
#define READ_SIZE ((size_t)256 * 1024)

/* The longest first line of a record by lengths: three 64-bit numbers. */
#define HEADER_MAX ((size_t)64)

const struct span frame_mark = {"\xef\xbb\xbf", 3};

struct frame {
	struct frame_form form;
	char *bytes;
	size_t size;	  /* of bytes */
	size_t begin;	  /* what is before it is done with */
	size_t end;	  /* what is from here on is not read yet */
	size_t searched;  /* no delimiter begins between begin and this */

	/* The source. */
	int fd;
	bool ended;
	bool fresh;	  /* nothing has been taken from it */
	uint64_t number;  /* of its last record */
	int64_t last_offset;

	/* A record that is longer than form.max_record, on its way. */
	bool skipping;
	uint64_t skipped; /* bytes of it that are gone */
	uint64_t skip_left; /* by lengths: bytes of it that are to come */
	struct record skip;
	char *excerpt;	  /* FRAME_EXCERPT bytes, what skip points into */
};

struct frame *
frame_open(const struct frame_form *form)
{
	struct frame *frame = memory_alloc(sizeof(*frame));

	*frame = (struct frame){
	    .form = *form, .size = READ_SIZE, .last_offset = -1};
	frame->bytes = memory_alloc_zeroed(frame->size + MATCH_MARGIN);
	frame->excerpt = memory_alloc(FRAME_EXCERPT);
	return (frame);
}

void
frame_start(struct frame *frame, int fd)
{
	frame->begin = frame->end = frame->searched = 0;
	frame->fd = fd;
	frame->ended = frame->skipping = false;
	frame->fresh = true;
	frame->number = 0;
	frame->last_offset = -1;
}

int64_t
frame_last_offset(const struct frame *frame)
{
	return (frame->last_offset);
}

void
frame_close(struct frame *frame)
{
	free(frame->excerpt);
	free(frame->bytes);
	free(frame);
}

/* Make room for one read behind what is there. */
static void
make_room(struct frame *frame)
{
	size_t kept = frame->end - frame->begin;

	if (kept == 0) {
		frame->begin = frame->end = frame->searched = 0;
		return;
	}
	if (frame->size - frame->end >= READ_SIZE / 2)
		return;
	if (frame->begin > 0) {
		memmove(frame->bytes, frame->bytes + frame->begin, kept);
		frame->searched -= frame->begin;
		frame->end = kept;
		frame->begin = 0;
	}
	if (frame->size - frame->end < READ_SIZE / 2) {
		frame->size += frame->size / 2;
		frame->bytes = memory_resize(
		    frame->bytes, frame->size + MATCH_MARGIN);
		memset(frame->bytes + frame->end, 0,
		    frame->size + MATCH_MARGIN - frame->end);
	}
}

enum frame_filled
frame_fill(struct frame *frame)
{
	size_t room;
	ssize_t n;

	make_room(frame);
	room = frame->size - frame->end;
	n = read(frame->fd, frame->bytes + frame->end,
	    room < READ_SIZE ? room : READ_SIZE);
	if (n == -1 && errno == EINTR)
		return (FRAME_INTERRUPTED);
	if (n == -1 && errno == EAGAIN)
		return (FRAME_EMPTY);
	if (n <= 0)
		frame->ended = true;
	else
		frame->end += (size_t)n;
	return (n == -1 ? FRAME_FAILED : FRAME_FILLED);
}

static struct span
unread(const struct frame *frame)
{
	return ((struct span){
	    frame->bytes + frame->begin, frame->end - frame->begin});
}

static struct span
first(struct span s, size_t len)
{
	return ((struct span){s.ptr, s.len < len ? s.len : len});
}

static void
consume(struct frame *frame, size_t len)
{
	frame->begin += len;
	if (frame->searched < frame->begin)
		frame->searched = frame->begin;
}

/* Cut record->raw into key and payload. */
static void
split_key(const struct frame *frame, struct record *record, size_t within)
{
	struct span delimiter = frame->form.key_delimiter;
	const char *end = record->raw.ptr + record->raw.len, *at = NULL;

	if (delimiter.ptr != NULL)
		at = span_find(first(record->raw, within), delimiter);
	record->key = SPAN_ABSENT;
	record->payload = record->raw;
	if (at != NULL) {
		record->key = span_between(record->raw.ptr, at);
		record->payload = span_between(at + delimiter.len, end);
	}
	record->bytes = record->key.len + record->payload.len;
}

/* How many bytes, key delimiter included, a record can have at most. */
static size_t
longest(const struct frame *frame)
{
	return (frame->form.max_record + frame->form.key_delimiter.len);
}

/* Keep the first FRAME_EXCERPT bytes of an over-long record's raw bytes, with
 * its key and payload as far as they lie in them. */
static void
keep_excerpt(struct frame *frame, const struct record *record)
{
	struct span raw = first(record->raw, FRAME_EXCERPT);
	size_t key, payload;

	memcpy(frame->excerpt, raw.ptr, raw.len);
	frame->skip = *record;
	frame->skip.whole = false;
	frame->skip.raw.ptr = frame->excerpt;
	frame->skip.raw.len = raw.len;
	if (record->key.ptr != NULL) {
		key = first(record->key, raw.len).len;
		frame->skip.key = (struct span){frame->excerpt, key};
	}
	if (record->payload.ptr != NULL) {
		payload = (size_t)(record->payload.ptr - record->raw.ptr);
		if (payload > raw.len)
			payload = raw.len;
		frame->skip.payload = (struct span){
		    frame->excerpt + payload, raw.len - payload};
	}
}

/* The record that lies whole before its delimiter, or the source's end. */
static enum frame_event
take_record(struct frame *frame, size_t len, bool delimited,
    struct record *record)
{
	*record = (struct record){.raw = first(unread(frame), len),
	    .number = ++frame->number,
	    .offset = -1,
	    .whole = true,
	    .delimited = delimited};
	split_key(frame, record, longest(frame));
	if (record->bytes > frame->form.max_record) {
		/* raw stays whole: it is there, and may be passed on. */
		keep_excerpt(frame, record);
		record->whole = false;
		record->key = frame->skip.key;
		record->payload = frame->skip.payload;
	}
	consume(frame, len + (delimited ? frame->form.delimiter.len : 0));
	return (FRAME_RECORD);
}

/* Hand on len bytes of an over-long record. */
static enum frame_event
take_part(struct frame *frame, size_t len, struct record *record)
{
	*record = (struct record){.raw = first(unread(frame), len)};
	frame->skipped += len;
	consume(frame, len);
	return (FRAME_PART);
}

static enum frame_event
begin_skip(struct frame *frame, size_t len, struct record *record)
{
	*record = (struct record){.raw = first(unread(frame), len)};
	split_key(frame, record, longest(frame));
	keep_excerpt(frame, record);
	frame->skipping = true;
	/* The key delimiter is no part of the record's length. */
	frame->skip.bytes = record->bytes - len;
	frame->skipped = 0;
	return (take_part(frame, len, record));
}

static enum frame_event
end_skip(struct frame *frame, size_t delimiter, struct record *record)
{
	consume(frame, delimiter);
	frame->skipping = false;
	*record = frame->skip;
	record->raw.len = 0; /* it has been handed on in parts */
	record->bytes += frame->skipped;
	record->number = ++frame->number;
	record->offset = -1;
	record->delimited = delimiter > 0;
	return (FRAME_RECORD);
}

static enum frame_event
next_delimited(struct frame *frame, struct record *record)
{
	struct span delimiter = frame->form.delimiter;
	const char *at;
	size_t len, partial;

	at = span_find(
	    span_between(frame->bytes + frame->searched,
		frame->bytes + frame->end), delimiter);
	if (at != NULL) {
		len = (size_t)(at - unread(frame).ptr);
		if (!frame->skipping)
			return (take_record(frame, len, true, record));
		if (len > 0)
			return (take_part(frame, len, record));
		return (end_skip(frame, delimiter.len, record));
	}
	len = unread(frame).len;
	if (frame->ended) {
		if (!frame->skipping && len == 0)
			return (FRAME_END);
		if (!frame->skipping)
			return (take_record(frame, len, false, record));
		if (len > 0)
			return (take_part(frame, len, record));
		return (end_skip(frame, 0, record));
	}
	/* The last bytes may be the beginning of a delimiter. */
	partial = len < delimiter.len - 1 ? len : delimiter.len - 1;
	frame->searched = frame->end - partial;
	len -= partial;
	if (!frame->skipping && len > longest(frame) && len >= FRAME_EXCERPT)
		return (begin_skip(frame, len, record));
	if (frame->skipping && len > 0)
		return (take_part(frame, len, record));
	return (FRAME_WAIT);
}

bool
frame_lines(struct frame *frame, const struct match_form *match,
    struct lines *lines, uint64_t *first_number)
{
	const struct frame_form *form = &frame->form;
	struct span s = first(unread(frame), UINT32_MAX / 2);
	uint32_t begin = 0;
	size_t i;

	/* What has been searched already is a long record's beginning. */
	if (form->lengths || form->delimiter.len != 1 ||
	    form->key_delimiter.ptr != NULL || frame->fresh ||
	    frame->skipping || s.len == 0 || frame->searched > frame->begin)
		return (false);
	lines->base = s.ptr;
	match->cut(lines, s.ptr + s.len, form->delimiter.ptr[0]);
	for (i = 0; i < lines->count; i++) {
		if (lines->end[i] - begin > form->max_record)
			break;
		lines->begin[i] = begin;
		begin = lines->end[i] + 1;
	}
	lines->count = i;
	if (i == 0)
		return (false);
	*first_number = frame->number + 1;
	frame->number += i;
	consume(frame, begin);
	return (true);
}

struct record
frame_line(const struct lines *lines, size_t i, uint64_t first_number)
{
	struct span raw = span_between(
	    lines->base + lines->begin[i], lines->base + lines->end[i]);

	return ((struct record){.raw = raw,
	    .payload = raw,
	    .number = first_number + i,
	    .offset = -1,
	    .bytes = raw.len,
	    .whole = true,
	    .delimited = true});
}

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
	size_t len = unread(frame).len;

	if (frame->skip_left > len) {
		frame->skip_left -= len;
		consume(frame, len);
		return (frame->ended ? FRAME_BROKEN : FRAME_WAIT);
	}
	consume(frame, (size_t)frame->skip_left);
	frame->skip_left = 0;
	if (unread(frame).len == 0)
		return (frame->ended ? FRAME_BROKEN : FRAME_WAIT);
	if (unread(frame).ptr[0] != '\n')
		return (FRAME_BROKEN);
	consume(frame, 1);
	frame->skipping = false;
	*record = frame->skip;
	record->raw.len = 0;
	record->number = ++frame->number;
	frame->last_offset = record->offset;
	return (FRAME_RECORD);
}

static enum frame_event
next_by_lengths(struct frame *frame, struct record *record)
{
	struct span s = unread(frame);
	int64_t offset, key, payload;
	const char *line, *at;
	uint64_t bytes;

	if (frame->skipping)
		return (skip_by_lengths(frame, record));
	if (s.len == 0)
		return (frame->ended ? FRAME_END : FRAME_WAIT);
	line = memchr(s.ptr, '\n', first(s, HEADER_MAX).len);
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
		keep_excerpt(frame, record);
		frame->skipping = true;
		frame->skip_left = bytes;
		consume(frame, (size_t)(at - unread(frame).ptr));
		return (skip_by_lengths(frame, record));
	}
	if (s.len <= bytes)
		return (frame->ended ? FRAME_BROKEN : FRAME_WAIT);
	if (at[bytes] != '\n')
		return (FRAME_BROKEN);
	set_by_lengths(record, at, key, payload, (size_t)bytes);
	record->number = ++frame->number;
	frame->last_offset = offset;
	consume(frame, (size_t)(at - unread(frame).ptr) + (size_t)bytes + 1);
	return (FRAME_RECORD);
}

enum frame_event
frame_next(struct frame *frame, struct record *record)
{
	struct span s = unread(frame), mark = frame_mark;

	if (frame->form.lengths)
		return (next_by_lengths(frame, record));
	if (frame->fresh) {
		if (!frame->ended && s.len < mark.len &&
		    span_equal(s, first(mark, s.len)))
			return (FRAME_WAIT);
		frame->fresh = false;
		if (s.len >= mark.len && span_equal(first(s, mark.len), mark)) {
			consume(frame, mark.len);
			return (FRAME_MARK);
		}
	}
	return (next_delimited(frame, record));
}
