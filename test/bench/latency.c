/*
 * How long a line takes through an idle pipe: latency COUNT LINE COMMAND...
 * Each COMMAND, a word for the shell, is started once; then they take turns:
 * LINE is written to one, which has been idle for a millisecond, and the time
 * until its line comes back is taken.  Prints as turns.h says.
 */
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "turns.h"

struct command {
	const char *text;
	int to, from;
	double *seconds;
};

static void
start(struct command *command)
{
	int in[2], out[2];

	if (pipe2(in, O_CLOEXEC) == -1 || pipe2(out, O_CLOEXEC) == -1)
		err(2, "pipe");
	switch (fork()) {
	case -1:
		err(2, "fork");
	case 0:
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		execl("/bin/sh", "sh", "-c", command->text, NULL);
		err(2, "sh");
	default:
		close(in[0]);
		close(out[1]);
		command->to = in[1];
		command->from = out[0];
	}
}

static double
take_turn(const struct command *command, const char *line, size_t len)
{
	const struct timespec idle = {.tv_nsec = 1000000};
	char reply[65536];
	double begin;
	ssize_t n;

	nanosleep(&idle, NULL);
	begin = turns_now();
	if (write(command->to, line, len) != (ssize_t)len)
		err(2, "write");
	do
		if ((n = read(command->from, reply, sizeof(reply))) <= 0)
			errx(2, "%s: no reply", command->text);
	while (reply[n - 1] != '\n');
	return (turns_now() - begin);
}

int
main(int argc, char *argv[])
{
	int count, commands = argc - 3, i, j;
	struct command *command;
	double median, first = 0;
	char *line;
	size_t len;

	if (argc < 4 || (count = atoi(argv[1])) < 1)
		errx(2, "usage: latency COUNT LINE COMMAND...");
	len = strlen(argv[2]) + 1;
	line = strdup(argv[2]);
	command = calloc((size_t)commands, sizeof(*command));
	if (line == NULL || command == NULL)
		err(2, "memory");
	line[len - 1] = '\n';
	signal(SIGPIPE, SIG_IGN);
	for (i = 0; i < commands; i++) {
		command[i].text = argv[3 + i];
		command[i].seconds =
		    calloc((size_t)count, sizeof(*command[i].seconds));
		if (command[i].seconds == NULL)
			err(2, "memory");
		start(&command[i]);
		take_turn(&command[i], line, len); /* while it starts */
	}
	for (j = 0; j < count; j++)
		for (i = 0; i < commands; i++)
			command[i].seconds[j] =
			    take_turn(&command[i], line, len);
	for (i = 0; i < commands; i++) {
		median = turns_print(command[i].text, command[i].seconds,
		    (size_t)count, first);
		if (i == 0)
			first = median;
	}
	return (0);
}
