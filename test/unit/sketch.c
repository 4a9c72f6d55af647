#include <math.h>
#include <stdlib.h>

#include "distinct.h"
#include "frequent.h"
#include "siphash.h"
#include "unit.h"

/* The vectors of the reference implementation (vectors.h there): the key is
 * 00 01 ... 0f, the text so many of 00 01 02 ...  OpenSSL (mac SIPHASH) gives
 * the same. */
static const struct {
	size_t length;
	const char *hash_64;
	const char *hash_128;
} vectors[] = {
    {0, "310e0edd47db6f72", "a3817f04ba25a8e66df67214c7550293"},
    {1, "fd67dc93c539f874", "da87c1d86b99af44347659119b22fc45"},
    {7, "37d1018bf50002ab", "a1f1ebbed8dbc153c0b84aa61ff08239"},
    {8, "6224939a79f5f593", "3b62a9ba6258f5610f83e264f31497b4"},
    {15, "e545be4961ca29a1", "5493e99933b0a8117e08ec0f97cfc3d9"},
};

static void
put_hex(const unsigned char *bytes, size_t len, char *hex)
{
	size_t i;

	for (i = 0; i < len; i++)
		sprintf(hex + 2 * i, "%02x", bytes[i]);
}

static void
check_siphash(void)
{
	unsigned char bytes[64], hash[16], word[8];
	struct siphash_key key;
	char text[64], hex[40];
	uint64_t hash_64;
	size_t i, j;

	for (i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (unsigned char)i;
		text[i] = (char)i;
	}
	key = siphash_key(bytes);
	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct span span = {text, vectors[i].length};

		hash_64 = siphash_64(&key, span);
		for (j = 0; j < 8; j++)
			word[j] = (unsigned char)(hash_64 >> 8 * j);
		put_hex(word, 8, hex);
		UNIT_CHECK(strcmp(hex, vectors[i].hash_64) == 0,
		    "SipHash-2-4-64 of %zu bytes: %s", vectors[i].length, hex);
		siphash_128(&key, span, hash);
		put_hex(hash, 16, hex);
		UNIT_CHECK(strcmp(hex, vectors[i].hash_128) == 0,
		    "SipHash-2-4-128 of %zu bytes: %s", vectors[i].length, hex);
	}
}

/* The n-th number of a set, as good as random (splitmix64, Steele, Lea, Flood
 * 2014). */
static uint64_t
number(uint64_t set, uint64_t n)
{
	uint64_t z = (set << 32 | n) * UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (z ^ z >> 31);
}

/* Fixed data, so these cannot fail by chance.  Of 100 sets of each size, the
 * error of 95 in all is to lie within two standard errors, that of nearly all
 * within three; and a set is seen in two halves that overlap. */
static void
check_distinct(void)
{
	static const unsigned sizes[] = {0, 1, 10, 1000, 16384, 40000, 80000};
	const unsigned size_count = sizeof(sizes) / sizeof(sizes[0]);
	struct distinct one, half;
	unsigned i, n, set, two = 0, three = 0;
	double error;

	for (i = 0; i < size_count; i++) {
		for (set = 0; set < 100; set++) {
			one = half = (struct distinct){0};
			for (n = 0; n < sizes[i] * 2 / 3; n++)
				distinct_see(&one, number(set, n));
			for (n = sizes[i] / 3; n < sizes[i]; n++)
				distinct_see(&half, number(set, n));
			distinct_merge(&one, &half);
			error = fabs(
			    (double)distinct_estimate(&one) - sizes[i]);
			two += error <= 2 * DISTINCT_ERROR * sizes[i];
			three += error <= 3 * DISTINCT_ERROR * sizes[i];
		}
	}
	UNIT_CHECK(two >= size_count * 95, "%u of %u sets within two", two,
	    size_count * 100);
	UNIT_CHECK(three >= size_count * 100 - 2, "%u of %u sets within three",
	    three, size_count * 100);
}

#define VALUES 5000u

/* The n-th text of a stream in which value v comes about as often as 1 / v. */
static unsigned
draw(uint64_t *random)
{
	double u;

	*random = *random * UINT64_C(6364136223846793005) + 1;
	u = (double)(*random >> 40) / (double)(1 << 24);
	return ((unsigned)exp(u * log((double)VALUES)));
}

static struct span
text_of(unsigned value, char text[static 32])
{
	snprintf(text, 32, "value %u", value);
	return (span_of(text));
}

static void
check_counts(const char *when, const struct frequent *frequent,
    const uint64_t *exact, uint64_t total)
{
	static struct frequent_value top[FREQUENT_COUNTERS];
	size_t i, n = frequent_top(frequent, top, FREQUENT_COUNTERS), above = 0;
	uint64_t count;
	char text[32];

	UNIT_CHECK(frequent_total(frequent) == total, "%s: total", when);
	UNIT_CHECK(frequent_bound(frequent) <= total / FREQUENT_COUNTERS,
	    "%s: the bound is above N/k", when);
	for (i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "%.*s", (int)top[i].text.len,
		    top[i].text.ptr);
		count = exact[strtoul(text + 6, NULL, 10)];
		UNIT_CHECK(top[i].count >= count &&
			top[i].count - top[i].over <= count &&
			top[i].over <= total / FREQUENT_COUNTERS,
		    "%s: place %zu", when, i);
		above += count > total / FREQUENT_COUNTERS;
	}
	for (i = 0; i < VALUES + 1; i++)
		above -= exact[i] > total / FREQUENT_COUNTERS;
	UNIT_CHECK(above == 0, "%s: %zd values above N/k are not there", when,
	    -(ssize_t)above);
}

static void
see(struct frequent *frequent, struct span text)
{
	frequent_see(frequent, text, frequent_hash(text));
}

static void
check_frequent(void)
{
	struct frequent *all = frequent_open(), *other = frequent_open();
	struct frequent *copy = frequent_open();
	static struct frequent_value values[FREQUENT_COUNTERS],
	    again[FREQUENT_COUNTERS];
	static uint64_t exact[VALUES + 1];
	uint64_t random = 1;
	unsigned i, value;
	char text[32];
	size_t n, m;

	for (i = 1; i <= 200000; i++) {
		value = draw(&random);
		exact[value]++;
		see(all, text_of(value, text));
		see(copy, span_of(text));
		if (i == 500)
			check_counts("few", all, exact, i);
		if (i != 100000)
			continue;
		/* What is restored goes on as the one that was saved. */
		n = frequent_all(all, values);
		frequent_clear(copy);
		for (m = 0; m < n; m++)
			frequent_restore(copy, &values[m]);
		frequent_set_total(copy, frequent_total(all), 0);
	}
	check_counts("many", all, exact, 200000);
	n = frequent_all(all, values);
	m = frequent_all(copy, again);
	UNIT_CHECK(n == m, "restored: %zu and %zu values", n, m);
	for (i = 0; i < n && n == m; i++)
		UNIT_CHECK(span_equal(values[i].text, again[i].text) &&
			values[i].count == again[i].count &&
			values[i].over == again[i].over,
		    "restored: value %u", i);
	for (i = 0; i < 100000; i++) {
		value = draw(&random);
		exact[value]++;
		see(other, text_of(value, text));
	}
	frequent_merge(all, other);
	check_counts("merged", all, exact, 300000);
	frequent_close(all);
	frequent_close(other);
	frequent_close(copy);
}

int
main(void)
{
	check_siphash();
	check_distinct();
	check_frequent();
	return (unit_result());
}
