#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "source.h"
#include "stop.h"
#include "wake.h"

int
source_open(const char *name, void (*woken)(void *context), void *context)
{
	int fd;

	if (strcmp(name, "-") == 0)
		return (STDIN_FILENO);
	do {
		if (wake_pending())
			woken(context);
		fd = open(name, O_RDONLY | O_CLOEXEC);
	} while (fd == -1 && errno == EINTR && stop_signal() == 0);
	return (fd);
}

void
source_close(int fd)
{
	if (fd > STDERR_FILENO)
		close(fd);
}

bool
source_is(const struct stat *source, int fd)
{
	struct stat st;

	return (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_dev == source->st_dev && st.st_ino == source->st_ino);
}
