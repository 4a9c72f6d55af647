#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "match.h"
#include "span.h"

/*
 * From a descriptor to records.  Two forms are read: records that a delimiter
 * ends, the part before a key delimiter being the key, as kcat's -D and -K;
 * and records by their lengths, as
 *	kcat -C -f '%o %K %S\n%k%s\n'
 * writes them (offset, key length, payload length, -1 for null).
 * Records lie in the frame's one buffer and are good until frame_fill();
 * MATCH_MARGIN bytes may be read behind them.
 */
struct frame;

struct frame_form {
	bool lengths;		/* by lengths; the next two are then unused */
	struct span delimiter;	/* at least one byte */
	struct span key_delimiter; /* absent: records have no key */
	size_t max_record;	/* bytes of key and payload that are kept */
};

/* How much is kept of a record that is longer than max_record. */
#define FRAME_EXCERPT ((size_t)4096)

struct record {
	struct span raw;     /* as read, without delimiter; if !whole, and by
			      * lengths: key and payload as far as they are kept */
	struct span key;     /* absent: it has none (null) */
	struct span payload; /* absent: null */
	uint64_t number;     /* counts the source's records, from 1 */
	int64_t offset;	     /* in its Kafka partition; -1: not known */
	uint64_t bytes;	     /* of key and payload */
	bool whole;	     /* not longer than max_record; if it is, key and
			      * payload hold the first FRAME_EXCERPT bytes */
	bool delimited;	     /* its delimiter was there */
};

enum frame_event {
	FRAME_RECORD, /* *record is the next one */
	FRAME_PART,   /* record->raw is a piece of an over-long record that is
		       * on its way through; FRAME_RECORD follows at its end */
	FRAME_MARK,   /* a byte-order mark stood at the source's start */
	FRAME_WAIT,   /* nothing more without frame_fill() */
	FRAME_END,    /* nothing more */
	FRAME_BROKEN, /* by lengths only: the source breaks the form, or ends
		       * inside a record; nothing after it can be trusted */
};

/* The bytes of a byte-order mark in UTF-8. */
extern const struct span frame_mark;

/* form is copied; what its spans point to must stay. */
struct frame *frame_open(const struct frame_form *form);

/* Begin a new source, the descriptor fd, which stays the caller's. */
void frame_start(struct frame *frame, int fd);

/* What comes next in what has been read so far. */
enum frame_event frame_next(struct frame *frame, struct record *record);

/*
 * Many records at once: if the form is a delimiter of one byte without keys,
 * take the next whole records, none of them over-long, into lines, cut by
 * match; the number of the first is *first.  Returns false, having taken none,
 * if frame_next() is to be asked instead.
 */
bool frame_lines(struct frame *frame, const struct match_form *match,
    struct lines *lines, uint64_t *first);

/* Record i of lines, of which the first has the number first. */
struct record frame_line(const struct lines *lines, size_t i, uint64_t first);

enum frame_filled {
	FRAME_FILLED,	   /* there may be more for frame_next(), or the end */
	FRAME_INTERRUPTED, /* by a signal */
	FRAME_EMPTY,	   /* nothing there yet, and fd does not wait */
	FRAME_FAILED,	   /* errno says why; the source counts as ended */
};

/* Read once. */
enum frame_filled frame_fill(struct frame *frame);

/* The offset of the last good record of this source; -1 if there is none. */
int64_t frame_last_offset(const struct frame *frame);

void frame_close(struct frame *frame);

#endif /* FRAME_H */
