#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

/*
 * Descriptors 0, 1 and 2 that are closed are opened in the wrong direction, so
 * that no file takes their place and using them fails as it should.
 */
void descriptors_hold(void);

/*
 * If fd is a pipe or a FIFO, give it room for a megabyte, where that is
 * allowed: fewer turns between the programs at its ends (pipe(7),
 * F_SETPIPE_SZ).
 */
void descriptors_widen(int fd);

#endif /* DESCRIPTORS_H */
