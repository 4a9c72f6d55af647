#include <stdlib.h>

#include "crowd.h"
#include "memory.h"

#define NONE UINT16_MAX

struct crowd *
crowd_open(unsigned threshold, int64_t seconds)
{
	struct crowd *crowd = memory_alloc_zeroed(sizeof(*crowd));
	size_t i;

	crowd->threshold = threshold;
	crowd->seconds = seconds;
	crowd->key = lookup_key();
	crowd->next_end = INT64_MAX;
	crowd->newest = crowd->oldest = NONE;
	memset(crowd->chains, 0xff, sizeof(crowd->chains));
	crowd->marks = memory_alloc_zeroed(
	    (size_t)CROWD_ENTITIES * threshold * sizeof(*crowd->marks));
	for (i = 0; i < CROWD_ENTITIES; i++)
		crowd->entities[i].marks = crowd->marks + i;
	return (crowd);
}

void
crowd_close(struct crowd *crowd)
{
	free(crowd->marks);
	free(crowd);
}

static void
keep_text(struct crowd_text *kept, struct span text)
{
	kept->len = (unsigned char)(text.len < CROWD_TEXT ? text.len :
							    CROWD_TEXT);
	memcpy(kept->bytes, text.ptr, kept->len);
}

static uint16_t *
chain_of(struct crowd *crowd, uint64_t hash)
{
	return (&crowd->chains[lookup_mix(hash ^ crowd->key.words[0],
				   crowd->key.words[1]) %
	    CROWD_CHAINS]);
}

/* Take an entity out of the order of use. */
static void
unlink_entity(struct crowd *crowd, struct crowd_entity *entity)
{
	if (entity->newer == NONE)
		crowd->newest = entity->older;
	else
		crowd->entities[entity->newer].older = entity->older;
	if (entity->older == NONE)
		crowd->oldest = entity->newer;
	else
		crowd->entities[entity->older].newer = entity->newer;
}

static void
link_newest(struct crowd *crowd, uint16_t index)
{
	struct crowd_entity *entity = &crowd->entities[index];

	entity->newer = NONE;
	entity->older = crowd->newest;
	if (crowd->newest == NONE)
		crowd->oldest = index;
	else
		crowd->entities[crowd->newest].newer = index;
	crowd->newest = index;
}

void
crowd_expect(struct crowd *crowd, uint64_t hash)
{
	__builtin_prefetch(chain_of(crowd, hash));
}

/* The entity that will be forgotten next lies far away, as a rule. */
static void
expect_forgetting(struct crowd *crowd)
{
	const struct crowd_entity *oldest = &crowd->entities[crowd->oldest];

	if (crowd->used < CROWD_ENTITIES)
		return;
	__builtin_prefetch(oldest, 1);
	__builtin_prefetch((const char *)(oldest + 1) - 1, 1);
	__builtin_prefetch(crowd->marks + crowd->oldest, 1);
	__builtin_prefetch(chain_of(crowd, crowd->hashes[crowd->oldest]), 1);
}

/* Forget the entity that came last longest ago. */
static uint16_t
forget_oldest(struct crowd *crowd, struct crowd_entity *ended)
{
	uint16_t index = crowd->oldest;
	struct crowd_entity *entity = &crowd->entities[index];
	uint16_t *at = chain_of(crowd, crowd->hashes[index]);

	*ended = *entity;
	while (*at != index)
		at = &crowd->chained[*at];
	*at = crowd->chained[index];
	unlink_entity(crowd, entity);
	return (index);
}

/* The entity of value, which is the newest then. */
static struct crowd_entity *
find(struct crowd *crowd, const struct period_value *value,
    struct crowd_entity *ended)
{
	uint16_t *chain = chain_of(crowd, value->hash), index = *chain;
	struct crowd_entity *entity;
	struct crowd_mark *marks;

	while (index != NONE && crowd->hashes[index] != value->hash)
		index = crowd->chained[index];
	if (index != NONE) {
		entity = &crowd->entities[index];
		unlink_entity(crowd, entity);
		link_newest(crowd, index);
		return (entity);
	}
	index = crowd->used < CROWD_ENTITIES ? crowd->used++ :
					       forget_oldest(crowd, ended);
	entity = &crowd->entities[index];
	marks = entity->marks;
	*entity = (struct crowd_entity){.marks = marks};
	crowd->hashes[index] = value->hash;
	crowd->chained[index] = *chain;
	*chain = index;
	keep_text(&entity->text, value->text);
	link_newest(crowd, index);
	expect_forgetting(crowd);
	return (entity);
}

/* Drop the marks of before since. */
static void
expire(struct crowd_entity *entity, int64_t since)
{
	uint16_t i, n = 0;

	for (i = 0; i < entity->mark_count; i++)
		if (crowd_mark(entity, i)->time >= since) {
			if (n < i)
				*crowd_mark(entity, n) = *crowd_mark(entity, i);
			n++;
		}
	entity->mark_count = n;
}

/* The place for a mark: its own, a free one, or the oldest's. */
static struct crowd_mark *
place_for(struct crowd *crowd, struct crowd_entity *entity, uint64_t hash)
{
	struct crowd_mark *mark, *oldest = entity->marks;
	uint16_t i;

	for (i = 0; i < entity->mark_count; i++) {
		mark = crowd_mark(entity, i);
		if (mark->hash == hash)
			return (mark);
		if (mark->time < oldest->time)
			oldest = mark;
	}
	if (entity->mark_count < crowd->threshold)
		return (crowd_mark(entity, entity->mark_count++));
	return (oldest);
}

const struct crowd_entity *
crowd_see(struct crowd *crowd, const struct period_value *entity,
    const struct period_value *value, int64_t at, int64_t now,
    struct crowd_entity *ended)
{
	struct crowd_entity *it;
	struct crowd_mark *mark;
	uint64_t hash = value != NULL ? value->hash : ++crowd->seen;

	ended->active = false;
	it = find(crowd, entity, ended);
	expire(it, now - crowd->seconds + 1);
	mark = place_for(crowd, it, hash);
	if (mark->hash != hash || mark->time < at)
		mark->time = at;
	mark->hash = hash;
	keep_text(&mark->text, value != NULL ? value->text : span_of(""));
	it->records++;
	if (it->mark_count < crowd->threshold)
		return (NULL);
	it->held = now;
	if (now + crowd->seconds < crowd->next_end)
		crowd->next_end = now + crowd->seconds;
	if (it->active)
		return (NULL);
	it->active = true;
	it->begin = at;
	it->records = 0;
	return (it);
}

const struct crowd_entity *
crowd_end(struct crowd *crowd, int64_t now)
{
	struct crowd_entity *entity;
	int64_t end;

	if (now < crowd->next_end)
		return (NULL);
	crowd->next_end = INT64_MAX;
	for (entity = crowd->entities;
	    entity < crowd->entities + crowd->used; entity++) {
		if (!entity->active)
			continue;
		end = entity->held + crowd->seconds;
		if (end <= now) {
			entity->active = false;
			crowd->next_end = now; /* there may be more */
			return (entity);
		}
		if (end < crowd->next_end)
			crowd->next_end = end;
	}
	return (NULL);
}
