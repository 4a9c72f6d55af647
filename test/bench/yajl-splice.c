/*
 * What loginstamp is measured against: yajl and a splice, and nothing else.
 * Lines of JSON objects from stdin to stdout, each with a "datetime" behind
 * its last member, made from the digits of the string "timestamp".  It knows
 * no bad input, no options and no insights; it keeps the day's text and hands
 * each block that it reads on in one write.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <yajl/yajl_parse.h>

#define BLOCK ((size_t)256 * 1024)
#define ADDED 64

struct line {
	yajl_handle yajl;
	int depth;
	bool is_timestamp;
	size_t end; /* of the last member's value */
	long time;
};

static char in[2 * BLOCK], out[4 * BLOCK];

static int
value(struct line *line)
{
	if (line->depth == 1)
		line->end = yajl_get_bytes_consumed(line->yajl);
	line->is_timestamp = false;
	return (1);
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

static int
on_string(void *ctx, const unsigned char *s, size_t len)
{
	struct line *line = ctx;
	size_t i;

	if (line->is_timestamp)
		for (line->time = 0, i = 0; i < len; i++)
			line->time = line->time * 10 + (s[i] - '0');
	return (value(ctx));
}

static int
on_key(void *ctx, const unsigned char *s, size_t len)
{
	struct line *line = ctx;

	line->is_timestamp = line->depth == 1 && len == 9 &&
	    memcmp(s, "timestamp", 9) == 0;
	return (1);
}

static int
on_begin(void *ctx)
{
	((struct line *)ctx)->depth++;
	return (1);
}

static int
on_end(void *ctx)
{
	((struct line *)ctx)->depth--;
	return (value(ctx));
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_begin,
    .yajl_map_key = on_key,
    .yajl_end_map = on_end,
    .yajl_start_array = on_begin,
    .yajl_end_array = on_end,
};

static char *
put_time(char *dst, long t)
{
	static long day = -1;
	static char text[ADDED] = ", \"datetime\": \"";
	const size_t fixed = strlen(", \"datetime\": \"");
	const int of_day[] = {(int)(t % 86400 / 3600), (int)(t % 3600 / 60),
	    (int)(t % 60)};
	struct tm tm;
	time_t when = t;
	int i;

	if (day != t / 86400) {
		day = t / 86400;
		gmtime_r(&when, &tm);
		strftime(text + fixed, sizeof(text) - fixed,
		    "%Y-%m-%d 00:00:00\"", &tm);
	}
	memcpy(dst, text, fixed + 20);
	for (i = 0; i < 3; i++) {
		dst[fixed + 11 + (size_t)i * 3] = (char)('0' + of_day[i] / 10);
		dst[fixed + 12 + (size_t)i * 3] = (char)('0' + of_day[i] % 10);
	}
	return (dst + fixed + 20);
}

static char *
splice(char *dst, const char *s, size_t len)
{
	struct line line = {0};

	line.yajl = yajl_alloc(&callbacks, NULL, &line);
	if (yajl_parse(line.yajl, (const unsigned char *)s, len) !=
		yajl_status_ok ||
	    yajl_complete_parse(line.yajl) != yajl_status_ok)
		exit(1);
	yajl_free(line.yajl);
	dst = mempcpy(dst, s, line.end);
	dst = put_time(dst, line.time);
	return (mempcpy(dst, s + line.end, len - line.end));
}

static void
write_whole(const char *s, size_t len)
{
	ssize_t n;

	for (; len > 0; s += n, len -= (size_t)n)
		if ((n = write(STDOUT_FILENO, s, len)) <= 0)
			exit(2);
}

int
main(void)
{
	size_t kept = 0;
	ssize_t n;
	char *s, *newline, *dst;

	while ((n = read(STDIN_FILENO, in + kept, BLOCK)) > 0) {
		kept += (size_t)n;
		dst = out;
		for (s = in; (newline = memchr(s, '\n',
				  kept - (size_t)(s - in))) != NULL;
		    s = newline + 1) {
			dst = splice(dst, s, (size_t)(newline - s));
			*dst++ = '\n';
		}
		write_whole(out, (size_t)(dst - out));
		kept -= (size_t)(s - in);
		memmove(in, s, kept);
	}
	return (0);
}
