#include <stdlib.h>

#include "memory.h"
#include "tally.h"

const unsigned char tally_mask[2 * TALLY_SHORT] = {255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255};

struct tally *
tally_open(void)
{
	struct tally *tally = memory_alloc_zeroed(sizeof(*tally));

	tally->key = lookup_key();
	return (tally);
}

static bool
is_value(const struct tally *tally, const struct tally_slot *slot,
    const uint64_t words[static 2], struct span text)
{
	return (slot->length == text.len + 1 && slot->words[0] == words[0] &&
	    slot->words[1] == words[1] &&
	    (text.len <= TALLY_SHORT ||
		memcmp(tally->texts[slot->order], text.ptr, text.len) == 0));
}

static void
take_slot(struct tally *tally, struct tally_slot *slot,
    const uint64_t words[static 2], struct span text)
{
	*slot = (struct tally_slot){.words = {words[0], words[1]},
	    .count = 1,
	    .length = (uint32_t)text.len + 1,
	    .order = (uint32_t)tally->values};
	tally->slot_of[tally->values] = (uint16_t)(slot - tally->slots);
	memcpy(tally->texts[tally->values], text.ptr, text.len);
	tally->values++;
}

/* The word of a slot's hint; 0: it can have none. */
static uint64_t
hint_word(const struct tally_slot *slot)
{
	size_t len = slot->length - 1;

	return (len <= TALLY_HINTED ? tally_hint_word(slot->words[0], len) : 0);
}

/* Make a value's hint its own, if it is free. */
static void
give_hint(struct tally *tally, const struct tally_slot *slot)
{
	uint64_t word = hint_word(slot);
	struct tally_hint *hint = &tally->hints[tally_hint(word)];

	if (word != 0 && hint->word == 0)
		hint->word = word;
}

void
tally_count_slowly(struct tally *tally, struct span text)
{
	struct tally_slot *slot;
	uint64_t words[2];
	size_t i;

	if (text.len > TALLY_TEXT_MAX) {
		tally->other++;
		return;
	}
	if (text.len <= TALLY_SHORT)
		tally_words(text, words);
	else
		words[0] = words[1] = lookup_hash(&tally->key, text);
	/* There are free slots always, so this ends. */
	for (i = tally_begin(tally, words, text.len);;
	    i = (i + 1) % TALLY_SLOTS) {
		slot = &tally->slots[i];
		if (is_value(tally, slot, words, text)) {
			slot->count++;
			return;
		}
		if (slot->length == 0)
			break;
	}
	if (tally->values < TALLY_VALUES_MAX) {
		take_slot(tally, slot, words, text);
		give_hint(tally, slot);
	} else {
		tally->other++;
	}
}

/* A slot's count, with that of its hint. */
static uint64_t
count_of(const struct tally *tally, const struct tally_slot *slot)
{
	const uint64_t word = hint_word(slot);
	const struct tally_hint *hint = &tally->hints[tally_hint(word)];
	uint64_t count = slot->count;
	size_t i;

	if (word != 0 && hint->word == word)
		for (i = 0; i < TALLY_LANES; i++)
			count += hint->count[i];
	return (count);
}

uint64_t
tally_counted(const struct tally *tally)
{
	uint64_t counted = tally->other;
	size_t i;

	for (i = 0; i < tally->values; i++)
		counted += count_of(tally, &tally->slots[tally->slot_of[i]]);
	return (counted);
}

struct tally_value
tally_value(const struct tally *tally, size_t order)
{
	const struct tally_slot *slot = &tally->slots[tally->slot_of[order]];

	return ((struct tally_value){
	    {tally->texts[order], slot->length - 1}, count_of(tally, slot)});
}

static int
compare(const void *a, const void *b)
{
	const struct tally_value *x = a, *y = b;

	if (x->count != y->count)
		return (x->count < y->count ? 1 : -1);
	return (span_compare(x->text, y->text));
}

size_t
tally_top(const struct tally *tally, struct tally_value *top, size_t max)
{
	struct tally_value *all;
	size_t i;

	all = memory_alloc(tally->values * sizeof(*all));
	for (i = 0; i < tally->values; i++)
		all[i] = tally_value(tally, i);
	qsort(all, tally->values, sizeof(*all), compare);
	if (max > tally->values)
		max = tally->values;
	memcpy(top, all, max * sizeof(*top));
	free(all);
	return (max);
}
