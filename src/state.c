#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"
#include "out.h"
#include "siphash.h"
#include "state.h"
#include "statepack.h"

/* The head: what it is, in which version. */
static const struct span head = {"loginwatch state 1\n", 19};

/* The checksum's, which is no secret. */
static const struct siphash_key sum_key = {1, 2};

#define SUM_SIZE ((size_t)16)

/* No state is longer. */
#define STATE_MAX ((off_t)256 << 20)

static const char damaged[] = "is damaged, or no state of this version";

/* path with ending behind it. */
static char *
other_name(const char *path, const char *ending)
{
	char *name = memory_alloc(strlen(path) + strlen(ending) + 1);

	strcpy(name, path);
	strcat(name, ending);
	return (name);
}

/* Read all of fd, whose file may not be longer than is sensible. */
static const char *
read_all(struct state *state, int fd)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) == -1)
		return (strerror(errno));
	if (!S_ISREG(st.st_mode) || st.st_size > STATE_MAX)
		return (damaged);
	state->bytes = memory_alloc((size_t)st.st_size);
	while (state->len < (size_t)st.st_size) {
		n = read(fd, state->bytes + state->len,
		    (size_t)st.st_size - state->len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return (n == 0 ? damaged : strerror(errno));
		state->len += (size_t)n;
	}
	return (NULL);
}

static const char *
check_sum(const struct state *state)
{
	unsigned char sum[SUM_SIZE];

	if (state->len < head.len + SUM_SIZE ||
	    memcmp(state->bytes, head.ptr, head.len) != 0)
		return (damaged);
	siphash_128(&sum_key,
	    (struct span){state->bytes, state->len - SUM_SIZE}, sum);
	return (memcmp(sum, state->bytes + state->len - SUM_SIZE, SUM_SIZE) ==
		    0 ?
		NULL :
		damaged);
}

const char *
state_read(struct state *state, const char *path)
{
	const char *why;
	int fd;

	*state = (struct state){.path = path, .lock = -1};
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1)
		return (strerror(errno));
	why = read_all(state, fd);
	close(fd);
	return (why != NULL ? why : check_sum(state));
}

const char *
state_open(struct state *state, const char *path)
{
	char *lock_path = other_name(path, ".lock");
	const char *why = NULL;
	int lock;

	*state = (struct state){.path = path, .lock = -1};
	lock = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock == -1)
		why = strerror(errno);
	else if (flock(lock, LOCK_EX | LOCK_NB) == -1)
		why = errno == EWOULDBLOCK ? "another process is using it" :
					     strerror(errno);
	else if (access(path, F_OK) == 0 || errno != ENOENT)
		why = state_read(state, path);
	state->lock = lock;
	free(lock_path);
	return (why);
}

bool
state_is_new(const struct state *state)
{
	return (state->bytes == NULL);
}

static struct unpack
content_of(const struct state *state)
{
	return ((struct unpack){.left = {state->bytes + head.len,
				    state->len - head.len - SUM_SIZE}});
}

const char *
state_get_members(const struct state *state, struct watch_options *options)
{
	struct unpack unpack = content_of(state);

	statepack_get_members(&unpack, options);
	return (unpack.failed ? damaged : NULL);
}

const char *
state_get(const struct state *state, struct figures *figures,
    struct offsets *offsets)
{
	struct unpack unpack = content_of(state);
	const char *why = statepack_check_members(&unpack, figures);

	if (why == NULL) {
		statepack_get_offsets(&unpack, offsets);
		statepack_get_figures(&unpack, figures);
		if (unpack.failed || unpack.left.len > 0)
			why = damaged;
	}
	return (why);
}

/* Write bytes to path by another name, and see that they are on the disk. */
static const char *
write_all(const char *path, struct span bytes)
{
	char *name = other_name(path, ".new");
	struct out out;
	int fd, error = 0;

	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
	    0600);
	if (fd == -1) {
		error = errno;
	} else {
		out_open(&out, fd, 1);
		out_put(&out, bytes);
		if (fchmod(fd, 0600) == -1 || fsync(fd) == -1)
			error = errno;
		if (!out_close(&out))
			error = out.error;
		if (error == 0 && rename(name, path) == -1)
			error = errno;
		if (error != 0)
			unlink(name);
	}
	free(name);
	return (error != 0 ? strerror(error) : NULL);
}

const char *
state_put(const struct state *state, const struct figures *figures,
    const struct offsets *offsets)
{
	struct pack pack = {0};
	unsigned char sum[SUM_SIZE];
	const char *why;

	pack.bytes = memory_alloc(head.len);
	pack.size = pack.len = head.len;
	memcpy(pack.bytes, head.ptr, head.len);
	statepack_put_members(&pack, figures);
	statepack_put_offsets(&pack, offsets);
	statepack_put_figures(&pack, figures);
	siphash_128(&sum_key, (struct span){pack.bytes, pack.len}, sum);
	pack_raw(&pack, (struct span){(const char *)sum, SUM_SIZE});
	why = write_all(state->path, (struct span){pack.bytes, pack.len});
	free(pack.bytes);
	return (why);
}

void
state_close(struct state *state)
{
	if (state->lock != -1)
		close(state->lock);
	free(state->bytes);
}
