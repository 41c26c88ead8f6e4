/* What befalls a server: stalls, stops and crashes with what stood near them, limits. */
#include "analysis_support.h"

enum { MAX_LOGS = 4 };

struct example {
        const char *title;
        const char *logs[MAX_LOGS]; /* NULL-filled; their contents tell their families */
        const char *wanted;
};

static void analyse(struct analysis *analysis, const struct example *example) {
        char name[] = "a.log";

        analysis_open(analysis);
        for (size_t i = 0; i < MAX_LOGS && example->logs[i]; i++) {
                name[0] = (char)('a' + i);
                analysis_add(analysis, name, str_from(example->logs[i]));
        }
        analysis_join(analysis, 0);
}

static void check(const struct example *examples, size_t count, struct buf (*write)(const struct analysis *)) {
        for (size_t i = 0; i < count; i++) {
                struct analysis analysis;
                struct buf got;

                analyse(&analysis, &examples[i]);
                got = write(&analysis);
                if (strcmp(got.p, examples[i].wanted) != 0)
                        fail_msg("%s: got\n%swanted\n%s", examples[i].title, got.p, examples[i].wanted);
                buf_release(&got);
                analysis_close(&analysis);
        }
}

/* --------------------------------------------------------------- stalls */

static struct buf write_stalls(const struct analysis *analysis) {
        struct buf out;

        buf_init(&out, TEST_BYTES);
        for (size_t i = 0; i < analysis->timeline.server.count; i++) {
                const struct server_event *event = &analysis->timeline.server.items[i];

                if (event->duration_ms < 0)
                        continue;
                write_time(&out, event->at_ms);
                buf_printf(&out, " %.*s %lld line=%lld\n", (int)event->name.n, event->name.p,
                           (long long)event->duration_ms, (long long)event->line);
        }
        buf_text(&out);
        return out;
}

/* A poll and a round of the reaper, twice. */
#define BEFORE                                                                                                         \
        RECV("00:00:10", "aaaa", "100")                                                                                \
        SAMPLE("00:00:20", "aaaa", "1001", "0")                                                                        \
        RECV("00:00:40", "aaaa", "101") SAMPLE("00:00:50", "aaaa", "1001", "0")
#define AFTER(rid, next) SAMPLE("00:02:00", "aaaa", "1001", "50000") RECV("00:02:01", "aaaa", rid) LATER(next)
#define LATER(next) RECV("00:02:20", "aaaa", next) SAMPLE("00:02:30", "aaaa", "1001", "0")
#define STALL "00:00:50.000 reaper_stalled 70000 line="

static void a_late_round_is_a_stall(void **state) {
        static const struct example examples[] = {
                { "no request is missing", { BEFORE AFTER("102", "103") }, STALL "5\n" },
                { "the polls go on, the reaper alone is late",
                  { BEFORE RECV("00:01:10", "aaaa", "102") RECV("00:01:40", "aaaa", "103") AFTER("104", "105") },
                  STALL "7\n" },
                { "logging was off: requests are missing behind the pause", { BEFORE AFTER("104", "105") }, "" },
                { "logging was off: requests are missing within it",
                  { BEFORE RECV("00:01:50", "aaaa", "103") AFTER("104", "105") },
                  "" },
                { "no request tells that the log was on",
                  { SAMPLE("00:00:20", "aaaa", "1001", "0") SAMPLE("00:00:50", "aaaa", "1001", "0")
                            SAMPLE("00:02:00", "aaaa", "1001", "0") },
                  "" },
                { "nobody was there in between",
                  { BEFORE TERMINATE("00:00:55", "aaaa", "102") RECV("00:01:55", "bbbb", "200")
                            SAMPLE("00:02:00", "bbbb", "1002", "0") RECV("00:02:20", "bbbb", "201") },
                  "" },
                { "as late as the pack allows",
                  { BEFORE SAMPLE("00:01:30", "aaaa", "1001", "0") RECV("00:01:31", "aaaa", "102") },
                  "" },
                { "a second later",
                  { BEFORE SAMPLE("00:01:31", "aaaa", "1001", "0") RECV("00:01:32", "aaaa", "102") },
                  "00:00:50.000 reaper_stalled 41000 line=5\n" },
                { "a clock that was set: nobody waits for an hour",
                  { BEFORE SAMPLE("01:00:50", "aaaa", "1001", "0") RECV("01:00:51", "aaaa", "102") },
                  "" },
                { "a period of a minute",
                  { RECV("00:00:10", "aaaa", "100") SAMPLE("00:01:00", "aaaa", "1001", "0")
                            RECV("00:01:10", "aaaa", "101") SAMPLE("00:02:00", "aaaa", "1001", "0")
                                    RECV("00:02:10", "aaaa", "102") SAMPLE("00:03:00", "aaaa", "1001", "0")
                                            RECV("00:03:10", "aaaa", "103") },
                  "" },
                { "a version that does not sample held polls: its rounds may pass unseen",
                  { RECV("00:00:10", "aaaa", "100") SAMPLE("00:00:20", "aaaa", "1001", "3")
                            RECV("00:00:40", "aaaa", "101") SAMPLE("00:00:50", "aaaa", "1001", "3")
                                    RECV("00:00:55", "aaaa", "102") SAMPLE("00:02:00", "aaaa", "1001", "3")
                                            RECV("00:02:10", "aaaa", "103") },
                  "" },
        };

        (void)state;
        check(examples, sizeof(examples) / sizeof(examples[0]), write_stalls);
}

static void files_are_joined_for_stalls(void **state) {
        static const struct example examples[] = {
                { "the files follow each other", { BEFORE, AFTER("102", "103") }, STALL "1\n" },
                { "one between them was not collected", { BEFORE, AFTER("104", "105") }, "" },
                { "two logs hold it",
                  { BEFORE AFTER("102", "103"), NOTE("00:00:01", "x") BEFORE AFTER("102", "103") },
                  STALL "6\n" },
                { "another file has the rounds between",
                  { BEFORE, SAMPLE("00:01:20", "aaaa", "1001", "0"), AFTER("102", "103") },
                  "" },
        };

        (void)state;
        check(examples, sizeof(examples) / sizeof(examples[0]), write_stalls);
}

/* -------------------------------------------------------------- restarts */

static struct buf write_restarts(const struct analysis *analysis) {
        struct buf out;

        buf_init(&out, TEST_BYTES);
        for (size_t i = 0; i < analysis->findings.count; i++) {
                const struct finding *finding = &analysis->findings.items[i];

                if (finding->kind != FINDING_SERVER_RESTART)
                        continue;
                buf_printf(&out, "%s evidence=%zu down=", severity_name(finding->severity), finding->evidence_count);
                write_time(&out, finding->outage->down_ms);
                buf_printf(&out, " %.*s\n", (int)finding->why.n, finding->why.p);
        }
        buf_text(&out);
        return out;
}

#define ALIVE                                                                                                          \
        RECV("00:00:10", "aaaa", "100")                                                                                \
        SAMPLE("00:00:20", "aaaa", "1001", "0") RECV("00:00:40", "aaaa", "101") SAMPLE("00:00:50", "aaaa", "1001", "0")
#define STOP NOTE("00:01:00", "Openfire stopped")
#define START NOTE("00:05:00", "Openfire 3.9.3 [Nov 6, 2014 1:22:33 PM]")
#define CLI(time, command) "2017-06-17 " time ",000 INFO [main] sdMain.main - running command -> [" command "]\n"
#define HISTORY(time, what) "06/17/2017 " time " | root: " what " 12.5.1.10000-1 Start\n"
#define FAILED(time)                                                                                                   \
        "Jun 17 " time " fin1 local7 2 : 62: fin1.example.com: Jun 17 2017 " time ".000 UTC : "                        \
        "%UC_SERVICEMANAGER-2-ServiceFailed: %[ServiceName=Cisco Finesse Notification Service]: x\n"
#define OOM(time) NOTE(time, "Internal server error\njava.lang.OutOfMemoryError: Java heap space\n\tat x.Y.z(Y.java:1)")
#define STOPPED "The notification service was stopped and was up again after 240 s; 1 desktop session ended with it"
#define CRASHED                                                                                                        \
        "The notification service started without having been stopped: it had crashed or was killed; 1 desktop "       \
        "session ended with it"
#define RESTART_COMMAND "utils service restart Cisco Finesse Notification Service"

static void an_administrator_is_named(void **state) {
        static const struct example examples[] = {
                { "nobody", { ALIVE STOP START }, "critical evidence=2 down=00:01:00.000 " STOPPED ".\n" },
                { "a command",
                  { ALIVE STOP START, CLI("00:00:55", RESTART_COMMAND) },
                  "medium evidence=3 down=00:01:00.000 " STOPPED "; that was asked for: \"" RESTART_COMMAND "\".\n" },
                { "a command at another time",
                  { NOTE("23:00:00", "x") ALIVE STOP START, CLI("23:00:00", RESTART_COMMAND) },
                  "critical evidence=2 down=00:01:00.000 " STOPPED ".\n" },
                { "a command for another service",
                  { ALIVE STOP START, CLI("00:00:55", "utils service restart Cisco Tomcat") },
                  "critical evidence=2 down=00:01:00.000 " STOPPED ".\n" },
                { "of two commands the last before the stop",
                  { ALIVE STOP START,
                    CLI("00:00:51", "utils service stop Cisco Finesse Notification Service")
                            CLI("00:00:55", "utils system restart") CLI("00:01:30", "utils system restart force") },
                  "medium evidence=3 down=00:01:00.000 " STOPPED "; that was asked for: \"utils system restart\".\n" },
                { "a shutdown and a boot",
                  { ALIVE STOP START, HISTORY("00:01:02", "Restart") HISTORY("00:03:00", "Boot") },
                  "medium evidence=4 down=00:01:00.000 " STOPPED
                  "; that was asked for: \"The server was restarted or shut down\".\n" },
                { "an orderly stop and a boot",
                  { ALIVE STOP START, HISTORY("00:03:00", "Boot") },
                  "medium evidence=3 down=00:01:00.000 " STOPPED
                  "; the whole server went down: it booted 120 s later.\n" },
                { "a boot without a stop: the power went",
                  { ALIVE START, HISTORY("00:03:00", "Boot") },
                  "critical evidence=2 down=00:00:50.000 " CRASHED
                  "; the whole server went down: it booted 130 s later.\n" },
                { "a command to the rescue of a service that was dead",
                  { ALIVE START, CLI("00:04:30", RESTART_COMMAND) },
                  "critical evidence=1 down=00:00:50.000 " CRASHED ".\n" },
        };

        (void)state;
        check(examples, sizeof(examples) / sizeof(examples[0]), write_restarts);
}

static void what_precedes_a_crash_is_named(void **state) {
        static const struct example examples[] = {
                { "out of memory",
                  { ALIVE OOM("00:00:51") START },
                  "critical evidence=2 down=00:00:51.000 " CRASHED
                  "; 0 s before it: The Java machine ran out of memory or "
                  "threads.\n" },
                { "the platform saw it",
                  { ALIVE START, FAILED("00:00:56") },
                  "critical evidence=2 down=00:00:50.000 " CRASHED
                  "; 6 s after it: The platform saw the notification service fail.\n" },
                { "an administrator stopped it all the same",
                  { ALIVE OOM("00:00:51") STOP START, CLI("00:00:55", RESTART_COMMAND) },
                  "medium evidence=3 down=00:01:00.000 " STOPPED "; that was asked for: \"" RESTART_COMMAND "\".\n" },
                { "the web service lost it",
                  { ALIVE START, WEB("00:00:53.500", "UNABLE_TO_CONNECT_TO_XMPP_SERVER: %[x=y]: lost") },
                  "critical evidence=1 down=00:00:53.500 " CRASHED ".\n" },
                { "the web service had it again in between",
                  { ALIVE START, WEB("00:00:51.000", "UNABLE_TO_CONNECT_TO_XMPP_SERVER: %[x=y]: lost")
                                         WEB("00:00:52.000", "CONNECTED_TO_XMPP_SERVER: %[x=y]: up") WEB(
                                                 "00:00:58.000", "UNABLE_TO_CONNECT_TO_XMPP_SERVER: %[x=y]: lost") },
                  "critical evidence=1 down=00:00:58.000 " CRASHED ".\n" },
                { "clients ask for what is gone",
                  { ALIVE START NOTE("00:05:10", "Client provided invalid session: aaaa. [10.0.0.1]")
                            NOTE("00:05:11", "Client provided invalid session: aaaa. [10.0.0.1]")
                                    NOTE("00:05:12", "Client provided invalid session: bbbb. [10.0.0.2]")
                                            NOTE("00:07:10", "Client provided invalid session: cccc. [10.0.0.3]") },
                  "critical evidence=3 down=00:00:50.000 " CRASHED
                  "; afterwards 2 clients asked for sessions that were gone.\n" },
        };

        (void)state;
        check(examples, sizeof(examples) / sizeof(examples[0]), write_restarts);
}

/* --------------------------------------------------------- which server */

static void the_platform_is_of_its_services_node(void **state) {
        struct analysis analysis;

        (void)state;
        analysis_open(&analysis);
        analysis_add(&analysis, "debug.log", STR(ALIVE));
        analysis_add(&analysis, "CiscoSyslog", STR(FAILED("00:00:56")));
        analysis_add(&analysis, "cli00001.log", STR(CLI("00:00:55", RESTART_COMMAND)));
        analysis_join(&analysis, 330);
        for (size_t i = 0; i < analysis.inputs.count; i++)
                assert_true(str_eq(analysis.inputs.items[i]->node, STR("fin1.example.com")));
        /* Its command was given by the server's clock, the alarm has UTC. */
        assert_int_equal(analysis.timeline.server.count, 2);
        assert_true(str_eq(analysis.timeline.server.items[0].name, STR("admin_restart")));
        assert_int_equal(analysis.timeline.server.items[1].at_ms - analysis.timeline.server.items[0].at_ms,
                         (330 * 60 + 1) * 1000);
        analysis_close(&analysis);
}

/* ---------------------------------------------------------------- limits */

static void of_many_the_first_and_the_last_are_kept(void **state) {
        struct limits limits;
        struct summary *summary;
        struct buf log;
        uint64_t last = 0;

        (void)state;
        limits_init(&limits);
        buf_init(&log, TEST_BYTES);
        for (int i = 0; i < 130; i++)
                buf_printf(&log, "2017.06.17 00:%02d:%02d x\njava.lang.OutOfMemoryError: Java heap space\n", i / 60,
                           i % 60);
        summary = fold_text(&limits, FAMILY_NOTIFICATION, buf_str(&log), NULL);
        /* A signature wants them all. */
        assert_int_equal(summary->event_count, 130);
        assert_int_equal(summary->server_dropped, 30);
        assert_int_equal(summary->events[0].line, 1);
        for (size_t i = 0; i < summary->event_count; i++) {
                const uint64_t line = summary->events[i].line;

                assert_int_equal(summary->events[i].unlisted, line > 99 && line < 2 * 80 + 1);
                last = line > last ? line : last;
        }
        assert_int_equal(last, 2 * 129 + 1);
        summary_free(summary);
        buf_release(&log);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_late_round_is_a_stall),
                cmocka_unit_test(files_are_joined_for_stalls),
                cmocka_unit_test(an_administrator_is_named),
                cmocka_unit_test(what_precedes_a_crash_is_named),
                cmocka_unit_test(the_platform_is_of_its_services_node),
                cmocka_unit_test(of_many_the_first_and_the_last_are_kept),
        };

        return cmocka_run_group_tests(tests, load_rules, free_rules);
}
