/*
 * A notification service at work: all agents sign in within 30 s; then every
 * agent's desktop holds a poll that is answered and sent anew each 30 s, a reaper looks at all sessions each 30 s, and
 * now and then a client falls silent: every second one comes back a minute later,
 * the others are closed and sign in again with a new session.
 *
 * What the server writes when these things happen is a layout's: one table of
 * functions for each.
 */
#ifndef TESTS_BENCH_SERVICE_H
#define TESTS_BENCH_SERVICE_H

#include "bench/log.h"

enum client { CLIENT_POLLS, CLIENT_SILENT, CLIENT_CLOSED };

struct session {
        unsigned number; /* agent 1001000 + number */
        uint32_t sid;
        uint32_t rid;
        unsigned phase_ms; /* when in each 30 s the poll is due */
        enum client client;
        unsigned turns; /* left until a silent client is back */
        int64_t answered_ms;
};

struct layout {
        void (*sign_in)(struct log *log, const struct session *session);
        void (*request)(struct log *log, const struct session *session);
        void (*answer)(struct log *log, const struct session *session);
        void (*sample)(struct log *log, const struct session *session, int64_t idle_ms);
        void (*closure)(struct log *log, const struct session *session);
        void (*tick)(struct log *log, const struct session *session, int64_t ms);
};

void write_service(struct log *log, unsigned agents, const struct layout *layout);

#endif
