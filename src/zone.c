#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "memory.h"
#include "tzrule.h"
#include "zone.h"

#define FILE_MAX (1 << 20) /* a zone's file has 4 KiB at most */
#define HEADER_SIZE 44
#define TYPE_SIZE 6
#define TYPES_MAX 256 /* their numbers are bytes */

/* The range that RFC 8536, section 3.2, asks of an offset. */
#define OFFSET_MIN (-89999)
#define OFFSET_MAX 93599

static const char damaged[] = "damaged zoneinfo file";

struct zone {
	size_t count; /* transitions */
	int64_t *times; /* when they are, ascending */
	unsigned char *types; /* the local time type that each leads to */
	struct tzrule_type type[TYPES_MAX];
	bool has_rule; /* for the time after the last transition */
	struct tzrule rule;
};

/* A TZif header, RFC 8536, section 3.1, and where its data block lies. */
struct header {
	char version;
	int time_size; /* bytes of a time in the block: 4 or 8 */
	uint32_t isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt;
	struct span block;
};

static uint32_t
read_u32(const char *p)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++)
		value = value << 8 | (unsigned char)p[i];
	return (value);
}

/* The two's complement number of size bytes, 4 or 8, at p. */
static int64_t
read_time(const char *p, int size)
{
	if (size == 4)
		return ((int32_t)read_u32(p));
	return ((int64_t)((uint64_t)read_u32(p) << 32 | read_u32(p + 4)));
}

/* Read the header at the beginning of bytes, whose times have time_size bytes,
 * and find its data block.  Returns a constant string if that fails. */
static const char *
header_read(struct span bytes, int time_size, struct header *header)
{
	const char *p = bytes.ptr;
	uint64_t size;

	if (bytes.len < HEADER_SIZE || memcmp(p, "TZif", 4) != 0)
		return ("not a zoneinfo file");
	*header = (struct header){
	    .version = p[4],
	    .time_size = time_size,
	    .isutcnt = read_u32(p + 20),
	    .isstdcnt = read_u32(p + 24),
	    .leapcnt = read_u32(p + 28),
	    .timecnt = read_u32(p + 32),
	    .typecnt = read_u32(p + 36),
	    .charcnt = read_u32(p + 40),
	};
	if (header->version != '\0' &&
	    (header->version < '2' || header->version > '4'))
		return ("unknown version of zoneinfo file");
	size = (uint64_t)header->timecnt * (unsigned)(time_size + 1) +
	       (uint64_t)header->typecnt * TYPE_SIZE + header->charcnt +
	       (uint64_t)header->leapcnt * (unsigned)(time_size + 4) +
	       header->isstdcnt + header->isutcnt;
	if (size > bytes.len - HEADER_SIZE)
		return (damaged);
	header->block = (struct span){p + HEADER_SIZE, (size_t)size};
	return (NULL);
}

/* What follows the header's block. */
static const char *
after(const struct header *header)
{
	return (header->block.ptr + header->block.len);
}

/* Do the counts of the block that is to be used make sense? */
static const char *
header_check(const struct header *header)
{
	if (header->leapcnt != 0)
		return ("has leap seconds");
	if (header->typecnt == 0 || header->typecnt > TYPES_MAX ||
	    header->charcnt == 0 ||
	    (header->isutcnt != 0 && header->isutcnt != header->typecnt) ||
	    (header->isstdcnt != 0 && header->isstdcnt != header->typecnt))
		return (damaged);
	return (NULL);
}

/* Copy the NUL-terminated abbreviation that begins at index in chars. */
static bool
abbreviation_read(struct span chars, size_t index, struct tzrule_type *type)
{
	static const char good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "abcdefghijklmnopqrstuvwxyz0123456789+-";
	size_t len;

	if (index >= chars.len)
		return (false);
	len = strnlen(chars.ptr + index, chars.len - index);
	if (len == chars.len - index || len == 0 ||
	    len >= sizeof(type->abbreviation))
		return (false);
	memcpy(type->abbreviation, chars.ptr + index, len + 1);
	return (strspn(type->abbreviation, good) == len);
}

/* Read the local time types at p; the abbreviations are in chars. */
static bool
types_read(const char *p, size_t count, struct span chars, struct zone *zone)
{
	for (size_t i = 0; i < count; i++, p += TYPE_SIZE) {
		struct tzrule_type *type = &zone->type[i];

		type->offset = (int32_t)read_u32(p);
		if (type->offset < OFFSET_MIN || type->offset > OFFSET_MAX ||
		    (unsigned char)p[4] > 1 ||
		    !abbreviation_read(chars, (unsigned char)p[5], type))
			return (false);
	}
	return (true);
}

/* Read the transitions at p.  zone has room for them. */
static bool
transitions_read(const char *p, const struct header *header, struct zone *zone)
{
	const char *types =
	    p + (size_t)header->timecnt * (unsigned)header->time_size;

	for (size_t i = 0; i < header->timecnt; i++, p += header->time_size) {
		zone->times[i] = read_time(p, header->time_size);
		zone->types[i] = (unsigned char)types[i];
		if (zone->types[i] >= header->typecnt ||
		    (i > 0 && zone->times[i] <= zone->times[i - 1]))
			return (false);
	}
	zone->count = header->timecnt;
	return (true);
}

/* Read the footer, a TZ string between two newlines; an empty one says
 * nothing (RFC 8536, section 3.3). */
static bool
footer_read(struct span footer, struct zone *zone)
{
	const char *end;

	if (footer.len < 2 || footer.ptr[0] != '\n')
		return (false);
	end = memchr(footer.ptr + 1, '\n', footer.len - 1);
	if (end == NULL)
		return (false);
	zone->has_rule = end > footer.ptr + 1;
	return (!zone->has_rule ||
		tzrule_parse(span_between(footer.ptr + 1, end), &zone->rule));
}

/* A zone with room for count transitions, but none in it. */
static struct zone *
zone_allocate(size_t count)
{
	struct zone *zone = memory_alloc(sizeof(*zone));

	memset(zone, 0, sizeof(*zone));
	zone->times = memory_alloc(count * sizeof(*zone->times));
	zone->types = memory_alloc(count * sizeof(*zone->types));
	return (zone);
}

/* Find the header that is to be used: the second one, of a block of 64-bit
 * times, unless there is only one.  *footer is what follows its block. */
static const char *
header_find(struct span bytes, struct header *header, struct span *footer)
{
	const char *end = bytes.ptr + bytes.len;
	const char *why = header_read(bytes, 4, header);
	bool first = true;

	if (why == NULL && header->version != '\0') {
		bytes = span_between(after(header), end);
		why = header_read(bytes, 8, header);
		if (why == NULL && header->version == '\0')
			why = damaged;
		first = false;
	}
	if (why == NULL)
		why = header_check(header);
	if (why != NULL)
		return (why);
	*footer = SPAN_ABSENT;
	if (!first)
		*footer = span_between(after(header), end);
	return (NULL);
}

struct zone *
zone_from_bytes(struct span tzif, const char **why)
{
	struct header header;
	struct span footer, chars;
	struct zone *zone;
	const char *types;

	*why = header_find(tzif, &header, &footer);
	if (*why != NULL)
		return (NULL);
	zone = zone_allocate(header.timecnt);
	types = header.block.ptr +
		(size_t)header.timecnt * (unsigned)(header.time_size + 1);
	chars.ptr = types + (size_t)header.typecnt * TYPE_SIZE;
	chars.len = header.charcnt;
	if (!transitions_read(header.block.ptr, &header, zone) ||
	    !types_read(types, header.typecnt, chars, zone) ||
	    (footer.ptr != NULL && !footer_read(footer, zone))) {
		*why = damaged;
		zone_close(zone);
		return (NULL);
	}
	return (zone);
}

/* Is name one that zone_open() takes, and short enough for a path? */
static bool
name_is_good(const char *name)
{
	static const char good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "abcdefghijklmnopqrstuvwxyz0123456789._+-/";
	size_t len = strlen(name);

	if (len >= NAME_MAX || strspn(name, good) != len)
		return (false);
	for (const char *p = name; p != NULL; p = strchr(p, '/')) {
		if (p != name)
			p++;
		if (*p == '\0' || *p == '/' || *p == '.')
			return (false);
	}
	return (true);
}

/* Open the file of a good name for reading. */
static int
name_open(const char *name, const char **why)
{
	char path[sizeof(ZONEINFO) + 1 + NAME_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", ZONEINFO, name);
	/* O_NONBLOCK: not to wait for the other end of a FIFO. */
	do
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	while (fd < 0 && errno == EINTR);
	if (fd >= 0)
		return (fd);
	if (errno != ENOENT && errno != ENOTDIR)
		*why = "its zoneinfo file cannot be opened";
	else if (access(ZONEINFO, F_OK) != 0)
		*why = "there is no " ZONEINFO;
	else
		*why = "no such zone";
	return (-1);
}

/* Read all of fd, a regular file of size bytes, into bytes. */
static bool
file_read(int fd, char *bytes, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = read(fd, bytes + done, size - done);

		if (n == 0 || (n < 0 && errno != EINTR))
			return (false);
		if (n > 0)
			done += (size_t)n;
	}
	return (true);
}

/* Read the zone in fd. */
static struct zone *
zone_read(int fd, const char **why)
{
	struct stat st;
	struct zone *zone = NULL;
	char *bytes;
	size_t size;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		*why = S_ISDIR(st.st_mode) ? "no such zone"
					   : "not a zoneinfo file";
		return (NULL);
	}
	if (st.st_size > FILE_MAX) {
		*why = "not a zoneinfo file";
		return (NULL);
	}
	size = (size_t)st.st_size;
	bytes = memory_alloc(size);
	if (!file_read(fd, bytes, size))
		*why = "its zoneinfo file cannot be read";
	else
		zone = zone_from_bytes((struct span){bytes, size}, why);
	free(bytes);
	return (zone);
}

struct zone *
zone_open(const char *name, const char **why)
{
	struct zone *zone;
	int fd;

	*why = NULL;
	if (strcmp(name, "UTC") == 0) {
		zone = zone_allocate(0);
		memcpy(zone->type[0].abbreviation, "UTC", sizeof("UTC"));
		return (zone);
	}
	if (!name_is_good(name)) {
		*why = "not the name of a zone";
		return (NULL);
	}
	fd = name_open(name, why);
	if (fd < 0)
		return (NULL);
	zone = zone_read(fd, why);
	close(fd);
	return (zone);
}

/* How many of the transitions are at sec or before it? */
static size_t
transitions_until(const struct zone *zone, int64_t sec)
{
	size_t low = 0, high = zone->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (zone->times[middle] <= sec)
			low = middle + 1;
		else
			high = middle;
	}
	return (low);
}

void
zone_lookup(const struct zone *zone, int64_t sec, struct zone_period *period)
{
	const struct tzrule_type *type = &zone->type[0];
	size_t passed = transitions_until(zone, sec);
	int64_t from = passed > 0 ? zone->times[passed - 1] : INT64_MIN;

	if (passed == zone->count && zone->has_rule) {
		tzrule_lookup(&zone->rule, sec, period);
		if (period->from < from)
			period->from = from;
		return;
	}
	if (passed > 0)
		type = &zone->type[zone->types[passed - 1]];
	period->from = from;
	period->until = passed < zone->count ? zone->times[passed] : INT64_MAX;
	period->offset = type->offset;
	memcpy(period->abbreviation, type->abbreviation,
	    sizeof(period->abbreviation));
}

void
zone_close(struct zone *zone)
{
	if (zone == NULL)
		return;
	free(zone->times);
	free(zone->types);
	free(zone);
}
