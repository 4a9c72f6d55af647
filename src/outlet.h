#ifndef OUTLET_H
#define OUTLET_H

#include "options.h"
#include "out.h"
#include "stamp.h"

/*
 * The way out of the filter's records: with their keys and delimiters, in
 * colour, and padded, as the options ask.
 */
struct outlet {
	const struct options *options;
	struct out out;
	bool unended;	 /* the last record out had no delimiter */
	uint64_t padded; /* out.total when padding was last added */
};

/* As out_open(); options are kept, not copied. */
void outlet_open(struct outlet *outlet, const struct options *options, int fd,
    size_t size);

/* Put what record has become. */
void outlet_put_stamped(struct outlet *outlet, const struct record *record,
    const struct stamped *stamped);

/* Put record as it came. */
void outlet_put_raw(struct outlet *outlet, const struct record *record);

/* Put a piece of a record, which is not its last. */
void outlet_put_part(struct outlet *outlet, struct span raw);

/* Add delimiters until what was put since the last time is a multiple of
 * --pad, if there was anything. */
void outlet_pad(struct outlet *outlet);

#endif /* OUTLET_H */
