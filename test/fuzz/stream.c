/*
 * Fuzzes the whole filter, with the fast way on against off (libFuzzer, or a
 * corpus from files): for the same options, stream and cuts into reads, stdout,
 * stderr, dead letters and status must be the same.
 *
 * Input: HEADER bytes that choose the options, the form, the cuts and how often
 * the stream is repeated, then the stream; by lengths (--kcat) it is made from
 * the stream's lines.
 *
 * read(2), write(2) and what else leaves the process are replaced at link time
 * (ld --wrap), so that nothing does.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "filter.h"
#include "options.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEADER 8
#define STREAM_MAX ((size_t)1 << 16)
#define OUTPUT_MAX ((size_t)1 << 22)
#define DEAD_FD 1000
#define DEAD_NAME "dead"

/* What the wrapped calls work on. */
static struct {
	const char *stream;
	size_t size, at;
	unsigned cuts; /* a generator of the reads' sizes; 0: as asked for */
	int fd[3];
	size_t len[3];
	char bytes[3][OUTPUT_MAX];
} io = {.fd = {STDOUT_FILENO, STDERR_FILENO, DEAD_FD}};

ssize_t __wrap_read(int fd, void *buf, size_t size);
ssize_t __wrap_write(int fd, const void *buf, size_t size);
ssize_t __real_write(int fd, const void *buf, size_t size);
int __wrap_open(const char *path, int flags, ...);
int __real_open(const char *path, int flags, ...);
int __wrap_close(int fd);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

static unsigned
next_cut(void)
{
	io.cuts = io.cuts * 1103515245 + 12345;
	return (io.cuts >> 16);
}

ssize_t
__wrap_read(int fd, void *buf, size_t size)
{
	size_t left = io.size - io.at, cut;

	if (fd != STDIN_FILENO) {
		errno = EBADF;
		return (-1);
	}
	if (io.cuts != 0) {
		cut = next_cut() % 4 == 0 ? 1 + next_cut() % 5 :
					    1 + next_cut() % 700;
		size = cut < size ? cut : size;
	}
	size = left < size ? left : size;
	memcpy(buf, io.stream + io.at, size);
	io.at += size;
	return ((ssize_t)size);
}

ssize_t
__wrap_write(int fd, const void *buf, size_t size)
{
	int i;

	for (i = 0; i < 3; i++) {
		if (fd != io.fd[i])
			continue;
		if (size > OUTPUT_MAX - io.len[i])
			abort();
		memcpy(io.bytes[i] + io.len[i], buf, size);
		io.len[i] += size;
		return ((ssize_t)size);
	}
	return (__real_write(fd, buf, size));
}

int
__wrap_open(const char *path, int flags, ...)
{
	if (strcmp(path, DEAD_NAME) != 0)
		return (__real_open(path, flags, 0));
	if ((flags & O_ACCMODE) == O_WRONLY)
		return (DEAD_FD);
	errno = ENOENT;
	return (-1);
}

int
__wrap_close(int fd)
{
	(void)fd; /* the filter closes stdout */
	return (0);
}

int
__wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	(void)fds;
	(void)count;
	(void)timeout;
	return (io.cuts == 0 ? 1 : (int)(io.at % 2));
}

int
__wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	(void)clock;
	*now = (struct timespec){.tv_sec = 1700000000};
	return (0);
}

/* What the header chooses from: words of a command line, "" for none. */
static const char *const choices[][8] = {
    {"", "", "-D\\x1e", "-D\\x1e\\n", "-Dx", "-D,", "-D\"", "-D\\0"},
    {"", "", "-K:", "-K\\x1f", "-K\": \"", "--kcat", "--kcat -D\\n", "--strict"},
    {"", "-ums", "-uauto", "-uns", "-t/a/b", "-ta", "-odatetime2", "-oa"},
    {"", "", "-f%A_%H_%M_%S", "-f%s_%N", "-zEurope/Berlin", "-f%I_%p",
	"-f%S%S", "-f%T_%F"},
    {"", "", "", "--max-record=60", "--max-output=90", "--pass-invalid",
	"--pad=64", "--key-from=a"},
};

#define CHOICES (sizeof(choices) / sizeof(choices[0]))

/* Run the filter on what io has; its status, or -1 for a usage error. */
static int
run(const uint8_t *header)
{
	static char words[512];
	char *argv[2 * CHOICES + 6], *word, *save;
	struct options options;
	int argc = 0, status = -1;
	size_t i;

	strcpy(words, "loginstamp --dead-letters=" DEAD_NAME
		      " --insights=json ");
	strcat(words, header[6] & 1 ? "-q " : "--top=3 ");
	for (i = 0; i < CHOICES; i++) {
		strcat(words, choices[i][header[i] % 8]);
		strcat(words, " ");
	}
	for (word = strtok_r(words, " ", &save); word != NULL;
	    word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	argv[argc] = NULL;
	io.at = 0;
	io.len[0] = io.len[1] = io.len[2] = 0;
	io.cuts = header[5];
	optind = 0; /* getopt_long(3) begins anew */
	if (options_parse(&options, argc, argv) == OPTIONS_RUN)
		status = (int)filter_run(&options).status;
	options_free(&options);
	return (status);
}

/* The stream by lengths: each line a record, what stands before a colon its
 * key. */
static size_t
by_lengths(const char *s, size_t size, char *out)
{
	const char *end = s + size, *line_end, *colon;
	size_t len = 0;
	long offset = 0;

	for (; s < end && len < STREAM_MAX; s = line_end + 1, offset += 2) {
		line_end = memchr(s, '\n', (size_t)(end - s));
		if (line_end == NULL)
			line_end = end;
		colon = *s == 'k' ? memchr(s, ':', (size_t)(line_end - s)) :
				    NULL;
		len += (size_t)sprintf(out + len, "%ld %ld %ld\n", offset,
		    colon != NULL ? (long)(colon - s) : -1,
		    (long)(line_end - s) - (colon != NULL ? colon - s : 0));
		memcpy(out + len, s, (size_t)(line_end - s));
		len += (size_t)(line_end - s);
		out[len++] = '\n';
	}
	return (len);
}

static void
make_stream(const uint8_t *header, const char *s, size_t size)
{
	static char once[2 * STREAM_MAX + 4096], all[4 * STREAM_MAX];
	size_t times = header[7] % 16 == 0 ? 24 : 1 + header[7] % 3;

	if (strncmp(choices[1][header[1] % 8], "--kcat", 6) == 0)
		size = by_lengths(s, size, once);
	else
		memcpy(once, s, size);
	io.stream = all;
	for (io.size = 0; times > 0 && io.size + size <= sizeof(all); times--) {
		memcpy(all + io.size, once, size);
		io.size += size;
	}
}

static void
fail(const char *what, const char *form)
{
	static const char says[] = "differs from the slow way: ";

	__real_write(STDERR_FILENO, what, strlen(what));
	__real_write(STDERR_FILENO, " ", 1);
	__real_write(STDERR_FILENO, says, sizeof(says) - 1);
	__real_write(STDERR_FILENO, form, strlen(form));
	__real_write(STDERR_FILENO, "\n", 1);
	abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const forms[] = {"plain", "sse2", "avx2", "avx512"};
	static const char *const what[] = {"stdout", "stderr", "dead letters"};
	static char *slow[3];
	size_t len[3];
	const char *form;
	int i, status;

	if (size < HEADER || size - HEADER > STREAM_MAX / 16)
		return (0);
	form = forms[data[6] / 2 % 4];
	if (match_form_find(form) == NULL)
		form = "plain";
	make_stream(data, (const char *)data + HEADER, size - HEADER);
	setenv("LOGINSTAMP_SHAPES", "off", 1);
	status = run(data);
	for (i = 0; i < 3; i++) {
		if (slow[i] == NULL && (slow[i] = malloc(OUTPUT_MAX)) == NULL)
			abort();
		len[i] = io.len[i];
		memcpy(slow[i], io.bytes[i], len[i]);
	}
	setenv("LOGINSTAMP_SHAPES", form, 1);
	if (run(data) != status)
		fail("status", form);
	for (i = 0; i < 3; i++)
		if (io.len[i] != len[i] ||
		    memcmp(io.bytes[i], slow[i], len[i]) != 0)
			fail(what[i], form);
	return (0);
}
