#ifndef TZIF_H
#define TZIF_H

#include <stdint.h>
#include <string.h>

/*
 * Makes zoneinfo files (RFC 8536, section 3) in memory for the tests: version 1
 * as one block, later ones as the least first block that there can be, the true
 * one, and the footer.
 */
#define IMAGE_SIZE 4096

/* A zoneinfo file to be made. */
struct source {
	char version;
	const char *footer; /* without its newlines */
	int type_count;
	struct {
		int32_t offset;
		const char *abbreviation;
	} type[4];
	size_t count;
	struct {
		int64_t when;
		unsigned char type;
	} transition[4];
};

struct image {
	size_t len;
	char bytes[IMAGE_SIZE];
};

static void
append(struct image *image, int64_t value, int size)
{
	while (size-- > 0)
		image->bytes[image->len++] =
		    (char)((uint64_t)value >> (8 * size));
}

static void
append_header(
    struct image *image, char version, size_t timecnt, int typecnt, int charcnt)
{
	memcpy(image->bytes + image->len, "TZif", 4);
	image->len += 4;
	append(image, version, 1);
	for (int i = 0; i < 15 + 3 * 4; i++)
		append(image, 0, 1);
	append(image, (int64_t)timecnt, 4);
	append(image, typecnt, 4);
	append(image, charcnt, 4);
}

/* A header and its data block, with times of so many bytes. */
static void
append_block(struct image *image, const struct source *source, int size)
{
	int charcnt = 0;

	for (int i = 0; i < source->type_count; i++)
		charcnt += (int)strlen(source->type[i].abbreviation) + 1;
	append_header(
	    image, source->version, source->count, source->type_count, charcnt);
	for (size_t i = 0; i < source->count; i++)
		append(image, source->transition[i].when, size);
	for (size_t i = 0; i < source->count; i++)
		append(image, source->transition[i].type, 1);
	charcnt = 0;
	for (int i = 0; i < source->type_count; i++) {
		append(image, source->type[i].offset, 4);
		append(image, i % 2, 1);
		append(image, charcnt, 1);
		charcnt += (int)strlen(source->type[i].abbreviation) + 1;
	}
	for (int i = 0; i < source->type_count; i++)
		for (const char *p = source->type[i].abbreviation;; p++) {
			append(image, *p, 1);
			if (*p == '\0')
				break;
		}
}

static void
image_make(const struct source *source, struct image *image)
{
	static const struct source least = {
	    '\0', NULL, 1, {{0, ""}}, 0, {{0, 0}}};
	struct source first = least;

	image->len = 0;
	if (source->version == '\0') {
		append_block(image, source, 4);
		return;
	}
	first.version = source->version;
	append_block(image, &first, 4);
	append_block(image, source, 8);
	append(image, '\n', 1);
	memcpy(
	    image->bytes + image->len, source->footer, strlen(source->footer));
	image->len += strlen(source->footer);
	append(image, '\n', 1);
}

#endif /* TZIF_H */
