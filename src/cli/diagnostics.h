/*
 * diagnostics: what a report says was wrong with its input, for the person at
 * the terminal.
 */
#ifndef CLI_DIAGNOSTICS_H
#define CLI_DIAGNOSTICS_H

#include <stdbool.h>

#include "boshscope.h"

/* One line each, of this level and above. */
void diagnostics_print(const struct boshscope_report *report, enum boshscope_level lowest);

#endif
