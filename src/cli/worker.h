/*
 * worker: one bundle of a batch, in a process of its own: its identity, its report, its line
 * for the index.
 */
#ifndef CLI_WORKER_H
#define CLI_WORKER_H

#include "boshscope.h"
#include "cli/request.h"
#include "cli/workers.h"

struct worker {
        const struct request *request;
        const struct boshscope_rules *rules;
        const char *out; /* the folder of reports */
        const char *options_sha256;
        const char *const *words; /* of the command line, without its operands */
        size_t word_count;
};

/* `shown`: what the index calls it. All is told by the slot. */
void worker_run(const struct worker *worker, const struct boshscope_bundle *bundle, const char *shown,
                struct slot *slot, int fd);

#endif
