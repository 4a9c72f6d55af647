#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <sys/stat.h>

/*
 * Where records come from: stdin or a file.
 */

/*
 * Open name for reading; "-" is stdin.  A FIFO is waited for until there is a
 * writer, or a stop is asked for; meanwhile woken(context) is called whenever
 * wake_pending().  Returns the descriptor, or -1 with errno set.
 */
int source_open(const char *name, void (*woken)(void *context), void *context);

/* Close what source_open() returned; stdin stays open. */
void source_close(int fd);

/* Is the file described by source the regular file that fd is open to?
 * Reading what one writes would never end. */
bool source_is(const struct stat *source, int fd);

#endif /* SOURCE_H */
