#include <stdlib.h>
#include <string.h>

#include "draft.h"
#include "memory.h"

/* White space as yajl sees it. */
static bool
is_space(char c)
{
	return (c == ' ' || (c >= '\t' && c <= '\r'));
}

static bool
is_digit(char c)
{
	return (c >= '0' && c <= '9');
}

/* Is there a name before this offset's colon, rather than a value? */
static bool
colon_follows(struct span payload, size_t at)
{
	while (at < payload.len && is_space(payload.ptr[at]))
		at++;
	return (at < payload.len && payload.ptr[at] == ':');
}

/* The offset of the quote that ends the string whose content is at at. */
static size_t
quote_after(struct span payload, size_t at)
{
	while (payload.ptr[at] != '"')
		at += payload.ptr[at] == '\\' ? 2 : 1;
	return (at);
}

/* What follows the number at at; a hole only if it has the plain form. */
static size_t
number_after(struct span payload, size_t at, enum hole *hole)
{
	const char *s = payload.ptr;

	*hole = HOLE_NUMBER;
	if (s[at] == '-')
		at++;
	while (is_digit(s[at]))
		at++;
	if (s[at] == '.')
		do
			at++;
		while (is_digit(s[at]));
	if (s[at] == 'e' || s[at] == 'E') {
		*hole = HOLE_NONE;
		do
			at++;
		while (is_digit(s[at]) || s[at] == '+' || s[at] == '-');
	}
	return (at);
}

/* Does a value that is asked for begin there? */
static bool
is_wanted(const struct draft *draft, size_t at)
{
	const char *s = draft->payload.ptr + at;
	size_t i;

	for (i = 0; i < draft->wanted->count; i++)
		if (draft->places->members[i].value.ptr == s)
			return (true);
	return (draft->places->deep.value.ptr == s);
}

/* What follows true, false or null at at. */
static size_t
word_after(const struct draft *draft, size_t at, enum hole *hole)
{
	*hole = is_wanted(draft, at) ? HOLE_NONE : HOLE_WORD;
	return (at + (draft->payload.ptr[at] == 'f' ? 5 : 4));
}

/* End the text at text_end, and begin the next one behind the hole. */
static bool
add_cut(struct draft *draft, size_t text_end, enum hole hole, size_t hole_end)
{
	struct cut *cut = &draft->cuts[draft->count];

	if (draft->count == DRAFT_HOLES && hole != HOLE_NONE)
		return (false);
	cut->text = draft->count > 0 ? cut[-1].hole_end : 0;
	cut->text_end = text_end;
	cut->hole = hole;
	cut->hole_end = hole_end;
	draft->count++;
	draft->text_len += text_end - cut->text;
	return (true);
}

/* Cut the payload; false: it has too many holes. */
static bool
cut_payload(struct draft *draft)
{
	struct span payload = draft->payload;
	size_t at = 0, begin, end, next;
	enum hole hole;
	char c;

	for (; at < payload.len; at = next) {
		c = payload.ptr[at];
		hole = HOLE_NONE;
		begin = at;
		if (c == '"') {
			begin = at + 1;
			end = quote_after(payload, begin);
			next = end + 1;
			if (!colon_follows(payload, next))
				hole = HOLE_STRING;
		} else if (is_digit(c) || c == '-') {
			next = end = number_after(payload, at, &hole);
		} else if (c == 't' || c == 'f' || c == 'n') {
			next = end = word_after(draft, at, &hole);
		} else {
			next = end = at + 1;
		}
		if (hole != HOLE_NONE && !add_cut(draft, begin, hole, end))
			return (false);
	}
	return (add_cut(draft, payload.len, HOLE_NONE, payload.len));
}

bool
draft_cut(struct draft *draft, struct span payload,
    const struct places *places, const struct wanted *wanted)
{
	draft->payload = payload;
	draft->places = places;
	draft->wanted = wanted;
	draft->count = draft->text_len = 0;
	draft->gaps = false;
	return (payload.len <= DRAFT_PAYLOAD && cut_payload(draft) &&
	    draft->text_len <= DRAFT_TEXT);
}

bool
draft_make_gaps(struct draft *draft, const size_t *length)
{
	struct cut *cut = draft->cuts, *end = cut + draft->count, *to = cut;
	size_t text = 0;

	if (draft->payload.len > DRAFT_GAPS)
		return (false);
	memset(draft->gap, 0, draft->payload.len);
	for (; cut < end; cut++, length++) {
		cut->text = text;
		if (cut->hole == HOLE_STRING && *length != DRAFT_VARIES) {
			memset(draft->gap + cut->text_end, true, *length);
			draft->text_len += *length;
			draft->gaps = true;
			continue;
		}
		text = cut->hole_end;
		*to++ = *cut;
	}
	draft->count = (size_t)(to - draft->cuts);
	return (draft->gaps);
}

size_t
draft_mark_count(const struct wanted *wanted)
{
	return (2 * (wanted->count + 1) + 1);
}

/* The mark of s; the hole before it is noted in a slot, the next one if it is
 * in none yet. */
static struct mark
make_mark(const struct draft *draft, struct shape *shape, size_t *slots,
    const char *s)
{
	size_t offset = (size_t)(s - draft->payload.ptr), holes;
	struct piece *piece;

	for (holes = draft->count - 1; holes > 0; holes--)
		if (draft->cuts[holes - 1].hole_end <= offset)
			break;
	if (holes == 0)
		return ((struct mark){0, (uint32_t)offset});
	piece = &shape->pieces[holes - 1];
	if (piece->slot == 0)
		piece->slot = (*slots)++;
	return ((struct mark){(uint32_t)piece->slot,
	    (uint32_t)(offset - draft->cuts[holes - 1].hole_end)});
}

/* The marks of all places that there are. */
static void
set_marks(const struct draft *draft, struct shape *shape)
{
	size_t member, members = draft->wanted->count, slots = 1;
	struct mark *mark = shape->marks;
	const struct place *place;

	for (member = 0; member <= members; member++, mark += 2) {
		place = member < members ? &draft->places->members[member] :
					   &draft->places->deep;
		if (place->kind == VALUE_ABSENT)
			continue;
		mark[0] = make_mark(draft, shape, &slots, place->value.ptr);
		mark[1] = make_mark(draft, shape, &slots,
		    place->value.ptr + place->value.len);
	}
	*mark = make_mark(draft, shape, &slots, draft->places->end);
}

/* Put quotes in the gaps of the len bytes at text, at most a unit, which begin
 * so far behind the payload's start; returns the mask of the other bytes. */
static uint64_t
set_gaps(char *text, size_t len, size_t from, const struct draft *draft,
    const struct match_form *form)
{
	uint64_t same = form->mask(0, len);
	size_t i;

	for (i = 0; i < len && draft->gaps; i++) {
		if (!draft->gap[from + i])
			continue;
		text[i] = '"';
		same &= ~form->mask(i, 1);
	}
	return (same);
}

/* Put the text of a cut to text, and the probes for it to probe; returns what
 * follows these. */
static struct probe *
set_text(char *text, struct probe *probe, const struct draft *draft,
    const struct cut *cut, const struct match_form *form)
{
	size_t at, left, len = cut->text_end - cut->text;

	memcpy(text, draft->payload.ptr + cut->text, len);
	for (at = 0; at < len; at += form->unit) {
		left = len - at < form->unit ? len - at : form->unit;
		*probe++ = (struct probe){.text = text + at,
		    .behind = at,
		    .narrow = left <= form->width,
		    .mask = form->mask(0, left),
		    .same = set_gaps(
			text + at, left, cut->text + at, draft, form)};
	}
	return (probe);
}

/* Make the pieces; their texts and probes go where there is room for them. */
static void
set_pieces(struct shape *shape, char *text, struct probe *probes,
    const struct draft *draft, const struct match_form *form)
{
	struct piece *piece = shape->pieces;
	const struct cut *cut = draft->cuts;

	for (; cut < draft->cuts + draft->count; cut++, piece++) {
		*piece = (struct piece){.probes = probes,
		    .len = cut->text_end - cut->text,
		    .hole = cut->hole};
		probes = set_text(text, probes, draft, cut, form);
		piece->probe_count = (size_t)(probes - piece->probes);
		text += piece->len;
	}
	shape->piece_count = draft->count;
	shape->gaps = draft->gaps;
}

static void
set_kinds(unsigned char *kinds, const struct draft *draft)
{
	size_t i, count = draft->wanted->count;

	for (i = 0; i < count; i++)
		kinds[i] = (unsigned char)draft->places->members[i].kind;
	kinds[count] = (unsigned char)draft->places->deep.kind;
}

struct shape *
draft_shape(const struct draft *draft, const struct match_form *form)
{
	/* What needs to be aligned comes first. */
	size_t pieces = draft->count * sizeof(struct piece);
	size_t probes = (draft->text_len / form->unit + draft->count) *
	    sizeof(struct probe);
	size_t marks = draft_mark_count(draft->wanted) * sizeof(struct mark);
	size_t kinds = draft->wanted->count + 1;
	struct shape *shape;
	char *room;

	shape = memory_alloc_zeroed(sizeof(*shape) + pieces + probes + marks +
	    kinds + draft->text_len + form->unit);
	shape->pieces = (struct piece *)(shape + 1);
	room = (char *)shape->pieces + pieces;
	shape->marks = (struct mark *)(void *)(room + probes);
	shape->kinds = (unsigned char *)room + probes + marks;
	set_pieces(shape, room + probes + marks + kinds,
	    (struct probe *)(void *)room, draft, form);
	set_marks(draft, shape);
	set_kinds(shape->kinds, draft);
	return (shape);
}
