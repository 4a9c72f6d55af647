#ifndef STOP_H
#define STOP_H

#include <stdbool.h>

/*
 * Being asked to stop: SIGINT, SIGTERM and SIGHUP.  The first one is noted, so
 * that the work at hand can be finished; the next one, of any kind, ends the
 * program at once.  SIGPIPE is ignored: a closed output is seen as EPIPE.
 */

/* Begin to note signals.  One that was ignored at the start stays ignored. */
void stop_begin(void);

/* The signal that asked to stop; 0: none has. */
int stop_signal(void);

/* Wait until fd can be read, or its end has come, or a stop is asked for.
 * Returns false in the last case, even if fd can be read too. */
bool stop_wait(int fd);

/* End the program by signal, as if it had not been noted. */
_Noreturn void stop_die(int signal);

#endif /* STOP_H */
