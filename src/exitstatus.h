#ifndef EXITSTATUS_H
#define EXITSTATUS_H

/* What the exit status says; the man page's EXIT STATUS is this table. */
enum exit_status {
	EXIT_PASSED = 0,  /* every record passed */
	EXIT_REFUSED = 1, /* some records were refused */
	EXIT_TROUBLE = 2, /* it could not do its work; beats EXIT_REFUSED */
};

#endif /* EXITSTATUS_H */
