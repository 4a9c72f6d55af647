#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "frameself.h"
#include "memory.h"

/* What one read(2) asks for, or at least half of it. */
#define READ_SIZE ((size_t)256 * 1024)

/*
 * A file's pages are copied to multiples of this, as long as reads are whole:
 * the kernel's copy ("rep movsb") takes three times as long to where a page's
 * bytes get a little further into another one.
 */
#define READ_ALIGN ((size_t)4096)

const struct span frame_mark = {"\xef\xbb\xbf", 3};

/* The first multiple of READ_ALIGN from n on. */
static size_t
aligned(size_t n)
{
	return ((n + READ_ALIGN - 1) / READ_ALIGN * READ_ALIGN);
}

/* Give the frame a buffer of size bytes; the caller frees the old one. */
static void
set_size(struct frame *frame, size_t size)
{
	frame->memory =
	    memory_alloc_zeroed(size + MATCH_MARGIN + READ_ALIGN);
	frame->bytes = (char *)aligned((uintptr_t)frame->memory);
	frame->size = size;
}

struct frame *
frame_open(const struct frame_form *form)
{
	struct frame *frame = memory_alloc(sizeof(*frame));

	*frame = (struct frame){.form = *form, .last_offset = -1};
	set_size(frame, READ_SIZE + READ_ALIGN);
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
	free(frame->memory);
	free(frame);
}

/* Move what is there to begin, in a buffer that has room for half a read behind
 * it. */
static void
move_to(struct frame *frame, size_t begin)
{
	size_t kept = frame->end - frame->begin;
	char *from = frame->bytes + frame->begin, *old = NULL;

	if (frame->size < begin + kept + READ_SIZE / 2) {
		old = frame->memory;
		set_size(frame, aligned(frame->size * 3 / 2 + READ_ALIGN));
	}
	memmove(frame->bytes + begin, from, kept);
	free(old);
	frame->searched += begin - frame->begin;
	frame->begin = begin;
	frame->end = begin + kept;
}

/* Make room for one read behind what is there; where it is moved for that, the
 * read is to a multiple of READ_ALIGN. */
static void
make_room(struct frame *frame)
{
	size_t kept = frame->end - frame->begin;

	if (kept == 0 || frame->size - frame->end < READ_SIZE / 2)
		move_to(frame, aligned(kept) - kept);
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

/* Cut record->raw into key and payload. */
static void
split_key(const struct frame *frame, struct record *record, size_t within)
{
	struct span delimiter = frame->form.key_delimiter;
	const char *end = record->raw.ptr + record->raw.len, *at = NULL;

	if (delimiter.ptr != NULL)
		at = span_find(span_first(record->raw, within), delimiter);
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

void
frame_keep_excerpt(struct frame *frame, const struct record *record)
{
	struct span raw = span_first(record->raw, FRAME_EXCERPT);
	size_t key, payload;

	memcpy(frame->excerpt, raw.ptr, raw.len);
	frame->skip = *record;
	frame->skip.whole = false;
	frame->skip.raw.ptr = frame->excerpt;
	frame->skip.raw.len = raw.len;
	if (record->key.ptr != NULL) {
		key = span_first(record->key, raw.len).len;
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
	*record = (struct record){.raw = span_first(frame_unread(frame), len),
	    .number = ++frame->number,
	    .offset = -1,
	    .whole = true,
	    .delimited = delimited};
	split_key(frame, record, longest(frame));
	if (record->bytes > frame->form.max_record) {
		/* raw stays whole: it is there, and may be passed on. */
		frame_keep_excerpt(frame, record);
		record->whole = false;
		record->key = frame->skip.key;
		record->payload = frame->skip.payload;
	}
	frame_consume(frame, len + (delimited ? frame->form.delimiter.len : 0));
	return (FRAME_RECORD);
}

/* Hand on len bytes of an over-long record. */
static enum frame_event
take_part(struct frame *frame, size_t len, struct record *record)
{
	*record = (struct record){.raw = span_first(frame_unread(frame), len)};
	frame->skipped += len;
	frame_consume(frame, len);
	return (FRAME_PART);
}

static enum frame_event
begin_skip(struct frame *frame, size_t len, struct record *record)
{
	*record = (struct record){.raw = span_first(frame_unread(frame), len)};
	split_key(frame, record, longest(frame));
	frame_keep_excerpt(frame, record);
	frame->skipping = true;
	/* The key delimiter is no part of the record's length. */
	frame->skip.bytes = record->bytes - len;
	frame->skipped = 0;
	return (take_part(frame, len, record));
}

static enum frame_event
end_skip(struct frame *frame, size_t delimiter, struct record *record)
{
	frame_consume(frame, delimiter);
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
		len = (size_t)(at - frame_unread(frame).ptr);
		if (!frame->skipping)
			return (take_record(frame, len, true, record));
		if (len > 0)
			return (take_part(frame, len, record));
		return (end_skip(frame, delimiter.len, record));
	}
	len = frame_unread(frame).len;
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
	struct span s = span_first(frame_unread(frame), UINT32_MAX / 2);
	uint32_t begin = 0, len, longest = 0;
	size_t i;

	/* What has been searched already is a long record's beginning. */
	if (form->lengths || form->delimiter.len != 1 ||
	    form->key_delimiter.ptr != NULL || frame->fresh ||
	    frame->skipping || s.len == 0 || frame->searched > frame->begin)
		return (false);
	lines->base = s.ptr;
	match->cut(lines, s.ptr + s.len, form->delimiter.ptr[0]);
	for (i = 0; i < lines->count; i++) {
		len = lines->end[i] - begin;
		if (len > form->max_record)
			break;
		longest = len > longest ? len : longest;
		lines->begin[i] = begin;
		begin = lines->end[i] + 1;
	}
	lines->count = i;
	lines->longest = longest;
	if (i == 0)
		return (false);
	*first_number = frame->number + 1;
	frame->number += i;
	frame_consume(frame, begin);
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

enum frame_event
frame_next(struct frame *frame, struct record *record)
{
	struct span s = frame_unread(frame), mark = frame_mark;

	if (frame->form.lengths)
		return (frame_next_by_lengths(frame, record));
	if (frame->fresh) {
		if (!frame->ended && s.len < mark.len &&
		    span_equal(s, span_first(mark, s.len)))
			return (FRAME_WAIT);
		frame->fresh = false;
		if (s.len >= mark.len && span_equal(span_first(s, mark.len), mark)) {
			frame_consume(frame, mark.len);
			return (FRAME_MARK);
		}
	}
	return (next_delimited(frame, record));
}
