#include "descriptors.h"
#include "exitstatus.h"
#include "filter.h"
#include "options.h"
#include "stop.h"

int
main(int argc, char *argv[])
{
	struct options options;
	struct filter_end end = {EXIT_TROUBLE, 0};

	descriptors_hold();
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
