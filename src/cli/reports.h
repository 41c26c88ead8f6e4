/*
 * reports: reports that were made before, as operands of a command.
 */
#ifndef CLI_REPORTS_H
#define CLI_REPORTS_H

#include <stdbool.h>
#include <stddef.h>

#include "boshscope.h"

/* Exactly `count` operands. STATUS_OK, or another status after a message. */
int reports_take(const char *command, int argc, char **argv, const char **ret_paths, size_t count);

/* Is it a report, by its name (".json"), and no folder? */
bool reports_is_one(const char *path);

/* STATUS_OK, or another status after a message. */
int reports_load(const char *path, struct boshscope_view **ret_view);
/* The same of a fleet report, which boshscope_fleet_is(). */
int reports_load_fleet(const char *path, struct boshscope_fleet **ret_fleet);
/* The same of one that was just made, whose JSON goes to `fn` (or NULL). */
int reports_view(const struct boshscope_report *report, boshscope_write_fn *fn, void *userdata,
                 struct boshscope_view **ret_view);

#endif
