#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * peak COMMAND [ARGUMENT]...
 *
 * Runs COMMAND, its output thrown away, and prints its peak memory in KiB.
 * (A child's peak counts from what its parent had, so the parent is small.)
 */
int
main(int argc, char *argv[])
{
	struct rusage used;
	int null, status;

	if (argc < 2)
		errx(2, "usage: peak COMMAND [ARGUMENT]...");
	switch (fork()) {
	case -1:
		err(2, "fork");
	case 0:
		null = open("/dev/null", O_WRONLY | O_CLOEXEC);
		if (null == -1 || dup2(null, STDOUT_FILENO) == -1 ||
		    dup2(null, STDERR_FILENO) == -1)
			err(2, "/dev/null");
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (wait4(-1, &status, 0, &used) == -1)
		err(2, "wait4");
	if (!WIFEXITED(status) || WEXITSTATUS(status) > 1)
		errx(2, "%s: it did not end well", argv[1]);
	printf("%ld\n", used.ru_maxrss);
	return (0);
}
