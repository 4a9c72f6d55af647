#include <stdlib.h>

#include "members.h"

/* The key of sketches, version 1: that of states, too, which can only be merged
 * if it is the same. */
static const struct siphash_key sketch_key = {
    UINT64_C(0x6c6f67696e776174), UINT64_C(0x63682d736b657401)};

static struct member *
add(struct members *members, struct wanted *wanted, struct span name)
{
	struct member *member;

	for (member = members->all; member < members->all + members->count;
	    member++)
		if (span_equal(member->name, name))
			return (member);
	*member = (struct member){
	    .name = name, .place = wanted_add(wanted, name)};
	members->count++;
	return (member);
}

void
members_open(struct members *members, struct watch_options *options)
{
	struct options *shared = &options->shared;
	struct member *member;
	size_t i;

	*members = (struct members){.key = sketch_key};
	for (i = 0; i < options->distinct_count; i++) {
		member = add(members, &shared->wanted, options->distinct[i]);
		member->hashed = true;
		members->distinct[i] = &member->value;
	}
	for (i = 0; i < shared->counted_count; i++)
		members->counted[i] =
		    &add(members, &shared->wanted, shared->counted[i])->value;
}

void
members_take(struct members *members, const struct places *places)
{
	const struct place *place;
	struct member *member;

	for (member = members->all; member < members->all + members->count;
	    member++) {
		place = &places->members[member->place];
		member->value.text = SPAN_ABSENT;
		if (place->kind == VALUE_ABSENT || place->kind == VALUE_NULL)
			continue;
		member->value.text = place_text(place, &member->scratch);
		if (member->hashed)
			member->value.hash =
			    siphash_64(&members->key, member->value.text);
	}
}

void
members_close(struct members *members)
{
	size_t i;

	for (i = 0; i < members->count; i++)
		free(members->all[i].scratch.ptr);
}
