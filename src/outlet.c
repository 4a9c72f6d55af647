#include "outlet.h"

void
outlet_open(struct outlet *outlet, const struct options *options, int fd,
    size_t size)
{
	*outlet = (struct outlet){.options = options};
	out_open(&outlet->out, fd, size);
}

/* A record follows one that had no delimiter: supply it. */
static void
end_last(struct outlet *outlet)
{
	if (outlet->unended)
		out_put(&outlet->out, outlet->options->delimiter);
	outlet->unended = false;
}

static void
end_record(struct outlet *outlet, const struct record *record)
{
	if (record->delimited)
		out_put(&outlet->out, outlet->options->delimiter);
	outlet->unended = !record->delimited;
}

/* Make the text stand out at a terminal (ECMA-48, SGR). */
static void
put_colored(struct out *out, struct span text)
{
	if (text.len == 0)
		return;
	out_put(out, span_of("\033[1;32m"));
	out_put(out, text);
	out_put(out, span_of("\033[0m"));
}

void
outlet_put_stamped(struct outlet *outlet, const struct record *record,
    const struct stamped *stamped)
{
	struct out *out = &outlet->out;

	end_last(outlet);
	if (stamped->key.ptr != NULL) {
		out_put(out, stamped->key);
		out_put(out, outlet->options->key_delimiter);
	}
	out_put(out, stamped->head);
	if (outlet->options->color)
		put_colored(out, stamped->text);
	else
		out_put(out, stamped->text);
	out_put(out, stamped->tail);
	end_record(outlet, record);
}

void
outlet_put_raw(struct outlet *outlet, const struct record *record)
{
	outlet_put_part(outlet, record->raw);
	end_record(outlet, record);
}

void
outlet_put_part(struct outlet *outlet, struct span raw)
{
	end_last(outlet);
	out_put(&outlet->out, raw);
}

void
outlet_pad(struct outlet *outlet)
{
	const struct span delimiter = outlet->options->delimiter;
	const uint64_t size = outlet->options->pad;
	struct out *out = &outlet->out;

	if (out->total == outlet->padded)
		return;
	/* Past a multiple by less than a delimiter: that one has just passed
	 * it, unless none was added. */
	if (out->total % size != 0)
		do
			out_put(out, delimiter);
		while (out->total % size >= delimiter.len);
	outlet->padded = out->total;
	outlet->unended = false;
}
