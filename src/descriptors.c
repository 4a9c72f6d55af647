#include <fcntl.h>
#include <unistd.h>

#include "descriptors.h"

#define WIDE (1024 * 1024)

void
descriptors_hold(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY);
		if (fd == STDIN_FILENO) {
			close(fd);
			fd = open("/dev/null", O_WRONLY);
		}
	} while (fd != -1 && fd <= STDERR_FILENO);
	close(fd);
}

void
descriptors_widen(int fd)
{
	int room = fcntl(fd, F_GETPIPE_SZ);

	if (room != -1 && room < WIDE)
		fcntl(fd, F_SETPIPE_SZ, WIDE);
}
