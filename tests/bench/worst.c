/*
 * Logs that no server writes, each the worst for one part of a reader: a line
 * without end, lines without content, nothing but events, nothing but sessions,
 * and records over which patterns go back and forth nearly as often as they may.
 */
#include "bench/log.h"

static const int64_t START_S = 1497638000;

/* What makes the file a notification service's log whatever follows. */
static void head(struct log *log) {
        log_at(log, START_S);
        for (int i = 0; i < 8; i++) {
                log_record(log, "HTTPBindLog: HTTP RECV(f382a015): <body rid=\"%d\" sid=\"f382a015\"/>", 1000 + i);
        }
        log->polls = 8;
        log->sessions = 1;
}

void write_one_line(struct log *log, unsigned agents) {
        static const char TEXT[] = "<message><body>0123456789abcdef</body></message>";

        (void)agents;
        head(log);
        log_raw(log, "%sHTTPBindLog: HTTP SENT(f382a015): <body>", log->stamp);
        while (!log_is_full(log)) {
                log_raw(log, "%s", TEXT);
        }
        log_raw(log, "</body>\n");
        log->records++;
        log->lines++;
}

void write_empty_lines(struct log *log, unsigned agents) {
        static const char TEXT[] = "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n";

        (void)agents;
        head(log);
        while (!log_is_full(log)) {
                log_raw(log, "%s", TEXT);
                log->lines += sizeof(TEXT) - 1;
        }
}

/* Each line tells something: a poll, or a sample of a client that is late. */
void write_events(struct log *log, unsigned agents) {
        for (unsigned round = 0; !log_is_full(log); round++) {
                log_at(log, START_S + round * 10);
                for (unsigned i = 0; i < agents && !log_is_full(log); i++) {
                        uint32_t sid = (i + 1) * 2654435761u;

                        log_record(log, "HTTPBindLog: HTTP RECV(%x): <body rid=\"%u\" sid=\"%x\"/>", sid,
                                   100000000 + round, sid);
                        log_record(log, "Session (id=%x) was last active %u ms ago: %u@fin1.ucce.local/desktop", sid,
                                   log_random(log) % 9000 + 1, 1001000 + i);
                        log->polls++;
                        log->samples++;
                        log->sessions += round == 0;
                }
        }
}

/* Each session has one poll and one sample, and an agent of its own. */
void write_sessions(struct log *log, unsigned agents) {
        for (unsigned i = 0; i < agents; i++) {
                uint32_t sid = (i + 1) * 2654435761u;

                log_at(log, START_S + i / 100);
                log_record(log, "HTTPBindLog: HTTP RECV(%x): <body rid=\"%u\" sid=\"%x\"/>", sid, log_random(log), sid);
                log_record(log, "Session (id=%x) was last active 0 ms ago: %u@fin1.ucce.local/desktop", sid,
                           1001000 + i);
        }
        log->polls = log->samples = log->sessions = agents;
}

static void repeat(struct log *log, const char *begin, const char *middle, unsigned n, const char *end) {
        log_raw(log, "%s%s", log->stamp, begin);
        for (unsigned i = 0; i < n; i++) {
                log_raw(log, "%s", middle);
        }
        log_raw(log, "%s\n", end);
        log->records++;
        log->lines++;
}

/* With boshscope's own match limit of 100000 a tenth more of these repeats is too much (BS401). */
void write_match_limit(struct log *log, unsigned agents) {
        (void)agents;
        head(log);
        while (!log_is_full(log)) {
                repeat(log, "consumeResponse: org.jivesoftware.openfire.http.HttpSession@168f1f98 status: 3 address: ",
                       "a@b/c id: 1 presence: ", 4200, " rid: 66x");
                repeat(log, "REQUEST /http-bind/ on ", "org.eclipse@10.1.1.1:1<->", 3400, "");
        }
}
