/*
 * yyjson and the splice of splice.h.  The record is parsed where it stands
 * (in situ), in memory that is used again, with zeros behind it for as long,
 * at which a string that does not end stops.
 */
#include "splice.h"

#include "yyjson.h"

static void
take(yyjson_val *value, const char **s, size_t *len)
{
	*s = yyjson_get_str(value); /* NULL if it is no string */
	*len = yyjson_get_len(value);
}

static bool
find(char *s, size_t len, struct found *found)
{
	static char *memory;
	static size_t size;
	size_t most = yyjson_read_max_memory_usage(len, YYJSON_READ_INSITU);
	char next[YYJSON_PADDING_SIZE];
	yyjson_alc allocator;
	yyjson_doc *doc;
	yyjson_val *key, *value;
	size_t i, count;

	if (most > size) {
		free(memory);
		if ((memory = malloc(size = 2 * most)) == NULL)
			exit(2);
	}
	yyjson_alc_pool_init(&allocator, memory, size);
	memcpy(next, s + len, sizeof(next));
	memset(s + len, 0, sizeof(next));
	doc = yyjson_read_opts(s, len, YYJSON_READ_INSITU, &allocator, NULL);
	memcpy(s + len, next, sizeof(next));
	if (doc == NULL || !yyjson_is_obj(doc->root))
		return (false);
	yyjson_obj_foreach(doc->root, i, count, key, value) {
		if (yyjson_equals_str(key, "timestamp"))
			take(value, &found->time, &found->time_len);
		else if (yyjson_equals_str(key, "device_type"))
			take(value, &found->type, &found->type_len);
	}
	if (found->time == NULL)
		return (false);
	found->spaced = found->time[-2] == ' ';
	return (true);
}

int
main(int argc, char *argv[])
{
	(void)argv;
	return (splice_main(argc, "yyjson " YYJSON_VERSION_STRING));
}
