/*
 * batch_plan: which of the bundles are left to do, and what the index is told of those that
 * cannot be.
 */
#ifndef CLI_BATCH_PLAN_H
#define CLI_BATCH_PLAN_H

#include "cli/batch_run.h"

/* The index: read where what was done before counts, and opened. STATUS_OK, or another status after a message. */
int batch_plan_open(struct batch_run *run);

/* Fill the jobs, largest first, so that the last to end is a small one. Likewise. */
int batch_plan_jobs(struct batch_run *run);

/* The threads of each worker, where the user asked for no number. */
void batch_plan_threads(const struct batch_run *run, unsigned side_by_side);

/* A bundle that has no report. False where the index cannot be told. */
bool batch_plan_fault(struct batch_run *run, const struct boshscope_bundle *bundle, const char *shown,
                      const char *fault);

/* One that has a report, with its exit status. */
void batch_plan_count(struct batch_tally *tally, int exit_status, uint64_t forced_logouts);

#endif
