#include <stdio.h>
#include <stdlib.h>

#include "members.h"

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

	*members = (struct members){.key = options->key};
	for (i = 0; i < options->distinct_count; i++) {
		member = add(members, &shared->wanted, options->distinct[i]);
		member->hashed = true;
		member->hidden = options->hash_ids;
		members->distinct[i] = &member->value;
	}
	for (i = 0; i < shared->counted_count; i++) {
		member = add(members, &shared->wanted, shared->counted[i]);
		if (options->hash_ids && report_is_identifier(member->name))
			member->hidden = true;
		member->counted = true;
		members->counted[i] = &member->value;
	}
}

const struct period_value *
members_add(struct members *members, struct watch_options *options,
    struct span name)
{
	struct member *member = add(members, &options->shared.wanted, name);

	member->hashed = true;
	if (options->hash_ids && report_is_identifier(name))
		member->hidden = true;
	return (&member->value);
}

/* Put a value's hash in its place. */
static void
hide(const struct members *members, struct member *member)
{
	unsigned char hash[16];
	size_t i;

	siphash_128(&members->key, member->value.text, hash);
	for (i = 0; i < sizeof(hash); i++)
		snprintf(member->hash + 2 * i, 3, "%02x", hash[i]);
	member->value.text = (struct span){member->hash, 2 * sizeof(hash)};
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
		if (member->hidden)
			hide(members, member);
		if (member->counted)
			member->value.frequent_hash =
			    frequent_hash(member->value.text);
	}
}

void
members_close(struct members *members)
{
	size_t i;

	for (i = 0; i < members->count; i++)
		free(members->all[i].scratch.ptr);
}
