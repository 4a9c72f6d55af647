#include <sys/random.h>

#include "lookup.h"

struct lookup_key
lookup_key(void)
{
	struct lookup_key key;

	/* Without randomness all that is lost is protection. */
	if (getrandom(&key, sizeof(key), GRND_NONBLOCK) != sizeof(key))
		key = (struct lookup_key){
		    {(uintptr_t)&key ^ LOOKUP_ODD, (uintptr_t)&lookup_key}};
	return (key);
}

/* Two words of which some bytes are in text, at most 16, and so often that two
 * texts of one length have the same words only if they are the same. */
static void
read_words(struct span text, uint64_t words[static 2])
{
	const unsigned char *bytes = (const unsigned char *)text.ptr;
	uint32_t half[2];

	words[1] = 0;
	if (text.len >= sizeof(words[0])) {
		memcpy(&words[0], text.ptr, sizeof(words[0]));
		memcpy(&words[1], text.ptr + text.len - sizeof(words[1]),
		    sizeof(words[1]));
	} else if (text.len >= sizeof(half[0])) {
		memcpy(&half[0], text.ptr, sizeof(half[0]));
		memcpy(&half[1], text.ptr + text.len - sizeof(half[1]),
		    sizeof(half[1]));
		words[0] = (uint64_t)half[0] << 32 | half[1];
	} else {
		words[0] = text.len == 0 ? 0 :
					   (uint64_t)bytes[0] << 16 |
			(uint64_t)bytes[text.len / 2] << 8 |
			bytes[text.len - 1];
	}
}

uint64_t
lookup_hash(const struct lookup_key *key, struct span text)
{
	uint64_t hash = key->words[0] ^ text.len, next[2];
	const size_t most = sizeof(next);

	for (; text.len > most; text.ptr += most, text.len -= most) {
		memcpy(next, text.ptr, most);
		hash = lookup_mix(hash ^ next[0], key->words[1] ^ next[1]);
	}
	read_words(text, next);
	hash = lookup_mix(hash ^ next[0], key->words[1] ^ next[1]);
	return (lookup_mix(hash, LOOKUP_ODD));
}
