/*
 * The forms of the fast path that run here, held against simple loops over
 * bytes made at random (the same ones each time), at every alignment.
 */
#include <stdlib.h>

#include "match.h"
#include "unit.h"
#include "utf8.h"

#define ROUNDS 20000
#define LONGEST 400

static const char *const names[] = {"avx512", "avx2", "sse2", "neon", "plain"};

#define FORMS (sizeof(names) / sizeof(names[0]))

/* Bytes at the borders of what matters. */
static const char borders[] = "\x00\n\x1f\x20\"\\az\x7e\x7f\x80\xbf\xc1\xc2"
			      "\xdf\xe0\xec\xed\xef\xf0\xf4\xf5\xff";

/* The first and the last characters of each length, and around surrogates. */
static const char *const characters[] = {"\xc2\x80", "\xdf\xbf",
    "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf",
    "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"};

/* Random numbers: Park and Miller's minimal standard. */
static unsigned
next(unsigned below)
{
	static uint64_t x = 1;

	x = x * 16807 % 2147483647;
	return ((unsigned)(x >> 8) % below);
}

/* Fill len bytes; strange of 100 are taken from the borders, and as many are
 * characters. */
static void
fill(char *s, size_t len, unsigned strange)
{
	const char *character;
	size_t i, n;

	for (i = 0; i < len; i++) {
		s[i] = (char)('a' + next(26));
		if (next(100) < strange)
			s[i] = borders[next(sizeof(borders) - 1)];
		if (next(100) >= strange)
			continue;
		character = characters[next(8)];
		for (n = 0; character[n] != '\0' && i + n < len; n++)
			s[i + n] = character[n];
		i += n - 1;
	}
}

static bool
is_special(char c)
{
	return ((unsigned char)c < 0x20 || (unsigned char)c >= 0x80 ||
	    c == '\\');
}

static bool
all_plain(struct span text)
{
	size_t i;

	for (i = 0; i < text.len; i++)
		if (is_special(text.ptr[i]))
			return (false);
	return (true);
}

static void
check_cut(const struct match_form *form, const char *s, size_t len)
{
	static struct lines lines;
	size_t i, count = 0, wrong = 0, end = len;
	bool special = false;

	lines.base = s;
	form->cut(&lines, s + len, '\n');
	for (i = 0; i < len && count < MATCH_MOST; i++) {
		if (s[i] != '\n')
			continue;
		wrong += count >= lines.count || lines.end[count] != i;
		count++;
		end = i;
	}
	for (i = 0; i < end; i++)
		special |= s[i] != '\n' && is_special(s[i]);
	UNIT_CHECK(wrong == 0 && lines.count == count, "%s: cut: %zu of %zu",
	    form->name, lines.count, count);
	/* It may look at more than the lines, so only "nothing" is certain. */
	UNIT_CHECK(lines.special || !special, "%s: cut: not special",
	    form->name);
	UNIT_CHECK(!lines.special || !all_plain((struct span){s, len}) ||
		count > 0,
	    "%s: cut: special", form->name);
}

static void
check_form(const struct match_form *form)
{
	static char room[64 + LONGEST + MATCH_MARGIN];
	struct span text;
	size_t len;
	char *s;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		len = next(LONGEST);
		s = room + next(64);
		fill(s, len, next(3) == 0 ? 0 : next(12));
		text = (struct span){s, len};
		UNIT_CHECK(form->valid(text) == utf8_valid(text),
		    "%s: valid, %zu bytes", form->name, len);
		UNIT_CHECK(form->plain(text) == all_plain(text),
		    "%s: plain, %zu bytes", form->name, len);
		check_cut(form, s, len);
	}
}

int
main(void)
{
	size_t i, tried = 0;

	for (i = 0; i < FORMS; i++) {
		if (match_form_find(names[i]) == NULL)
			continue;
		check_form(match_form_find(names[i]));
		tried++;
	}
	UNIT_CHECK(tried >= 1, "no form runs here");
	UNIT_CHECK(match_form_find("mmx") == NULL, "mmx is no form");
	return (unit_result());
}
