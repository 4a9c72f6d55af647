#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deadletter.h"
#include "jsonstr.h"
#include "utf8.h"

#define ROOM ((size_t)64 * 1024)
#define ROOM_MORE ((size_t)1024 * 1024)

/* What the members take besides key, source and data. */
#define ROOM_MEMBERS ((size_t)512)

static bool
last_line_is_cut(const char *path)
{
	struct stat st;
	bool cut = false;
	char last;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1)
		return (false);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
	    pread(fd, &last, 1, st.st_size - 1) == 1)
		cut = last != '\n';
	close(fd);
	return (cut);
}

bool
deadletter_open(struct deadletter *deadletter, const char *path)
{
	int fd;

	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (fd == -1)
		return (false);
	out_open(&deadletter->out, fd, ROOM);
	if (last_line_is_cut(path))
		out_put(&deadletter->out, span_of("\n"));
	return (true);
}

static size_t
member_length(struct span bytes)
{
	if (utf8_valid(bytes))
		return (jsonstr_escaped_length(bytes));
	return ((bytes.len + 2) / 3 * 4);
}

static void
put_escaped(struct out *out, struct span text)
{
	char piece[6 * 256];
	struct span next;

	while (text.len > 0) {
		next = (struct span){text.ptr, text.len < 256 ? text.len : 256};
		out_put(out, span_between(piece, jsonstr_escape(next, piece)));
		text.ptr += next.len;
		text.len -= next.len;
	}
}

static void
put_base64(struct out *out, struct span bytes)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *s = (const unsigned char *)bytes.ptr;
	size_t i, n;
	unsigned b;

	for (i = 0; i < bytes.len; i += 3) {
		n = bytes.len - i;
		b = (unsigned)s[i] << 16;
		b |= n > 1 ? (unsigned)s[i + 1] << 8 : 0;
		b |= n > 2 ? (unsigned)s[i + 2] : 0;
		out_put(out,
		    (struct span){
			(char[4]){digits[b >> 18], digits[b >> 12 & 63],
			    n > 1 ? digits[b >> 6 & 63] : '=',
			    n > 2 ? digits[b & 63] : '='},
			4});
	}
}

/* Put ,"name":"bytes" or ,"name_base64":"…" in. */
static void
put_member(struct out *out, const char *name, struct span bytes)
{
	bool text = utf8_valid(bytes);

	out_printf(out, ",\"%s%s\":\"", name, text ? "" : "_base64");
	if (text)
		put_escaped(out, bytes);
	else
		put_base64(out, bytes);
	out_put(out, span_of("\""));
}

/* Have room for a line about the record, so that one write(2) takes it. */
static void
make_room(struct out *out, struct span source, const struct record *record)
{
	size_t line, most, size;

	line = ROOM_MEMBERS + member_length(source) +
	    member_length(record->key) + member_length(record->payload);
	most = 2 * (record->key.len + record->payload.len) + ROOM_MORE;
	size = line < ROOM ? ROOM : line < most ? line : most;
	if (out->size != size) /* a smaller room gives memory back */
		out_resize(out, size);
}

bool
deadletter_write(struct deadletter *deadletter, const char *source,
    const struct record *record, const struct refusal *refusal)
{
	struct out *out = &deadletter->out;
	char reason[REFUSAL_MAX];

	make_room(out, span_of(source), record);
	out_put(out, span_of("{\"reason\":\""));
	put_escaped(out, span_of(refusal_describe(refusal, reason)));
	out_put(out, span_of("\""));
	put_member(out, "source", span_of(source));
	out_printf(out, ",\"record\":%" PRIu64 ",\"at\":%" PRIu64,
	    record->number, refusal->at);
	if (record->offset >= 0)
		out_printf(out, ",\"offset\":%" PRId64, record->offset);
	if (record->key.ptr != NULL)
		put_member(out, "key", record->key);
	if (record->payload.ptr != NULL)
		put_member(out, "data", record->payload);
	else
		out_put(out, span_of(",\"data\":null"));
	if (!record->whole)
		out_printf(out, ",\"bytes\":%" PRIu64 ",\"truncated\":true",
		    record->bytes);
	out_put(out, span_of("}\n"));
	out_flush(out);
	errno = out->error;
	return (out->error == 0);
}

bool
deadletter_close(struct deadletter *deadletter)
{
	out_close(&deadletter->out);
	errno = deadletter->out.error;
	return (deadletter->out.error == 0);
}
