/* boshscope.h and nothing else: what a program that links the library can do. */
#define _GNU_SOURCE /* strdup */
#include "public_support.h"

#include <cjson/cJSON.h>

static int new_options(void **state) {
        *state = boshscope_options_new();
        return *state ? 0 : -1;
}

static int free_options(void **state) {
        boshscope_options_free(*state);
        return 0;
}

/* ---------------------------------------------------------- a report */

static cJSON *json_of(const struct boshscope_report *report) {
        struct text text = { 0 };
        cJSON *root;

        assert_int_equal(boshscope_report_write_json(report, take, &text), 0);
        assert_true(text.n > 0 && text.p[text.n - 1] == '\n');
        root = cJSON_ParseWithLengthOpts(text.p, text.n + 1, NULL, 1);
        assert_non_null(root);
        free(text.p);
        return root;
}

static const cJSON *at(const cJSON *root, const char *a, const char *b) {
        const cJSON *item = cJSON_GetObjectItemCaseSensitive(root, a);

        if (b)
                item = cJSON_GetObjectItemCaseSensitive(item, b);
        if (!item)
                fail_msg("no %s%s%s", a, b ? "." : "", b ? b : "");
        return item;
}

/* ------------------------------------------------------------ options */

static void offsets_are_checked(void **state) {
        static const char *const good[] = { "+05:30", "-0800", "+05", "Z", "z", "-03:30", "+1245", NULL };
        static const char *const bad[] = {
                "", "5:30", "+5:30", "+05:60", "+19:00", "Asia/Kolkata", "+05:30 ", "+05:3"
        };

        for (size_t i = 0; i < COUNT(good); i++)
                assert_int_equal(boshscope_options_set_tz(*state, good[i]), 0);
        for (size_t i = 0; i < COUNT(bad); i++)
                if (boshscope_options_set_tz(*state, bad[i]) != BOSHSCOPE_E_ARGUMENT)
                        fail_msg("taken: %s", bad[i]);
}

static void windows_are_checked(void **state) {
        static const struct {
                const char *from, *to;
                int result;
        } examples[] = {
                { NULL, NULL, 0 },
                { "2017-06-17", NULL, 0 },
                { NULL, "2017-06-17T00:10:00Z", 0 },
                { "2017-06-17 00:10", "2017-06-17T00:10:00+05:30", BOSHSCOPE_E_ARGUMENT }, /* ends before it begins */
                { "2017-06-17T00:10:00+05:30", "2017-06-17 00:10", 0 },
                { "2017-06-17T00:10:00.123Z", "2017-06-17T00:10:00.123Z", 0 },
                { "yesterday", NULL, BOSHSCOPE_E_ARGUMENT },
                { NULL, "2017-02-29", BOSHSCOPE_E_ARGUMENT },
                { "2017-06-17T24:00:00", NULL, BOSHSCOPE_E_ARGUMENT },
                { "", NULL, BOSHSCOPE_E_ARGUMENT },
                { "2017-06-17x", NULL, BOSHSCOPE_E_ARGUMENT },
                { "2017-06-17T", NULL, BOSHSCOPE_E_ARGUMENT },
        };

        for (size_t i = 0; i < COUNT(examples); i++)
                if (boshscope_options_set_window(*state, examples[i].from, examples[i].to) != examples[i].result)
                        fail_msg("%s to %s", examples[i].from, examples[i].to);
}

static void severities_are_checked(void **state) {
        static const char *const good[] = { "info", "low", "medium", "high", "critical", NULL };
        static const char *const bad[] = { "", "High", "fatal", "low " };

        for (size_t i = 0; i < COUNT(good); i++)
                assert_int_equal(boshscope_options_set_fail_on(*state, good[i]), 0);
        for (size_t i = 0; i < COUNT(bad); i++)
                assert_int_equal(boshscope_options_set_fail_on(*state, bad[i]), BOSHSCOPE_E_ARGUMENT);
}

static void limits_have_names(void **state) {
        static const struct {
                const char *name;
                uint64_t value;
                int result;
        } examples[] = {
                { "max_depth", 0, 0 },
                { "max_line_bytes", 256, 0 },
                { "max_line_bytes", 255, BOSHSCOPE_E_ARGUMENT },
                { "max_record_bytes", 256, 0 },
                { "max_record_bytes", 0, BOSHSCOPE_E_ARGUMENT },
                { "max_evidence_bytes", 1, 0 },
                { "max_evidence_bytes", 0, BOSHSCOPE_E_ARGUMENT },
                { "max_evidence", 3, 0 },
                { "max_session_events", 7, 0 },
                { "match_limit", 1000, 0 },
                { "match_limit", UINT64_MAX, BOSHSCOPE_E_ARGUMENT },
                { "max_memory", 1000, BOSHSCOPE_E_ARGUMENT },
                { "", 1000, BOSHSCOPE_E_ARGUMENT },
                { "Max_depth", 1, BOSHSCOPE_E_ARGUMENT },
        };
        struct boshscope_report *report;
        cJSON *root;

        for (size_t i = 0; i < COUNT(examples); i++)
                if (boshscope_options_set_limit(*state, examples[i].name, examples[i].value) != examples[i].result)
                        fail_msg("%s", examples[i].name);
        /* The last good values are in force and said so. */
        assert_int_equal(boshscope_options_set_limit(*state, "max_depth", 4), 0);
        report = analyze(*state, "logs/live-1/info.log.gz");
        root = json_of(report);
        assert_int_equal(at(at(root, "options", "limits"), "max_line_bytes", NULL)->valuedouble, 256);
        assert_int_equal(at(at(root, "options", "limits"), "max_evidence", NULL)->valuedouble, 3);
        assert_int_equal(at(at(root, "options", "limits"), "max_session_events", NULL)->valuedouble, 7);
        cJSON_Delete(root);
        boshscope_report_free(report);
}

static void chunks_and_arguments_are_checked(void **state) {
        char *const arguments[] = { (char *)(uintptr_t) "boshscope", (char *)(uintptr_t) "analyze" };

        assert_int_equal(boshscope_options_set_chunk_bytes(*state, 0), BOSHSCOPE_E_ARGUMENT);
        assert_int_equal(boshscope_options_set_chunk_bytes(*state, SIZE_MAX), BOSHSCOPE_E_ARGUMENT);
        assert_int_equal(boshscope_options_set_chunk_bytes(*state, 1), 0);
        assert_int_equal(boshscope_options_set_threads(*state, 257), BOSHSCOPE_E_ARGUMENT);
        assert_int_equal(boshscope_options_set_threads(*state, 256), 0);
        assert_int_equal(boshscope_options_set_argv(*state, -1, arguments), BOSHSCOPE_E_ARGUMENT);
        assert_int_equal(boshscope_options_set_argv(*state, 2, arguments), 0);
        assert_int_equal(boshscope_options_set_argv(*state, 1, arguments), 0);
        assert_int_equal(boshscope_options_set_argv(*state, 0, NULL), 0);
        boshscope_options_free(NULL);
}

/* ----------------------------------------------------------- analyses */

static void a_bundle_becomes_a_report(void **state) {
        struct boshscope_report *report = analyze(*state, "bundles/active_1497638824642.tgz");
        cJSON *root = json_of(report);

        assert_string_equal(at(root, "schema", NULL)->valuestring, "boshscope.report/1");
        assert_string_equal(at(root, "run", "version")->valuestring, boshscope_version());
        assert_string_equal(at(root, "ruleset", "sha256")->valuestring, boshscope_rules_sha256(rules));
        assert_string_equal(at(root, "bundle", "kind")->valuestring, "tgz");
        assert_true(cJSON_IsTrue(at(root, "complete", NULL)));
        assert_int_equal(at(root, "exit_status", NULL)->valuedouble, 0);
        assert_int_equal(boshscope_report_exit_status(report), 0);
        assert_true(cJSON_GetArraySize(at(root, "findings", NULL)) > 0);
        cJSON_Delete(root);
        boshscope_report_free(report);
        boshscope_report_free(NULL);
}

static void what_was_given_up_is_told(void **state) {
        static const char *const names[] = { "landlock", "seccomp" };

        for (size_t count = 0; count <= COUNT(names); count++) {
                struct boshscope_report *report;
                const cJSON *told;
                cJSON *root;

                assert_int_equal(boshscope_options_set_confinement(*state, count, names), 0);
                report = analyze(*state, "bundles/active_1497638824642.tgz");
                root = json_of(report);
                told = at(root, "run", "confinement");
                assert_int_equal(cJSON_GetArraySize(told), count);
                for (size_t i = 0; i < count; i++)
                        assert_string_equal(cJSON_GetArrayItem(told, (int)i)->valuestring, names[i]);
                cJSON_Delete(root);
                boshscope_report_free(report);
        }
}

static void findings_may_fail_a_run(void **state) {
        static const struct {
                const char *fail_on;
                int status;
        } examples[] = { { NULL, 0 }, { "info", 3 }, { "high", 3 }, { "critical", 4 } };

        for (size_t i = 0; i < COUNT(examples); i++) {
                struct boshscope_report *report;

                assert_int_equal(boshscope_options_set_fail_on(*state, examples[i].fail_on), 0);
                assert_int_equal(boshscope_options_set_window(*state, NULL, NULL), 0);
                report = analyze(*state, "bundles/active_1497638824642.tgz");
                assert_int_equal(boshscope_report_exit_status(report), examples[i].status);
                boshscope_report_free(report);
        }
}

/* Everything but `run` is the same whatever one read asks for, and however many
 * threads there are. */
static void chunks_and_threads_change_no_report(void **state) {
        static const struct {
                size_t chunk_bytes;
                unsigned threads;
        } ways[] = { { 256 * 1024, 0 }, { 1, 1 }, { 7, 2 }, { 4096, 1 }, { 4096, 2 }, { 300, 8 }, { 4096, 256 } };
        char *first = NULL;

        for (size_t i = 0; i < COUNT(ways); i++) {
                struct boshscope_report *report;
                cJSON *root;
                char *text;

                assert_int_equal(boshscope_options_set_chunk_bytes(*state, ways[i].chunk_bytes), 0);
                assert_int_equal(boshscope_options_set_threads(*state, ways[i].threads), 0);
                report = analyze(*state, "logs/live-1");
                root = json_of(report);
                cJSON_DeleteItemFromObject(root, "run");
                text = cJSON_PrintUnformatted(root);
                assert_non_null(text);
                if (first)
                        assert_string_equal(text, first);
                else
                        first = strdup(text);
                cJSON_free(text);
                cJSON_Delete(root);
                boshscope_report_free(report);
        }
        free(first);
}

static void a_writer_that_refuses_is_an_error(void **state) {
        struct boshscope_report *report = analyze(*state, "bundles/active_1497638824642.tgz");
        struct text whole = { 0 };

        assert_int_equal(boshscope_report_write_json(report, take, &whole), 0);
        assert_true(whole.calls > 1);
        for (size_t most = 1; most < whole.calls; most++) {
                struct text text = { .most_calls = most };

                assert_int_equal(boshscope_report_write_json(report, take, &text), BOSHSCOPE_E_OUTPUT);
                assert_true(text.n < whole.n);
                assert_memory_equal(text.p, whole.p, text.n);
                free(text.p);
        }
        free(whole.p);
        boshscope_report_free(report);
}

/* Only a run that was asked to gathers what it has not matched. */
static void unmatched_is_for_who_asked(void **state) {
        struct boshscope_report *report = analyze(*state, "logs/live-1");
        struct text text = { 0 };

        assert_int_equal(boshscope_report_write_unmatched(report, take, &text), BOSHSCOPE_E_ARGUMENT);
        assert_int_equal(text.calls, 0);
        boshscope_report_free(report);

        boshscope_options_set_unmatched(*state, 1);
        report = analyze(*state, "logs/live-1");
        boshscope_options_set_unmatched(*state, 0); /* the report remembers what was asked for */
        assert_int_equal(boshscope_report_write_unmatched(report, take, &text), 0);
        assert_non_null(strstr(text.p, "\"schema\": \"boshscope.unmatched/1\""));
        assert_non_null(strstr(text.p, "\"shape\": \"DefaultAuthorizationMapping: No realm found\""));
        free(text.p);
        boshscope_report_free(report);
}

static void info_is_written_from_any_report(void **state) {
        struct boshscope_report *report = analyze(*state, "bundles/active_1497638824642.tgz");
        struct text json = { 0 }, page = { 0 }, whole_page = { 0 }, refused = { .most_calls = 1 };

        assert_int_equal(boshscope_report_write_info_json(report, take, &json), 0);
        assert_non_null(strstr(json.p, "\"schema\": \"boshscope.info/1\""));
        assert_int_equal(boshscope_report_write_info_text(report, 0, take, &page), 0);
        assert_int_equal(boshscope_report_write_info_text(report, 1, take, &whole_page), 0);
        assert_null(strstr(page.p, "java_pid2817.hprof"));
        assert_non_null(strstr(whole_page.p, "java_pid2817.hprof"));
        refused.calls = 1;
        assert_int_equal(boshscope_report_write_info_text(report, 0, take, &refused), BOSHSCOPE_E_OUTPUT);
        free(json.p);
        free(page.p);
        free(whole_page.p);
        boshscope_report_free(report);
}

static void times_are_checked(void **state) {
        static const char *const bad[] = { "", "14:05", "yesterday", "2017-02-29", "2017-06-17T24:00:00" };
        int64_t ms = 1;

        (void)state;
        for (size_t i = 0; i < COUNT(bad); i++)
                assert_int_equal(boshscope_parse_time(bad[i], &ms), BOSHSCOPE_E_ARGUMENT);
        assert_int_equal(ms, 1); /* untouched */
        assert_int_equal(boshscope_parse_time("1970-01-02 00:00", &ms), 0);
        assert_int_equal(ms, 86400000);
        assert_int_equal(boshscope_parse_time("1970-01-02T05:30:00.25+05:30", &ms), 0);
        assert_int_equal(ms, 86400250);
}

static void a_question_may_be_asked_of_any_report(void **state) {
        struct boshscope_report *report = analyze(*state, "bundles/active_1497638824642.tgz");
        struct text json = { 0 }, page = { 0 }, refused = { .calls = 1, .most_calls = 1 };
        int64_t ms = 0;

        assert_int_equal(boshscope_parse_time("2017-06-17T00:17:00+05:30", &ms), 0);
        assert_int_equal(boshscope_report_write_explain_json(report, "1001003", ms, take, &json), 0);
        assert_non_null(strstr(json.p, "\"schema\": \"boshscope.explain/1\""));
        assert_non_null(strstr(json.p, "\"answer\": \"yes\""));
        assert_int_equal(boshscope_report_write_explain_text(report, "1001003", ms, take, &page), 0);
        assert_non_null(strstr(page.p, "\nAnswer      YES. At 18:47:04 UTC"));
        assert_int_equal(boshscope_report_write_explain_text(report, "1001003", ms, take, &refused),
                         BOSHSCOPE_E_OUTPUT);
        assert_int_equal(boshscope_report_write_explain_json(report, "1001003", ms, take, &refused),
                         BOSHSCOPE_E_OUTPUT);
        assert_int_equal(boshscope_report_write_explain_text(report, "", ms, take, &page), BOSHSCOPE_E_ARGUMENT);
        assert_int_equal(boshscope_report_write_explain_json(report, NULL, ms, take, &page), BOSHSCOPE_E_ARGUMENT);
        assert_int_equal(boshscope_report_write_explain_json(report, "1001003", INT64_MAX, take, &json),
                         BOSHSCOPE_E_ARGUMENT);
        assert_int_equal(boshscope_report_write_explain_text(report, "1001003", INT64_MIN, take, &page),
                         BOSHSCOPE_E_ARGUMENT);
        assert_int_equal(boshscope_parse_time("9999-12-31T23:59:59.999", &ms), 0);
        assert_int_equal(boshscope_report_write_explain_json(report, "1001003", ms, take, &json), 0);
        assert_int_equal(boshscope_parse_time("0001-01-01", &ms), 0);
        assert_int_equal(boshscope_report_write_explain_text(report, "1001003", ms, take, &page), 0);
        free(json.p);
        free(page.p);
        boshscope_report_free(report);
}

/* A path that is not there is a report too. */
static void what_cannot_be_read_is_a_diagnostic(void **state) {
        struct boshscope_report *report = analyze(*state, "no-such-file");
        struct boshscope_diagnostic diagnostic;
        cJSON *root = json_of(report);

        assert_int_equal(boshscope_report_exit_status(report), 1);
        assert_true(cJSON_IsFalse(at(root, "complete", NULL)));
        assert_int_equal(boshscope_report_diagnostics(report), 1);
        assert_int_equal(cJSON_GetArraySize(at(root, "diagnostics", NULL)), 1);
        assert_int_equal(boshscope_report_diagnostic(report, 0, &diagnostic), 0);
        assert_string_equal(diagnostic.code, "BS101");
        assert_int_equal(diagnostic.level, BOSHSCOPE_ERROR);
        assert_non_null(diagnostic.text);
        assert_true(strlen(diagnostic.advice) > 0);
        assert_int_equal(boshscope_report_diagnostic(report, 1, &diagnostic), BOSHSCOPE_E_ARGUMENT);
        assert_int_equal(boshscope_report_diagnostic(report, SIZE_MAX, &diagnostic), BOSHSCOPE_E_ARGUMENT);
        assert_string_equal(diagnostic.code, "BS101"); /* untouched */
        cJSON_Delete(root);
        boshscope_report_free(report);
}

static void limits_that_were_hit_are_told(void **state) {
        struct boshscope_report *report;
        struct boshscope_diagnostic diagnostic = { 0 };
        size_t i;

        assert_int_equal(boshscope_options_set_limit(*state, "max_line_bytes", 256), 0);
        report = analyze(*state, "logs/live-1/debug.log.gz");
        assert_int_equal(boshscope_report_exit_status(report), 5);
        for (i = 0; i < boshscope_report_diagnostics(report); i++) {
                assert_int_equal(boshscope_report_diagnostic(report, i, &diagnostic), 0);
                if (strcmp(diagnostic.code, "BS301") == 0)
                        break;
        }
        assert_true(i < boshscope_report_diagnostics(report));
        assert_int_equal(diagnostic.level, BOSHSCOPE_WARNING);
        assert_true(diagnostic.line > 0);
        assert_non_null(strstr(diagnostic.path, "debug.log"));
        boshscope_report_free(report);
}

/* ----------------------------------------------------------- progress */

struct watcher {
        unsigned calls, stop_at; /* 0: never */
        uint64_t bytes;
};

static int watch(void *userdata, const struct boshscope_progress *progress) {
        struct watcher *watcher = userdata;

        assert_non_null(progress->path);
        assert_true(progress->bytes_read >= watcher->bytes);
        assert_true(progress->bytes_total == 0 || progress->bytes_read <= progress->bytes_total);
        watcher->bytes = progress->bytes_read;
        return ++watcher->calls == watcher->stop_at;
}

static void progress_reaches_the_end(void **state) {
        struct watcher watcher = { 0 };
        struct boshscope_report *report;
        cJSON *root;

        boshscope_options_set_progress(*state, watch, &watcher);
        assert_int_equal(boshscope_options_set_chunk_bytes(*state, 4096), 0);
        report = analyze(*state, "bundles/active_1497638824642.tgz");
        root = json_of(report);
        assert_true(watcher.calls > 1);
        assert_int_equal(watcher.bytes, at(root, "bundle", "bytes")->valuedouble);
        assert_int_equal(boshscope_report_exit_status(report), 0);
        cJSON_Delete(root);
        boshscope_report_free(report);
}

static void progress_may_stop_the_run(void **state) {
        static const unsigned stops[] = { 1, 2, 3, 5, 8, 13, 21 };

        assert_int_equal(boshscope_options_set_chunk_bytes(*state, 1024), 0);
        for (size_t i = 0; i < COUNT(stops); i++) {
                struct watcher watcher = { .stop_at = stops[i] };
                struct boshscope_diagnostic diagnostic;
                struct boshscope_report *report;
                bool told = false;
                cJSON *root;

                boshscope_options_set_progress(*state, watch, &watcher);
                report = analyze(*state, "bundles/active_1497638824642.tgz");
                root = json_of(report);
                assert_int_equal(watcher.calls, stops[i]); /* it is not asked again */
                assert_int_equal(boshscope_report_exit_status(report), 130);
                assert_int_equal(at(root, "exit_status", NULL)->valuedouble, 130);
                assert_true(cJSON_IsFalse(at(root, "complete", NULL)));
                for (size_t k = 0; k < boshscope_report_diagnostics(report); k++) {
                        assert_int_equal(boshscope_report_diagnostic(report, k, &diagnostic), 0);
                        told |= strcmp(diagnostic.code, "BS901") == 0;
                }
                assert_true(told);
                cJSON_Delete(root);
                boshscope_report_free(report);
        }
}

/* At the last time that it is asked, all is read and all is found. */
static void a_late_wish_to_stop_is_told(void **state) {
        struct watcher watcher = { 0 };
        struct boshscope_report *whole, *stopped;
        cJSON *root, *other;

        assert_int_equal(boshscope_options_set_threads(*state, 1), 0);
        boshscope_options_set_progress(*state, watch, &watcher);
        whole = analyze(*state, "bundles/active_1497638824642.tgz");
        root = json_of(whole);
        watcher = (struct watcher){ .stop_at = watcher.calls };
        stopped = analyze(*state, "bundles/active_1497638824642.tgz");
        other = json_of(stopped);
        assert_int_equal(boshscope_report_exit_status(stopped), 130);
        assert_true(cJSON_IsFalse(at(other, "complete", NULL)));
        assert_true(cJSON_Compare(at(root, "findings", NULL), at(other, "findings", NULL), true));
        assert_true(cJSON_Compare(at(root, "inputs", NULL), at(other, "inputs", NULL), true));
        assert_int_equal(cJSON_GetArraySize(at(other, "diagnostics", NULL)),
                         cJSON_GetArraySize(at(root, "diagnostics", NULL)) + 1);
        cJSON_Delete(root);
        cJSON_Delete(other);
        boshscope_report_free(whole);
        boshscope_report_free(stopped);
}

/* ------------------------------------------------------------- rules */

static void count_message(void *userdata, const char *message) {
        assert_true(strlen(message) > 0 && !strchr(message, '\n'));
        ++*(unsigned *)userdata;
}

static void rules_tell_about_themselves(void **state) {
        struct boshscope_rule_info info;
        struct boshscope_rules *none = NULL;
        unsigned messages = 0;
        size_t samples = 0;

        (void)state;
        assert_string_equal(boshscope_rules_name(rules), "finesse");
        assert_int_equal(strlen(boshscope_rules_sha256(rules)), 64);
        assert_true(strlen(boshscope_rules_version(rules)) > 0);
        for (size_t i = 0; i < boshscope_rules_count(rules); i++) {
                assert_int_equal(boshscope_rules_get(rules, i, &info), 0);
                assert_true(strlen(info.id) && strlen(info.title) && strlen(info.event) && strlen(info.literal));
                assert_true(strlen(info.family) > 0);
        }
        assert_int_equal(boshscope_rules_get(rules, boshscope_rules_count(rules), &info), BOSHSCOPE_E_ARGUMENT);
        assert_int_equal(boshscope_rules_check(rules, count_message, &messages, &samples), 0);
        assert_int_equal(messages, 0);
        assert_true(samples > 0);
        assert_int_equal(boshscope_rules_load("/no/such/directory", count_message, &messages, &none),
                         BOSHSCOPE_E_RULES);
        assert_true(messages > 0);
        assert_null(none);
        boshscope_rules_free(NULL);
}

static void errors_have_sentences(void **state) {
        (void)state;
        for (int error = 0; error >= BOSHSCOPE_E_REPORT; error--) {
                assert_true(strlen(boshscope_strerror(error)) > 0);
                for (int other = 0; other > error; other--)
                        assert_string_not_equal(boshscope_strerror(error), boshscope_strerror(other));
        }
        assert_true(strlen(boshscope_strerror(-12345)) > 0);
}

#define WITH_OPTIONS(test) cmocka_unit_test_setup_teardown(test, new_options, free_options)

int main(void) {
        const struct CMUnitTest tests[] = {
                WITH_OPTIONS(offsets_are_checked),
                WITH_OPTIONS(windows_are_checked),
                WITH_OPTIONS(severities_are_checked),
                WITH_OPTIONS(limits_have_names),
                WITH_OPTIONS(chunks_and_arguments_are_checked),
                WITH_OPTIONS(a_bundle_becomes_a_report),
                WITH_OPTIONS(what_was_given_up_is_told),
                WITH_OPTIONS(findings_may_fail_a_run),
                WITH_OPTIONS(chunks_and_threads_change_no_report),
                WITH_OPTIONS(a_writer_that_refuses_is_an_error),
                WITH_OPTIONS(unmatched_is_for_who_asked),
                WITH_OPTIONS(info_is_written_from_any_report),
                cmocka_unit_test(times_are_checked),
                WITH_OPTIONS(a_question_may_be_asked_of_any_report),
                WITH_OPTIONS(what_cannot_be_read_is_a_diagnostic),
                WITH_OPTIONS(limits_that_were_hit_are_told),
                WITH_OPTIONS(progress_reaches_the_end),
                WITH_OPTIONS(progress_may_stop_the_run),
                WITH_OPTIONS(a_late_wish_to_stop_is_told),
                cmocka_unit_test(rules_tell_about_themselves),
                cmocka_unit_test(errors_have_sentences),
        };

        return cmocka_run_group_tests(tests, load_rules, free_rules);
}
