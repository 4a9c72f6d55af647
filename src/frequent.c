#include <assert.h>
#include <stdlib.h>

#include "frequent.h"
#include "memory.h"

#define CHAINS 2048
#define NONE UINT16_MAX

/* The counters with one count, in the order in which they came to it. */
struct bucket {
	uint64_t count;
	uint16_t first, last;	/* counters */
	uint16_t lower, higher; /* buckets */
};

struct counter {
	uint64_t hash;
	uint64_t over;
	uint16_t bucket;
	uint16_t before, after; /* in the bucket */
	uint16_t chained;	/* the next one with such a hash */
	uint16_t len;
	char text[FREQUENT_TEXT_MAX];
};

struct frequent {
	uint64_t total, too_long;
	size_t used;		   /* counters */
	uint16_t lowest, highest;  /* buckets; NONE: there is none */
	uint16_t spare;		   /* a bucket, the others being behind it */
	uint16_t chains[CHAINS];   /* the first counter of each */
	struct bucket buckets[FREQUENT_COUNTERS + 1];
	struct counter counters[FREQUENT_COUNTERS];
};

uint64_t
frequent_hash(struct span text)
{
	static struct lookup_key key;

	if (key.words[0] == 0 && key.words[1] == 0)
		key = lookup_key();
	return (lookup_hash(&key, text));
}

void
frequent_clear(struct frequent *frequent)
{
	size_t i;

	frequent->total = frequent->too_long = 0;
	frequent->used = 0;
	frequent->lowest = frequent->highest = NONE;
	memset(frequent->chains, 0xff, sizeof(frequent->chains));
	frequent->spare = 0;
	for (i = 0; i <= FREQUENT_COUNTERS; i++)
		frequent->buckets[i].higher =
		    i < FREQUENT_COUNTERS ? (uint16_t)(i + 1) : NONE;
}

struct frequent *
frequent_open(void)
{
	struct frequent *frequent = memory_alloc(sizeof(*frequent));

	frequent_clear(frequent);
	return (frequent);
}

void
frequent_close(struct frequent *frequent)
{
	free(frequent);
}

/* A bucket for count, behind the bucket lower, which may be NONE. */
static uint16_t
add_bucket(struct frequent *frequent, uint64_t count, uint16_t lower)
{
	uint16_t index = frequent->spare;
	struct bucket *bucket = &frequent->buckets[index];

	frequent->spare = bucket->higher;
	*bucket = (struct bucket){.count = count,
	    .first = NONE,
	    .last = NONE,
	    .lower = lower,
	    .higher = lower == NONE ? frequent->lowest :
				      frequent->buckets[lower].higher};
	if (bucket->higher == NONE)
		frequent->highest = index;
	else
		frequent->buckets[bucket->higher].lower = index;
	if (lower == NONE)
		frequent->lowest = index;
	else
		frequent->buckets[lower].higher = index;
	return (index);
}

static void
drop_bucket(struct frequent *frequent, uint16_t index)
{
	struct bucket *bucket = &frequent->buckets[index];

	if (bucket->lower == NONE)
		frequent->lowest = bucket->higher;
	else
		frequent->buckets[bucket->lower].higher = bucket->higher;
	if (bucket->higher == NONE)
		frequent->highest = bucket->lower;
	else
		frequent->buckets[bucket->higher].lower = bucket->lower;
	bucket->higher = frequent->spare;
	frequent->spare = index;
}

/* Put a counter in as the last one of its bucket. */
static void
enter(struct frequent *frequent, uint16_t index, uint16_t into)
{
	struct counter *counter = &frequent->counters[index];
	struct bucket *bucket = &frequent->buckets[into];

	counter->bucket = into;
	counter->before = bucket->last;
	counter->after = NONE;
	if (bucket->last == NONE)
		bucket->first = index;
	else
		frequent->counters[bucket->last].after = index;
	bucket->last = index;
}

static void
leave(struct frequent *frequent, uint16_t index)
{
	struct counter *counter = &frequent->counters[index];
	struct bucket *bucket = &frequent->buckets[counter->bucket];

	if (counter->before == NONE)
		bucket->first = counter->after;
	else
		frequent->counters[counter->before].after = counter->after;
	if (counter->after == NONE)
		bucket->last = counter->before;
	else
		frequent->counters[counter->after].before = counter->before;
	if (bucket->first == NONE)
		drop_bucket(frequent, counter->bucket);
}

/* Count one more. */
static void
raise_count(struct frequent *frequent, uint16_t index)
{
	uint16_t from = frequent->counters[index].bucket;
	struct bucket *bucket = &frequent->buckets[from];
	uint16_t higher = bucket->higher;
	uint64_t count = bucket->count + 1;

	if (higher == NONE || frequent->buckets[higher].count != count) {
		if (bucket->first == bucket->last) { /* it is alone */
			bucket->count = count;
			return;
		}
		higher = add_bucket(frequent, count, from);
	}
	leave(frequent, index);
	enter(frequent, index, higher);
}

static uint16_t *
chain_of(struct frequent *frequent, uint64_t hash)
{
	return (&frequent->chains[hash % CHAINS]);
}

static uint16_t
find(const struct frequent *frequent, uint64_t hash, struct span text)
{
	uint16_t index = frequent->chains[hash % CHAINS];
	const struct counter *counter;

	for (; index != NONE; index = counter->chained) {
		counter = &frequent->counters[index];
		if (counter->hash == hash &&
		    span_equal(text,
			(struct span){counter->text, counter->len}))
			break;
	}
	return (index);
}

static void
name(struct frequent *frequent, uint16_t index, uint64_t hash,
    struct span text)
{
	struct counter *counter = &frequent->counters[index];
	uint16_t *chain = chain_of(frequent, hash);

	counter->hash = hash;
	counter->len = (uint16_t)text.len;
	memcpy(counter->text, text.ptr, text.len);
	counter->chained = *chain;
	*chain = index;
}

static void
unname(struct frequent *frequent, uint16_t index)
{
	uint16_t *at = chain_of(frequent, frequent->counters[index].hash);

	while (*at != index)
		at = &frequent->counters[*at].chained;
	*at = frequent->counters[index].chained;
}

/* A counter that has none yet gets the text and the count. */
static void
begin(struct frequent *frequent, struct span text, uint64_t count,
    uint64_t over)
{
	uint16_t index = (uint16_t)frequent->used++;
	uint16_t at = frequent->highest;

	while (at != NONE && frequent->buckets[at].count > count)
		at = frequent->buckets[at].lower;
	if (at == NONE || frequent->buckets[at].count < count)
		at = add_bucket(frequent, count, at);
	name(frequent, index, frequent_hash(text), text);
	frequent->counters[index].over = over;
	enter(frequent, index, at);
}

void
frequent_see(struct frequent *frequent, struct span text, uint64_t hash)
{
	uint16_t index;

	frequent->total++;
	if (text.len > FREQUENT_TEXT_MAX) {
		frequent->too_long++;
		return;
	}
	index = find(frequent, hash, text);
	if (index == NONE && frequent->used < FREQUENT_COUNTERS) {
		index = (uint16_t)frequent->used++;
		name(frequent, index, hash, text);
		frequent->counters[index].over = 0;
		enter(frequent, index,
		    frequent->lowest != NONE &&
			    frequent->buckets[frequent->lowest].count == 1 ?
			frequent->lowest :
			add_bucket(frequent, 1, NONE));
		return;
	}
	if (index == NONE) {
		index = frequent->buckets[frequent->lowest].first;
		unname(frequent, index);
		name(frequent, index, hash, text);
		frequent->counters[index].over = frequent_bound(frequent);
	}
	raise_count(frequent, index);
}

bool
frequent_has(const struct frequent *frequent, struct span text, uint64_t hash)
{
	return (text.len > FREQUENT_TEXT_MAX ||
	    find(frequent, hash, text) != NONE);
}

uint64_t
frequent_total(const struct frequent *frequent)
{
	return (frequent->total);
}

uint64_t
frequent_long(const struct frequent *frequent)
{
	return (frequent->too_long);
}

size_t
frequent_values(const struct frequent *frequent)
{
	return (frequent->used);
}

uint64_t
frequent_bound(const struct frequent *frequent)
{
	return (frequent->used < FREQUENT_COUNTERS ?
		0 :
		frequent->buckets[frequent->lowest].count);
}

size_t
frequent_all(const struct frequent *frequent,
    struct frequent_value all[static FREQUENT_COUNTERS])
{
	const struct counter *counter;
	const struct bucket *bucket;
	uint16_t at, index;
	size_t n = 0;

	for (at = frequent->lowest; at != NONE; at = bucket->higher) {
		bucket = &frequent->buckets[at];
		for (index = bucket->first; index != NONE;
		    index = counter->after) {
			counter = &frequent->counters[index];
			all[n++] = (struct frequent_value){
			    {counter->text, counter->len}, bucket->count,
			    counter->over};
		}
	}
	return (n);
}

static int
compare(const void *a, const void *b)
{
	const struct frequent_value *x = a, *y = b;

	if (x->count != y->count)
		return (x->count < y->count ? 1 : -1);
	return (span_compare(x->text, y->text));
}

size_t
frequent_top(const struct frequent *frequent, struct frequent_value *top,
    size_t max)
{
	struct frequent_value all[FREQUENT_COUNTERS];
	size_t n = frequent_all(frequent, all);

	qsort(all, n, sizeof(*all), compare);
	if (max > n)
		max = n;
	memcpy(top, all, max * sizeof(*top));
	return (max);
}

void
frequent_restore(struct frequent *frequent, const struct frequent_value *value)
{
	assert(frequent->used < FREQUENT_COUNTERS);
	begin(frequent, value->text, value->count, value->over);
}

void
frequent_set_total(struct frequent *frequent, uint64_t total,
    uint64_t too_long)
{
	frequent->total = total;
	frequent->too_long = too_long;
}

/* Make the value one of both; where one of them has no counter for it, it can
 * have come as often as bound says. */
static struct frequent_value
sum_up(struct frequent_value value, struct frequent *other)
{
	uint64_t bound = frequent_bound(other);
	uint16_t index = find(
	    other, frequent_hash(value.text), value.text);
	const struct counter *counter = &other->counters[index];

	if (index == NONE) {
		value.count += bound;
		value.over += bound;
	} else {
		value.count += other->buckets[counter->bucket].count;
		value.over += counter->over;
	}
	return (value);
}

void
frequent_merge(struct frequent *into, const struct frequent *from)
{
	struct frequent *a = memory_alloc(sizeof(*a));
	struct frequent *b = memory_alloc(sizeof(*b));
	struct frequent_value all[2 * FREQUENT_COUNTERS];
	size_t i, n, more;

	*a = *into;
	*b = *from;
	n = frequent_all(a, all);
	more = frequent_all(b, all + n);
	for (i = 0; i < n; i++)
		all[i] = sum_up(all[i], b);
	for (i = n; more > 0; i++, more--)
		if (find(a, frequent_hash(all[i].text), all[i].text) ==
		    NONE)
			all[n++] = sum_up(all[i], a);
	qsort(all, n, sizeof(*all), compare);
	frequent_clear(into);
	frequent_set_total(
	    into, a->total + b->total, a->too_long + b->too_long);
	for (i = n < FREQUENT_COUNTERS ? n : FREQUENT_COUNTERS; i > 0; i--)
		frequent_restore(into, &all[i - 1]);
	free(a);
	free(b);
}
