#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "memory.h"
#include "out.h"

void
out_open(struct out *out, int fd, size_t size)
{
	*out = (struct out){
	    .fd = fd, .bytes = memory_alloc(size), .size = size};
}

/* Write all of s, whatever it takes, or set out->error. */
static void
write_whole(struct out *out, struct span s)
{
	struct pollfd poll_out = {.fd = out->fd, .events = POLLOUT};
	ssize_t n;

	while (s.len > 0 && out->error == 0) {
		n = write(out->fd, s.ptr, s.len);
		if (n >= 0) {
			s.ptr += n;
			s.len -= (size_t)n;
		} else if (errno == EAGAIN) {
			poll(&poll_out, 1, -1);
		} else if (errno != EINTR) {
			out->error = errno;
		}
	}
}

bool
out_flush(struct out *out)
{
	write_whole(out, (struct span){out->bytes, out->len});
	out->len = 0;
	return (out->error == 0);
}

void
out_put_slowly(struct out *out, struct span s)
{
	out->total += s.len;
	out_flush(out);
	if (s.len >= out->size) {
		write_whole(out, s);
	} else {
		memcpy(out->bytes, s.ptr, s.len);
		out->len = s.len;
	}
}

void
out_printf(struct out *out, const char *format, ...)
{
	char text[1024];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (n > 0)
		out_put(out, span_of(text));
}

void
out_resize(struct out *out, size_t size)
{
	out_flush(out);
	free(out->bytes);
	out->bytes = memory_alloc(size);
	out->size = size;
}

bool
out_close(struct out *out)
{
	out_flush(out);
	if (close(out->fd) == -1 && out->error == 0 && errno != EINTR)
		out->error = errno;
	free(out->bytes);
	out->bytes = NULL;
	out->size = out->len = 0;
	return (out->error == 0);
}
