#define _GNU_SOURCE
#include "bench/log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER_BYTES = 1 << 20, MAX_RECORD_BYTES = 1 << 13 };

static void fail(const char *what) {
        perror(what);
        exit(1);
}

void log_open(struct log *log, uint64_t wanted, uint64_t seed) {
        *log = (struct log){ .wanted = wanted, .random = seed, .buffer = malloc(BUFFER_BYTES) };
        if (!log->buffer) {
                fail("malloc");
        }
}

static void flush(struct log *log) {
        size_t done = 0;

        while (done < log->n) {
                ssize_t n = write(STDOUT_FILENO, log->buffer + done, log->n - done);

                if (n < 0) {
                        fail("write");
                }
                done += (size_t)n;
        }
        log->n = 0;
}

void log_close(struct log *log) {
        flush(log);
        free(log->buffer);
        fprintf(stderr,
                "{\"bytes\": %" PRIu64 ", \"lines\": %" PRIu64 ", \"records\": %" PRIu64 ", \"polls\": %" PRIu64
                ", \"samples\": %" PRIu64 ", \"sessions\": %" PRIu64 ", \"closures\": %" PRIu64
                ", \"recoveries\": %" PRIu64 ", \"forced\": %" PRIu64 "}\n",
                log->bytes, log->lines, log->records, log->polls, log->samples, log->sessions, log->closures,
                log->recoveries, log->forced);
}

void log_at(struct log *log, int64_t second) {
        time_t at = second + ZONE_MS / 1000;
        struct tm tm;

        gmtime_r(&at, &tm);
        strftime(log->stamp, sizeof(log->stamp), "%Y.%m.%d %H:%M:%S ", &tm);
}

/* Room for one more record. */
static char *room(struct log *log) {
        if (log->n + MAX_RECORD_BYTES > BUFFER_BYTES) {
                flush(log);
        }
        return log->buffer + log->n;
}

static void add(struct log *log, size_t n) {
        log->n += n;
        log->bytes += n;
}

static size_t line_ends(const char *format) {
        size_t n = 0;

        for (const char *at = strchr(format, '\n'); at; at = strchr(at + 1, '\n')) {
                n++;
        }
        return n;
}

void log_record(struct log *log, const char *format, ...) {
        char *to = room(log);
        size_t stamp = strlen(log->stamp);
        va_list arguments;
        int n;

        memcpy(to, log->stamp, stamp);
        va_start(arguments, format);
        n = vsnprintf(to + stamp, MAX_RECORD_BYTES - stamp - 1, format, arguments);
        va_end(arguments);
        to[stamp + (size_t)n] = '\n';
        add(log, stamp + (size_t)n + 1);
        log->records++;
        log->lines += 1 + line_ends(format);
}

void log_raw(struct log *log, const char *format, ...) {
        va_list arguments;

        va_start(arguments, format);
        add(log, (size_t)vsnprintf(room(log), MAX_RECORD_BYTES, format, arguments));
        va_end(arguments);
}

/* splitmix64 */
uint32_t log_random(struct log *log) {
        uint64_t z = log->random += 0x9e3779b97f4a7c15;

        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return (uint32_t)((z ^ (z >> 31)) >> 32);
}
