/* Spans of a log, and the gaps between them. */
#include "analysis_support.h"

#include "timeline/coverage.h"

static void records_within_reach_are_one_span(void **state) {
        static const int64_t times[] = { 100, 110, 120, 131, 140, 500, 495, 505 };
        struct spans spans = { 0 };

        (void)state;
        for (size_t i = 0; i < COUNT(times); i++)
                assert_int_equal(spans_add(&spans, times[i], 10), 0);
        assert_int_equal(spans.count, 3);
        /* Another file of the node fills up what lies between the first two. */
        spans.items[spans.count - 1] = (struct time_span){ 125, 126 };
        assert_int_equal(spans_add(&spans, 495, 10), 0);
        assert_int_equal(spans_add(&spans, 505, 10), 0);
        spans_merge(&spans, 10);
        assert_int_equal(spans.count, 2);
        assert_int_equal(spans.items[0].from_ms, 100);
        assert_int_equal(spans.items[0].to_ms, 140);
        assert_int_equal(spans.items[1].from_ms, 495);
        assert_int_equal(spans.items[1].to_ms, 505);
        spans_release(&spans);
}

/* From 130 the clock was set back to 20, and from 50 to a year ahead and back. */
static void stamps_that_run_back_leave_no_pause(void **state) {
        static const int64_t times[] = { 100, 130, 20, 50, 100 * 1000, 60, 200 };
        struct spans spans = { 0 };

        (void)state;
        for (size_t i = 0; i < COUNT(times); i++)
                assert_int_equal(spans_add(&spans, times[i], 30), 0);
        spans_merge(&spans, 30);
        assert_int_equal(spans.count, 1);
        assert_int_equal(spans.items[0].from_ms, 20);
        assert_int_equal(spans.items[0].to_ms, 100 * 1000);
        spans_release(&spans);
}

/* Every record stands alone: the memory has an end, and no pause is made up. */
static void spans_have_a_maximum(void **state) {
        struct spans spans = { 0 };
        int64_t at = 0;

        (void)state;
        for (int i = 0; i < 100 * 1000; i++, at += 100)
                assert_int_equal(spans_add(&spans, at, 10), 0);
        assert_true(spans.count <= 64 * 1024);
        assert_int_equal(spans.items[spans.count - 1].to_ms, at - 100);
        spans_release(&spans);
}

/* ------------------------------------------------------------------- gaps */

/* "family from..to" of each, in one line. */
static void expect_gaps(const char *const texts[2], const char *const names[2], const char *wanted) {
        struct analysis analysis;
        struct buf out;

        analysis_open(&analysis);
        for (size_t i = 0; i < 2; i++)
                if (texts[i])
                        analysis_add(&analysis, names[i], str_from(texts[i]));
        analysis_join(&analysis, 0);
        buf_init(&out, 4096);
        for (size_t i = 0; i < analysis.timeline.coverage.gap_count; i++) {
                const struct gap *gap = &analysis.timeline.coverage.gaps[i];

                buf_printf(&out, "%s", family_name(gap->family));
                write_span(&out, gap->from_ms, gap->to_ms);
                buf_add_byte(&out, ';');
        }
        buf_add_byte(&out, '\0');
        assert_string_equal(out.p, wanted);
        buf_release(&out);
        analysis_close(&analysis);
}

static void one(const char *name, const char *text, const char *wanted) {
        expect_gaps((const char *const[2]){ text, NULL }, (const char *const[2]){ name, NULL }, wanted);
}

#define BEFORE SAMPLE("10:00:00", "a1b2c3d4", "1001", "0")
#define BEHIND(time) SAMPLE(time, "a1b2c3d4", "1001", "0")

static void debug_logs_reach_65_seconds_while_sessions_are_open(void **state) {
        (void)state;
        one("debug.log", BEFORE BEHIND("10:01:05"), "");
        one("debug.log", BEFORE BEHIND("10:01:06"), "notification 10:00:00.000..10:01:06.000;");
        /* Any record of it will do. */
        one("debug.log", BEFORE NOTE("10:01:00", "anything") BEHIND("10:02:00"), "");
        /* Nobody was there any more. */
        one("debug.log", BEFORE CLOSED("10:00:01", "1001") SAMPLE("10:30:00", "e5f60718", "1002", "0"), "");
        one("debug.log", BEFORE NOTE("10:00:30", "Openfire stopped") SAMPLE("10:30:00", "e5f60718", "1002", "0"), "");
        /* It came back, so it had been there. */
        one("debug.log", BEFORE NOTE("10:00:01", "x") BEHIND("10:30:00"), "notification 10:00:01.000..10:30:00.000;");
}

static void other_logs_of_the_service_do_not_fill_a_gap(void **state) {
        static const char *const rotated[2] = { "debug.log", "debug_1.log" };
        static const char *const info[2] = { "debug.log", "info.log" };

        (void)state;
        expect_gaps((const char *const[2]){ BEFORE BEHIND("10:05:00"), NOTE("10:01:00", "x") NOTE("10:02:00", "x") NOTE(
                                                                               "10:03:00", "x") NOTE("10:04:00", "x") },
                    rotated, "");
        expect_gaps((const char *const[2]){ BEFORE BEHIND("10:05:00"), NOTE("10:01:00", "x") NOTE("10:02:00", "x") NOTE(
                                                                               "10:03:00", "x") NOTE("10:04:00", "x") },
                    info, "notification 10:00:00.000..10:05:00.000;");
        /* Without debug logs nothing is known. */
        one("info.log", CLOSING("10:00:00", "a1b2c3d4", "1001") NOTE("11:00:00", "x"), "");
}

static void web_services_reach_300_seconds(void **state) {
        (void)state;
        one("Desktop-webservices.log", WEB("10:00:00.000", "A: x") WEB("10:05:00.000", "A: x"), "");
        one("Desktop-webservices.log", WEB("10:00:00.000", "A: x") WEB("10:05:00.001", "A: x"),
            "webservices 10:00:00.000..10:05:00.001;");
        /* The same moment in another zone. */
        one("Desktop-webservices.log", WEB("10:00:00.000", "A: x") WEB_IN("+0530", "15:32:00.000", "A: x"), "");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(records_within_reach_are_one_span),
                cmocka_unit_test(stamps_that_run_back_leave_no_pause),
                cmocka_unit_test(spans_have_a_maximum),
                cmocka_unit_test(debug_logs_reach_65_seconds_while_sessions_are_open),
                cmocka_unit_test(other_logs_of_the_service_do_not_fill_a_gap),
                cmocka_unit_test(web_services_reach_300_seconds),
        };

        return cmocka_run_group_tests(tests, load_rules, free_rules);
}
