/* The reader of reports: JSON piece by piece, and a report as a view. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "render/html_escape.h"
#include "render/pull.h"
#include "render/view.h"

/* ------------------------------------------------------------------ pull */

static const char *fault_of(const char *json) {
        static char text[512];
        struct pull pull;

        snprintf(text, sizeof(text), "%s", json);
        pull_init(&pull, text, strlen(text));
        if (pull_skip(&pull, NULL))
                pull_end(&pull);
        return pull.wrong;
}

static void test_json_is_checked(void **state) {
        static const char *const good[] = {
                "{}",
                "[]",
                " [1, -0.5e+7, 0, true, false, null, \"\"] \n",
                "{\"a\": {\"b\": [{}]}}",
                "\"\\ud83d\\ude00\"",
        };
        static const char *const bad[] = {
                "",      "{",        "[1",      "[1,]",        "[,1]",     "{\"a\"}",      "{\"a\":}", "{a:1}",
                "[1 2]", "01",       "1.",      "-",           "1e",       "+1",           "tru",      "nul",
                "[] []", "\"a\nb\"", "\"\\x\"", "\"\\u12g4\"", "\"\xff\"", "\"\xc0\x80\"", "\"a",      "{\"a\":1,}",
                "'a'",   "[1}",      "\"\\u12", "NaN",         "//\n1",    "[truefalse]",  "]",        "\"\\",
        };

        (void)state;
        for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
                if (fault_of(good[i]))
                        fail_msg("%s: %s", good[i], fault_of(good[i]));
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
                if (!fault_of(bad[i]))
                        fail_msg("%s passes", bad[i]);
        assert_string_equal(fault_of("[[1, 2"), "ends too early");
        assert_string_equal(fault_of("{\"a\": \"b"), "ends too early");
}

static void test_nesting_has_an_end(void **state) {
        char text[200];

        (void)state;
        memset(text, '[', 100);
        memset(text + 100, ']', 99);
        text[199] = '\0';
        assert_string_equal(fault_of(text), "is nested too deeply");
}

static void test_strings_are_decoded(void **state) {
        char text[] = "\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20ac\\ud83d\\ude00\\ud800x\\udc00\\u0000z\"";
        static const char wanted[] =
                "a\"\\/\b\f\n\r\tA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbdx\xef\xbf\xbd\0z";
        struct pull pull;
        struct str found;

        (void)state;
        pull_init(&pull, text, strlen(text));
        assert_true(pull_string(&pull, &found));
        assert_int_equal(found.n, sizeof(wanted) - 1);
        assert_memory_equal(found.p, wanted, found.n);
        assert_true(pull_end(&pull));
}

/* ------------------------------------------------------------------ view */

#define HEAD                                                                                                           \
        "{\"schema\": \"boshscope.report/1\", \"run\": {\"version\": \"9\"}, \"complete\": true, \"exit_status\": 0, " \
        "\"bundle\": {\"path\": \"b.tgz\", \"bytes\": 7, \"kind\": \"tgz\"}, \"inputs\": [{\"path\": "                 \
        "\"a.tgz!x/y.log\","                                                                                           \
        " \"status\": \"analysed\", \"lines\": null}], \"coverage\": {}, "                                             \
        "\"clock\": {\"openfire_utc_offset\": \"+05:30\", \"changes\": [{\"at\": \"2017-06-17T00:00:00.000Z\", "       \
        "\"offset\": \"-01:00\"}]}, \"product\": {\"name\": \"UCCX\"}, \"summary\": {\"agents\": 1, \"sessions\": 1, " \
        "\"idle_escalations\": 0, \"idle_closures\": 0, \"forced_logouts\": 1, \"mass_disconnects\": 0, "              \
        "\"server_restarts\": 0, \"by_cause\": {\"unexplained\": 1}}, "                                                \
        "\"diagnosis\": {\"verdict\": \"none\", \"confidence\": \"low\"}, "
#define FINDING                                                                                                        \
        "{\"id\": \"f1\", \"kind\": \"forced_logout\", \"severity\": \"high\", \"end\": "                              \
        "\"1970-01-01T00:00:01.500Z\", "                                                                               \
        "\"attempts\": 2, \"cause\": \"unexplained\", \"confidence\": \"high\", \"why\": \"so\", \"timing\": "         \
        "[{\"step\": "                                                                                                 \
        "\"a\", \"at\": null, \"after_ms\": 5, \"expected_ms\": [null, 9], \"ok\": false}], \"evidence\": "            \
        "[{\"input\": "                                                                                                \
        "0, \"line\": 3, \"text\": \"x\\u0000y\"}], \"vanished_between\": [null, 1], \"idle_closure\": null}"
#define EVENT                                                                                                          \
        "{\"time\": null, \"event\": \"e\", \"input\": 0, \"line\": 4, \"sid\": \"s\", \"rid\": 9223372036854775807}"
#define SESSION "{\"sid\": \"s\", \"ended_by\": \"open\", \"timeline\": [" EVENT "]}"
#define TAIL                                                                                                           \
        "\"findings\": [" FINDING "], \"sessions\": [" SESSION "], \"agents\": [{\"agent\": \"7\", \"sessions\": "     \
        "[\"s\"], \"recovery_hours\": {\"09\": 2}, \"replaced\": {\"unknown\": 3}}], \"later\": [1]}"

static char wrong[VIEW_WRONG_BYTES];

static int read_text(struct view *view, const char *json) {
        char *text = malloc(strlen(json) + 1);

        assert_non_null(text);
        memcpy(text, json, strlen(json));
        return view_read(view, text, strlen(json), wrong);
}

static void assert_str(struct str found, const char *wanted) {
        if (!str_eq(found, str_from(wanted)))
                fail_msg("\"%.*s\" instead of \"%s\"", (int)found.n, found.p, wanted);
}

static void test_a_report_is_read(void **state) {
        const struct view_finding *finding;
        const struct view_event *event;
        struct view view;

        (void)state;
        if (read_text(&view, HEAD TAIL) < 0)
                fail_msg("%s", wrong);
        assert_str(view.tool_version, "9");
        assert_int_equal(view.clock.offset, 330);
        assert_int_equal(view.clock.changes.items[0].offset, -60);
        assert_int_equal(view.coverage.lines, VIEW_NONE);
        assert_int_equal(view.inputs.items[0].lines, VIEW_NONE);
        assert_str(view_leaf(&view, 0), "y.log");
        assert_str(view_leaf(&view, VIEW_NONE), "-");
        assert_str(view.summary.by_cause.items[0].key, "unexplained");
        assert_int_equal(view_field_number(&view.agents.items[0].recovery_hours, "09"), 2);
        assert_int_equal(view.agents.items[0].replaced_unknown, 3);
        assert_int_equal(view.agents.items[0].recoveries, VIEW_NONE);

        finding = view_find(&view, STR("f1"));
        assert_non_null(finding);
        assert_int_equal(finding->start, TIME_UNKNOWN);
        assert_int_equal(finding->end, 1500);
        assert_str(finding->cause, "unexplained");
        assert_int_equal(finding->fields.count, 3);
        assert_int_equal(view_field_number(&finding->fields, "attempts"), 2);
        assert_str(view_field(&finding->fields, "vanished_between"), "[null, 1]");
        assert_int_equal(view_field(&finding->fields, "idle_closure").n, 0);
        assert_int_equal(finding->timing.items[0].expected_min_ms, VIEW_NONE);
        assert_int_equal(finding->timing.items[0].expected_max_ms, 9);
        assert_int_equal(finding->timing.items[0].ok, VIEW_OK_NO);
        assert_int_equal(finding->evidence.items[0].text.n, 3);

        event = &view.sessions.items[0].timeline.items[0];
        assert_int_equal(event->time, TIME_UNKNOWN);
        assert_str(view_field(&event->fields, "sid"), "s");
        assert_str(view_field(&event->fields, "rid"), "9223372036854775807");
        assert_int_equal(event->fields.items[0].kind, VIEW_TEXT);
        view_release(&view);
}

static void refuse(const char *json, const char *why) {
        struct view view;

        if (read_text(&view, json) != -EBADMSG)
                fail_msg("passes: %s", json);
        if (!strstr(wrong, why))
                fail_msg("\"%s\" does not say \"%s\"", wrong, why);
}

static void test_what_is_no_report(void **state) {
        (void)state;
        refuse("", "ends too early");
        refuse("x", "is not JSON");
        refuse("not JSON", "no report");
        refuse("[]", "no report");
        refuse("{}", "schema is missing");
        refuse("{\"schema\": null}", "schema must not be null");
        refuse("{\"schema\": \"boshscope.report/2\"}", "boshscope.report/2, this version reads boshscope.report/1");
        refuse("{\"schema\": \"boshscope.info/1\"}", "is no report");
        refuse("{\"schema\": \"boshscope.report/1\"}", "complete is missing");
        refuse(HEAD "\"findings\": []}", "sessions is missing");
        refuse(HEAD TAIL "x", "text after the end");
        refuse(HEAD "\"bundle\": {}, " TAIL, "bundle stands there twice");
        refuse(HEAD "\"findings\": {}}", "findings must be an array");
        refuse(HEAD "\"findings\": [" FINDING ", {\"id\": 5}]}", "line 1: findings[1].id must be a string");
        refuse(HEAD "\"findings\": [{\"id\": \"a\"}]}", "findings[0].kind is missing");
        refuse(HEAD "\"findings\": [{\"timing\": [{\"expected_ms\": [1]}]}]}", "timing[0].expected_ms must have two");
        refuse(HEAD "\"findings\": [{\"timing\": [{\"expected_ms\": [1,2,3]}]}]}", "expected_ms must have two");
        refuse(HEAD "\"sessions\": [{\"opened\": \"yesterday\"}]}", "sessions[0].opened must be a time");
        refuse(HEAD "\"sessions\": [{\"polls\": 1.5}]}", "whole number");
        refuse(HEAD "\"sessions\": [{\"polls\": 99999999999999999999}]}", "whole number");
        refuse(HEAD "\"diagnostics\": [{\"code\": \"B\", \"level\": \"note\", \"text\": \"\", \"input\": 1}], " TAIL,
               "an input that is not listed");
        refuse(HEAD "\"diagnostics\": [{\"input\": -1}]}", "must not be negative");
}

/* Every report that was cut short is known for one. */
static void test_cut_anywhere(void **state) {
        const char whole[] = HEAD TAIL;
        char part[sizeof(whole)];
        struct view view;

        (void)state;
        for (size_t n = 0; n < sizeof(whole) - 1; n++) {
                memcpy(part, whole, n);
                part[n] = '\0';
                if (read_text(&view, part) != -EBADMSG)
                        fail_msg("%zu bytes pass", n);
                if (!strstr(wrong, "ends too early"))
                        fail_msg("%zu bytes: %s", n, wrong);
        }
}

/* ------------------------------------------------------------------ page */

static int take(void *userdata, const void *data, size_t bytes) {
        return buf_add(userdata, (struct str){ data, bytes });
}

/* At each place of texts of each length, also two in a row. */
static void test_markup_is_escaped(void **state) {
        static const struct {
                const char *text, *escaped;
        } marks[] = { { "<", "\\u003c" }, { ">", "\\u003e" }, { "&", "\\u0026" }, { "<&", "\\u003c\\u0026" } };
        enum { LONGEST = 20 };
        struct writer writer;
        struct buf out;
        char text[2 * LONGEST], wanted[2 * LONGEST];

        (void)state;
        buf_init(&out, SIZE_MAX);
        for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
                for (int before = 0; before < LONGEST / 2; before++)
                        for (int after = 0; after < LONGEST / 2; after++) {
                                snprintf(text, sizeof(text), "%.*s%s%.*s", before, "0123456789", marks[i].text, after,
                                         "abcdefghij");
                                snprintf(wanted, sizeof(wanted), "%.*s%s%.*s", before, "0123456789", marks[i].escaped,
                                         after, "abcdefghij");
                                out.n = 0;
                                writer_init(&writer, take, &out);
                                assert_int_equal(html_escape(&writer, text, strlen(text)), 0);
                                assert_int_equal(writer_finish(&writer), 0);
                                assert_int_equal(out.n, strlen(wanted));
                                assert_memory_equal(out.p, wanted, out.n);
                        }
        buf_release(&out);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_json_is_checked),     cmocka_unit_test(test_nesting_has_an_end),
                cmocka_unit_test(test_strings_are_decoded), cmocka_unit_test(test_a_report_is_read),
                cmocka_unit_test(test_what_is_no_report),   cmocka_unit_test(test_cut_anywhere),
                cmocka_unit_test(test_markup_is_escaped),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
