/*
 * summary: what a run came to, for whoever sits at the terminal that started it.
 */
#ifndef CLI_SUMMARY_H
#define CLI_SUMMARY_H

#include "cli/forms.h"

/* Is somebody there, and does not read it anyway? */
bool summary_wanted(const struct forms *forms, bool quiet);

/* To standard error, with what was written where. Without a word where it cannot be. */
void summary_show(const struct forms *forms, const struct boshscope_view *view);

#endif
