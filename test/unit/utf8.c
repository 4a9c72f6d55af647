#include <string.h>

#include "unit.h"
#include "utf8.h"

enum { PLACES = 40 };

static const struct {
	const char *name;
	const char *bytes;
	bool valid;
} characters[] = {
    {"a delete character", "\x7f", true},
    {"the first of two bytes", "\xc2\x80", true},
    {"the last of three bytes", "\xef\xbf\xbf", true},
    {"the last of all", "\xf4\x8f\xbf\xbf", true},
    {"a lone continuation", "\x80", false},
    {"a lone start", "\xc3", false},
    {"an overlong slash", "\xc0\xaf", false},
    {"an overlong null of three bytes", "\xe0\x80\x80", false},
    {"a surrogate", "\xed\xa0\x80", false},
    {"beyond the last", "\xf4\x90\x80\x80", false},
    {"no start at all", "\xff", false},
};

/* A character at each place of ASCII text, with and without text behind it. */
static void
check_places(size_t i)
{
	size_t len = strlen(characters[i].bytes), at;
	char text[PLACES + 4];
	struct span cut, whole;

	for (at = 0; at < PLACES; at++) {
		memset(text, 'a', sizeof(text));
		memcpy(text + at, characters[i].bytes, len);
		whole = (struct span){text, sizeof(text)};
		cut = (struct span){text, at + len};
		UNIT_CHECK(utf8_valid(whole) == characters[i].valid,
		    "%s at %zu", characters[i].name, at);
		UNIT_CHECK(utf8_valid(cut) == characters[i].valid,
		    "%s at %zu, the last", characters[i].name, at);
		cut.len--;
		UNIT_CHECK(utf8_valid(cut) == (len == 1),
		    "%s at %zu, cut short", characters[i].name, at);
	}
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof(characters) / sizeof(characters[0]); i++)
		check_places(i);
	return (unit_result());
}
