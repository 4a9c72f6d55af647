#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * packets N COMMAND [ARGUMENT]...
 *
 * Runs COMMAND with its stdin a pipe in packet mode (O_DIRECT, see pipe(2)),
 * into which packets copies its own stdin in writes of N bytes: so each
 * read(2) of COMMAND returns at most N bytes.  Ends with COMMAND's status, or
 * with 128 + the signal that ended it.
 */

enum { EXIT_CANNOT = 125 };

static void
die(const char *object)
{
	fprintf(stderr, "packets: %s: %s\n", object, strerror(errno));
	exit(EXIT_CANNOT);
}

static pid_t
start(char *command[], int input[2])
{
	pid_t pid = fork();

	if (pid == -1)
		die("fork");
	if (pid > 0)
		return (pid);
	if (dup2(input[0], STDIN_FILENO) == -1)
		die("dup2");
	execvp(command[0], command);
	die(command[0]);
	return (-1);
}

/* Copy stdin to fd, n bytes a write, until either ends. */
static void
copy(int fd, size_t n)
{
	char packet[PIPE_BUF];
	ssize_t got;
	size_t len;

	do {
		for (len = 0; len < n; len += (size_t)got) {
			got = read(STDIN_FILENO, packet + len, n - len);
			if (got == -1)
				die("stdin");
			if (got == 0)
				break;
		}
		if (len > 0 && write(fd, packet, len) == -1) {
			if (errno != EPIPE)
				die("pipe");
			return;
		}
	} while (len == n);
}

int
main(int argc, char *argv[])
{
	unsigned long n = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
	int input[2], status;
	pid_t pid;

	if (n == 0 || n > PIPE_BUF) {
		fprintf(stderr, "usage: packets N COMMAND [ARGUMENT]...\n");
		return (EXIT_CANNOT);
	}
	if (pipe2(input, O_DIRECT | O_CLOEXEC) == -1)
		die("pipe2");
	pid = start(argv + 2, input);
	close(input[0]);
	signal(SIGPIPE, SIG_IGN); /* COMMAND may end before its input does */
	copy(input[1], n);
	close(input[1]);
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			die("waitpid");
	return (WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				      WEXITSTATUS(status));
}
