/*
 * corpus KIND BYTES [AGENTS [SEED]]
 *
 * Writes a made-up log of about BYTES to standard output, and what it holds, as
 * one line of JSON, to standard error. No clock, no chance: the same arguments
 * give the same bytes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/log.h"

struct kind {
        const char *name;
        const char *what;
        void (*write)(struct log *log, unsigned agents);
};

static const struct kind KINDS[] = {
        { "finesse", "the notification service's debug log in Finesse's layout", write_finesse },
        { "log4j", "all.log of a newer notification service, with levels, threads and loggers", write_log4j },
        { "webservices", "the web service's log", write_webservices },
        { "one-line", "a line as long as the log", write_one_line },
        { "empty-lines", "lines without content", write_empty_lines },
        { "events", "every line is a poll or a sample of a late client", write_events },
        { "sessions", "AGENTS sessions, each with a poll and a sample, whatever BYTES", write_sessions },
        { "match-limit", "records over which patterns nearly reach the match limit", write_match_limit },
};

enum { N_KINDS = sizeof(KINDS) / sizeof(KINDS[0]), DEFAULT_AGENTS = 400, DEFAULT_SEED = 5 };

static int usage(void) {
        fputs("usage: corpus KIND BYTES [AGENTS [SEED]]\n\n", stderr);
        for (unsigned i = 0; i < N_KINDS; i++) {
                fprintf(stderr, "  %-14s %s\n", KINDS[i].name, KINDS[i].what);
        }
        return 2;
}

static unsigned long long argument(int argc, char **argv, int i, unsigned long long otherwise) {
        return argc > i ? strtoull(argv[i], NULL, 10) : otherwise;
}

int main(int argc, char **argv) {
        struct log log;

        if (argc < 3 || argc > 5) {
                return usage();
        }
        for (unsigned i = 0; i < N_KINDS; i++) {
                if (strcmp(argv[1], KINDS[i].name) != 0) {
                        continue;
                }
                log_open(&log, argument(argc, argv, 2, 0), argument(argc, argv, 4, DEFAULT_SEED));
                KINDS[i].write(&log, (unsigned)argument(argc, argv, 3, DEFAULT_AGENTS));
                log_close(&log);
                return 0;
        }
        return usage();
}
