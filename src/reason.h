#ifndef REASON_H
#define REASON_H

#include <stdint.h>

/*
 * Why a record was refused: the one table that dead letters, messages,
 * counters and the man page's DIAGNOSTICS are made from.
 * A new reason is one line: name, label (for figures), text (for people).
 */
#define REASONS(X)                                                             \
	X(NOT_JSON, "invalid_json", "invalid JSON")                            \
	X(NOT_OBJECT, "not_object", "not a JSON object")                       \
	X(TOO_LONG, "too_long", "longer than --max-record")                    \
	X(OUTPUT_TOO_LONG, "output_too_long",                                  \
	    "would leave longer than --max-output")                            \
	X(KEY_DELIMITER, "key_delimiter", "key holds a delimiter")             \
	X(PAYLOAD_DELIMITER, "payload_delimiter",                              \
	    "payload would hold a delimiter")                                  \
	X(NO_TIMESTAMP, "no_timestamp", "no timestamp")                        \
	X(NOT_TIME, "not_time", "timestamp is not a time")                     \
	X(YEAR, "year", "year outside 0001 to 9999")

enum reason {
	REASON_NONE, /* not refused */
#define REASON_NAME(name, label, text) REASON_##name,
	REASONS(REASON_NAME)
#undef REASON_NAME
	REASON_COUNT
};

/* One refusal, as a value. */
struct refusal {
	enum reason reason;
	uint64_t at;	  /* the byte of the payload, from 0, that it is about */
	char detail[120]; /* more than the reason's text says; "" if nothing */
};

/* The text for people, such as "invalid JSON"; "" for REASON_NONE. */
const char *reason_text(enum reason reason);

/* The label for figures, such as "invalid_json"; "" for REASON_NONE. */
const char *reason_label(enum reason reason);

/* Room for what refusal_describe() writes. */
#define REFUSAL_MAX 200

/* Write "text" or "text: detail" into buf, as a C string; returns buf. */
const char *refusal_describe(const struct refusal *refusal,
    char buf[static REFUSAL_MAX]);

/* Fill refusal; detail, which may be NULL, is copied, cut if too long. */
void refusal_set(struct refusal *refusal, enum reason reason, uint64_t at,
    const char *detail);

#endif /* REASON_H */
