#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "format.h"
#include "jsonstr.h"
#include "memory.h"
#include "step.h"
#include "utf8.h"

#define YEAR_1 INT64_C(-62135596800) /* 0001-01-01T00:00:00 */
#define SEC_PER_DAY 86400
#define YEAR_10000 INT64_C(253402300800) /* 10000-01-01T00:00:00 */

struct format {
	struct step *steps;
	size_t count;
	size_t room; /* for so many steps */
	size_t bound;
};

/* Behind the longest text, and the byte that a caller may put there, digits
 * may be written that are not shown. */
#define UNSHOWN 3

/*
 * The conversions.  The modifiers E and O stand where POSIX.1-2017 (strftime,
 * "Modified Conversion Specifiers") or the manual of glibc ("Formatting
 * Calendar Time") allow them, O thus at all numbers and names of months; save
 * %OY, which glibc's strftime(3) itself does not take.
 */
static const struct conversion {
	const char *name; /* without the % */
	const char *modifiers; /* that may precede it */
	enum step_put put;
	enum step_field field; /* if put shows one */
	const char *text; /* if put is PUT_LITERAL: what it stands for */
} conversions[] = {
    /* Spelt out as one, what is most common is one step. */
    {"Y-%m-%d", "", PUT_DATE, FIELD_NONE, NULL},
    {"H:%M:%S", "", PUT_TIME, FIELD_NONE, NULL},
    {"A", "", PUT_DAY, FIELD_NONE, NULL},
    {"B", "O", PUT_MONTH, FIELD_NONE, NULL},
    {"C", "EO", PUT_TWO, FIELD_CENTURY, NULL},
    {"D", "", PUT_LITERAL, FIELD_NONE, "%m/%d/%y"},
    {"F", "", PUT_DATE, FIELD_NONE, NULL},
    {"G", "O", PUT_FOUR, FIELD_ISO_YEAR, NULL},
    {"H", "O", PUT_TWO, FIELD_HOUR, NULL},
    {"I", "O", PUT_TWO, FIELD_HOUR_OF_12, NULL},
    {"M", "O", PUT_TWO, FIELD_MINUTE, NULL},
    {"N", "", PUT_NANO_9, FIELD_NONE, NULL},
    {"3N", "", PUT_NANO_3, FIELD_NONE, NULL},
    {"6N", "", PUT_NANO_6, FIELD_NONE, NULL},
    {"P", "", PUT_LOWER, FIELD_NONE, NULL},
    {"R", "", PUT_LITERAL, FIELD_NONE, "%H:%M"},
    {"S", "O", PUT_TWO, FIELD_SECOND, NULL},
    {"T", "", PUT_TIME, FIELD_NONE, NULL},
    {"U", "O", PUT_TWO, FIELD_WEEK_FROM_SUNDAY, NULL},
    {"V", "O", PUT_TWO, FIELD_ISO_WEEK, NULL},
    {"W", "O", PUT_TWO, FIELD_WEEK_FROM_MONDAY, NULL},
    {"X", "E", PUT_TIME, FIELD_NONE, NULL},
    {"Y", "E", PUT_FOUR, FIELD_YEAR, NULL},
    {"Z", "", PUT_ZONE, FIELD_NONE, NULL},
    {"a", "", PUT_DAY_3, FIELD_NONE, NULL},
    {"b", "O", PUT_MONTH_3, FIELD_NONE, NULL},
    {"c", "E", PUT_LITERAL, FIELD_NONE, "%a %b %e %H:%M:%S %Y"},
    {"d", "O", PUT_TWO, FIELD_DAY, NULL},
    {"e", "O", PUT_SPACED, FIELD_DAY, NULL},
    {"g", "O", PUT_TWO, FIELD_ISO_YEAR_OF_CENTURY, NULL},
    {"h", "O", PUT_MONTH_3, FIELD_NONE, NULL},
    {"j", "O", PUT_THREE, FIELD_DAY_OF_YEAR, NULL},
    {"k", "O", PUT_SPACED, FIELD_HOUR, NULL},
    {"l", "O", PUT_SPACED, FIELD_HOUR_OF_12, NULL},
    {"m", "O", PUT_TWO, FIELD_MONTH, NULL},
    {"n", "", PUT_LITERAL, FIELD_NONE, "\n"},
    {"p", "", PUT_UPPER, FIELD_NONE, NULL},
    {"r", "", PUT_LITERAL, FIELD_NONE, "%I:%M:%S %p"},
    {"s", "O", PUT_SECONDS, FIELD_NONE, NULL},
    {"t", "", PUT_LITERAL, FIELD_NONE, "\t"},
    {"u", "O", PUT_ONE, FIELD_DAY_FROM_MONDAY, NULL},
    {"w", "O", PUT_ONE, FIELD_DAY_FROM_SUNDAY, NULL},
    {"x", "E", PUT_LITERAL, FIELD_NONE, "%m/%d/%y"},
    {"y", "EO", PUT_TWO, FIELD_YEAR_OF_CENTURY, NULL},
    {"z", "", PUT_OFFSET, FIELD_NONE, NULL},
    {":z", "", PUT_OFFSET_COLON, FIELD_NONE, NULL},
};

static struct step *
step_add(struct format *format, enum step_put put, enum step_field field)
{
	struct step *step;

	if (format->count == format->room) {
		format->room = format->room * 2 + 8;
		format->steps = memory_resize(
		    format->steps, format->room * sizeof(*format->steps));
	}
	format->bound += step_width(put);
	step = &format->steps[format->count++];
	memset(step, 0, sizeof(*step));
	step->put = (unsigned char)put;
	step->field = (unsigned char)field;
	return (step);
}

/* Add the bytes of text, escaped for JSON, as full steps as may be. */
static void
literal_add(struct format *format, struct span text)
{
	char *escaped = memory_alloc(jsonstr_escaped_length(text));
	char *end = jsonstr_escape(text, escaped);
	struct step *step = NULL;

	if (format->count > 0)
		step = &format->steps[format->count - 1];
	for (const char *p = escaped; p < end; p++) {
		if (step == NULL || step->put != PUT_LITERAL ||
		    step->len == STEP_TEXT)
			step = step_add(format, PUT_LITERAL, FIELD_NONE);
		step->text[step->len++] = *p;
	}
	free(escaped);
}

/* The conversion that p, what follows a %, begins with, or NULL. */
static const struct conversion *
conversion_find(const char *p, char modifier)
{
	size_t count = sizeof(conversions) / sizeof(conversions[0]);

	for (size_t i = 0; i < count; i++) {
		const struct conversion *c = &conversions[i];

		if (strncmp(p, c->name, strlen(c->name)) == 0 &&
		    (modifier == '\0' ||
			strchr(c->modifiers, modifier) != NULL))
			return (c);
	}
	return (NULL);
}

/* What the person who wrote the % at p, which is none of ours, will have
 * meant: flags, a width, colons and a modifier as for date(1), a character. */
static struct span
conversion_guess(const char *p)
{
	const char *end = p + 1;
	uint32_t code;

	end += strspn(end, "-_0^#+");
	end += strspn(end, "0123456789");
	end += strspn(end, ":");
	end += strspn(end, "EO");
	end += utf8_decode(span_of(end), &code);
	return (span_between(p, end));
}

/* Add the steps of fmt, valid UTF-8. */
static bool
steps_add(struct format *format, const char *fmt, struct span *bad)
{
	while (*fmt != '\0') {
		const struct conversion *conversion;
		const char *p = fmt;
		char modifier = '\0';

		if (*p != '%' || p[1] == '%') {
			p += *p == '%' ? 2 : strcspn(p, "%");
			literal_add(format,
			    *fmt == '%' ? span_of("%") : span_between(fmt, p));
			fmt = p;
			continue;
		}
		p++;
		if (*p == 'E' || *p == 'O')
			modifier = *p++;
		conversion = conversion_find(p, modifier);
		if (conversion == NULL) {
			*bad = conversion_guess(fmt);
			return (false);
		}
		if (conversion->put != PUT_LITERAL)
			step_add(format, conversion->put, conversion->field);
		else if (!steps_add(format, conversion->text, bad))
			return (false);
		fmt = p + strlen(conversion->name);
	}
	return (true);
}

/* Find the first bytes in text that are no UTF-8. */
static bool
invalid_find(struct span text, struct span *bad)
{
	const char *p = text.ptr, *end = text.ptr + text.len;
	uint32_t code;
	size_t len;

	while ((len = utf8_decode(span_between(p, end), &code)) > 0)
		p += len;
	bad->ptr = p;
	while (p < end && utf8_decode(span_between(p, end), &code) == 0)
		p++;
	bad->len = (size_t)(p - bad->ptr);
	return (bad->len > 0);
}

struct format *
format_compile(const char *fmt, struct span *bad)
{
	struct format *format;

	if (invalid_find(span_of(fmt), bad))
		return (NULL);
	format = memory_alloc(sizeof(*format));
	*format = (struct format){.bound = UNSHOWN};
	if (!steps_add(format, fmt, bad)) {
		format_free(format);
		return (NULL);
	}
	return (format);
}

size_t
format_bound(const struct format *format)
{
	return (format->bound);
}

size_t
format_render(const struct format *format, struct instant instant,
    const struct zone_period *period, char *buf)
{
	assert(format_has_year(instant, period));
	return ((size_t)(step_write(format->steps, format->count, instant,
			     period, buf) -
			 buf));
}

/* Note where the digits of a step that is of the day are, from offset at on;
 * false if it shows something else than hour, minute or second by two digits,
 * or what another one shows already. */
static bool
note_step(const struct step *step, size_t at, size_t unshown,
    struct format_day *day)
{
	size_t *digits[3] = {NULL, NULL, NULL};
	int i, shown = 1;

	if (step->put == PUT_TIME) {
		digits[0] = &day->hour;
		digits[1] = &day->minute;
		digits[2] = &day->second;
		shown = 3;
	} else if (step->put == PUT_TWO && step->field == FIELD_HOUR) {
		digits[0] = &day->hour;
	} else if (step->put == PUT_TWO && step->field == FIELD_MINUTE) {
		digits[0] = &day->minute;
	} else if (step->put == PUT_TWO && step->field == FIELD_SECOND) {
		digits[0] = &day->second;
	} else {
		return (false);
	}
	for (i = 0; i < shown; i++) {
		if (*digits[i] != unshown)
			return (false);
		*digits[i] = at + (size_t)i * strlen("00:");
	}
	return (true);
}

void
format_render_day(const struct format *format, struct instant instant,
    const struct zone_period *period, char *buf, struct format_day *day)
{
	int64_t local = instant.sec + period->offset;
	int64_t second = local % SEC_PER_DAY;
	size_t unshown = format->bound - strlen("00"), at, i;

	if (second < 0)
		second += SEC_PER_DAY;
	day->midnight = day->from = instant.sec - second;
	day->until = day->from + SEC_PER_DAY;
	if (day->from < period->from)
		day->from = period->from;
	if (day->until > period->until)
		day->until = period->until;
	day->hour = day->minute = day->second = unshown;
	for (i = 0; i < format->count; i++) {
		if (!step_is_of_day(&format->steps[i]))
			continue;
		at = (size_t)(step_write(
				  format->steps, i, instant, period, buf) -
		    buf);
		if (!note_step(&format->steps[i], at, unshown, day))
			day->until = day->from;
	}
	day->len = format_render(format, instant, period, buf);
}

bool
format_has_year(struct instant instant, const struct zone_period *period)
{
	int64_t local = instant.sec + period->offset;

	return (local >= YEAR_1 && local < YEAR_10000);
}

void
format_free(struct format *format)
{
	if (format == NULL)
		return;
	free(format->steps);
	free(format);
}
