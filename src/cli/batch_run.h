/*
 * batch_run: a batch whose wishes are known:
 *
 *      rules, paths --confine--> bundles --index, shard--> jobs --workers--> reports, index
 */
#ifndef CLI_BATCH_RUN_H
#define CLI_BATCH_RUN_H

#include "cli/batch.h"
#include "cli/index_file.h"
#include "cli/progress.h"
#include "cli/workers.h"

/* What came of the bundles, those done before included. */
struct batch_tally {
        size_t bundles, before, analysed; /* before: the index has them */
        size_t nothing;                   /* analysed, but nothing in them could be */
        size_t damaged;
        size_t unreadable;
        size_t faults; /* of workers, and reports that could not be written */
        size_t with_forced_logouts;
        uint64_t forced_logouts;
        bool at_level, findings; /* --fail-on */
        bool lost;               /* a line of the index */
};

struct batch_job {
        size_t bundle; /* its number */
        char *shown;   /* its name in the index */
};

struct batch_run {
        const struct batch *batch;
        struct request *request;
        uint64_t memory; /* of all workers */
        unsigned side_by_side;
        const char *const *words; /* of the command line, before the paths */
        size_t word_count;

        char **listed; /* paths of --from-file */
        size_t listed_count;
        struct boshscope_rules *rules;
        struct boshscope_bundles *bundles;
        struct boshscope_index *index; /* of what was done before */
        char options[BOSHSCOPE_SHA256_HEX_BYTES];
        char *index_path;
        struct index_file index_file;
        struct batch_job *jobs;
        size_t job_count;
        uint64_t bytes_total, bytes_ended;
        size_t ended;
        struct progress progress;
        struct batch_tally tally;
};

/* The exit status. */
int batch_run_all(struct batch_run *run, const char *const *paths, size_t path_count);

/* STATUS_FAULT after a message. */
int batch_no_memory(void);

#endif
