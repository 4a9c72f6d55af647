#ifndef CMDLINE_H
#define CMDLINE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Command lines by tables of options, of which a program has several: --help
 * and the parser are made from them, and a test holds the man page against
 * them.
 */

/* Options without a letter have numbers from here on, below CMDLINE_END; the
 * letters are their own numbers. */
#define CMDLINE_LONG 256
#define CMDLINE_END 320

struct cmdline_row {
	const char *name; /* NULL: a heading, in help */
	int letter;
	const char *argument; /* NULL: takes none */
	const char *help;
};

struct cmdline_table {
	const struct cmdline_row *rows;
	size_t count;
};

/* What a program says of itself. */
struct cmdline_program {
	const char *name;  /* "loginstamp" */
	const char *about; /* a line */
	const char *status; /* a line about the exit status */
	const struct cmdline_table *const *tables;
	size_t table_count;
};

/* One option with a value that stands on a command line. */
struct cmdline_given {
	int letter;
	const char *value;
};

struct cmdline {
	const struct cmdline_program *program;
	const char *value[CMDLINE_END]; /* the last one of each, "" if it takes
					 * none; NULL: not given */
	struct cmdline_given *given;	/* all with a value, in order */
	size_t given_count;
	const char **files; /* at least one; "-" is stdin */
	size_t file_count;
};

/*
 * Record what stands in argv, which must stay.  Returns false if an option is
 * unknown, lacks its argument or has one too many; stderr says so.
 * cmdline_free() frees it, whatever the result.
 */
bool cmdline_read(struct cmdline *cmdline,
    const struct cmdline_program *program, int argc, char *argv[]);

/* Say on stderr what is wrong with the value, which may be NULL, of the
 * option, and what would be right.  Returns false. */
bool cmdline_wrong(const struct cmdline *cmdline, int letter,
    const char *value, const char *reason);

/* Show the help, or name and version, on stdout.  Returns false if that
 * failed; stderr says so. */
bool cmdline_show_help(const struct cmdline_program *program);
bool cmdline_show_version(const struct cmdline_program *program);

/* Free all but the files, which the caller has taken over. */
void cmdline_free(struct cmdline *cmdline);

#endif /* CMDLINE_H */
