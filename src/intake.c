#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "intake.h"
#include "memory.h"

const char *
intake_open(struct intake *intake, const struct frame_form *form,
    const struct wanted *wanted)
{
	const char *given = getenv("LOGINSTAMP_SHAPES");
	char name[16] = "";
	size_t len;

	*intake = (struct intake){.frame = frame_open(form)};
	intake->places.members = memory_alloc(
	    wanted->count * sizeof(*intake->places.members));
	if (given != NULL) {
		len = strcspn(given, ",");
		intake->count = strcmp(given + len, ",count") == 0;
		snprintf(name, sizeof(name), "%.*s", (int)len, given);
		if (strcmp(name, "off") == 0)
			return (NULL);
	}
	intake->form = match_form_find(name[0] != '\0' ? name : NULL);
	if (intake->form == NULL)
		return ("no such form, or none for this processor");
	intake->shapes = shapes_open(wanted, intake->form);
	return (NULL);
}

void
intake_close(struct intake *intake)
{
	if (intake->shapes != NULL)
		shapes_close(intake->shapes);
	free(intake->places.members);
	frame_close(intake->frame);
}

const struct match *
intake_lines(struct intake *intake)
{
	struct lines *lines = &intake->lines;

	if (intake->next < lines->count)
		return (intake->match);
	lines->count = intake->next = 0;
	if (intake->shapes == NULL ||
	    !frame_lines(intake->frame, intake->form, lines, &intake->first))
		return (NULL);
	intake->match = shapes_match(intake->shapes, lines);
	return (intake->match);
}

void
intake_skip(struct intake *intake, size_t next)
{
	intake->skipped += next - intake->next;
	intake->next = next;
}

const struct places *
intake_places(struct intake *intake, size_t i)
{
	shapes_places(intake->match, i, &intake->places);
	return (&intake->places);
}

/* The next one of many. */
static enum frame_event
next_line(struct intake *intake, struct record *record,
    const struct places **known)
{
	size_t i = intake->next++;

	*record = frame_line(&intake->lines, i, intake->first);
	if (match_known(intake->match, i))
		*known = intake_places(intake, i);
	return (FRAME_RECORD);
}

enum frame_event
intake_next(struct intake *intake, struct record *record,
    const struct places **known)
{
	enum frame_event event;

	*known = NULL;
	if (intake_lines(intake) != NULL)
		return (next_line(intake, record, known));
	event = frame_next(intake->frame, record);
	if (event == FRAME_RECORD && record->whole && intake->shapes != NULL &&
	    shapes_find(intake->shapes, record->payload, &intake->places))
		*known = &intake->places;
	return (event);
}

void
intake_learn(struct intake *intake, const struct record *record,
    const struct places *places)
{
	if (intake->shapes != NULL)
		shapes_learn(intake->shapes, record->payload, places);
}

void
intake_tell(const struct intake *intake, struct out *err)
{
	struct shapes_count count;

	if (!intake->count || intake->shapes == NULL)
		return;
	count = shapes_counted(intake->shapes);
	out_printf(err,
	    "%s: shapes: %s: %" PRIu64 " of %" PRIu64 " payloads recognised, "
	    "%" PRIu64 " taken quickly, %" PRIu64 " shapes learnt\n",
	    program_invocation_short_name, intake->form->name, count.matched,
	    count.asked, intake->skipped, count.learnt);
}
