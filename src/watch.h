#ifndef WATCH_H
#define WATCH_H

#include "exitstatus.h"
#include "watchoptions.h"

/* How the run ended. */
struct watch_end {
	enum exit_status status;
	int signal; /* by which the program should end; 0: by its status */
};

/*
 * Do all of the work that options describe, from the files to stdout and
 * stderr, and close stdout.  What went wrong has been said on stderr.
 */
struct watch_end watch_run(struct watch_options *options);

#endif /* WATCH_H */
