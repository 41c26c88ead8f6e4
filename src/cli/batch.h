/*
 * batch: `boshscope analyze --out DIR PATH...`: one report a bundle, side by side, and an
 * index of them.
 */
#ifndef CLI_BATCH_H
#define CLI_BATCH_H

#include "cli/request.h"

struct batch {
        const char *out, *from_file; /* NULL without */
        const char *other;           /* an option that wants --out, or NULL */
        unsigned jobs;               /* 0: by the machine */
        uint64_t memory;             /* 0: by the machine */
        bool resume;
        uint32_t shard, shards; /* shards 0: all */
};

/* Options of a batch, from BATCH_OPT_FIRST of the command's own. */
enum { BATCH_OUT = OPT_OWN + 32, BATCH_FROM_FILE, BATCH_JOBS, BATCH_MAX_MEMORY, BATCH_RESUME, BATCH_SHARD, BATCH_END };

#define BATCH_OPTIONS                                                                                                  \
        { "from-file", required_argument, NULL, BATCH_FROM_FILE }, { "jobs", required_argument, NULL, BATCH_JOBS },    \
                { "max-memory", required_argument, NULL, BATCH_MAX_MEMORY },                                           \
                { "out", required_argument, NULL, BATCH_OUT }, { "resume", no_argument, NULL, BATCH_RESUME }, {        \
                "shard", required_argument, NULL, BATCH_SHARD                                                          \
        }

#define BATCH_HELP                                                                                                     \
        "Many bundles:\n"                                                                                              \
        "      --out DIR         write a report a bundle to DIR, and DIR/index.ndjson: a\n"                            \
        "                        line each with what came of it. PATHs are bundles, and\n"                             \
        "                        directories that are searched for them; -f adds a form\n"                             \
        "      --from-file FILE  further PATHs, one a line, or with a NUL behind each (of\n"                           \
        "                        find -print0); - is standard input\n"                                                 \
        "      --jobs N          bundles side by side (as many as there are cores)\n"                                  \
        "      --max-memory N    for all of them together (three quarters of the memory)\n"                            \
        "      --resume          leave out what DIR's index says is done, with the same\n"                             \
        "                        rules and options, and has not changed since\n"                                       \
        "      --shard K/N       take one of N shares, K from 0 to N-1, for work on many\n"                            \
        "                        machines; its index is DIR/index-K-of-N.ndjson\n"

/* One of BATCH_OPTIONS. STATUS_OK, or another status after a message. */
int batch_take(struct batch *batch, const char *command, int option, const char *name, const char *value);

/* All of it; `argv` from getopt's optind on are the paths. The exit status. */
int batch_run(const struct batch *batch, struct request *request, const char *unmatched, int argc, char **argv);

#endif
