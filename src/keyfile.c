#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keyfile.h"

#define DIGITS (2 * SIPHASH_KEY_SIZE)

static int
digit(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return (at != NULL ? (int)(at - digits) % 16 : -1);
}

/* Make a key of its digits. */
static bool
parse(struct span text, struct siphash_key *key)
{
	unsigned char bytes[SIPHASH_KEY_SIZE];
	int high, low;
	size_t i;

	if (text.len == DIGITS + 1 && text.ptr[DIGITS] == '\n')
		text.len--;
	if (text.len != DIGITS)
		return (false);
	for (i = 0; i < SIPHASH_KEY_SIZE; i++) {
		high = digit(text.ptr[2 * i]);
		low = digit(text.ptr[2 * i + 1]);
		if (high < 0 || low < 0)
			return (false);
		bytes[i] = (unsigned char)(high << 4 | low);
	}
	*key = siphash_key(bytes);
	return (true);
}

const char *
keyfile_read(const char *path, struct siphash_key *key)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	const char *why = NULL;
	char text[DIGITS + 2];
	struct stat st;
	ssize_t n;

	if (fd == -1)
		return (strerror(errno));
	if (fstat(fd, &st) == -1)
		why = strerror(errno);
	else if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0)
		why = "may be read by others; chmod 600 would help";
	else if ((n = read(fd, text, sizeof(text))) < 0 ||
	    !parse((struct span){text, (size_t)n}, key))
		why = "not 32 hexadecimal digits, as from "
		      "head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \\n'";
	close(fd);
	return (why);
}
