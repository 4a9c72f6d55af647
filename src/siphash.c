#include <endian.h>

#include "siphash.h"

struct state {
	uint64_t v0, v1, v2, v3;
};

static inline uint64_t
load(const char *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	return (le64toh(word));
}

static void
store(uint64_t word, unsigned char *bytes)
{
	word = htole64(word);
	memcpy(bytes, &word, sizeof(word));
}

static inline uint64_t
rotate(uint64_t word, int bits)
{
	return (word << bits | word >> (64 - bits));
}

static inline void
rounds(struct state *s, int n)
{
	while (n-- > 0) {
		s->v0 += s->v1;
		s->v1 = rotate(s->v1, 13) ^ s->v0;
		s->v0 = rotate(s->v0, 32);
		s->v2 += s->v3;
		s->v3 = rotate(s->v3, 16) ^ s->v2;
		s->v0 += s->v3;
		s->v3 = rotate(s->v3, 21) ^ s->v0;
		s->v2 += s->v1;
		s->v1 = rotate(s->v1, 17) ^ s->v2;
		s->v2 = rotate(s->v2, 32);
	}
}

struct siphash_key
siphash_key(const unsigned char *bytes)
{
	return ((struct siphash_key){
	    load((const char *)bytes), load((const char *)bytes + 8)});
}

/* Everything up to the finalization. */
static inline void
absorb(struct state *s, const struct siphash_key *key, struct span text,
    uint64_t variant)
{
	uint64_t word, length = (uint64_t)text.len << 56;
	char last[8] = {0};

	s->v0 = UINT64_C(0x736f6d6570736575) ^ key->k0;
	s->v1 = UINT64_C(0x646f72616e646f6d) ^ key->k1 ^ variant;
	s->v2 = UINT64_C(0x6c7967656e657261) ^ key->k0;
	s->v3 = UINT64_C(0x7465646279746573) ^ key->k1;
	for (; text.len >= 8; text.ptr += 8, text.len -= 8) {
		word = load(text.ptr);
		s->v3 ^= word;
		rounds(s, 2);
		s->v0 ^= word;
	}
	if (text.len > 0)
		memcpy(last, text.ptr, text.len);
	word = load(last) | length;
	s->v3 ^= word;
	rounds(s, 2);
	s->v0 ^= word;
}

uint64_t
siphash_64(const struct siphash_key *key, struct span text)
{
	struct state s;

	absorb(&s, key, text, 0);
	s.v2 ^= 0xff;
	rounds(&s, 4);
	return (s.v0 ^ s.v1 ^ s.v2 ^ s.v3);
}

void
siphash_128(const struct siphash_key *key, struct span text,
    unsigned char hash[static 16])
{
	struct state s;

	absorb(&s, key, text, 0xee);
	s.v2 ^= 0xee;
	rounds(&s, 4);
	store(s.v0 ^ s.v1 ^ s.v2 ^ s.v3, hash);
	s.v1 ^= 0xdd;
	rounds(&s, 4);
	store(s.v0 ^ s.v1 ^ s.v2 ^ s.v3, hash + 8);
}
