/*
 * workers: jobs side by side, each in a process of its own, so that one that crashes, is
 * ended by a library or runs out of memory costs nothing but itself.
 *
 *      parent --fork--> worker: work() ... line through a pipe, the rest by shared memory
 *             <-------- its end
 *
 * A worker that found no memory is tried once more, alone and with all of the memory. No
 * worker outlives the parent.
 */
#ifndef CLI_WORKERS_H
#define CLI_WORKERS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WORKERS_MOST = 256, FAULT_BYTES = 256 };

enum outcome {
        OUTCOME_NONE, /* it ended before it could say */
        OUTCOME_DONE,
        OUTCOME_FAULT,
        OUTCOME_MEMORY,
        OUTCOME_INTERRUPTED,
};

/* What a worker tells and is told, in memory that both see. */
struct slot {
        _Atomic uint64_t bytes_read;
        atomic_bool stop; /* the parent's: be done soon, as OUTCOME_INTERRUPTED */
        enum outcome outcome;
        bool unreadable; /* a fault of the bundle, gone since it was found or the like, not of the worker */
        int exit_status; /* of the report */
        uint64_t forced_logouts;
        char fault[FAULT_BYTES]; /* why there is no report */
};

struct workers {
        size_t job_count;
        unsigned side_by_side;
        uint64_t memory; /* bytes for all of them; 0: no limit */
        void *context;

        /* In the worker: all of a job. What it writes to `fd` is its line. */
        void (*work)(void *context, size_t job, struct slot *slot, int fd);
        /* In the parent, when a job has ended, with an outcome other than NONE and MEMORY: the fault says it.
         * False: begin no further ones. */
        bool (*ended)(void *context, size_t job, const struct slot *slot, const char *line, size_t bytes);
        /* In the parent, now and then: the bytes that running workers have read. */
        void (*tick)(void *context, uint64_t bytes_read);
};

/* Until all jobs have ended, or, after a signal, those that run. STATUS_OK, or STATUS_FAULT after a message. */
int workers_run(const struct workers *workers);

#endif
