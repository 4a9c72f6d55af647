#include <stdio.h>

#include "reason.h"

static const struct {
	const char *label;
	const char *text;
} reasons[REASON_COUNT] = {
    [REASON_NONE] = {"", ""},
#define REASON_ROW(name, label, text) [REASON_##name] = {label, text},
    REASONS(REASON_ROW)
#undef REASON_ROW
};

const char *
reason_text(enum reason reason)
{
	return (reasons[reason].text);
}

const char *
reason_label(enum reason reason)
{
	return (reasons[reason].label);
}

const char *
refusal_describe(const struct refusal *refusal, char buf[static REFUSAL_MAX])
{
	snprintf(buf, REFUSAL_MAX, "%s%s%s", reason_text(refusal->reason),
	    refusal->detail[0] != '\0' ? ": " : "", refusal->detail);
	return (buf);
}

void
refusal_set(struct refusal *refusal, enum reason reason, uint64_t at,
    const char *detail)
{
	refusal->reason = reason;
	refusal->at = at;
	snprintf(refusal->detail, sizeof(refusal->detail), "%s",
	    detail != NULL ? detail : "");
}
