#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmdline.h"
#include "memory.h"
#include "out.h"
#include "terminal.h"

/* getopt_long(3)'s two forms of the tables. */
struct forms {
	char letters[2 * CMDLINE_END];
	struct option longs[CMDLINE_END];
};

static void
add_form(struct forms *forms, size_t i, char **letters,
    const struct cmdline_row *row)
{
	bool argument = row->argument != NULL;

	forms->longs[i] = (struct option){row->name,
	    argument ? required_argument : no_argument, NULL, row->letter};
	if (row->letter >= CMDLINE_LONG)
		return;
	*(*letters)++ = (char)row->letter;
	if (argument)
		*(*letters)++ = ':';
}

static void
make_forms(const struct cmdline_program *program, struct forms *forms)
{
	char *letters = forms->letters;
	const struct cmdline_table *table;
	size_t i, t, n = 0;

	/* "-": files may stand anywhere, whatever $POSIXLY_CORRECT says; ":":
	 * the messages are ours. */
	*letters++ = '-';
	*letters++ = ':';
	for (t = 0; t < program->table_count; t++) {
		table = program->tables[t];
		for (i = 0; i < table->count; i++)
			if (table->rows[i].name != NULL)
				add_form(
				    forms, n++, &letters, &table->rows[i]);
	}
	*letters = '\0';
	forms->longs[n] = (struct option){0};
}

static bool
unknown_option(const struct cmdline_program *program, int c, char *argv[])
{
	const char *argument = argv[optind - 1];
	char letter[] = {'-', (char)optopt, '\0'};
	struct out err;

	if (optopt > 0 && optopt < CMDLINE_LONG && strncmp(argument, "--", 2))
		argument = letter;
	out_open(&err, STDERR_FILENO, 1024);
	out_printf(&err, "%s: ", program->name);
	terminal_show(&err, span_of(argument));
	out_printf(&err, ": %s; see %s --help\n",
	    c == ':' ? "needs an argument" :
	    optopt == 0 || argument == letter ? "no such option" :
						"takes no argument",
	    program->name);
	out_flush(&err);
	free(err.bytes);
	return (false);
}

bool
cmdline_read(struct cmdline *cmdline, const struct cmdline_program *program,
    int argc, char *argv[])
{
	size_t most = (size_t)argc + 1;
	struct forms forms;
	int c;

	*cmdline = (struct cmdline){.program = program};
	cmdline->files = memory_alloc(most * sizeof(*cmdline->files));
	cmdline->given = memory_alloc(most * sizeof(*cmdline->given));
	make_forms(program, &forms);
	while ((c = getopt_long(
		    argc, argv, forms.letters, forms.longs, NULL)) != -1) {
		if (c == '?' || c == ':')
			return (unknown_option(program, c, argv));
		if (c == 1) {
			cmdline->files[cmdline->file_count++] = optarg;
			continue;
		}
		cmdline->value[c] = optarg != NULL ? optarg : "";
		if (optarg != NULL)
			cmdline->given[cmdline->given_count++] =
			    (struct cmdline_given){c, optarg};
	}
	while (optind < argc)
		cmdline->files[cmdline->file_count++] = argv[optind++];
	if (cmdline->file_count == 0)
		cmdline->files[cmdline->file_count++] = "-";
	return (true);
}

static const struct cmdline_row *
find_row(const struct cmdline_program *program, int letter)
{
	const struct cmdline_table *const *table = program->tables;
	size_t i = 0;

	while ((*table)->rows[i].letter != letter)
		if (++i == (*table)->count) {
			table++;
			i = 0;
		}
	return (&(*table)->rows[i]);
}

bool
cmdline_wrong(const struct cmdline *cmdline, int letter, const char *value,
    const char *reason)
{
	const struct cmdline_row *row = find_row(cmdline->program, letter);
	struct out err;

	out_open(&err, STDERR_FILENO, 1024);
	out_printf(&err, "%s: --%s", cmdline->program->name, row->name);
	if (value != NULL && row->argument != NULL) {
		out_printf(&err, "=");
		terminal_show(&err, span_of(value));
	}
	out_printf(&err, ": %s\n", reason);
	out_flush(&err);
	free(err.bytes);
	return (false);
}

static bool
finish_showing(const struct cmdline_program *program, struct out *out)
{
	if (out_close(out))
		return (true);
	fprintf(stderr, "%s: stdout: %s\n", program->name,
	    strerror(out->error));
	return (false);
}

static void
put_row(struct out *out, const struct cmdline_row *row)
{
	char left[64];

	if (row->name == NULL) {
		out_printf(out, "\n%s\n", row->help);
		return;
	}
	snprintf(left, sizeof(left), "--%s%s%s", row->name,
	    row->argument != NULL ? "=" : "",
	    row->argument != NULL ? row->argument : "");
	if (row->letter < CMDLINE_LONG)
		out_printf(out, "  -%c, ", row->letter);
	else
		out_printf(out, "      ");
	out_printf(out, "%-24s %s\n", left, row->help);
}

bool
cmdline_show_help(const struct cmdline_program *program)
{
	const struct cmdline_table *table;
	struct out out;
	size_t i, t;

	out_open(&out, STDOUT_FILENO, 8192);
	out_printf(&out, "usage: %s [OPTION]... [FILE]...\n\n%s\n",
	    program->name, program->about);
	for (t = 0; t < program->table_count; t++) {
		table = program->tables[t];
		for (i = 0; i < table->count; i++)
			put_row(&out, &table->rows[i]);
	}
	out_printf(&out, "\n%s\n", program->status);
	return (finish_showing(program, &out));
}

bool
cmdline_show_version(const struct cmdline_program *program)
{
	struct out out;

	out_open(&out, STDOUT_FILENO, 256);
	out_printf(&out, "%s %s\n", program->name, VERSION);
	return (finish_showing(program, &out));
}

void
cmdline_free(struct cmdline *cmdline)
{
	free(cmdline->given);
}
