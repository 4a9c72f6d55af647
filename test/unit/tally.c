#include <stdio.h>
#include <stdlib.h>

#include "tally.h"
#include "unit.h"

/* Values that somebody who wants them to collide could choose, a row a way to
 * make the n-th one: all of them differ in few bytes, or in few bits. */
static const struct {
	const char *name;
	const char *format;
	unsigned modulus; /* of the format's first number */
} families[] = {
    {"numbers", "%1$u", 1024},
    {"numbers in the last of 16 bytes", "%1$016u", 1024},
    {"numbers behind 8 bytes", "AAAAAAAA%1$u", 1024},
    {"two numbers of one sum", "%04u%04u", 1024},
    {"numbers in a long value", "%1$0200u", 1024},
    {"numbers before a long tail", "%u%0100u", 1024},
};

#define FAMILIES (sizeof(families) / sizeof(families[0]))

/* The n-th value of a family; TALLY_READABLE bytes can be read from it on. */
static struct span
value_of(size_t family, unsigned n, char text[static 512])
{
	unsigned first = n % families[family].modulus;

	memset(text, 'x', 512);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(text, 512, families[family].format, first,
	    families[family].modulus - first);
#pragma GCC diagnostic pop
	return (span_of(text));
}

/* How many slots are looked at before a value's own, on the average. */
static double
displacement(const struct tally *tally)
{
	const struct tally_slot *slot;
	size_t i, begin, sum = 0;

	for (i = 0; i < tally->values; i++) {
		slot = &tally->slots[tally->slot_of[i]];
		begin = tally_begin(tally, slot->words, slot->length - 1);
		sum += ((size_t)(slot - tally->slots) + TALLY_SLOTS - begin) %
		    TALLY_SLOTS;
	}
	return ((double)sum / (double)tally->values);
}

/* A table half full with random values has 0.5; see Knuth, The Art of Computer
 * Programming, volume 3, section 6.4. */
static void
check_family(size_t family)
{
	struct tally *tally = tally_open();
	char text[512];
	unsigned n;

	for (n = 0; n < 3 * 1024 + 1; n++)
		tally_count(tally, value_of(family, n, text), n);
	UNIT_CHECK(tally_counted(tally) == 3 * 1024 + 1 && tally->other == 0 &&
		tally->values == 1024,
	    "%s: %zu values", families[family].name, tally->values);
	UNIT_CHECK(displacement(tally) < 1.0, "%s: %.1f slots on the way",
	    families[family].name, displacement(tally));
	UNIT_CHECK(tally_value(tally, 0).count == 4 &&
		tally_value(tally, 1).count == 3 &&
		tally_value(tally, 1023).count == 3,
	    "%s: wrong counts", families[family].name);
	UNIT_CHECK(span_equal(tally_value(tally, 7).text,
		       value_of(family, 7, text)),
	    "%s: the eighth value is another one", families[family].name);
	tally_count(tally, span_of("one too many       "), 0);
	UNIT_CHECK(tally->other == 1 && tally->values == 1024,
	    "%s: no other", families[family].name);
	free(tally);
}

/* The commonest first, ties by bytes, whatever the key. */
static void
check_top(void)
{
	static const char *const values[] = {
	    "b", "ab", "a", "a\xff", "", "b", "aa", "\x80", "aaaaaaaaaaaaaaaaaaab"};
	static const char *const want[] = {
	    "b", "", "a", "aa", "aaaaaaaaaaaaaaaaaaab", "ab", "a\xff", "\x80"};
	struct tally *tally = tally_open();
	struct tally_value top[16];
	char text[512] = "";
	size_t i, n;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		strcpy(text, values[i]);
		tally_count(tally, span_of(text), i);
	}
	n = tally_top(tally, top, 16);
	UNIT_CHECK(n == 8, "%zu values", n);
	for (i = 0; i < n && n == 8; i++)
		UNIT_CHECK(span_equal(top[i].text, span_of(want[i])),
		    "place %zu: %.*s", i, (int)top[i].text.len,
		    top[i].text.ptr);
	UNIT_CHECK(tally_top(tally, top, 3) == 3, "not three");
	free(tally);
}

int
main(void)
{
	size_t family, key;

	for (key = 0; key < 20; key++)
		for (family = 0; family < FAMILIES; family++)
			check_family(family);
	for (key = 0; key < 20; key++)
		check_top();
	return (unit_result());
}
