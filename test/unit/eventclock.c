#include "eventclock.h"
#include "unit.h"

/* Times in seconds, and what comes of each: n(ear), a(head), b(ehind), s(et). */
static const struct {
	const char *name;
	int64_t times[12];
	const char *verdicts;
	int64_t newest;
} rows[] = {
    {"in order", {10, 11, 12}, "nnn", 12},
    {"a little out of order", {10, 20, 15, 21}, "nnnn", 21},
    {"at the bound", {100, 200, 100}, "nnn", 200},
    {"one and two ahead", {100, 300, 100, 301, 302, 101}, "nanaan", 101},
    {"three ahead", {100, 300, 310, 290, 311}, "naasn", 311},
    {"three ahead that do not agree", {100, 300, 500, 300, 500}, "naaaa", 100},
    {"three that agree behind one that does not",
	{100, 900, 300, 310, 320}, "naaas", 320},
    {"three behind", {1000, 100, 110, 90}, "nbbs", 110},
    {"ahead and behind in turn", {1000, 100, 2000, 100, 2000}, "nbaba", 1000},
    {"the first one is off", {100000, 10, 11, 12, 13}, "nbbsn", 13},
};

int
main(void)
{
	static const char letters[] = "nabs";
	struct eventclock clock;
	enum eventclock_verdict verdict;
	size_t i, j;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		clock = (struct eventclock){.skew = 100};
		for (j = 0; rows[i].verdicts[j] != '\0'; j++) {
			verdict = eventclock_see(
			    &clock, (struct instant){rows[i].times[j], 0});
			UNIT_CHECK(letters[verdict] == rows[i].verdicts[j],
			    "%s: time %zu: %c", rows[i].name, j,
			    letters[verdict]);
		}
		UNIT_CHECK(clock.newest.sec == rows[i].newest, "%s: newest %ld",
		    rows[i].name, (long)clock.newest.sec);
	}
	return (unit_result());
}
