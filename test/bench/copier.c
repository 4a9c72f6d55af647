/*
 * The yardstick of test/bench/instructions: lines from stdin to stdout, a byte
 * at a time, so that no C library's choice of instructions is counted.
 */
#include <unistd.h>

static char in[65536], out[65536];

int
main(void)
{
	size_t lines = 0, len = 0;
	ssize_t n, i;

	while ((n = read(STDIN_FILENO, in, sizeof(in))) > 0)
		for (i = 0; i < n; i++) {
			out[len++] = in[i];
			if (in[i] == '\n')
				lines++;
			if (len == sizeof(out)) {
				if (write(STDOUT_FILENO, out, len) == -1)
					return (2);
				len = 0;
			}
		}
	if (n == -1 || write(STDOUT_FILENO, out, len) == -1)
		return (2);
	return (lines == 0);
}
