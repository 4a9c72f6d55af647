#ifndef WAKE_H
#define WAKE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Being woken from a call that waits: by time, or by SIGUSR1 (and SIGINFO,
 * where there is one), which ask for a report.
 *
 * From the moment on, the call at hand and every later one is interrupted
 * (EINTR) again and again, every few milliseconds, until wake_after() is
 * called.  So nothing that comes between a look at the flags and the call is
 * lost, and the usual read needs no other call before it.
 */

/* Begin to be woken. */
void wake_begin(void);

/* Has anything come?  Cheap. */
bool wake_pending(void);

/* Has a report been asked for?  Says so once. */
bool wake_asked(void);

/* Wake after so many milliseconds; 0: not by time. */
void wake_after(uint64_t ms);

/* Wake from now on; for handlers of signals. */
void wake_now(void);

#endif /* WAKE_H */
