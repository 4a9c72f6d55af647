#ifndef METRICS_H
#define METRICS_H

#include <stdbool.h>

#include "report.h"

/*
 * Write report as a Prometheus text file, for node_exporter's textfile
 * collector: under another name first and then by rename(2), so that nobody
 * reads half a file; readable by all (0644).
 * Returns NULL, or why path could not be written.
 */
const char *metrics_write(const char *path, const struct report *report);

#endif /* METRICS_H */
