/*
 * A made-up log on its way to standard output: records of one or more lines,
 * each behind the stamp that log_at() set, and a count of what was written, so
 * that a reader of the log can be checked. The same seed gives the same bytes.
 */
#ifndef TESTS_BENCH_LOG_H
#define TESTS_BENCH_LOG_H

#include <stddef.h>
#include <stdint.h>

struct log {
        uint64_t wanted; /* bytes; a few records more may come */
        uint64_t random; /* state of the generator */
        char stamp[40];

        /* What was written, and what of it tells the story. */
        uint64_t bytes, lines, records;
        uint64_t polls, samples, sessions, closures, recoveries, forced;

        char *buffer;
        size_t n;
};

/* The notification service's clock in this many ms since 1970: it is ahead of UTC. */
enum { ZONE_MS = 19800000 };

void log_open(struct log *log, uint64_t wanted, uint64_t seed);

/* Writes what is left and, as one line of JSON, the counts to standard error. */
void log_close(struct log *log);

static inline int log_is_full(const struct log *log) {
        return log->bytes >= log->wanted;
}

/* Everything until the next call happens in this second: "2017.06.17 00:16:04". */
void log_at(struct log *log, int64_t second);

/* One record; only line ends that the format itself holds are counted as lines. */
__attribute__((format(printf, 2, 3))) void log_record(struct log *log, const char *format, ...);

/* Bytes as they are, which the caller counts. */
__attribute__((format(printf, 2, 3))) void log_raw(struct log *log, const char *format, ...);

uint32_t log_random(struct log *log);

/* The log's kinds; agents is how many share it. */
void write_finesse(struct log *log, unsigned agents);
void write_log4j(struct log *log, unsigned agents);
void write_webservices(struct log *log, unsigned agents);
void write_one_line(struct log *log, unsigned agents);
void write_empty_lines(struct log *log, unsigned agents);
void write_events(struct log *log, unsigned agents);
void write_sessions(struct log *log, unsigned agents);
void write_match_limit(struct log *log, unsigned agents);

#endif
