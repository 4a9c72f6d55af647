#ifndef UNIT_H
#define UNIT_H

#include <stdio.h>

/*
 * The least that a table of cases needs.  A unit program checks its tables,
 * says on stderr which rows do not hold, and ends by returning unit_result():
 * "N checks, N failed" on stdout, status 1 if any failed or none was made.
 */
static unsigned unit_checks, unit_failures;

/* Count one check; if it does not hold, print what the format says. */
#define UNIT_CHECK(holds, ...)                                                 \
	do {                                                                   \
		unit_checks++;                                                 \
		if (!(holds)) {                                                \
			unit_failures++;                                       \
			fprintf(stderr, "%s:%d: ", __FILE__, __LINE__);        \
			fprintf(stderr, __VA_ARGS__);                          \
			fputc('\n', stderr);                                   \
		}                                                              \
	} while (0)

static inline int
unit_result(void)
{
	printf("%u checks, %u failed\n", unit_checks, unit_failures);
	return (unit_checks == 0 || unit_failures != 0);
}

#endif /* UNIT_H */
