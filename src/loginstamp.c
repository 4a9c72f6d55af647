#include <fcntl.h>
#include <unistd.h>

#include "exitstatus.h"
#include "filter.h"
#include "options.h"
#include "stop.h"

/*
 * Descriptors 0, 1 and 2 that are closed are opened in the wrong direction, so
 * that no file takes their place and using them fails as it should.
 */
static void
hold_standard_descriptors(void)
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

int
main(int argc, char *argv[])
{
	struct options options;
	struct filter_end end = {EXIT_TROUBLE, 0};

	hold_standard_descriptors();
	switch (options_parse(&options, argc, argv)) {
	case OPTIONS_RUN:
		stop_begin();
		end = filter_run(&options);
		break;
	case OPTIONS_SHOWN:
		end.status = EXIT_PASSED;
		break;
	case OPTIONS_WRONG:
		break;
	}
	options_free(&options);
	if (end.signal != 0)
		stop_die(end.signal);
	return ((int)end.status);
}
