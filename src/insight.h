#ifndef INSIGHT_H
#define INSIGHT_H

#include <stdbool.h>
#include <stddef.h>

#include "match.h"
#include "out.h"
#include "places.h"
#include "timestamp.h"

/*
 * What is worth a line on stderr: records in which a member has a value that
 * a rule names, told in the words of a text.
 */
struct insight;

/* With no rule and no text; wanted is kept, and asked as they come. */
struct insight *insight_open(struct wanted *wanted);

/* Add a rule, "MEMBER=VALUE".  Returns false if rule has no "=".  It is kept,
 * not copied. */
bool insight_add_rule(struct insight *insight, const char *rule);

/* Set the text, in which {NAME} is the value of that top-level member and {{
 * a brace.  Returns false if a brace is not closed.  It is kept, not copied. */
bool insight_set_text(struct insight *insight, const char *text);

/* Does a rule hold?  The member's string content without escapes, or its
 * token, is the rule's value, ASCII case apart. */
bool insight_matches(struct insight *insight, const struct places *places);

/* The first payload of match from i on for which a rule holds; end if there is
 * none up to it.  They all have a shape. */
size_t insight_find(struct insight *insight, const struct match *match,
    size_t i, size_t end);

/* Put the line "Insight: ..." into out, its values shown safely. */
void insight_put(struct insight *insight, const struct places *places,
    struct out *out);

/*
 * The same as a JSON object on a line: the text as "message", the members that
 * are asked for, and the record's time, which may be NULL.
 */
void insight_put_json(struct insight *insight, const struct places *places,
    const struct instant *instant, struct out *out);

void insight_close(struct insight *insight);

#endif /* INSIGHT_H */
