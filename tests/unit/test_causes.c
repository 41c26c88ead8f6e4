/* Causes, restarts, bursts, the chain of steps and the verdict, a tiny log each. */
#include "analysis_support.h"

#include <stdio.h>

#include "findings/aftermath.h"
#include "findings/burst.h"
#include "findings/timing.h"

/* ------------------------------------------------------------- as text */

static void write_cause_line(struct buf *out, const struct finding *finding) {
        switch (finding->kind) {
        case FINDING_FORCED_LOGOUT:
                buf_printf(out, "forced %.*s %s", (int)finding->agent.n, finding->agent.p,
                           cause_name(finding->forced->cause));
                break;
        case FINDING_SERVER_RESTART:
                buf_printf(out, "restart");
                write_span(out, finding->outage->stopped_ms, finding->outage->started_ms);
                buf_printf(out, " %s lost=%" PRIu64, outage_is_clean(finding->outage) ? "clean" : "crash",
                           finding->outage->sessions_lost);
                break;
        case FINDING_MASS_DISCONNECT:
                buf_printf(out, "burst %s %zu/%" PRIu64 " scope=%s", shape_name(finding->burst->shape),
                           finding->burst->count, finding->burst->open, finding->burst->scope);
                break;
        case FINDING_UNANSWERED_LOGOUT:
                buf_printf(out, "unanswered %.*s", (int)finding->agent.n, finding->agent.p);
                break;
        default:
                return;
        }
        for (size_t i = 0; i < FINDING_MISSING && finding->missing[i]; i++)
                buf_add_byte(out, '?');
        buf_add_byte(out, '\n');
}

struct logs {
        const char *debug, *info, *web; /* NULL: no such log */
};

static void analyse(struct analysis *analysis, const struct logs *logs) {
        analysis_open(analysis);
        if (logs->debug)
                analysis_add(analysis, "debug.log", str_from(logs->debug));
        if (logs->info)
                analysis_add(analysis, "info.log", str_from(logs->info));
        if (logs->web)
                analysis_add(analysis, "Desktop-webservices.log", str_from(logs->web));
        analysis_join(analysis, 0);
}

/* The findings' lines, and the verdict. */
static void expect(const char *title, const struct logs *logs, const char *wanted) {
        struct analysis analysis;
        struct buf got;

        analyse(&analysis, logs);
        buf_init(&got, TEST_BYTES);
        for (size_t i = 0; i < analysis.findings.count; i++)
                write_cause_line(&got, &analysis.findings.items[i]);
        buf_printf(&got, "%s\n", verdict_name(analysis.findings.diagnosis.verdict));
        buf_text(&got);
        if (strcmp(got.p, wanted) != 0)
                fail_msg("%s: got\n%swanted\n%s", title, got.p, wanted);
        buf_release(&got);
        analysis_close(&analysis);
}

/* ------------------------------------------------------------- causes */

#define JID "1001" AT_FIN "/desktop"
#define LOST(time) PRESENCE(time, JID, "unavailable")
#define FORCED(time) CTI_REQUEST(time, "1001", "1", "255", "1")
/* The web service writes all the time, so its silence says something. */
#define QUIET_WEB WEB("00:00:00.000", "IDLE: %[a=b]: text") WEB("00:04:00.000", "IDLE: %[a=b]: text")
#define POLLING(sid) RECV("00:03:30", sid, "100") SAMPLE("00:04:00", sid, "1001", "0")
#define INFO_RUNS NOTE("00:00:01", "something") NOTE("00:08:00", "something else")

static void a_loss_has_its_cause(void **state) {
        (void)state;
        expect("with an idle closure",
               &(struct logs){ POLLING("aaaa") SAMPLE("00:05:30", "aaaa", "1001", "70000"),
                               INFO_RUNS CLOSING("00:05:30", "aaaa", "1001"),
                               QUIET_WEB LOST("00:05:30.500") FORCED("00:06:30.500") },
               "forced 1001 idle_closure\nclient_side\n");
        expect("the closure 3 s behind the loss is another story",
               &(struct logs){ POLLING("aaaa") SAMPLE("00:05:34", "aaaa", "1001", "74000"),
                               INFO_RUNS CLOSING("00:05:34", "aaaa", "1001"),
                               QUIET_WEB LOST("00:05:30.500") FORCED("00:06:30.500") },
               "forced 1001 presence_loss\nclient_side\n");
        expect("with a stop of the service",
               &(struct logs){ POLLING("aaaa"), INFO_RUNS NOTE("00:04:20", "Openfire stopped"),
                               QUIET_WEB LOST("00:04:29.500") FORCED("00:05:29.500") },
               "restart 00:04:20.000..- clean lost=1?\nforced 1001 server_event\nserver_side\n");
        expect("11 s after a stop: not with it",
               &(struct logs){ POLLING("aaaa"), INFO_RUNS NOTE("00:04:20", "Openfire stopped"),
                               QUIET_WEB LOST("00:04:31.500") FORCED("00:05:31.500") },
               "restart 00:04:20.000..- clean lost=1?\nforced 1001 presence_loss\nclient_side\n");
        expect("with nothing, and the info log is there",
               &(struct logs){ POLLING("aaaa"), INFO_RUNS, QUIET_WEB LOST("00:04:10.000") FORCED("00:05:10.000") },
               "forced 1001 presence_loss\nclient_side\n");
        expect("with nothing, and no info log",
               &(struct logs){ NULL, NULL, QUIET_WEB LOST("00:04:10.000") FORCED("00:05:10.000") },
               "forced 1001 undetermined?\nundetermined\n");
}

static void a_crash_comes_before_the_last_words(void **state) {
        (void)state;
        expect("a record 20 s after all connections broke",
               &(struct logs){ POLLING("aaaa"),
                               NOTE("00:00:01", "something") NOTE("00:04:40", "Created cache [x] for Group")
                                       NOTE("00:05:10", "Openfire 3.9.3 [Jun 17, 2017 12:05:10 AM]"),
                               QUIET_WEB LOST("00:04:20.100")
                                       WEB("00:04:20.500", "UNABLE_TO_CONNECT_TO_XMPP_SERVER: %[x=y]: lost")
                                               FORCED("00:05:20.100") },
               "forced 1001 server_event\nrestart -..00:05:10.000 crash lost=1?\nserver_side\n");
}

static void without_a_loss_little_is_known(void **state) {
        (void)state;
        expect("the web service's log covers the 185 s before",
               &(struct logs){ NULL, INFO_RUNS, QUIET_WEB FORCED("00:05:10.000") },
               "forced 1001 unexplained\nclient_side\n");
        expect("it does not", &(struct logs){ NULL, INFO_RUNS, FORCED("00:05:10.000") },
               "forced 1001 undetermined?\nclient_side\n");
        expect("a stop in those 185 s",
               &(struct logs){ NULL, INFO_RUNS NOTE("00:04:20", "Openfire stopped"), QUIET_WEB FORCED("00:05:10.000") },
               "restart 00:04:20.000..- clean lost=0?\nforced 1001 server_event\nserver_side\n");
        expect("presence had come back",
               &(struct logs){ NULL, INFO_RUNS,
                               QUIET_WEB LOST("00:04:10.000") PRESENCE("00:04:20.000", JID, "available")
                                       FORCED("00:05:10.000") },
               "forced 1001 unexplained\nclient_side\n");
}

#define DECIDED(time) WEB(time, "PRESENCE DRIVEN LOGOUT: %[agent_id=1001]: text")

static void a_logout_that_was_decided_is_asked_for(void **state) {
        (void)state;
        expect("it was", &(struct logs){ NULL, INFO_RUNS, QUIET_WEB DECIDED("00:05:09.999") FORCED("00:05:10.000") },
               "forced 1001 unexplained\nclient_side\n");
        expect("it was not",
               &(struct logs){ NULL, INFO_RUNS,
                               QUIET_WEB DECIDED("00:05:09.999") WEB("00:05:30.000", "IDLE: %[a=b]: text") },
               "unanswered 1001\nnone\n");
        expect("the log ends first", &(struct logs){ NULL, INFO_RUNS, QUIET_WEB DECIDED("00:05:09.999") }, "none\n");
}

/* ------------------------------------------------------------- restarts */

static void restarts_are_stops_and_starts(void **state) {
        static const char *const start = NOTE("00:08:00", "Openfire 3.9.3 [Jun 17, 2017 12:08:00 AM]");
        char both[512];

        (void)state;
        snprintf(both, sizeof(both), "%s%s%s", INFO_RUNS, NOTE("00:04:20", "Openfire stopped"), start);
        expect("a stop and, minutes later, its start", &(struct logs){ NULL, both, NULL },
               "restart 00:04:20.000..00:08:00.000 clean lost=0\nundetermined\n");
        expect("markers of one minute are one",
               &(struct logs){ NULL,
                               INFO_RUNS NOTE("00:04:20", "Shutting down 51 modules ...")
                                       NOTE("00:04:21", "Openfire stopped") NOTE("00:04:21", "Server halted")
                                               NOTE("00:05:00", "Registering shutdown hook (standalone mode)")
                                                       NOTE("00:05:03", "Openfire 3.9.3 [Jun 17, 2017 12:05:03 AM]"),
                               NULL },
               "restart 00:04:20.000..00:05:03.000 clean lost=0\nundetermined\n");
        expect("logs that begin with a start: no restart", &(struct logs){ NULL, start, NULL }, "undetermined\n");
        expect("a start in the midst of records: a crash, with the sessions it took",
               &(struct logs){ RECV("00:03:30", "aaaa", "100") SAMPLE("00:04:00", "aaaa", "1001", "0")
                                       NOTE("00:04:40", "consume"),
                               NOTE("00:00:01", "x") NOTE("00:05:03", "Openfire 3.9.3 [Jun 17, 2017 12:05:03 AM]"),
                               NULL },
               "restart -..00:05:03.000 crash lost=1?\nundetermined\n");
}

static void a_dead_sid_is_no_life(void **state) {
        struct analysis analysis;

        (void)state;
        analyse(&analysis, &(struct logs){ RECV("00:03:30", "aaaa", "100") SAMPLE("00:04:00", "aaaa", "1001", "0") RECV(
                                                   "00:05:30", "aaaa", "101") SAMPLE("00:06:00", "bbbb", "1001", "0"),
                                           INFO_RUNS NOTE("00:04:20", "Openfire stopped")
                                                   NOTE("00:05:10", "HTTP bind service started"),
                                           NULL });
        assert_int_equal(analysis.timeline.sessions[0].ended_by, ENDED_SERVER_STOP);
        assert_int_equal(analysis.timeline.outages.items[0].sessions_lost, 1);
        analysis_close(&analysis);
}

/* --------------------------------------------------------------- bursts */

/* Sessions of agents 2000 on, from 10.5.SEGMENT.n; who polls on has silent_s -1. */
struct desk {
        int segment, silent_s; /* seconds after 00:10:00 */
};

static void add_desk(struct buf *log, size_t number, const struct desk *desk) {
        for (int poll = 0; poll < 4; poll++)
                buf_printf(log,
                           "2017.06.17 00:0%d:00 REQUEST /http-bind/ on x@10.10.20.5:7443<->10.5.%d.%zu:45435\n"
                           "2017.06.17 00:0%d:00 HTTPBindLog: HTTP RECV(a%zu): <body sid=\"a%zu\" rid=\"%d\"/>\n",
                           5 + poll, desk->segment, number, 5 + poll, number, number, 100 + poll);
}

static void add_round(struct buf *log, int second, const struct desk *desks, size_t count) {
        for (size_t i = 0; i < count; i++) {
                int idle_s = desks[i].silent_s < 0 || second < desks[i].silent_s ? 0 : second - desks[i].silent_s;

                if (idle_s > 90) /* it was closed */
                        continue;
                buf_printf(log,
                           "2017.06.17 00:%02d:%02d Session (id=a%zu) was last active %d ms ago: %zu" AT_FIN
                           "/desktop\n",
                           10 + second / 60, second % 60, i, idle_s * 1000, 2000 + i);
                if (idle_s > 60)
                        buf_printf(log,
                                   "2017.06.17 00:%02d:%02d Closing idle session (id=a%zu): %zu" AT_FIN "/desktop\n",
                                   10 + second / 60, second % 60, i, 2000 + i);
        }
}

static void expect_burst(const char *title, const struct desk *desks, size_t count, const char *wanted) {
        struct buf log;

        buf_init(&log, TEST_BYTES);
        for (size_t i = 0; i < count; i++)
                add_desk(&log, i, &desks[i]);
        for (int second = 0; second <= 180; second += 30)
                add_round(&log, second, desks, count);
        buf_text(&log);
        expect(title, &(struct logs){ log.p, NULL, NULL }, wanted);
        buf_release(&log);
}

/* `count` desks, those before `victims` silent `step` seconds apart, in segment 1; the rest in `segment`. */
static void expect_desks(const char *title, size_t victims, int step, size_t count, int segment, const char *wanted) {
        struct desk desks[64];

        for (size_t i = 0; i < count; i++)
                desks[i] = (struct desk){ i < victims ? 1 : segment, i < victims ? 3 + (int)i * step : -1 };
        expect_burst(title, desks, count, wanted);
}

static void bursts_have_shapes(void **state) {
        (void)state;
        expect_desks("five of twenty at once", 5, 1, 20, 2, "burst instant 5/20 scope=10.5.1\nnetwork_segment\n");
        expect_desks("the same, and neighbours stay", 5, 1, 20, 1, "burst instant 5/20 scope=\nnetwork_segment\n");
        expect_desks("four are none", 4, 1, 20, 2, "client_side\n");
        expect_desks("five of thirty are less than a fifth, but all of their prefix", 5, 1, 30, 2,
                     "burst within_a_poll 5/30 scope=10.5.1\nnetwork_segment\n");
        expect_desks("everybody, one every three seconds", 10, 3, 10, 2,
                     "burst within_a_poll 10/10 scope=all\nserver_side\n");
        expect_desks("eight of ten over half a minute", 8, 4, 10, 2,
                     "burst within_a_poll 8/10 scope=10.5.1\nnetwork_segment\n");
        expect_desks("one every ten seconds is none", 9, 10, 30, 1, "client_side\n");
}

static void prefixes_are_whole_octets(void **state) {
        (void)state;
        assert_true(is_in_prefix(STR("10.5.210.7"), STR("10.5.210")));
        assert_true(is_in_prefix(STR("10.5.210.7"), STR("10.5.210.7")));
        assert_false(is_in_prefix(STR("10.5.21.7"), STR("10.5.210")));
        assert_false(is_in_prefix(STR("10.5.2101.7"), STR("10.5.210")));
        assert_true(str_eq(address_prefix(STR("10.5.210.7"), 3), STR("10.5.210")));
        assert_true(str_eq(address_prefix(STR("10.5.210.7"), 4), STR("10.5.210.7")));
        assert_int_equal(address_prefix(STR("2001:db8::7"), 2).n, 0);
}

/* ------------------------------------------------------- chain, aftermath */

/* Good until the next one. */
static const struct step *step_of(const struct analysis *analysis, const struct finding *finding, const char *name) {
        static struct step steps[MOST_STEPS];
        const size_t count = find_steps(&analysis->timeline, finding, steps);

        for (size_t i = 0; i < count; i++)
                if (strcmp(steps[i].name, name) == 0)
                        return &steps[i];
        fail_msg("no step %s", name);
        return NULL;
}

static const struct finding *finding_of(const struct analysis *analysis, enum finding_kind kind) {
        for (size_t i = 0; i < analysis->findings.count; i++)
                if (analysis->findings.items[i].kind == kind)
                        return &analysis->findings.items[i];
        fail_msg("no such finding");
        return NULL;
}

static void steps_are_held_against_their_windows(void **state) {
        struct analysis analysis;
        const struct finding *forced;

        (void)state;
        analyse(&analysis, &(struct logs){ POLLING("aaaa") SAMPLE("00:05:30", "aaaa", "1001", "70000"),
                                           INFO_RUNS CLOSING("00:05:30", "aaaa", "1001"),
                                           QUIET_WEB LOST("00:05:30.500") FORCED("00:06:50.500") });
        forced = finding_of(&analysis, FINDING_FORCED_LOGOUT);
        assert_int_equal(step_of(&analysis, forced, "closure")->after_ms, 70000);
        assert_int_equal(step_of(&analysis, forced, "closure")->min_ms, 60000);
        assert_int_equal(step_of(&analysis, forced, "closure")->max_ms, 90000);
        assert_int_equal(step_of(&analysis, forced, "closure")->ok, STEP_IN_WINDOW);
        assert_int_equal(step_of(&analysis, forced, "presence_unavailable")->ok, STEP_IN_WINDOW);
        assert_int_equal(step_of(&analysis, forced, "forced_request")->after_ms, 80000);
        assert_int_equal(step_of(&analysis, forced, "forced_request")->ok, STEP_OUT_OF_WINDOW);
        /* The log goes on long enough to show an answer, and shows none. */
        assert_int_equal(step_of(&analysis, forced, "state_event")->at_ms, TIME_UNKNOWN);
        assert_int_equal(step_of(&analysis, forced, "state_event")->ok, STEP_OUT_OF_WINDOW);
        analysis_close(&analysis);
}

static void an_aftermath_is_told(void **state) {
        static const struct {
                const char *web;
                enum aftermath aftermath;
        } examples[] = {
                { QUIET_WEB LOST("00:05:30.500") FORCED("00:06:30.500"), AFTERMATH_FORCED_OUT },
                { QUIET_WEB LOST("00:05:30.500") PRESENCE("00:05:50.000", JID, "available"), AFTERMATH_BACK },
                { QUIET_WEB LOST("00:05:30.500") CTI_STATE("00:05:50.000", "1001", "1 (LOGOUT)", "22"),
                  AFTERMATH_SUPERVISOR },
                { QUIET_WEB LOST("00:05:30.500") CTI_STATE("00:05:50.000", "1001", "1 (LOGOUT)", "7"),
                  AFTERMATH_SIGNED_OUT },
                { QUIET_WEB LOST("00:05:30.500"), AFTERMATH_NOT_FORCED },
                { NULL, AFTERMATH_UNKNOWN },
        };

        (void)state;
        for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
                struct analysis analysis;

                analyse(&analysis, &(struct logs){ POLLING("aaaa") SAMPLE("00:05:30", "aaaa", "1001", "70000"),
                                                   INFO_RUNS CLOSING("00:05:30", "aaaa", "1001"), examples[i].web });
                assert_int_equal(finding_of(&analysis, FINDING_IDLE_CLOSURE)->aftermath, examples[i].aftermath);
                analysis_close(&analysis);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_loss_has_its_cause),
                cmocka_unit_test(a_crash_comes_before_the_last_words),
                cmocka_unit_test(without_a_loss_little_is_known),
                cmocka_unit_test(a_logout_that_was_decided_is_asked_for),
                cmocka_unit_test(restarts_are_stops_and_starts),
                cmocka_unit_test(a_dead_sid_is_no_life),
                cmocka_unit_test(bursts_have_shapes),
                cmocka_unit_test(prefixes_are_whole_octets),
                cmocka_unit_test(steps_are_held_against_their_windows),
                cmocka_unit_test(an_aftermath_is_told),
        };

        return cmocka_run_group_tests(tests, load_rules, free_rules);
}
