#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "stop.h"
#include "wake.h"

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
	wake_now();
}

void
stop_begin(void)
{
	struct sigaction noting = {.sa_handler = note}, old;
	size_t i;

	wake_begin();
	/* No SA_RESTART: a call that waits is to come back. */
	sigemptyset(&noting.sa_mask);
	for (i = 0; i < SIGNALS; i++)
		sigaddset(&noting.sa_mask, signals[i]);
	for (i = 0; i < SIGNALS; i++)
		if (sigaction(signals[i], NULL, &old) == 0 &&
		    old.sa_handler != SIG_IGN)
			sigaction(signals[i], &noting, NULL);
	signal(SIGPIPE, SIG_IGN);
}

int
stop_signal(void)
{
	return (noted);
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
