/* What stamps without a zone mean: option, epoch, the web service's offset, UTC. */
#include "analysis_support.h"

#include <stdio.h>

enum { OPEN = ZONE_UNKNOWN };

/* `count` records with an epoch, on a clock that stands `minutes` east. */
static void add_epochs(struct buf *log, int minutes, unsigned count, const char *domain) {
        for (unsigned i = 0; i < count; i++) {
                int64_t utc = INT64_C(1497657600) + i; /* 2017-06-17T00:00:00Z */
                char local[TIME_RFC3339_BYTES];

                time_format_utc((utc + minutes * 60) * MS_PER_SECOND, local);
                buf_printf(log, "%.4s.%.2s.%.2s %.8s time=%" PRId64 "500, JID=1001@%s/desktop, msgs_sent=4\n", local,
                           local + 5, local + 8, local + 11, utc, domain);
                buf_printf(log, "%.4s.%.2s.%.2s %.8s Session (id=aaaa) was last active 0 ms ago: 1001@%s/desktop\n",
                           local, local + 5, local + 8, local + 11, domain);
        }
}

static void add_web(struct buf *log, const char *zone, unsigned count) {
        for (unsigned i = 0; i < count; i++)
                buf_printf(log, "000000%04u: 10.1.2.3: Jun 17 2017 00:00:%02u.000 %s: %%CCBU_worker-6-A: text\n", i, i,
                           zone);
}

struct votes {
        int minutes;
        unsigned count;
};

static void decided_by_the_best_that_says_something(void **state) {
        static const struct {
                const char *title;
                int option;
                struct votes epochs[2];
                struct {
                        const char *zone;
                        unsigned count;
                } web[2];
                int zone;
                enum clock_method method;
                enum confidence confidence;
                int diag; /* enum diag_code, or -1 for none */
        } examples[] = {
                { "the option", 330, { { 0, 0 } }, { { NULL, 0 } }, 330, CLOCK_OPTION, CONFIDENCE_HIGH, -1 },
                { "the option against epochs",
                  -480,
                  { { 330, 9 } },
                  { { "+0530", 9 } },
                  -480,
                  CLOCK_OPTION,
                  CONFIDENCE_HIGH,
                  -1 },
                { "UTC is an option", 0, { { 330, 9 } }, { { NULL, 0 } }, 0, CLOCK_OPTION, CONFIDENCE_HIGH, -1 },
                { "one epoch", OPEN, { { 330, 1 } }, { { NULL, 0 } }, 330, CLOCK_EPOCH, CONFIDENCE_HIGH, -1 },
                { "epochs against the web service",
                  OPEN,
                  { { 330, 3 } },
                  { { "-0800", 50 } },
                  330,
                  CLOCK_EPOCH,
                  CONFIDENCE_HIGH,
                  -1 },
                { "UTC by epochs", OPEN, { { 0, 3 } }, { { NULL, 0 } }, 0, CLOCK_EPOCH, CONFIDENCE_HIGH, -1 },
                { "west", OPEN, { { -480, 3 } }, { { NULL, 0 } }, -480, CLOCK_EPOCH, CONFIDENCE_HIGH, -1 },
                { "west, half an hour",
                  OPEN,
                  { { -210, 3 } },
                  { { NULL, 0 } },
                  -210,
                  CLOCK_EPOCH,
                  CONFIDENCE_HIGH,
                  -1 },
                { "three quarters", OPEN, { { 345, 3 } }, { { NULL, 0 } }, 345, CLOCK_EPOCH, CONFIDENCE_HIGH, -1 },
                { "far east", OPEN, { { 14 * 60, 3 } }, { { NULL, 0 } }, 14 * 60, CLOCK_EPOCH, CONFIDENCE_HIGH, -1 },
                { "far west", OPEN, { { -12 * 60, 3 } }, { { NULL, 0 } }, -12 * 60, CLOCK_EPOCH, CONFIDENCE_HIGH, -1 },
                { "ten minutes off is no offset",
                  OPEN,
                  { { 340, 3 } },
                  { { NULL, 0 } },
                  OPEN,
                  CLOCK_ASSUMED,
                  CONFIDENCE_LOW,
                  DIAG_CLOCK_ASSUMED },
                { "a few strays",
                  OPEN,
                  { { 330, 18 }, { 60, 2 } },
                  { { NULL, 0 } },
                  330,
                  CLOCK_EPOCH,
                  CONFIDENCE_HIGH,
                  -1 },
                { "a contradiction",
                  OPEN,
                  { { 330, 17 }, { 60, 3 } },
                  { { NULL, 0 } },
                  330,
                  CLOCK_EPOCH,
                  CONFIDENCE_LOW,
                  DIAG_CLOCK_DISAGREES },
                { "the web service",
                  OPEN,
                  { { 0, 0 } },
                  { { "+0530", 5 } },
                  330,
                  CLOCK_ASSUMED,
                  CONFIDENCE_MEDIUM,
                  DIAG_CLOCK_FROM_WEB },
                { "the web service, west, half an hour",
                  OPEN,
                  { { 0, 0 } },
                  { { "-0330", 5 } },
                  -210,
                  CLOCK_ASSUMED,
                  CONFIDENCE_MEDIUM,
                  DIAG_CLOCK_FROM_WEB },
                { "the web service contradicts itself",
                  OPEN,
                  { { 0, 0 } },
                  { { "+0530", 5 }, { "+0000", 2 } },
                  330,
                  CLOCK_ASSUMED,
                  CONFIDENCE_LOW,
                  DIAG_CLOCK_DISAGREES },
                { "nothing",
                  OPEN,
                  { { 0, 0 } },
                  { { NULL, 0 } },
                  OPEN,
                  CLOCK_ASSUMED,
                  CONFIDENCE_LOW,
                  DIAG_CLOCK_ASSUMED },
        };

        (void)state;
        for (size_t i = 0; i < COUNT(examples); i++) {
                struct analysis analysis;
                const struct clock *clock;
                struct buf log, web;
                bool told = examples[i].diag < 0, too_much = false;

                buf_init(&log, TEST_BYTES);
                buf_init(&web, TEST_BYTES);
                buf_add(&log,
                        STR("2017.06.16 00:00:00 Session (id=aaaa) was last active 0 ms ago: 1001@fin1/desktop\n"));
                for (size_t k = 0; k < 2; k++) {
                        add_epochs(&log, examples[i].epochs[k].minutes, examples[i].epochs[k].count, "fin1");
                        if (examples[i].web[k].zone)
                                add_web(&web, examples[i].web[k].zone, examples[i].web[k].count);
                }
                analysis_open(&analysis);
                analysis_add(&analysis, "debug.log", buf_str(&log));
                analysis_add(&analysis, "web.log", buf_str(&web));
                analysis_join(&analysis, (int16_t)examples[i].option);
                assert_int_equal(analysis.timeline.clocks.count, 1);
                clock = &analysis.timeline.clocks.items[0];
                if (clock->offsets.items[0].minutes != examples[i].zone || clock->method != examples[i].method ||
                    clock->confidence != examples[i].confidence)
                        fail_msg("%s: %d, %s, %s", examples[i].title, clock->offsets.items[0].minutes,
                                 clock_method_name(clock->method), confidence_name(clock->confidence));
                /* Epochs that disagree make stamps that run backwards: another test's matter. */
                for (size_t k = 0; k < analysis.diags.count; k++) {
                        const int code = (int)analysis.diags.items[k].code;

                        told |= code == examples[i].diag;
                        too_much |= examples[i].diag < 0 && code != DIAG_STAMPS_RUN_BACK;
                }
                if (!told || too_much)
                        fail_msg("%s: not told, or too much", examples[i].title);
                analysis_close(&analysis);
                buf_release(&log);
                buf_release(&web);
        }
}

static void every_node_has_its_own_clock(void **state) {
        struct analysis analysis;
        struct buf first, second;
        const struct clocks *clocks = &analysis.timeline.clocks;

        (void)state;
        buf_init(&first, TEST_BYTES);
        buf_init(&second, TEST_BYTES);
        add_epochs(&first, 330, 3, "fin1.example.com");
        add_epochs(&second, -480, 5, "fin2.example.com");
        analysis_open(&analysis);
        analysis_add(&analysis, "second.log", buf_str(&second));
        analysis_add(&analysis, "first.log", buf_str(&first));
        analysis_join(&analysis, ZONE_UNKNOWN);
        assert_int_equal(clocks->count, 2);
        assert_str(clocks->items[0].node, "fin1.example.com");
        assert_int_equal(clocks->items[0].offsets.items[0].minutes, 330);
        assert_int_equal(clocks->items[0].votes, 3);
        assert_int_equal(clocks->items[1].offsets.items[0].minutes, -480);
        assert_int_equal(clocks->top, 1); /* the node with most records */
        /* Both began at the same moment. */
        assert_int_equal(analysis.timeline.session_count, 2);
        assert_int_equal(analysis.timeline.sessions[0].first_ms, analysis.timeline.sessions[1].first_ms);
        analysis_close(&analysis);
        buf_release(&first);
        buf_release(&second);
}

static void stamps_with_a_zone_need_no_clock(void **state) {
        static const char web[] = WEB_IN("+0530", "05:47:00.000", "PRESENCE DRIVEN LOGOUT: %[agent_id=1001]: text")
                WEB_IN("-0330", "20:47:00.000", "PRESENCE DRIVEN LOGOUT: %[agent_id=1001]: text");
        struct analysis analysis;

        (void)state;
        analysis_open(&analysis);
        analysis_add(&analysis, "web.log", str_from(web));
        analysis_join(&analysis, -480); /* says nothing about these */
        assert_int_equal(analysis.timeline.event_count, 2);
        assert_int_equal(analysis.timeline.events[0]->utc_ms, INT64_C(1497658620000)); /* 2017-06-17T00:17:00Z */
        assert_int_equal(analysis.timeline.events[1]->utc_ms, INT64_C(1497658620000) + MS_PER_DAY);
        assert_int_equal(analysis.diags.count, 0);
        analysis_close(&analysis);
}

static void times_move_with_the_offset(void **state) {
        static const struct {
                int16_t zone;
                const char *start;
        } examples[] = { { 0, "00:00:57.000" },
                         { -60, "01:00:57.000" },
                         { -210, "03:30:57.000" },
                         { 330, "2017-06-16T18:30:57.000Z" },
                         { 345, "2017-06-16T18:15:57.000Z" } };

        (void)state;
        for (size_t i = 0; i < COUNT(examples); i++) {
                struct analysis analysis;
                struct buf text;

                analysis_open(&analysis);
                analysis_add(&analysis, "debug.log", str_from(SAMPLE("00:01:30", "aaaa", "1001", "33000")));
                analysis_join(&analysis, examples[i].zone);
                assert_int_equal(analysis.findings.count, 1);
                buf_init(&text, TEST_BYTES);
                write_time(&text, analysis.findings.items[0].start_ms);
                assert_string_equal(buf_text(&text), examples[i].start);
                buf_release(&text);
                analysis_close(&analysis);
        }
}

/* ------------------------------------------------------ offsets from pairs */

/* 2017-06-17T00:00:00Z and 2017-10-29T00:00:00Z, an hour before Europe's clocks go back. */
static const int64_t JUNE = INT64_C(1497657600000), OCTOBER = INT64_C(1509235200000);

static void add_local(struct buf *log, int64_t utc_ms, int minutes) {
        char local[TIME_RFC3339_BYTES];

        time_format_utc(utc_ms + minutes * MS_PER_MINUTE, local);
        buf_printf(log, "%.4s.%.2s.%.2s %.8s ", local, local + 5, local + 8, local + 11);
}

/* A closure on a clock that stands `minutes` east. */
static void add_closure(struct buf *log, int64_t utc_ms, int minutes, const char *sid, const char *jid) {
        add_local(log, utc_ms, minutes);
        buf_printf(log, "Closing idle session (id=%s): %s/desktop\n", sid, jid);
}

static void add_loss_of(struct buf *web, int64_t utc_ms, int minutes, const char *jid) {
        static const char *const months[] = { "Jun", "Oct", "Mar" };
        char local[TIME_RFC3339_BYTES], zone[ZONE_BYTES];

        time_format_utc(utc_ms + minutes * MS_PER_MINUTE, local);
        zone_format((int16_t)minutes, zone);
        buf_printf(web,
                   "0000000001: 10.1.2.3: %s %.2s %.4s %.12s %.3s%.2s: %%CCBU_Smack-6-PRESENCE_NOTIFICATION_RECIEVED: "
                   "%%[FROM JID=%s/desktop][PRESENCE_TYPE=unavailable]: text\n",
                   months[local[6] == '6'   ? 0
                          : local[6] == '0' ? 1
                                            : 2],
                   local + 8, local, local + 11, zone, zone + 4, jid);
}

/* The n-th moment of an irregular row, none a quarter of an hour from another. */
static int64_t moment(int64_t from_ms, unsigned n) {
        return from_ms + ((int64_t)n * 1009 + (int64_t)n * n * 37) * MS_PER_SECOND + 400;
}

struct bundle {
        struct analysis analysis;
        struct buf log, web;
};

static void bundle_begin(struct bundle *bundle) {
        buf_init(&bundle->log, TEST_BYTES);
        buf_init(&bundle->web, TEST_BYTES);
        analysis_open(&bundle->analysis);
}

static const struct clock *bundle_join(struct bundle *bundle) {
        analysis_add(&bundle->analysis, "info.log", buf_str(&bundle->log));
        analysis_add(&bundle->analysis, "web.log", buf_str(&bundle->web));
        analysis_join(&bundle->analysis, OPEN);
        return &bundle->analysis.timeline.clocks.items[0];
}

static void bundle_end(struct bundle *bundle) {
        analysis_close(&bundle->analysis);
        buf_release(&bundle->log);
        buf_release(&bundle->web);
}

static bool was_said(const struct analysis *analysis, enum diag_code code) {
        for (size_t i = 0; i < analysis->diags.count; i++)
                if (analysis->diags.items[i].code == code)
                        return true;
        return false;
}

/* `count` agents are lost once each, the web service's clock standing at `web` minutes. */
static void add_pairs(struct bundle *bundle, unsigned first, unsigned count, int minutes, int web, int64_t skew_ms) {
        for (unsigned i = first; i < first + count; i++) {
                char sid[16], jid[64];

                snprintf(sid, sizeof(sid), "a%u", i);
                snprintf(jid, sizeof(jid), "%u@fin1.example.com", 1000 + i);
                add_closure(&bundle->log, moment(JUNE, i) + skew_ms, minutes, sid, jid);
                add_loss_of(&bundle->web, moment(JUNE, i), web, jid);
        }
}

static void pairs_tell_the_offset(void **state) {
        static const int offsets[] = { 330, 345, 0, -210, -480, -570, 765, 14 * 60, -12 * 60, 60 };

        (void)state;
        for (size_t i = 0; i < COUNT(offsets); i++) {
                struct bundle bundle;
                const struct clock *clock;

                bundle_begin(&bundle);
                add_pairs(&bundle, 0, 4, offsets[i], 120, 0); /* the web service's own offset does not matter */
                clock = bundle_join(&bundle);
                assert_int_equal(clock->offsets.count, 1);
                assert_int_equal(clock->offsets.items[0].minutes, offsets[i]);
                assert_int_equal(clock->method, CLOCK_PAIRED);
                assert_int_equal(clock->confidence, CONFIDENCE_HIGH);
                assert_int_equal(clock->votes, 4);
                assert_true(llabs(clock->skew_ms) <= 500);
                assert_int_equal(bundle.analysis.diags.count, 0);
                bundle_end(&bundle);
        }
}

static void one_agent_lost_many_times(void **state) {
        struct bundle bundle;
        const struct clock *clock;

        (void)state;
        bundle_begin(&bundle);
        for (unsigned i = 0; i < 12; i++) {
                char sid[16];

                snprintf(sid, sizeof(sid), "b%u", i);
                if (i % 2) /* the others were no closures: the agent closed the browser */
                        add_closure(&bundle.log, moment(JUNE, i), -210, sid, "1001@fin1.example.com");
                add_loss_of(&bundle.web, moment(JUNE, i), 0, "1001@fin1.example.com");
        }
        clock = bundle_join(&bundle);
        assert_int_equal(clock->offsets.items[0].minutes, -210);
        assert_int_equal(clock->votes, 6);
        assert_int_equal(clock->confidence, CONFIDENCE_HIGH);
        bundle_end(&bundle);
}

static void agents_are_compared_as_people_write_them(void **state) {
        struct bundle bundle;
        const struct clock *clock;

        (void)state;
        bundle_begin(&bundle);
        for (unsigned i = 0; i < 3; i++) {
                add_closure(&bundle.log, moment(JUNE, i), 345, "c1", "o\\27brien@fin1.example.com");
                add_loss_of(&bundle.web, moment(JUNE, i), 0, "O\\27Brien@10.1.2.3");
        }
        clock = bundle_join(&bundle);
        assert_int_equal(clock->offsets.items[0].minutes, 345);
        assert_int_equal(clock->votes, 3);
        bundle_end(&bundle);
}

/* A goodbye names its session alone: another record says whose that was. */
static void a_goodbye_pairs_by_its_session(void **state) {
        struct bundle bundle;
        const struct clock *clock;

        (void)state;
        bundle_begin(&bundle);
        for (unsigned i = 0; i < 3; i++) {
                add_local(&bundle.log, moment(JUNE, i) - 1000, 330);
                buf_printf(&bundle.log, "Session (id=d%u) was last active 0 ms ago: 100%u@fin1.example.com/desktop\n",
                           i, i);
                add_local(&bundle.log, moment(JUNE, i), 330);
                buf_printf(&bundle.log,
                           "HTTPBindLog: HTTP RECV(d%u): <body rid=\"7\" sid=\"d%u\" type=\"terminate\"/>\n", i, i);
        }
        for (unsigned i = 0; i < 3; i++) {
                char jid[64];

                snprintf(jid, sizeof(jid), "100%u@fin1.example.com", i);
                add_loss_of(&bundle.web, moment(JUNE, i), 0, jid);
        }
        clock = bundle_join(&bundle);
        assert_int_equal(clock->method, CLOCK_PAIRED);
        assert_int_equal(clock->offsets.items[0].minutes, 330);
        assert_int_equal(clock->votes, 3);
        bundle_end(&bundle);
}

/* The agents of both nodes are lost in the one web service that was collected. */
static void two_nodes_in_two_zones(void **state) {
        struct bundle bundle;
        struct buf other;
        const struct clocks *clocks = &bundle.analysis.timeline.clocks;

        (void)state;
        bundle_begin(&bundle);
        buf_init(&other, TEST_BYTES);
        for (unsigned i = 0; i < 8; i++) {
                char jid[64], away[64];

                snprintf(jid, sizeof(jid), "%u@fin1.example.com", 2000 + i);
                snprintf(away, sizeof(away), "%u@fin2.example.com", 3000 + i);
                add_closure(&bundle.log, moment(JUNE, i), 330, "e1", jid);
                add_closure(&other, moment(JUNE, i) + 7000, -300, "e2", away);
                add_loss_of(&bundle.web, moment(JUNE, i), 330, jid);
                add_loss_of(&bundle.web, moment(JUNE, i) + 7000, 330, away);
        }
        analysis_add(&bundle.analysis, "other.log", buf_str(&other));
        bundle_join(&bundle);
        assert_int_equal(clocks->count, 2);
        assert_int_equal(clocks->items[0].offsets.items[0].minutes, 330);
        assert_int_equal(clocks->items[1].offsets.items[0].minutes, -300);
        assert_int_equal(clocks->items[1].method, CLOCK_PAIRED);
        assert_int_equal(clocks->items[1].confidence, CONFIDENCE_HIGH);
        assert_int_equal(clock_confidence(clocks, STR("fin2.example.com")), CONFIDENCE_HIGH);
        bundle_end(&bundle);
        buf_release(&other);
}

static void one_pair_is_little(void **state) {
        static const struct {
                int web; /* the web service's own offset */
                enum confidence confidence;
                bool disagrees;
        } examples[] = { { 330, CONFIDENCE_MEDIUM, false }, { 0, CONFIDENCE_LOW, true } };

        (void)state;
        for (size_t i = 0; i < COUNT(examples); i++) {
                struct bundle bundle;
                const struct clock *clock;

                bundle_begin(&bundle);
                add_pairs(&bundle, 0, 1, 330, examples[i].web, 0);
                clock = bundle_join(&bundle);
                assert_int_equal(clock->offsets.items[0].minutes, examples[i].web);
                assert_int_equal(clock->method, examples[i].disagrees ? CLOCK_ASSUMED : CLOCK_PAIRED);
                assert_int_equal(clock->confidence, examples[i].confidence);
                assert_true(clock->skew_ms == TIME_UNKNOWN);
                assert_int_equal(was_said(&bundle.analysis, DIAG_CLOCK_DISAGREES), examples[i].disagrees);
                bundle_end(&bundle);
        }
}

/* Logs of different days: whatever pairs, pairs by chance. */
static void strangers_do_not_pair(void **state) {
        struct bundle bundle;
        const struct clock *clock;

        (void)state;
        bundle_begin(&bundle);
        for (unsigned i = 0; i < 12; i++) {
                add_closure(&bundle.log, moment(JUNE, i), 330, "f1", "1001@fin1.example.com");
                add_loss_of(&bundle.web, moment(JUNE + 5 * MS_PER_DAY, i), 330, "1001@fin1.example.com");
        }
        clock = bundle_join(&bundle);
        assert_int_equal(clock->method, CLOCK_ASSUMED);
        assert_int_equal(clock->confidence, CONFIDENCE_MEDIUM);
        assert_true(was_said(&bundle.analysis, DIAG_CLOCK_FROM_WEB));
        bundle_end(&bundle);
}

static void evidence_that_contradicts_itself(void **state) {
        struct bundle bundle;
        const struct clock *clock;

        (void)state;
        /* Pairs among themselves, in turns. */
        bundle_begin(&bundle);
        for (unsigned i = 0; i < 12; i++)
                add_pairs(&bundle, i, 1, i % 2 ? 330 : 60, 0, 0);
        clock = bundle_join(&bundle);
        assert_int_equal(clock->confidence, CONFIDENCE_LOW);
        assert_true(was_said(&bundle.analysis, DIAG_CLOCK_DISAGREES));
        bundle_end(&bundle);
        /* Epochs and pairs. */
        bundle_begin(&bundle);
        add_epochs(&bundle.log, 60, 9, "fin1.example.com");
        add_pairs(&bundle, 0, 5, 330, 330, 0);
        clock = bundle_join(&bundle);
        assert_int_equal(clock->method, CLOCK_EPOCH);
        assert_int_equal(clock->offsets.items[0].minutes, 60);
        assert_int_equal(clock->confidence, CONFIDENCE_LOW);
        assert_true(was_said(&bundle.analysis, DIAG_CLOCK_DISAGREES));
        assert_int_equal(clock_confidence(&bundle.analysis.timeline.clocks, STR("fin1.example.com")), CONFIDENCE_LOW);
        bundle_end(&bundle);
}

/* ---------------------------------------------------------------- skew */

static void services_disagree_by_seconds(void **state) {
        static const struct {
                int64_t skew_ms;
                bool told;
        } examples[] = { { 0, false }, { -1200, false }, { 3000, true }, { -40000, true }, { 170000, true } };

        (void)state;
        for (size_t i = 0; i < COUNT(examples); i++) {
                struct bundle bundle;
                const struct clock *clock;

                bundle_begin(&bundle);
                add_pairs(&bundle, 0, 6, 330, 330, examples[i].skew_ms);
                clock = bundle_join(&bundle);
                assert_int_equal(clock->method, CLOCK_PAIRED);
                assert_int_equal(clock->offsets.items[0].minutes, 330);
                assert_true(llabs(clock->skew_ms - examples[i].skew_ms) <= 500);
                assert_int_equal(clock_skew_ms(&bundle.analysis.timeline.clocks, STR("fin1.example.com")),
                                 clock->skew_ms);
                assert_int_equal(was_said(&bundle.analysis, DIAG_CLOCK_SKEW), examples[i].told);
                bundle_end(&bundle);
        }
}

/* Beside epochs pairs still tell the skew; two of them do not, nor do three of clocks far apart. */
static void a_skew_wants_pairs(void **state) {
        static const struct {
                unsigned pairs;
                int64_t skew_ms;
                bool known;
        } examples[] = { { 2, 0, false }, { 3, 0, true }, { 3, -40000, false }, { 4, -40000, true } };

        (void)state;
        for (size_t i = 0; i < COUNT(examples); i++) {
                struct bundle bundle;
                const struct clock *clock;

                bundle_begin(&bundle);
                add_epochs(&bundle.log, 330, 9, "fin1.example.com");
                add_pairs(&bundle, 0, examples[i].pairs, 330, 330, examples[i].skew_ms);
                clock = bundle_join(&bundle);
                assert_int_equal(clock->method, CLOCK_EPOCH);
                assert_int_equal(clock->skew_ms != TIME_UNKNOWN, examples[i].known);
                bundle_end(&bundle);
        }
}

/* --------------------------------------------------------------- changes */

/* A reaper run every 30 s, with the epoch where it is asked for. `minutes` before a
 * change, `after` from then on. */
static void add_debug_log(struct buf *log, int64_t from_ms, int64_t to_ms, int64_t change_ms, int minutes, int after,
                          bool epochs) {
        for (int64_t at_ms = from_ms; at_ms < to_ms; at_ms += 30 * MS_PER_SECOND) {
                const int now = at_ms < change_ms ? minutes : after;

                add_local(log, at_ms, now);
                buf_printf(log, "Session (id=aaaa) was last active 0 ms ago: 1001@fin1.example.com/desktop\n");
                if (!epochs)
                        continue;
                add_local(log, at_ms, now);
                buf_printf(log, "time=%" PRId64 ", JID=1001@fin1.example.com/desktop, msgs_sent=4\n", at_ms);
        }
}

static void the_offset_changes_inside_a_log(void **state) {
        static const struct {
                int minutes, after;
        } examples[] = { { 120, 60 }, { 60, 120 }, { 660, 630 }, { -240, -300 }, { 330, 0 } };
        const int64_t change_ms = OCTOBER + 60 * MS_PER_MINUTE;

        (void)state;
        for (size_t i = 0; i < COUNT(examples); i++) {
                struct bundle bundle;
                const struct clock *clock;
                const struct session *session;

                bundle_begin(&bundle);
                add_debug_log(&bundle.log, OCTOBER - 7000, OCTOBER + 120 * MS_PER_MINUTE, change_ms,
                              examples[i].minutes, examples[i].after, true);
                clock = bundle_join(&bundle);
                assert_int_equal(clock->offsets.count, 2);
                assert_int_equal(clock->offsets.items[0].minutes, examples[i].minutes);
                assert_int_equal(clock->offsets.items[1].minutes, examples[i].after);
                assert_true(clock->offsets.items[1].since_ms == change_ms);
                assert_int_equal(clock->confidence, CONFIDENCE_HIGH);
                assert_int_equal(bundle.analysis.diags.count, 0);
                session = find_session(&bundle.analysis, "aaaa");
                assert_true(session->first_ms == OCTOBER - 7000);
                assert_true(session->last_ms == OCTOBER + 120 * MS_PER_MINUTE - 7000);
                assert_int_equal(bundle.analysis.timeline.coverage.gap_count, 0);
                assert_int_equal(bundle.analysis.findings.count, 0);
                bundle_end(&bundle);
        }
}

/* A silence that an hour cuts which comes twice, from the first to the second time. */
static void a_silence_over_the_change(void **state) {
        static const char log[] =
                "2017.10.29 02:59:10 time=1509238750000, JID=1001@fin1.example.com/desktop, msgs_sent=1\n"
                "2017.10.29 02:59:11 time=1509238751000, JID=1001@fin1.example.com/desktop, msgs_sent=1\n"
                "2017.10.29 02:59:12 time=1509238752000, JID=1001@fin1.example.com/desktop, msgs_sent=1\n"
                "2017.10.29 02:59:30 Session (id=aaaa) was last active 13000 ms ago: " DESKTOP(
                        "1001") "\n"
                                "2017.10.29 02:00:00 Session (id=aaaa) was last active 43000 ms ago: " DESKTOP(
                                        "1001") "\n"
                                                "2017.10.29 02:00:30 Session (id=aaaa) was last active 73000 ms "
                                                "ago: " DESKTOP("1001") "\n"
                                                                        "2017.10.29 02:00:30 Closing idle session "
                                                                        "(id=aaaa): " DESKTOP(
                                                                                "1001") "\n"
                                                                                        "2017.10.29 02:00:40 "
                                                                                        "time=1509238840000, "
                                                                                        "JID=1001@fin1.example.com/"
                                                                                        "desktop, msgs_sent=1\n"
                                                                                        "2017.10.29 02:00:41 "
                                                                                        "time=1509238841000, "
                                                                                        "JID=1001@fin1.example.com/"
                                                                                        "desktop, msgs_sent=1\n"
                                                                                        "2017.10.29 02:00:42 "
                                                                                        "time=1509238842000, "
                                                                                        "JID=1001@fin1.example.com/"
                                                                                        "desktop, msgs_sent=1\n";
        struct analysis analysis;
        struct buf findings;

        (void)state;
        analysis_open(&analysis);
        analysis_add(&analysis, "debug.log", str_from(log));
        analysis_join(&analysis, OPEN);
        findings = write_findings(&analysis);
        assert_string_equal(findings.p,
                            "idle_closure 1001 aaaa 2017-10-29T00:59:17.000Z..2017-10-29T01:00:30.000Z medium\n"
                            "idle_escalation 1001 aaaa 2017-10-29T00:59:17.000Z..2017-10-29T01:00:30.000Z closed "
                            "peak=73000 samples=3 low\n");
        assert_int_equal(analysis.diags.count, 0);
        buf_release(&findings);
        analysis_close(&analysis);
}

/* Rotated in the hour that comes twice: each file's place is told by its own epochs,
 * its step, or by the files next to it. */
static void files_of_the_hour_that_comes_twice(void **state) {
        static const int64_t cuts[] = { -90, -50, -35, -18, 13, 45, 65, 90 }; /* minutes around the change */
        const int64_t change_ms = OCTOBER + 60 * MS_PER_MINUTE;

        (void)state;
        for (int epochs = 0; epochs < 2; epochs++) {
                struct bundle bundle;
                struct buf logs[COUNT(cuts)];
                const struct session *session;

                bundle_begin(&bundle);
                for (size_t i = 0; i + 1 < COUNT(cuts); i++) {
                        char name[32];

                        snprintf(name, sizeof(name), "debug%zu.log", i);
                        buf_init(&logs[i], TEST_BYTES);
                        add_debug_log(&logs[i], change_ms + cuts[i] * MS_PER_MINUTE,
                                      change_ms + cuts[i + 1] * MS_PER_MINUTE, change_ms, 120, 60,
                                      epochs || i == 0 || i == COUNT(cuts) - 2);
                        analysis_add(&bundle.analysis, name, buf_str(&logs[i]));
                }
                bundle_join(&bundle);
                session = find_session(&bundle.analysis, "aaaa");
                assert_true(session->first_ms == change_ms - 90 * MS_PER_MINUTE);
                assert_int_equal(bundle.analysis.diags.count, 0);
                assert_int_equal(bundle.analysis.timeline.coverage.gap_count, 0);
                assert_true(bundle.analysis.timeline.clocks.items[0].offsets.items[1].since_ms == change_ms);
                bundle_end(&bundle);
                for (size_t i = 0; i + 1 < COUNT(cuts); i++)
                        buf_release(&logs[i]);
        }
}

/* Without epochs: pairs on both sides, or the web service's own stamps. */
static void pairs_and_web_stamps_tell_a_change(void **state) {
        const int64_t change_ms = OCTOBER + 60 * MS_PER_MINUTE;

        (void)state;
        for (unsigned paired = 0; paired <= 6; paired += 3) {
                struct bundle bundle;
                const struct clock *clock;

                bundle_begin(&bundle);
                for (unsigned i = 0; i < 6; i++) {
                        const int64_t at_ms = moment(OCTOBER + 5 * MS_PER_MINUTE, i);
                        const int now = at_ms < change_ms ? 120 : 60;

                        if (i < paired)
                                add_closure(&bundle.log, at_ms, now, "g1", "1001@fin1.example.com");
                        else
                                add_closure(&bundle.log, at_ms, now, "g2", "1002@fin1.example.com");
                        add_loss_of(&bundle.web, at_ms, now, "1001@fin1.example.com");
                }
                clock = bundle_join(&bundle);
                assert_int_equal(clock->method, paired ? CLOCK_PAIRED : CLOCK_ASSUMED);
                assert_int_equal(clock->offsets.count, 2);
                assert_int_equal(clock->offsets.items[0].minutes, 120);
                assert_int_equal(clock->offsets.items[1].minutes, 60);
                assert_true(clock->offsets.items[1].since_ms == change_ms);
                assert_int_equal(clock->confidence, paired ? CONFIDENCE_HIGH : CONFIDENCE_MEDIUM);
                bundle_end(&bundle);
        }
}

/* --------------------------------------------------------------- steps */

/* A clock that was put right is no change of the offset. */
static void a_clock_that_runs_backwards(void **state) {
        static const char log[] =
                SAMPLE("10:00:00", "aaaa", "1001", "13000") SAMPLE("10:00:30", "aaaa", "1001", "43000")
                        SAMPLE("09:56:00", "aaaa", "1001", "73000") CLOSING("09:56:00", "aaaa", "1001");
        struct analysis analysis;
        struct buf findings;

        (void)state;
        analysis_open(&analysis);
        analysis_add(&analysis, "debug.log", str_from(log));
        analysis_join(&analysis, 330);
        assert_int_equal(analysis.diags.count, 1);
        assert_int_equal(analysis.diags.items[0].code, DIAG_STAMPS_RUN_BACK);
        assert_int_equal(analysis.diags.items[0].line, 3);
        assert_int_equal(analysis.diags.items[0].count, 1);
        findings = write_findings(&analysis);
        assert_string_equal(findings.p, "idle_closure 1001 aaaa 04:24:47.000..04:26:00.000 medium\n"
                                        "idle_escalation 1001 aaaa 04:24:47.000..04:26:00.000 closed peak=73000 "
                                        "samples=1 low\n");
        buf_release(&findings);
        analysis_close(&analysis);
}

static void threads_that_write_out_of_turn(void **state) {
        static const char log[] = SAMPLE("10:00:02", "aaaa", "1001", "0") SAMPLE("10:00:00", "bbbb", "1002", "0");
        struct analysis analysis;

        (void)state;
        analysis_open(&analysis);
        analysis_add(&analysis, "debug.log", str_from(log));
        analysis_join(&analysis, 330);
        assert_int_equal(analysis.diags.count, 0);
        assert_int_equal(analysis.inputs.items[0]->summary->wall.count, 0);
        analysis_close(&analysis);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(decided_by_the_best_that_says_something),
                cmocka_unit_test(every_node_has_its_own_clock),
                cmocka_unit_test(stamps_with_a_zone_need_no_clock),
                cmocka_unit_test(times_move_with_the_offset),
                cmocka_unit_test(pairs_tell_the_offset),
                cmocka_unit_test(one_agent_lost_many_times),
                cmocka_unit_test(agents_are_compared_as_people_write_them),
                cmocka_unit_test(a_goodbye_pairs_by_its_session),
                cmocka_unit_test(two_nodes_in_two_zones),
                cmocka_unit_test(one_pair_is_little),
                cmocka_unit_test(strangers_do_not_pair),
                cmocka_unit_test(evidence_that_contradicts_itself),
                cmocka_unit_test(services_disagree_by_seconds),
                cmocka_unit_test(a_skew_wants_pairs),
                cmocka_unit_test(the_offset_changes_inside_a_log),
                cmocka_unit_test(a_silence_over_the_change),
                cmocka_unit_test(files_of_the_hour_that_comes_twice),
                cmocka_unit_test(pairs_and_web_stamps_tell_a_change),
                cmocka_unit_test(a_clock_that_runs_backwards),
                cmocka_unit_test(threads_that_write_out_of_turn),
        };

        return cmocka_run_group_tests(tests, load_rules, free_rules);
}
