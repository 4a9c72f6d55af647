/*
 * cat that fills what it has written with newlines to a multiple of 1,024
 * bytes before it waits for more: kcat -P reads in blocks of that size and
 * skips empty records.  The least that a filter between two kcats can cost.
 */
#include <err.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 1024 };

static void
write_all(const char *bytes, size_t len)
{
	ssize_t n;

	for (; len > 0; bytes += n, len -= (size_t)n) {
		n = write(STDOUT_FILENO, bytes, len);
		if (n == -1)
			err(2, "write");
	}
}

int
main(void)
{
	static char buffer[1 << 16];
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	size_t written = 0, fill;
	ssize_t n;

	while ((n = read(STDIN_FILENO, buffer, sizeof(buffer) - BLOCK)) > 0) {
		written += (size_t)n;
		fill = (BLOCK - written % BLOCK) % BLOCK;
		if (buffer[n - 1] == '\n' && poll(&in, 1, 0) == 0) {
			memset(buffer + n, '\n', fill);
			n += (ssize_t)fill;
			written = 0;
		}
		write_all(buffer, (size_t)n);
	}
	if (n == -1)
		err(2, "read");
	return (0);
}
