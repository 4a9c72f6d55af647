#include <stdio.h>
#include <stdlib.h>

#include "delimiter.h"
#include "judge.h"
#include "memory.h"
#include "stampself.h"

/* Could the delimiter come to stand in a payload that goes out?  One control
 * character cannot: what is put in has none, and where records end with the
 * delimiter, they had none before. */
static bool
may_arise(const struct options *options, struct span delimiter)
{
	return (delimiter.ptr != NULL && !delimiter_is_foreign(delimiter) &&
	    (options->form.lengths || delimiter.len > 1 ||
		(unsigned char)delimiter.ptr[0] >= 0x20));
}

struct stamp *
stamp_open(struct options *options)
{
	struct stamp *stamp = memory_alloc(sizeof(*stamp));
	struct wanted *wanted = &options->wanted;

	*stamp = (struct stamp){.options = options};
	stamp->timestamp = wanted_add(wanted, options->timestamp.steps[0].name);
	if (options->timestamp.count > 1)
		wanted->deep = &options->timestamp;
	stamp->output = wanted_add(wanted, options->output);
	if (options->key_from.ptr != NULL)
		stamp->key_from = wanted_add(wanted, options->key_from);
	stamp->places.members =
	    memory_alloc(wanted->count * sizeof(*stamp->places.members));
	stamp->judge = judge_open(wanted);
	insert_open(&stamp->spaced, ", \"", options->output, "\": \"",
	    options->format);
	insert_open(&stamp->tight, ",\"", options->output, "\":\"",
	    options->format);
	insert_open(&stamp->value, "\"", span_of(""), "", options->format);
	stamp->search_delimiter = may_arise(options, options->delimiter);
	stamp->search_key_delimiter =
	    may_arise(options, options->key_delimiter);
	stamp->simple = options->unit != UNIT_AUTO &&
	    !stamp->search_delimiter &&
	    !stamp->search_key_delimiter && !options->form.lengths &&
	    options->key_delimiter.ptr == NULL &&
	    options->max_output == OPTIONS_NONE && !options->color;
	zone_lookup(options->zone, 0, &stamp->period);
	return (stamp);
}

void
stamp_close(struct stamp *stamp)
{
	judge_close(stamp->judge);
	free(stamp->places.members);
	insert_close(&stamp->spaced);
	insert_close(&stamp->tight);
	insert_close(&stamp->value);
	free(stamp->time.ptr);
	free(stamp->key.ptr);
	free(stamp->payload.ptr);
	free(stamp);
}

static void
refuse(struct stamped *stamped, enum reason reason, uint64_t at,
    const char *detail)
{
	stamped->kind = STAMP_REFUSED;
	refusal_set(&stamped->refusal, reason, at, detail);
}

/* Is payload empty, or JSON white space only? */
static bool
is_blank(struct span payload)
{
	size_t i;

	for (i = 0; i < payload.len; i++)
		if (payload.ptr[i] != ' ' && payload.ptr[i] != '\n' &&
		    payload.ptr[i] != '\r' && payload.ptr[i] != '\t')
			return (false);
	return (true);
}

static const struct place *
timestamp_place(const struct stamp *stamp, const struct places *places)
{
	return (stamp->options->timestamp.count > 1 ?
		&places->deep :
		&places->members[stamp->timestamp]);
}

static enum timestamp_kind
read_time(struct stamp *stamp, const struct place *place, enum unit unit,
    struct instant *instant)
{
	if (place->kind == VALUE_NUMBER)
		return (timestamp_from_number(place->value, unit, instant));
	if (place->kind == VALUE_STRING)
		return (timestamp_from_string(
		    place_text(place, &stamp->time), unit, instant));
	return (TIMESTAMP_INVALID);
}

struct instant
stamp_instant(struct stamp *stamp, const struct places *places)
{
	struct instant instant;

	read_time(stamp, timestamp_place(stamp, places), stamp->options->unit,
	    &instant);
	return (instant);
}

/* Is there an instant, and does its year have four digits in the zone shown?
 * stamp->period is then the one that it lies in. */
static bool
can_be_shown(struct stamp *stamp, enum timestamp_kind kind,
    const struct instant *instant)
{
	struct zone_period *period = &stamp->period;

	if (kind != TIMESTAMP_NUMBER && kind != TIMESTAMP_DATE)
		return (false);
	if (instant->sec < period->from || instant->sec >= period->until)
		zone_lookup(stamp->options->zone, instant->sec, period);
	return (format_has_year(*instant, period));
}

/* Refuse a time that cannot be shown, and name the coarsest unit in which it
 * could. */
static void
refuse_year(struct stamp *stamp, const struct place *place,
    enum timestamp_kind kind, struct stamped *stamped, uint64_t at)
{
	char detail[64] = "no unit would fit";
	struct instant instant;
	enum unit unit;

	if (kind == TIMESTAMP_DATE)
		detail[0] = '\0';
	for (unit = UNIT_S; unit < UNIT_AUTO && kind != TIMESTAMP_DATE;
	    unit++) {
		if (can_be_shown(stamp,
			read_time(stamp, place, unit, &instant), &instant)) {
			snprintf(detail, sizeof(detail), "--unit=%s would fit",
			    unit_name(unit));
			break;
		}
	}
	refuse(stamped, REASON_YEAR, at, detail);
}

/* Read the record's time into stamped, or refuse it. */
static bool
set_time(struct stamp *stamp, struct span payload, struct stamped *stamped)
{
	const struct place *place = timestamp_place(stamp, stamped->places);
	enum timestamp_kind kind;
	uint64_t at;

	stamped->kind = STAMP_UNTIMED;
	at = place->kind == VALUE_ABSENT ?
	    0 :
	    (uint64_t)(place->value.ptr - payload.ptr);
	if (place->kind == VALUE_ABSENT || place->kind == VALUE_NULL) {
		if (stamp->options->strict)
			refuse(stamped, REASON_NO_TIMESTAMP, at, NULL);
		return (false);
	}
	kind = read_time(stamp, place, stamp->options->unit, &stamped->instant);
	if (kind == TIMESTAMP_INVALID) {
		refuse(stamped, REASON_NOT_TIME, at, NULL);
		return (false);
	}
	if (kind == TIMESTAMP_NO_ZONE) {
		refuse(stamped, REASON_NOT_TIME, at,
		    "the date-time has no offset from UTC");
		return (false);
	}
	if (!can_be_shown(stamp, kind, &stamped->instant)) {
		refuse_year(stamp, place, kind, stamped, at);
		return (false);
	}
	stamped->kind = STAMP_TIMED;
	stamped->dated = kind == TIMESTAMP_DATE;
	return (true);
}

/* Does a space follow the colon before the member's value? */
static bool
is_spaced(const struct place *member)
{
	const char *colon = member->value.ptr - 1;

	while (*colon != ':')
		colon--;
	return (colon[1] == ' ');
}

struct insert *
stamp_choose_insert(struct stamp *stamp, const struct place *output,
    const struct place *member, const char *end, struct span *replaced)
{
	if (output->kind != VALUE_ABSENT) {
		*replaced = output->value;
		return (&stamp->value);
	}
	*replaced = span_between(end, end);
	return (is_spaced(member) ? &stamp->spaced : &stamp->tight);
}

/* Put the time into the payload: in the place of the output member's value, or
 * behind the last member. */
static void
edit(struct stamp *stamp, struct span payload, struct stamped *stamped)
{
	const struct places *places = stamped->places;
	const char *end = payload.ptr + payload.len;
	struct span replaced;
	struct insert *insert;

	insert = stamp_choose_insert(stamp, &places->members[stamp->output],
	    &places->members[stamp->timestamp], places->end, &replaced);
	stamped->head = span_between(payload.ptr, replaced.ptr);
	stamped->text = insert_write(insert, stamp->options->format,
	    stamped->instant, &stamp->period);
	stamped->tail = span_between(replaced.ptr + replaced.len, end);
}

/* Give a record that has no key one from its payload. */
static void
set_key(struct stamp *stamp, struct span payload, struct stamped *stamped)
{
	const struct options *options = stamp->options;
	const struct place *place;

	if (stamped->key.ptr != NULL || options->key_from.ptr == NULL)
		return;
	place = &stamped->places->members[stamp->key_from];
	if (place->kind == VALUE_ABSENT)
		return;
	stamped->key = place_text(place, &stamp->key);
	if (span_find(stamped->key, options->delimiter) != NULL ||
	    span_find(stamped->key, options->key_delimiter) != NULL)
		refuse(stamped, REASON_KEY_DELIMITER,
		    (uint64_t)(place->value.ptr - payload.ptr), NULL);
}

static char *
append(char *dst, struct span s)
{
	return (s.len > 0 ? (char *)mempcpy(dst, s.ptr, s.len) : dst);
}

/* Is delimiter in the payload that goes out? */
static bool
payload_holds(struct stamp *stamp, const struct stamped *stamped,
    struct span delimiter)
{
	char *bytes = scratch_reserve(&stamp->payload,
	    stamped->head.len + stamped->text.len + stamped->tail.len);
	char *end;

	end = append(append(append(bytes, stamped->head), stamped->text),
	    stamped->tail);
	return (span_find(span_between(bytes, end), delimiter) != NULL);
}

/* Refuse a record in whose place another one, or a key, would be read. */
static void
check_delimiters(struct stamp *stamp, struct stamped *stamped)
{
	const struct options *options = stamp->options;
	bool lengths = options->form.lengths;
	bool changed = lengths || stamped->text.len > 0;

	if (stamp->search_delimiter && changed &&
	    payload_holds(stamp, stamped, options->delimiter)) {
		refuse(stamped, REASON_PAYLOAD_DELIMITER, 0, NULL);
		return;
	}
	if (stamped->key.ptr != NULL)
		return;
	if (stamp->search_key_delimiter && changed &&
	    payload_holds(stamp, stamped, options->key_delimiter)) {
		if (lengths) /* an empty key keeps it apart */
			stamped->key = span_of("");
		else
			refuse(stamped, REASON_PAYLOAD_DELIMITER, 0, NULL);
	} else if (lengths && stamped->head.len == 0) {
		/* Nothing at all is no record: kcat -P would skip it. */
		stamped->key = span_of("");
	}
}

/* Refuse what may not leave as it would. */
static void
check_output(struct stamp *stamp, struct stamped *stamped)
{
	const struct options *options = stamp->options;
	uint64_t len;

	check_delimiters(stamp, stamped);
	if (stamped->kind == STAMP_REFUSED)
		return;
	len = stamped->head.len + stamped->text.len + stamped->tail.len;
	if (stamped->key.ptr != NULL)
		len += stamped->key.len + options->key_delimiter.len;
	if (len > options->max_output)
		refuse(stamped, REASON_OUTPUT_TOO_LONG, options->max_output,
		    NULL);
}

void
stamp_record(struct stamp *stamp, const struct record *record,
    const struct places *known, struct stamped *stamped)
{
	const struct options *options = stamp->options;

	stamped->kind = STAMP_BLANK;
	stamped->places = NULL;
	stamped->key = record->key;
	stamped->head = record->payload;
	stamped->text = stamped->tail = SPAN_ABSENT;
	if (!record->whole) {
		refuse(stamped, REASON_TOO_LONG, options->form.max_record,
		    NULL);
		return;
	}
	if (options->form.lengths && record->key.ptr != NULL &&
	    (span_find(record->key, options->delimiter) != NULL ||
		span_find(record->key, options->key_delimiter) != NULL)) {
		refuse(stamped, REASON_KEY_DELIMITER, 0, NULL);
		return;
	}
	if (known != NULL || !is_blank(record->payload)) {
		if (known == NULL &&
		    !judge_record(stamp->judge, record->payload,
			&stamp->places, &stamped->refusal)) {
			stamped->kind = STAMP_REFUSED;
			return;
		}
		stamped->places = known != NULL ? known : &stamp->places;
		if (set_time(stamp, record->payload, stamped))
			edit(stamp, record->payload, stamped);
		if (stamped->kind != STAMP_REFUSED)
			set_key(stamp, record->payload, stamped);
	}
	if (stamped->kind != STAMP_REFUSED)
		check_output(stamp, stamped);
}
