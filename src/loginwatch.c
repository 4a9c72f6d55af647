#include "descriptors.h"
#include "stop.h"
#include "watch.h"

int
main(int argc, char *argv[])
{
	struct watch_options options;
	struct watch_end end = {EXIT_TROUBLE, 0};

	descriptors_hold();
	switch (watch_options_parse(&options, argc, argv)) {
	case OPTIONS_RUN:
		stop_begin();
		end = watch_run(&options);
		break;
	case OPTIONS_SHOWN:
		end.status = EXIT_PASSED;
		break;
	case OPTIONS_WRONG:
		break;
	}
	watch_options_free(&options);
	if (end.signal != 0)
		stop_die(end.signal);
	return ((int)end.status);
}
