/*
 * How long a program takes from its start to its end on an empty input:
 * start COUNT COMMAND...  Each COMMAND, words between spaces, is run COUNT
 * times from and to /dev/null, in turns.  Prints as turns.h says.
 */
#include <err.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "turns.h"

#define WORDS_MAX 15

extern char **environ;

static double
run(char *const argv[])
{
	double begin = turns_now();
	pid_t pid;
	int error, status;

	/* It shares our memory until it executes: what it costs us does not
	 * depend on us. */
	if ((error = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ)) !=
	    0)
		errx(2, "%s: %s", argv[0], strerror(error));
	if (waitpid(pid, &status, 0) == -1)
		err(2, "waitpid");
	if (status != 0)
		errx(2, "%s: it failed", argv[0]);
	return (turns_now() - begin);
}

int
main(int argc, char *argv[])
{
	size_t count, commands = (size_t)argc - 2, i, j, k;
	double **seconds, first = 0;
	char *(*words)[WORDS_MAX + 1], *text, *rest;
	int null, table;

	if (argc < 3 || atoi(argv[1]) < 1)
		errx(2, "usage: start COUNT COMMAND...");
	count = (size_t)atoi(argv[1]);
	seconds = calloc(commands, sizeof(*seconds));
	words = calloc(commands, sizeof(*words));
	if (seconds == NULL || words == NULL)
		err(2, "memory");
	for (i = 0; i < commands; i++) {
		seconds[i] = calloc(count, sizeof(**seconds));
		text = strdup(argv[2 + i]);
		if (seconds[i] == NULL || text == NULL)
			err(2, "memory");
		for (k = 0; k < WORDS_MAX; k++, text = NULL)
			words[i][k] = strtok_r(text, " ", &rest);
	}
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	table = dup(STDOUT_FILENO);
	if (null == -1 || table == -1 || dup2(null, STDIN_FILENO) == -1 ||
	    dup2(null, STDOUT_FILENO) == -1)
		err(2, "/dev/null");
	fcntl(table, F_SETFD, FD_CLOEXEC);
	for (j = 0; j < count; j++)
		for (i = 0; i < commands; i++)
			seconds[i][j] = run(words[i]);
	if (dup2(table, STDOUT_FILENO) == -1)
		err(2, "stdout");
	for (i = 0; i < commands; i++) {
		double median =
		    turns_print(argv[2 + i], seconds[i], count, first);

		if (i == 0)
			first = median;
	}
	return (0);
}
