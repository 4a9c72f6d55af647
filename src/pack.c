#include <endian.h>

#include "memory.h"
#include "pack.h"

void
pack_raw(struct pack *pack, struct span bytes)
{
	if (pack->size - pack->len < bytes.len) {
		pack->size = 2 * pack->size + bytes.len;
		pack->bytes = memory_resize(pack->bytes, pack->size);
	}
	if (bytes.len > 0)
		memcpy(pack->bytes + pack->len, bytes.ptr, bytes.len);
	pack->len += bytes.len;
}

void
pack_number(struct pack *pack, uint64_t number)
{
	number = htole64(number);
	pack_raw(pack, (struct span){(const char *)&number, sizeof(number)});
}

void
pack_text(struct pack *pack, struct span text)
{
	pack_number(pack, text.len);
	pack_raw(pack, text);
}

/* Take so many bytes, if there are so many. */
static struct span
take(struct unpack *unpack, uint64_t len)
{
	struct span taken = {unpack->left.ptr, (size_t)len};

	if (unpack->failed || len > unpack->left.len) {
		unpack->failed = true;
		return (span_of(""));
	}
	unpack->left.ptr += len;
	unpack->left.len -= len;
	return (taken);
}

uint64_t
unpack_number(struct unpack *unpack)
{
	struct span taken = take(unpack, sizeof(uint64_t));
	uint64_t number = 0;

	if (taken.len == sizeof(number))
		memcpy(&number, taken.ptr, sizeof(number));
	return (le64toh(number));
}

struct span
unpack_text(struct unpack *unpack)
{
	return (take(unpack, unpack_number(unpack)));
}
