/*
 * confinement: confine() by the names that a user gave.
 */
#ifndef CLI_CONFINEMENT_H
#define CLI_CONFINEMENT_H

#include "cli/confine.h"

enum { CONFINED_OUTPUTS = 20 };

/* Files or folders to read ("-" is standard input), and outputs that are to be made or replaced. The
 * names of what is in force, as confine() tells them. */
size_t confine_files(const char *const *reads, size_t read_count, const char *const *outputs, size_t output_count,
                     const char *ret_names[static CONFINED_MOST]);

#endif
