#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"
#include "metrics.h"

#define ROOM ((size_t)16 * 1024)

/* PATH.tmp.PID: for one process, and ending in nothing that is collected. */
static char *
other_name(const char *path)
{
	size_t size = strlen(path) + sizeof(".tmp.4294967296");
	char *name = memory_alloc(size);

	snprintf(name, size, "%s.tmp.%u", path, (unsigned)getpid());
	return (name);
}

const char *
metrics_write(const char *path, const struct report *report)
{
	struct out out;
	struct stat st;
	char *name;
	int fd, error = 0;

	/* Not in the place of a device, a pipe or a link. */
	if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return ("not a regular file");
	name = other_name(path);
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
	    0644);
	if (fd == -1) {
		error = errno;
	} else {
		out_open(&out, fd, ROOM);
		report_put_metrics(report, &out);
		if (fchmod(fd, 0644) == -1)
			error = errno;
		if (!out_close(&out))
			error = out.error;
		if (error == 0 && rename(name, path) == -1)
			error = errno;
		if (error != 0)
			unlink(name);
	}
	free(name);
	return (error != 0 ? strerror(error) : NULL);
}
