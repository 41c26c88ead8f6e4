/*
 * leaf: one file of the bundle: what it is, and what is left of it once it has been
 * read.
 *
 *      stream --head--> family? --lane--> fold --> input.summary
 *                          \--no log of ours--> input.reason
 */
#ifndef LEAF_H
#define LEAF_H

#include "base/options.h"
#include "lane.h"
#include "timeline/input.h"

/* Read `stream`, whose catalog entry `input` is, to its end. `limits` are those of what is kept of it. What is wrong
 * with it goes to `diags`. 0, -ENOMEM, or -ECANCELED: then the entry holds what was read. */
int leaf_read(const struct options *options, const struct limits *limits, const struct ruleset *ruleset,
              struct lane *lane, struct diags *diags, struct input *input, struct stream *stream);

#endif
