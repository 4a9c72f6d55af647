#include <errno.h>
#include <sys/stat.h>

#include "inlet.h"

void
inlet_open(struct inlet *inlet, struct options *options)
{
	*inlet = (struct inlet){.fd = -1, .used = -1};
	inlet->stamp = stamp_open(options);
}

const char *
inlet_ready(struct inlet *inlet, const struct options *options)
{
	return (intake_open(&inlet->intake, &options->form, &options->wanted));
}

void
inlet_start(struct inlet *inlet, const char *source, int fd, int64_t used)
{
	struct stat st;

	inlet->source = source;
	inlet->fd = fd;
	inlet->used = used;
	inlet->error = 0;
	inlet->broken = inlet->has_head = inlet->dry = false;
	inlet->live = fstat(fd, &st) == 0 && !S_ISREG(st.st_mode);
	inlet->time = (struct instant){INT64_MIN, 0};
	frame_start(inlet->intake.frame, fd);
}

static void
stamp_head(struct inlet *inlet, const struct places *known)
{
	struct stamped *stamped = &inlet->stamped;

	stamp_record(inlet->stamp, &inlet->record, known, stamped);
	if (known == NULL && stamped->places != NULL)
		intake_learn(&inlet->intake, &inlet->record, stamped->places);
	if (stamped->kind == STAMP_TIMED)
		inlet->time = stamped->instant;
	inlet->has_head = true;
}

bool
inlet_advance(struct inlet *inlet)
{
	const struct places *known;

	for (;;) {
		switch (intake_next(&inlet->intake, &inlet->record, &known)) {
		case FRAME_RECORD:
			if (inlet->record.offset >= 0 &&
			    inlet->record.offset <= inlet->used)
				break;
			stamp_head(inlet, known);
			return (true);
		case FRAME_PART:
		case FRAME_MARK:
			break;
		case FRAME_WAIT:
			inlet->dry = true;
			return (true);
		case FRAME_BROKEN:
			inlet->broken = true;
			return (false);
		case FRAME_END:
			return (false);
		}
	}
}

void
inlet_take(struct inlet *inlet)
{
	inlet->has_head = false;
	if (inlet->record.offset >= 0)
		inlet->used = inlet->record.offset;
}

bool
inlet_fill(struct inlet *inlet)
{
	switch (frame_fill(inlet->intake.frame)) {
	case FRAME_EMPTY:
		return (false);
	case FRAME_INTERRUPTED:
		return (true);
	case FRAME_FAILED:
		inlet->error = errno;
		break;
	case FRAME_FILLED:
		break;
	}
	inlet->dry = false;
	return (true);
}

void
inlet_close(struct inlet *inlet)
{
	stamp_close(inlet->stamp);
	intake_close(&inlet->intake);
}
