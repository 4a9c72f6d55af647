#ifndef SPLICE_H
#define SPLICE_H

/*
 * What the opponents share, so that they differ by their parser alone: lines
 * of JSON objects from stdin to stdout, each with a "datetime" behind its last
 * member, made from the digits of the string "timestamp"; on stderr the
 * records of device_type login, and at the end how often each device_type
 * came.  That is the work of loginstamp -c device_type without its options,
 * zones, reasons and dead letters: a bad record is counted, no more.  It keeps
 * the day's text and hands each block that it reads on in one write.  The last
 * line has its newline.  C11 and C++17.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#define SPLICE_READ ((size_t)256 * 1024) /* 64 KiB to 1 MiB: the same */
#define SPLICE_LONGEST ((size_t)256 * 1024)
#define SPLICE_PADDING 64 /* that parsers may read behind a record */
#define SPLICE_ADDED 64   /* at most so much is added to a record */
#define SPLICE_SLOTS 1024

/* Of one record: spans of its own bytes, or of bytes that last as long. */
struct found {
	const char *time; /* the content of the string "timestamp" */
	size_t time_len;
	bool spaced;	  /* a space stands before it */
	const char *type; /* the content of "device_type", or NULL */
	size_t type_len;
};

/*
 * Each opponent defines it: parse the object s of len bytes, which may be
 * written to and has SPLICE_PADDING readable bytes behind it.  False: it is
 * none, or has no such timestamp.
 */
static bool find(char *s, size_t len, struct found *found);

struct tally {
	char *value;
	size_t len;
	unsigned long count;
};

struct splice {
	long day; /* that text is of */
	char text[SPLICE_ADDED];
	struct tally types[SPLICE_SLOTS];
	unsigned long values, without, others, refused;
	size_t kept; /* in `in`: the start of a record */
	char in[SPLICE_LONGEST + SPLICE_READ + SPLICE_PADDING];
	/* The shortest record with a timestamp has 17 bytes. */
	char out[4 * (SPLICE_LONGEST + SPLICE_READ) + SPLICE_ADDED];
};

static inline bool
splice_seconds(const struct found *found, long *seconds)
{
	size_t i;

	if (found->time_len < 1 || found->time_len > 12)
		return (false);
	for (*seconds = 0, i = 0; i < found->time_len; i++) {
		unsigned digit = (unsigned char)found->time[i] - (unsigned)'0';

		if (digit > 9)
			return (false);
		*seconds = *seconds * 10 + (long)digit;
	}
	return (*seconds <= 253402300799); /* the end of 9999 */
}

static inline void
splice_put_time(struct splice *splice, char *dst, long seconds, bool spaced)
{
	static const char before[2][16] = {",\"datetime\":\"",
	    ", \"datetime\": \""};
	const size_t len[2] = {13, 15};
	long of_day = seconds % 86400, hms[3];
	char *digits;
	struct tm tm;
	time_t when = seconds;
	int i;

	if (splice->day != seconds / 86400) {
		splice->day = seconds / 86400;
		gmtime_r(&when, &tm);
		strftime(splice->text, sizeof(splice->text),
		    "%Y-%m-%d 00:00:00\"", &tm);
	}
	hms[0] = of_day / 3600;
	hms[1] = of_day / 60 % 60;
	hms[2] = of_day % 60;
	memcpy(dst, before[spaced], 16);
	dst += len[spaced];
	memcpy(dst, splice->text, 20);
	digits = dst + 11;
	for (i = 0; i < 3; i++, digits += 3) {
		digits[0] = (char)('0' + hms[i] / 10);
		digits[1] = (char)('0' + hms[i] % 10);
	}
}

static inline void
splice_count(struct splice *splice, const struct found *found)
{
	size_t hash = found->type_len, i;
	struct tally *tally;

	if (found->type == NULL) {
		splice->without++;
		return;
	}
	for (i = 0; i < found->type_len; i++)
		hash = hash * 31 + (unsigned char)found->type[i];
	for (;; hash++) {
		tally = &splice->types[hash % SPLICE_SLOTS];
		if (tally->value == NULL)
			break;
		if (tally->len == found->type_len &&
		    memcmp(tally->value, found->type, tally->len) == 0) {
			tally->count++;
			return;
		}
	}
	if (splice->values == SPLICE_SLOTS / 2 ||
	    (tally->value = (char *)malloc(found->type_len + 1)) == NULL) {
		splice->others++;
		return;
	}
	memcpy(tally->value, found->type, found->type_len);
	tally->len = found->type_len;
	tally->count = 1;
	splice->values++;
}

/* One record and its newline to dst; returns the end of what was written. */
static inline char *
splice_record(struct splice *splice, char *dst, char *s, size_t len)
{
	struct found found = {NULL, 0, false, NULL, 0};
	size_t end = len;
	char *tail;
	long seconds;

	/* The last member ends before the last brace and white space. */
	while (end > 0 && s[end - 1] != '}')
		end--;
	if (end > 0)
		end--;
	while (end > 0 && (unsigned char)s[end - 1] <= ' ')
		end--;
	memcpy(dst, s, len + 1);
	if (!find(s, len, &found) || !splice_seconds(&found, &seconds)) {
		splice->refused++;
		return (dst);
	}
	if (found.type_len == 5 && strncasecmp(found.type, "login", 5) == 0)
		fprintf(stderr, "Insight: Login from %.5s device\n",
		    found.type);
	splice_count(splice, &found);
	tail = dst + end + (found.spaced ? 35 : 33);
	memmove(tail, dst + end, len + 1 - end);
	splice_put_time(splice, dst + end, seconds, found.spaced);
	return (tail + len + 1 - end);
}

static inline void
splice_write(const char *s, size_t len)
{
	ssize_t n;

	for (; len > 0; s += n, len -= (size_t)n)
		if ((n = write(STDOUT_FILENO, s, len)) <= 0)
			exit(2);
	fflush(stderr);
}

static inline void
splice_summary(const struct splice *splice)
{
	size_t i;

	for (i = 0; i < SPLICE_SLOTS; i++)
		if (splice->types[i].value != NULL)
			fprintf(stderr, "device_type %.*s: %lu\n",
			    (int)splice->types[i].len, splice->types[i].value,
			    splice->types[i].count);
	fprintf(stderr, "without: %lu, others: %lu, refused: %lu\n",
	    splice->without, splice->others, splice->refused);
}

/* What main returns.  With an argument it says only which parser it has. */
static inline int
splice_main(int argc, const char *parser)
{
	struct splice *splice = (struct splice *)calloc(1, sizeof(*splice));
	char *s, *newline, *dst;
	ssize_t n;

	if (argc > 1)
		return (puts(parser) < 0);
	if (splice == NULL)
		return (2);
	splice->day = -1;
	setvbuf(stderr, NULL, _IOFBF, 65536);
	while ((n = read(STDIN_FILENO, splice->in + splice->kept,
		    SPLICE_READ)) > 0) {
		splice->kept += (size_t)n;
		dst = splice->out;
		for (s = splice->in;
		     (newline = (char *)memchr(s, '\n',
			  splice->kept - (size_t)(s - splice->in))) != NULL;
		     s = newline + 1)
			dst = splice_record(splice, dst, s,
			    (size_t)(newline - s));
		splice_write(splice->out, (size_t)(dst - splice->out));
		splice->kept -= (size_t)(s - splice->in);
		if (splice->kept > SPLICE_LONGEST)
			return (2);
		memmove(splice->in, s, splice->kept);
	}
	splice_summary(splice);
	return (n == 0 && fflush(stderr) == 0 ? 0 : 2);
}

#endif
