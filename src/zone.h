#ifndef ZONE_H
#define ZONE_H

#include <stdint.h>

#include "span.h"

/*
 * Time zones from the system's zoneinfo (TZif, RFC 8536; RFC 9636 for
 * version 4).  Nothing here looks at $TZ or the locale.
 */
struct zone;

/* A stretch of time over which a zone keeps one offset. */
struct zone_period {
	int64_t from;	    /* first second, since 1970 UTC */
	int64_t until;	    /* first second after it */
	int32_t offset;	    /* seconds east of UTC */
	char abbreviation[16]; /* "CEST"; letters, digits, + and - only */
};

/*
 * Open a zoneinfo name ("Europe/Berlin"; "UTC" needs no file).  Names with a
 * leading slash, with empty components or with a component that begins with a
 * dot are refused, so a name never leaves the zoneinfo directory.  Files with
 * leap seconds (right/...) are refused.
 * Returns NULL if the zone is not to be had; *why is then a constant string
 * that says why.  The caller frees the zone by zone_close().
 */
struct zone *zone_open(const char *name, const char **why);

/* As zone_open(), from the bytes of a TZif file; they are not kept. */
struct zone *zone_from_bytes(struct span tzif, const char **why);

/*
 * The period that sec, in seconds since 1970 UTC, lies in.  Before the first
 * transition it is local time type 0, beyond the table the footer's rule
 * holds (RFC 8536, sections 3.2 and 3.3).  Any int64_t within 1e15 is served;
 * from and until may be tighter than the true period, never wider.
 */
void zone_lookup(const struct zone *zone, int64_t sec,
    struct zone_period *period);

void zone_close(struct zone *zone);

#endif /* ZONE_H */
