/*
 * boshscope.h: batches, as far as api.c needs them.
 */
#ifndef BATCH_API_H
#define BATCH_API_H

#include "batch/index.h"
#include "batch/plan.h"

struct boshscope_index_line;

/* Without what is taken from an analysis. */
void index_line_in(const struct boshscope_index_line *line, struct index_line *ret_line);

#endif
