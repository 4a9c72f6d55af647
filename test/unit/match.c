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
	bool special = false, anywhere = false;

	lines.base = s;
	form->cut(&lines, s + len, '\n');
	for (i = 0; i < len && count < MATCH_MOST; i++) {
		if (s[i] != '\n')
			continue;
		wrong += count >= lines.count || lines.end[count] != i;
		count++;
		end = i;
	}
	for (i = 0; i < len; i++) {
		anywhere |= s[i] != '\n' && is_special(s[i]);
		if (i < end)
			special = anywhere;
	}
	UNIT_CHECK(wrong == 0 && lines.count == count, "%s: cut: %zu of %zu",
	    form->name, lines.count, count);
	/* It may look at more than the lines, so only "nothing" is certain. */
	UNIT_CHECK(lines.special || !special, "%s: cut: not special",
	    form->name);
	UNIT_CHECK(
	    !lines.special || anywhere, "%s: cut: special", form->name);
}

/* The number that len bytes at s show, as numbers() is to read it; or -1. */
static int64_t
number_at(const char *s, size_t len)
{
	int64_t number = 0;
	size_t i;

	if (len < 9 || len > 16 || s[0] == '0')
		return (-1);
	for (i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return (-1);
		number = number * 10 + (s[i] - '0');
	}
	return (number);
}

/* Texts that are numbers as a rule, one behind the other. */
static void
check_numbers(const struct match_form *form)
{
	static const char others[] = "/:0 -\x00\x7f\x80\xb0\xff";
	static char text[MATCH_MOST * 20 + MATCH_MARGIN];
	uint32_t begin[MATCH_MOST], behind[MATCH_MOST];
	const struct column column = {
	    VALUE_NUMBER, {text, begin}, {text, behind}};
	struct range range = {INT64_MAX, -1}, expected = range;
	int64_t number[MATCH_MOST], value = 0;
	size_t i, j, at = 0, first = next(4), count = next(MATCH_MOST + 1);
	size_t end;

	for (i = 0; i < count; i++) {
		begin[i] = (uint32_t)at;
		at += next(8) == 0 ? next(20) : 9 + next(8);
		behind[i] = (uint32_t)at;
		for (j = begin[i]; j < at; j++)
			text[j] = (char)('0' + next(10));
		if (next(8) == 0 && at > begin[i])
			text[begin[i] + next((unsigned)(at - begin[i]))] =
			    others[next(sizeof(others) - 1)];
	}
	end = form->numbers(&column, first, count, number, &range);
	for (i = first; i < count; i++) {
		value = number_at(text + begin[i], behind[i] - begin[i]);
		if (value < 0)
			break;
		range_hold(&expected, value);
		UNIT_CHECK(i < end && number[i] == value, "%s: %.*s",
		    form->name, (int)(behind[i] - begin[i]), text + begin[i]);
	}
	UNIT_CHECK(end == (first < i ? i : first), "%s: %zu numbers", form->name,
	    end - first);
	UNIT_CHECK(range.least == expected.least && range.most == expected.most,
	    "%s: the range of %zu numbers", form->name, end - first);
}

/* Fill lines with random ones of most bytes at most, and where a text is to go
 * in them. */
static void
fill_lines(struct lines *lines, char *s, unsigned most,
    uint32_t at[static MATCH_MOST], uint32_t rest[static MATCH_MOST])
{
	uint32_t len, position = 0;
	size_t i;

	lines->base = s;
	lines->count = next(MATCH_MOST + 1);
	lines->longest = 0;
	for (i = 0; i < lines->count; i++) {
		len = next(most);
		fill(s + position, len, 0);
		s[position + len] = '\n';
		lines->begin[i] = position;
		at[i] = position + next(len + 1);
		rest[i] = at[i] + next(position + len - at[i] + 1);
		position += len + 1;
		lines->end[i] = position - 1;
		if (len > lines->longest)
			lines->longest = len;
	}
}

static void
check_splice(const struct match_form *form)
{
	enum { MOST = 600 };
	static char in[MATCH_MOST * MOST + MATCH_MARGIN];
	static char out[2 * MATCH_MOST * MOST + MATCH_SPARE];
	static char text[MOST + MATCH_SPARE];
	static uint32_t at[MATCH_MOST], rest[MATCH_MOST];
	static struct lines lines;
	struct splice splice = {{in, at}, {in, rest}, {text, 0}};
	char *where[MATCH_MOST], *dst = out, *end;
	size_t i, first;
	bool right;

	splice.text.len = next(next(3) == 0 ? MOST : 60);
	fill(text, splice.text.len, 0);
	fill_lines(&lines, in, next(3) == 0 ? MOST : 240, at, rest);
	first = next((unsigned)lines.count + 1);
	if (next(3) == 0 && lines.longest < MATCH_SPARE) /* one was */
		lines.longest = MATCH_SPARE + next(40);
	memset(out, 'x', sizeof(out));
	end = form->splice(&lines, &splice, first, lines.count, out, where);
	for (i = first; i < lines.count; i++) {
		right = where[i] == dst + (at[i] - lines.begin[i]) &&
		    memcmp(dst, in + lines.begin[i],
			at[i] - lines.begin[i]) == 0 &&
		    memcmp(where[i], text, splice.text.len) == 0;
		dst += at[i] - lines.begin[i] + splice.text.len;
		right = right &&
		    memcmp(dst, in + rest[i], lines.end[i] + 1 - rest[i]) == 0;
		dst += lines.end[i] + 1 - rest[i];
		UNIT_CHECK(right, "%s: line %zu", form->name, i);
	}
	UNIT_CHECK(end == dst, "%s: its end", form->name);
	for (i = MATCH_SPARE; dst + i < out + sizeof(out); i++)
		if (dst[i] != 'x')
			break;
	UNIT_CHECK(dst + i >= out + sizeof(out),
	    "%s: more than it may is written over", form->name);
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
	for (i = 0; i < ROUNDS / 20; i++) {
		check_numbers(form);
		check_splice(form);
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
