/*
 * reports: reports that were made before, as operands of a command.
 */
#ifndef CLI_REPORTS_H
#define CLI_REPORTS_H

#include <stddef.h>

#include "boshscope.h"

/* Exactly `count` operands. STATUS_OK, or another status after a message. */
int reports_take(const char *command, int argc, char **argv, const char **ret_paths, size_t count);

/* STATUS_OK, or another status after a message. */
int reports_load(const char *path, struct boshscope_view **ret_view);

#endif
