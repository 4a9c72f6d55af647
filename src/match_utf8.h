/*
 * The part of match_form.h that checks UTF-8: valid(), as match.h has it.
 */
#ifdef SIMD_HAS_LOOKUP

/*
 * What can be wrong with two bytes that follow each other, a bit each; the
 * tables say for the nibbles of the first byte, and the high one of the second,
 * which of it is possible, and what all three say, is wrong.  J. Keiser and
 * D. Lemire, "Validating UTF-8 In Less Than One Instruction Per Byte",
 * Software: Practice and Experience 51(5), 2021.
 */
#define TOO_SHORT 0x01
#define TOO_LONG 0x02
#define OVERLONG_3 0x04
#define TOO_LARGE 0x08
#define SURROGATE 0x10
#define OVERLONG_2 0x20
#define TOO_LARGE_1000 0x40
#define OVERLONG_4 0x40
#define TWO_CONTINUE (char)0x80
#define CARRY (TOO_SHORT | TOO_LONG | TWO_CONTINUE)

static const char first_high[16] = {TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG,
    TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TWO_CONTINUE, TWO_CONTINUE,
    TWO_CONTINUE, TWO_CONTINUE, TOO_SHORT | OVERLONG_2, TOO_SHORT,
    TOO_SHORT | OVERLONG_3 | SURROGATE,
    TOO_SHORT | TOO_LARGE | TOO_LARGE_1000 | OVERLONG_4};

static const char first_low[16] = {
    CARRY | OVERLONG_3 | OVERLONG_2 | OVERLONG_4, CARRY | OVERLONG_2, CARRY,
    CARRY, CARRY | TOO_LARGE, CARRY | TOO_LARGE | TOO_LARGE_1000,
    CARRY | TOO_LARGE | TOO_LARGE_1000, CARRY | TOO_LARGE | TOO_LARGE_1000,
    CARRY | TOO_LARGE | TOO_LARGE_1000, CARRY | TOO_LARGE | TOO_LARGE_1000,
    CARRY | TOO_LARGE | TOO_LARGE_1000, CARRY | TOO_LARGE | TOO_LARGE_1000,
    CARRY | TOO_LARGE | TOO_LARGE_1000,
    CARRY | TOO_LARGE | TOO_LARGE_1000 | SURROGATE,
    CARRY | TOO_LARGE | TOO_LARGE_1000, CARRY | TOO_LARGE | TOO_LARGE_1000};

static const char second_high[16] = {TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
    TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
    TOO_LONG | OVERLONG_2 | TWO_CONTINUE | OVERLONG_3 | TOO_LARGE_1000 |
	OVERLONG_4,
    TOO_LONG | OVERLONG_2 | TWO_CONTINUE | OVERLONG_3 | TOO_LARGE,
    TOO_LONG | OVERLONG_2 | TWO_CONTINUE | SURROGATE | TOO_LARGE,
    TOO_LONG | OVERLONG_2 | TWO_CONTINUE | SURROGATE | TOO_LARGE, TOO_SHORT,
    TOO_SHORT, TOO_SHORT, TOO_SHORT};

/* Not zero if a block, and the one before it, are not UTF-8; a character that
 * the block's end cuts is left to the next one. */
INLINE simd_block
utf8_errors(simd_block block, simd_block before)
{
	simd_block low = simd_splat(0x0f);
	simd_block back_1 = simd_back(block, before, 1), pair, third, fourth;

	pair = simd_and(
	    simd_and(simd_lookup(simd_table(first_high), simd_nibble(back_1)),
		simd_lookup(simd_table(first_low), simd_and(back_1, low))),
	    simd_lookup(simd_table(second_high), simd_nibble(block)));
	/* The third and fourth bytes of a character must continue two. */
	third = simd_subtract(
	    simd_back(block, before, 2), simd_splat((char)(0xe0 - 0x80)));
	fourth = simd_subtract(
	    simd_back(block, before, 3), simd_splat((char)(0xf0 - 0x80)));
	return (simd_xor(
	    simd_and(simd_or(third, fourth), simd_splat((char)0x80)), pair));
}

static bool
valid(struct span text)
{
	simd_block before = simd_splat(0), block, errors = simd_splat(0);
	const char *s = text.ptr, *end = text.ptr + text.len;
	char last[SIMD_WIDTH] = {0};

	for (; end - s >= SIMD_WIDTH; s += SIMD_WIDTH) {
		block = simd_load(s);
		if ((simd_high(block) | simd_high(before)) != 0)
			errors = simd_or(errors, utf8_errors(block, before));
		before = block;
	}
	/* At least one byte of zeros ends what is left. */
	memcpy(last, s, (size_t)(end - s));
	errors = simd_or(errors, utf8_errors(simd_load(last), before));
	return (simd_zero(errors));
}

#else

static bool
valid(struct span text)
{
	return (utf8_valid(text));
}

#endif
