/*
 * yajl and the splice of splice.h: the parser that loginstamp itself uses, and
 * nothing else.  A handle is used again as long as it accepts.
 */
#include "splice.h"

#include <yajl/yajl_parse.h>

struct line {
	yajl_handle yajl;
	const char *s;
	int depth;
	enum { OTHER, TIMESTAMP, TYPE } member;
	size_t end; /* of the object; 0: none was seen */
	struct found *found;
};

/* A value that is no string. */
static int
value(struct line *line)
{
	return (line->depth > 0);
}

static int
on_null(void *ctx)
{
	return (value(ctx));
}

static int
on_boolean(void *ctx, int b)
{
	(void)b;
	return (value(ctx));
}

static int
on_number(void *ctx, const char *s, size_t len)
{
	(void)s;
	(void)len;
	return (value(ctx));
}

/* (Of a string with escapes s is yajl's own and does not last; no timestamp
 * and no device_type here has any.) */
static int
on_string(void *ctx, const unsigned char *s, size_t len)
{
	struct line *line = ctx;
	struct found *found = line->found;
	const char *content = (const char *)s;

	if (line->depth == 1 && line->member == TYPE) {
		found->type = content;
		found->type_len = len;
	} else if (line->depth == 1 && line->member == TIMESTAMP) {
		found->time = content;
		found->time_len = len;
		found->spaced = content - line->s > 1 && content[-2] == ' ';
	}
	return (value(line));
}

static int
on_key(void *ctx, const unsigned char *s, size_t len)
{
	struct line *line = ctx;

	if (line->depth != 1)
		return (1);
	line->member = OTHER;
	if (len == 9 && memcmp(s, "timestamp", 9) == 0) {
		line->member = TIMESTAMP;
		line->found->time_len = 0;
	} else if (len == 11 && memcmp(s, "device_type", 11) == 0) {
		line->member = TYPE;
		line->found->type = NULL;
	}
	return (1);
}

static int
on_begin_map(void *ctx)
{
	struct line *line = ctx;

	return (line->depth++ > 0 || line->end == 0);
}

static int
on_begin_array(void *ctx)
{
	return (((struct line *)ctx)->depth++ > 0);
}

static int
on_end(void *ctx)
{
	struct line *line = ctx;

	if (--line->depth == 0)
		line->end = yajl_get_bytes_consumed(line->yajl);
	return (1);
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_begin_map,
    .yajl_map_key = on_key,
    .yajl_end_map = on_end,
    .yajl_start_array = on_begin_array,
    .yajl_end_array = on_end,
};

static bool
find(char *s, size_t len, struct found *found)
{
	static struct line line;
	bool accepted;

	if (line.yajl == NULL) {
		line.yajl = yajl_alloc(&callbacks, NULL, &line);
		if (line.yajl == NULL)
			exit(2);
		yajl_config(line.yajl, yajl_allow_multiple_values, 1);
	}
	line.s = s;
	line.depth = 0;
	line.member = OTHER;
	line.end = 0;
	line.found = found;
	accepted = yajl_parse(line.yajl, (const unsigned char *)s, len) ==
		yajl_status_ok &&
	    line.depth == 0 && line.end > 0;
	/* What yajl keeps for the next line must be nothing. */
	while (accepted && line.end < len)
		accepted = strchr(" \t\r", s[line.end++]) != NULL;
	if (!accepted) {
		yajl_free(line.yajl);
		line.yajl = NULL;
	}
	return (accepted);
}

int
main(int argc, char *argv[])
{
	(void)argv;
	return (splice_main(argc, "yajl 2.1.0, the system's"));
}
