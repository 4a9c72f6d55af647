#ifndef FRAMESELF_H
#define FRAMESELF_H

#include "frame.h"

/*
 * What frame.c, for delimited records, and framelengths.c, for those by their
 * lengths, share; nobody else uses this.
 */
struct frame {
	struct frame_form form;
	char *memory;
	char *bytes;	  /* in memory, at a multiple of READ_ALIGN */
	size_t size;	  /* of bytes; there are MATCH_MARGIN more */
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

/* What is there and not taken yet. */
static inline struct span
frame_unread(const struct frame *frame)
{
	return ((struct span){
	    frame->bytes + frame->begin, frame->end - frame->begin});
}

/* Be done with the first len bytes of what is there. */
static inline void
frame_consume(struct frame *frame, size_t len)
{
	frame->begin += len;
	if (frame->searched < frame->begin)
		frame->searched = frame->begin;
}

/* Keep the first FRAME_EXCERPT bytes of an over-long record's raw bytes, with
 * its key and payload as far as they lie in them. */
void frame_keep_excerpt(struct frame *frame, const struct record *record);

/* frame_next() for records by their lengths. */
enum frame_event frame_next_by_lengths(struct frame *frame,
    struct record *record);

#endif /* FRAMESELF_H */
