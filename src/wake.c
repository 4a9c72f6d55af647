#include <signal.h>
#include <stddef.h>
#include <sys/time.h>

#include "wake.h"

/* Calls are interrupted again after so long. */
#define AGAIN_US 5000

static volatile sig_atomic_t pending, asked;

static void
note(int signal_number)
{
	pending = 1;
	if (signal_number != SIGALRM) {
		asked = 1;
		wake_now();
	}
}

void
wake_begin(void)
{
	/* No SA_RESTART: a call that waits is to come back. */
	struct sigaction noting = {.sa_handler = note};

	sigemptyset(&noting.sa_mask);
	sigaction(SIGALRM, &noting, NULL);
	sigaction(SIGUSR1, &noting, NULL);
#ifdef SIGINFO
	sigaction(SIGINFO, &noting, NULL);
#endif
}

bool
wake_pending(void)
{
	return (pending);
}

bool
wake_asked(void)
{
	bool was_asked = asked;

	if (was_asked)
		asked = 0;
	return (was_asked);
}

void
wake_after(uint64_t ms)
{
	struct itimerval timer = {.it_interval = {.tv_usec = AGAIN_US}};

	pending = 0;
	timer.it_value.tv_sec = (time_t)(ms / 1000);
	timer.it_value.tv_usec = (suseconds_t)(ms % 1000 * 1000);
	setitimer(ITIMER_REAL, &timer, NULL);
}

void
wake_now(void)
{
	static const struct itimerval again = {
	    .it_interval = {.tv_usec = AGAIN_US},
	    .it_value = {.tv_usec = AGAIN_US}};

	setitimer(ITIMER_REAL, &again, NULL);
}
