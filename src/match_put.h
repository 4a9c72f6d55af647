/*
 * The part of match_form.h that makes of lines what goes out: numbers() and
 * splice(), as match.h has them.
 */
static size_t
numbers(const struct column *the_column, size_t i, size_t end,
    int64_t number[static MATCH_MOST], struct range *the_range)
{
	const struct column column = *the_column; /* in registers */
	struct range range = *the_range;
	struct span value;
#ifndef SIMD_HAS_NUMBER
	struct timestamp_leading leading = TIMESTAMP_NO_LEADING;
#endif

	for (; i < end; i++) {
		value = column_value(&column, i);
#ifdef SIMD_HAS_NUMBER
		if (value.len < 9 || value.len > 16 || value.ptr[0] == '0')
			break;
		number[i] = simd_number(value.ptr, value.len);
#else
		number[i] = timestamp_digits(&leading, value);
#endif
		if (number[i] < 0)
			break;
		range_hold(&range, number[i]);
	}
	*the_range = range;
	return (i);
}

/* Copy len bytes from s to dst, where none is longer than longest; returns
 * what follows them there.  As a rule that is a few copies, always as many, and
 * not worth a call. */
INLINE char *
put(char *dst, const char *s, size_t len, size_t longest)
{
	size_t at = 0;

	if (longest > MATCH_SPARE)
		return (mempcpy(dst, s, len));
	do
		simd_copy(dst + at, s + at);
	while ((at += SIMD_COPY) < longest);
	return (dst + len);
}

static char *
splice(const struct lines *lines, const struct splice *the_splice,
    size_t i, size_t end, char *dst, char *where[static MATCH_MOST])
{
	const struct splice splice = *the_splice; /* in registers */
	const char *const base = lines->base;
	const size_t longest = lines->longest;
	const char *begin, *at, *rest;
	size_t tail;

	for (; i < end; i++) {
		begin = base + lines->begin[i];
		at = track_at(&splice.at, i);
		rest = track_at(&splice.rest, i);
		tail = (size_t)(base + lines->end[i] + 1 - rest);
		dst = put(dst, begin, (size_t)(at - begin), longest);
		where[i] = dst;
		dst = put(dst, splice.text.ptr, splice.text.len,
		    splice.text.len);
		/* A delimiter and a brace, as a rule. */
		dst = put(dst, rest, tail, tail);
	}
	return (dst);
}
