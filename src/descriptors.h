#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

/*
 * Descriptors 0, 1 and 2 that are closed are opened in the wrong direction, so
 * that no file takes their place and using them fails as it should.
 */
void descriptors_hold(void);

#endif /* DESCRIPTORS_H */
