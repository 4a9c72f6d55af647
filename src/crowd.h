#ifndef CROWD_H
#define CROWD_H

#include <stdbool.h>
#include <stdint.h>

#include "lookup.h"
#include "period.h"

/*
 * Which values of one member (an address, a user) have come with many values
 * of another within some time, or just many times: exactly, in a window that
 * slides, for the CROWD_ENTITIES values that came last.  An incident ends when
 * there have not been as many for as long as the window.
 */
#define CROWD_ENTITIES 4096
#define CROWD_CHAINS 16384 /* several an entity: most are empty */
#define CROWD_MOST 64 /* a threshold is at most this */
#define CROWD_TEXT 44 /* bytes of a value that are kept to be shown */

struct crowd_text {
	unsigned char len;
	char bytes[CROWD_TEXT];
};

/* One of the many. */
struct crowd_mark {
	int64_t time; /* seconds: when it came last */
	uint64_t hash;
	struct crowd_text text;
};

struct crowd_entity {
	struct crowd_text text;
	bool active;	  /* an incident is on */
	int64_t begin;	  /* of it, */
	int64_t held;	  /* when there were last as many, */
	uint64_t records; /* and so many records since it began */
	uint16_t newer, older;
	uint16_t mark_count;
	struct crowd_mark *marks; /* the first of threshold */
};

/* Mark i of entity.  Those of one entity do not lie side by side: most have
 * one, and the first ones of all of them are what is in the caches. */
static inline struct crowd_mark *
crowd_mark(const struct crowd_entity *entity, size_t i)
{
	return (&entity->marks[i * CROWD_ENTITIES]);
}

struct crowd {
	unsigned threshold;
	int64_t seconds;
	struct lookup_key key;
	uint64_t seen;	     /* marks without a value are told apart by this */
	int64_t next_end;    /* no incident ends sooner */
	uint16_t newest, oldest, used;
	/* By entity, and apart from them, so that a search stays in these. */
	uint64_t hashes[CROWD_ENTITIES];
	uint16_t chained[CROWD_ENTITIES];
	uint16_t chains[CROWD_CHAINS];
	struct crowd_entity entities[CROWD_ENTITIES];
	struct crowd_mark *marks; /* of all of them */
};

struct crowd *crowd_open(unsigned threshold, int64_t seconds);

/* Soon the entity with this hash will be seen: so that its place is at hand
 * then. */
void crowd_expect(struct crowd *crowd, uint64_t hash);

/*
 * entity came with value, which may be NULL, at the time at, the clock being
 * at now.  Returns the entity if an incident begins with that; NULL otherwise.
 * If one of another entity, which is forgotten for this one, ends, *ended is
 * set to a copy of it, else its active is false.
 */
const struct crowd_entity *crowd_see(struct crowd *crowd,
    const struct period_value *entity, const struct period_value *value,
    int64_t at, int64_t now, struct crowd_entity *ended);

/* An entity whose incident has ended by now, to be called until NULL. */
const struct crowd_entity *crowd_end(struct crowd *crowd, int64_t now);

void crowd_close(struct crowd *crowd);

#endif /* CROWD_H */
