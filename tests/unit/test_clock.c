/* What stamps without a zone mean: option, epoch, the web service's offset, UTC. */
#include "analysis_support.h"

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
                        too_much |= examples[i].diag < 0 && code != DIAG_CLOCK_BACKWARDS;
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

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(decided_by_the_best_that_says_something),
                cmocka_unit_test(every_node_has_its_own_clock),
                cmocka_unit_test(stamps_with_a_zone_need_no_clock),
                cmocka_unit_test(times_move_with_the_offset),
        };

        return cmocka_run_group_tests(tests, load_rules, free_rules);
}
