#ifndef FILTER_H
#define FILTER_H

#include "exitstatus.h"
#include "options.h"

/* How the run ended. */
struct filter_end {
	enum exit_status status;
	int signal; /* by which the program should end; 0: by its status */
};

/*
 * Do all of the work that options describe, from the files to stdout and
 * stderr, and close stdout.  What went wrong has been said on stderr.
 */
struct filter_end filter_run(struct options *options);

#endif /* FILTER_H */
