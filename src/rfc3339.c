#include "rfc3339.h"
#include "calendar.h"

#define SEC_PER_DAY 86400
#define NSEC_PER_SEC 1000000000

static inline bool
is_digit(char c)
{
	return (c >= '0' && c <= '9');
}

/* The number that count digits at p make, or -1 if they are no digits. */
static int
field_read(const char *p, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++) {
		if (!is_digit(p[i]))
			return (-1);
		value = value * 10 + (p[i] - '0');
	}
	return (value);
}

/* Read "YYYY-MM-DDThh:mm:ss" at p, where there are so many bytes: *sec is
 * seconds since 1970 as if it were UTC, *second what stands for ss. */
static bool
date_time_read(const char *p, int64_t *sec, int *second)
{
	int year = field_read(p, 4), month = field_read(p + 5, 2);
	int day = field_read(p + 8, 2), hour = field_read(p + 11, 2);
	int minute = field_read(p + 14, 2);

	*second = field_read(p + 17, 2);
	if (p[4] != '-' || p[7] != '-' || p[13] != ':' || p[16] != ':' ||
	    (p[10] != 'T' && p[10] != 't' && p[10] != ' '))
		return (false);
	if (year < 0 || month < 1 || month > 12 || day < 1 ||
	    day > calendar_month_length(year, month) || hour < 0 || hour > 23 ||
	    minute < 0 || minute > 59 || *second < 0 || *second > 60)
		return (false);
	*sec = calendar_to_days(year, month, day) * SEC_PER_DAY + hour * 3600 +
	       minute * 60 + *second;
	return (true);
}

/* Read the fraction of a second at p, if there is one.  Returns the end of it,
 * or NULL if it has no digits. */
static const char *
fraction_read(const char *p, const char *end, int32_t *nsec)
{
	int32_t unit = NSEC_PER_SEC;
	const char *first;

	*nsec = 0;
	if (p == end || *p != '.')
		return (p);
	first = ++p;
	for (; p < end && is_digit(*p); p++) {
		unit /= 10; /* 0 below the nanosecond: the rest is cut off */
		*nsec += (*p - '0') * unit;
	}
	return (p > first ? p : NULL);
}

/* Read the whole of text as an offset from UTC, in seconds east of it. */
static bool
offset_read(struct span text, int *offset)
{
	int hour, minute;

	*offset = 0;
	if (text.len == 1)
		return (*text.ptr == 'Z' || *text.ptr == 'z');
	if (text.len != strlen("+hh:mm") || text.ptr[3] != ':' ||
	    (text.ptr[0] != '+' && text.ptr[0] != '-'))
		return (false);
	hour = field_read(text.ptr + 1, 2);
	minute = field_read(text.ptr + 4, 2);
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
		return (false);
	*offset = (hour * 60 + minute) * 60;
	if (text.ptr[0] == '-')
		*offset = -*offset;
	return (true);
}

enum timestamp_kind
rfc3339_read(struct span text, struct instant *out)
{
	const char *p = text.ptr, *end = text.ptr + text.len;
	int64_t sec;
	int second, offset;
	int32_t nsec;

	if (text.len < strlen("YYYY-MM-DDThh:mm:ss") ||
	    !date_time_read(p, &sec, &second))
		return (TIMESTAMP_INVALID);
	p = fraction_read(p + strlen("YYYY-MM-DDThh:mm:ss"), end, &nsec);
	if (p == NULL)
		return (TIMESTAMP_INVALID);
	if (p == end)
		return (TIMESTAMP_NO_ZONE);
	if (!offset_read(span_between(p, end), &offset))
		return (TIMESTAMP_INVALID);
	sec -= offset;
	if (second == 60) {
		/* A leap second is the last of a UTC day (RFC 3339, 5.7). */
		if (sec % SEC_PER_DAY != 0)
			return (TIMESTAMP_INVALID);
		sec--;
	}
	*out = (struct instant){sec, nsec};
	return (TIMESTAMP_DATE);
}
