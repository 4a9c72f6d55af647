#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "stop.h"

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

#define SIGNALS (sizeof(signals) / sizeof(signals[0]))

static volatile sig_atomic_t noted;

static void
note(int signal_number)
{
	size_t i;

	noted = signal_number;
	for (i = 0; i < SIGNALS; i++)
		signal(signals[i], SIG_DFL);
}

void
stop_begin(void)
{
	struct sigaction action = {.sa_handler = note}, old;
	size_t i;

	/* No SA_RESTART: a read that waits is to come back. */
	sigemptyset(&action.sa_mask);
	for (i = 0; i < SIGNALS; i++)
		sigaddset(&action.sa_mask, signals[i]);
	for (i = 0; i < SIGNALS; i++)
		if (sigaction(signals[i], NULL, &old) == 0 &&
		    old.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

int
stop_signal(void)
{
	return (noted);
}

bool
stop_wait(int fd)
{
	struct pollfd poll_in = {.fd = fd, .events = POLLIN};
	sigset_t blocked, before;
	size_t i;

	/* Between the look at the flag and the wait no signal may slip in. */
	sigemptyset(&blocked);
	for (i = 0; i < SIGNALS; i++)
		sigaddset(&blocked, signals[i]);
	sigprocmask(SIG_BLOCK, &blocked, &before);
	while (noted == 0)
		if (ppoll(&poll_in, 1, NULL, &before) != -1 || errno != EINTR)
			break;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return (noted == 0);
}

void
stop_die(int signal_number)
{
	sigset_t set;

	signal(signal_number, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, signal_number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(signal_number);
	_exit(128 + signal_number); /* it is gone before this */
}
