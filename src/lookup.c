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

uint64_t
lookup_hash(const struct lookup_key *key, struct span text)
{
	uint64_t hash = key->words[0] ^ text.len, next[2];
	size_t n;

	while (text.len > 0) {
		n = text.len < sizeof(next) ? text.len : sizeof(next);
		next[0] = next[1] = 0;
		memcpy(next, text.ptr, n);
		hash = lookup_mix(hash ^ next[0], key->words[1] ^ next[1]);
		text.ptr += n;
		text.len -= n;
	}
	return (lookup_mix(hash, LOOKUP_ODD));
}
