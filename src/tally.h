#ifndef TALLY_H
#define TALLY_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lookup.h"
#include "span.h"

/*
 * How often each value of one member came: exact for the first
 * TALLY_VALUES_MAX values of at most TALLY_TEXT_MAX bytes, all others being
 * one figure.  Memory is bounded, and no I/O is done.
 *
 * Values come from anybody: the table is keyed at random, so that nobody can
 * choose values that collide, and no figure or order depends on the key.
 */

#define TALLY_VALUES_MAX 1024
#define TALLY_TEXT_MAX ((size_t)256)

/* Twice the values: a search ends after a few slots. */
#define TALLY_SLOTS 2048

/* A value of at most so many bytes is compared in two words. */
#define TALLY_SHORT ((size_t)16)

/* From the start of a value so many bytes can be read, whatever its length. */
#define TALLY_READABLE TALLY_SHORT

struct tally_slot {
	uint64_t words[2]; /* a short value, with zeros behind; a hash */
	uint64_t count;
	uint32_t length;   /* plus 1; 0: the slot is free */
	uint32_t order;	   /* of its value's first appearance, from 0 */
};

/*
 * A value of at most 7 bytes, to be found by a cheap hash; the first one that
 * comes to it keeps it, and others are searched for in the table.  Its counts
 * are several, which are used in turn: adding to one number again and again
 * takes as long as a whole search.
 */
#define TALLY_LANES 4

struct tally_hint {
	uint64_t word; /* the value, and its length plus 1; 0: it is free */
	uint64_t count[TALLY_LANES]; /* beside that of its slot */
};

#define TALLY_HINTS 256

struct tally {
	struct tally_hint hints[TALLY_HINTS];
	struct lookup_key key;
	struct tally_slot slots[TALLY_SLOTS];
	uint64_t other;	   /* values that have no slot */
	size_t values;	   /* that have one */
	uint16_t slot_of[TALLY_VALUES_MAX]; /* by order */
	char texts[TALLY_VALUES_MAX][TALLY_TEXT_MAX]; /* by order */
};

/* One value and its count, as long as the tally is not changed. */
struct tally_value {
	struct span text;
	uint64_t count;
};

/* The caller frees it by free(3). */
struct tally *tally_open(void);

/* Count a value that tally_count() does not find at once. */
void tally_count_slowly(struct tally *tally, struct span text);

/* TALLY_SHORT bytes of ones, and as many zeros. */
extern const unsigned char tally_mask[2 * TALLY_SHORT];

/* The two words of a short value.  What lies behind it is masked off, so that
 * no branch depends on its length. */
static inline void
tally_words(struct span text, uint64_t words[static 2])
{
	uint64_t mask[2];

	memcpy(words, text.ptr, TALLY_READABLE);
	memcpy(mask, tally_mask + TALLY_SHORT - text.len, sizeof(mask));
	words[0] &= mask[0];
	words[1] &= mask[1];
}

/* The slot where the search for two words begins. */
static inline size_t
tally_begin(const struct tally *tally, const uint64_t words[static 2],
    size_t length)
{
	return (lookup_hash_words(&tally->key, words, length) % TALLY_SLOTS);
}

/* A value can have a hint if it has no more bytes than this. */
#define TALLY_HINTED ((size_t)7)

/* The word of the hint of a value whose first bytes, with zeros behind, are in
 * word. */
static inline uint64_t
tally_hint_word(uint64_t word, size_t len)
{
	return (htole64(word) | (uint64_t)(len + 1) << 56);
}

/* The place of its hint. */
static inline size_t
tally_hint(uint64_t hint_word)
{
	return (hint_word * LOOKUP_ODD >> 56);
}

/*
 * Count text, a member's content without escapes or its token; TALLY_READABLE
 * bytes can be read from text.ptr on.  lane is any number, best another one
 * from call to call.  A record without the member is not counted: how many
 * those are follows from tally_counted().
 */
static inline void
tally_count(struct tally *tally, struct span text, size_t lane)
{
	struct tally_hint *hint;
	uint64_t word, mask;

	if (text.len <= TALLY_HINTED) {
		memcpy(&word, text.ptr, sizeof(word));
		memcpy(&mask, tally_mask + TALLY_SHORT - text.len,
		    sizeof(mask));
		word = tally_hint_word(word & mask, text.len);
		hint = &tally->hints[tally_hint(word)];
		if (hint->word == word) {
			hint->count[lane % TALLY_LANES]++;
			return;
		}
	}
	tally_count_slowly(tally, text);
}

/* How many were counted, those of other included. */
uint64_t tally_counted(const struct tally *tally);

/* The value that appeared as number order of those that have a slot. */
struct tally_value tally_value(const struct tally *tally, size_t order);

/*
 * Fill top with the commonest values, at most max of them, the commonest
 * first and those of one count by their bytes.  Returns how many they are.
 */
size_t tally_top(const struct tally *tally, struct tally_value *top,
    size_t max);

#endif /* TALLY_H */
