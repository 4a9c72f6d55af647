#include "merge.h"
#include "state.h"

static const char *
merge_state(struct figures *into, const char *path)
{
	/* Opening asks for the members again, which are there already. */
	struct watch_options options = *into->options;
	struct figures figures;
	struct state state;
	const char *why = state_read(&state, path);

	if (why == NULL) {
		figures_open(&figures, &options, into->teller);
		why = state_get(&state, &figures, NULL);
		if (why == NULL)
			figures_merge(into, &figures);
		figures_close(&figures);
	}
	state_close(&state);
	return (why);
}

const char *
merge_states(struct figures *figures, const char *const *paths, size_t count,
    const char **at)
{
	const char *why = NULL;
	size_t i;

	for (i = 0; i < count && why == NULL; i++) {
		*at = paths[i];
		why = merge_state(figures, paths[i]);
	}
	return (why);
}
