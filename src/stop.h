#ifndef STOP_H
#define STOP_H

#include <stdbool.h>

/*
 * Being asked to stop: SIGINT, SIGTERM and SIGHUP.  The first one is noted, so
 * that the work at hand can be finished; the next one, of any kind, ends the
 * program at once.  SIGPIPE is ignored: a closed output is seen as EPIPE.
 *
 * Calls that wait come back with EINTR, and again from then on: see wake.h.
 */

/* Begin to note signals.  One that was ignored at the start stays ignored. */
void stop_begin(void);

/* The signal that asked to stop; 0: none has. */
int stop_signal(void);

/* End the program by signal, as if it had not been noted. */
_Noreturn void stop_die(int signal);

#endif /* STOP_H */
