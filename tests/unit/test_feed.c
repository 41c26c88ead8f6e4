/* What a function of the caller's gives in place of a file: boshscope_analyze_stream(). */
#include "public_support.h"

#include <errno.h>
#include <pthread.h>

struct feed {
        char *bytes;
        size_t n, given, at_most; /* at_most: at a time */
        int64_t end;              /* what it says in the end */
        bool ended, endless;
        pthread_t thread;
};

static int64_t give(void *userdata, void *data, size_t bytes) {
        struct feed *feed = userdata;
        size_t n = feed->n - feed->given;

        assert_true(pthread_equal(pthread_self(), feed->thread));
        assert_false(feed->ended);
        assert_true(bytes > 0);
        if (n == 0 && feed->endless)
                n = feed->n, feed->given = 0;
        if (n == 0) {
                feed->ended = true;
                return feed->end;
        }
        n = n < bytes ? n : bytes;
        n = n < feed->at_most ? n : feed->at_most;
        memcpy(data, feed->bytes + feed->given, n);
        feed->given += n;
        return (int64_t)n;
}

static void open_feed(struct feed *feed, const char *name, char path[static TEST_PATH_BYTES], size_t at_most) {
        FILE *file;

        testdata(path, name);
        file = fopen(path, "rb");
        assert_non_null(file);
        *feed = (struct feed){ .at_most = at_most, .thread = pthread_self() };
        feed->bytes = malloc(1 << 22);
        assert_non_null(feed->bytes);
        feed->n = fread(feed->bytes, 1, 1 << 22, file);
        fclose(file);
        assert_true(feed->n > 0 && feed->n < 1 << 22);
}

/* The report behind its block `run`; the caller frees `text`. */
static const char *settled(const struct boshscope_report *report, struct text *text) {
        const char *options;

        *text = (struct text){ 0 };
        assert_int_equal(boshscope_report_write_json(report, take, text), 0);
        options = strstr(text->p, "\n  \"options\":");
        assert_non_null(options);
        return options;
}

static bool has(const struct boshscope_report *report, const char *code) {
        struct boshscope_diagnostic diagnostic;

        for (size_t i = 0; i < boshscope_report_diagnostics(report); i++)
                if (boshscope_report_diagnostic(report, i, &diagnostic) == 0 && strcmp(diagnostic.code, code) == 0)
                        return true;
        return false;
}

static void check_same(const char *name, size_t at_most, unsigned threads) {
        struct boshscope_options *options = boshscope_options_new();
        struct boshscope_report *of_path = NULL, *of_feed = NULL;
        struct text a, b;
        struct feed feed;
        char path[TEST_PATH_BYTES];

        open_feed(&feed, name, path, at_most);
        assert_int_equal(boshscope_options_set_threads(options, threads), 0);
        assert_int_equal(boshscope_analyze(options, rules, path, &of_path), 0);
        assert_int_equal(boshscope_analyze_stream(options, rules, path, give, &feed, &of_feed), 0);
        assert_true(feed.ended);
        assert_string_equal(settled(of_feed, &b), settled(of_path, &a));
        free(a.p);
        free(b.p);
        free(feed.bytes);
        boshscope_report_free(of_path);
        boshscope_report_free(of_feed);
        boshscope_options_free(options);
}

static void a_feed_is_as_good_as_a_file(void **state) {
        (void)state;
        check_same("bundles/active_1497638824642.tgz", 1, 1);
        check_same("bundles/active_1497638824642.tgz", 1000, 4);
        check_same("logs/live-1/debug.log.gz", SIZE_MAX, 2);
        check_same("README.md", 7, 2); /* no bundle at all */
}

static void damage_is_the_same(void **state) {
        struct boshscope_report *report = NULL;
        struct boshscope_options *options = boshscope_options_new();
        struct feed feed;
        char path[TEST_PATH_BYTES];

        (void)state;
        open_feed(&feed, "bundles/active_1497638824642.tgz", path, 500);
        feed.n /= 2;
        assert_int_equal(boshscope_analyze_stream(options, rules, "half.tgz", give, &feed, &report), 0);
        assert_int_equal(boshscope_report_exit_status(report), 5);
        assert_false(has(report, "BS101"));
        boshscope_report_free(report);
        feed.given = 0;
        feed.ended = false;
        feed.end = -EIO;
        assert_int_equal(boshscope_analyze_stream(options, rules, "half.tgz", give, &feed, &report), 0);
        assert_int_equal(boshscope_report_exit_status(report), 5);
        assert_true(has(report, "BS101"));
        boshscope_report_free(report);
        free(feed.bytes);
        boshscope_options_free(options);
}

/* No byte at all, for a reason that is no errno. */
static int64_t refuse(void *userdata, void *data, size_t bytes) {
        (void)data, (void)bytes;
        ++*(unsigned *)userdata;
        return INT64_MIN;
}

static int64_t boast(void *userdata, void *data, size_t bytes) {
        (void)userdata, (void)data;
        return (int64_t)bytes + 1;
}

static void a_feed_may_fail(void **state) {
        struct boshscope_report *report = NULL, *untouched = NULL;
        struct boshscope_options *options = boshscope_options_new();
        unsigned calls = 0;

        (void)state;
        assert_int_equal(boshscope_analyze_stream(options, rules, "x", refuse, &calls, &report), 0);
        assert_int_equal(calls, 1);
        assert_int_equal(boshscope_report_exit_status(report), 1);
        assert_true(has(report, "BS101"));
        assert_int_equal(boshscope_analyze_stream(options, rules, "x", boast, NULL, &untouched), BOSHSCOPE_E_ARGUMENT);
        assert_int_equal(boshscope_analyze_stream(options, rules, "", refuse, &calls, &untouched),
                         BOSHSCOPE_E_ARGUMENT);
        assert_int_equal(boshscope_analyze_stream(options, rules, NULL, refuse, &calls, &untouched),
                         BOSHSCOPE_E_ARGUMENT);
        assert_int_equal(boshscope_analyze_stream(options, rules, "x", NULL, NULL, &untouched), BOSHSCOPE_E_ARGUMENT);
        assert_int_equal(calls, 1);
        assert_null(untouched);
        boshscope_report_free(report);
        boshscope_options_free(options);
}

static int stop_later(void *userdata, const struct boshscope_progress *progress) {
        assert_int_equal(progress->bytes_total, 0);
        return ++*(unsigned *)userdata == 20;
}

/* One that never ends: by a limit, and by the caller's wish. */
static void a_feed_without_an_end_ends(void **state) {
        struct boshscope_options *options = boshscope_options_new();
        struct boshscope_report *report = NULL;
        char line[] = "2017.06.17 00:16:04 Closing idle session (id=f382a015): 1001003@fin1.ucce.local/desktop\n";
        struct feed feed = { .bytes = line, .n = strlen(line), .at_most = 300, .endless = true };
        unsigned calls = 0;

        (void)state;
        feed.thread = pthread_self();
        assert_int_equal(boshscope_options_set_limit(options, "max_input_bytes", 100000), 0);
        assert_int_equal(boshscope_analyze_stream(options, rules, "endless", give, &feed, &report), 0);
        assert_int_equal(boshscope_report_exit_status(report), 5);
        boshscope_report_free(report);
        boshscope_options_set_progress(options, stop_later, &calls);
        assert_int_equal(boshscope_analyze_stream(options, rules, "endless", give, &feed, &report), 0);
        assert_int_equal(boshscope_report_exit_status(report), 130);
        boshscope_report_free(report);
        boshscope_options_free(options);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_feed_is_as_good_as_a_file),
                cmocka_unit_test(damage_is_the_same),
                cmocka_unit_test(a_feed_may_fail),
                cmocka_unit_test(a_feed_without_an_end_ends),
        };

        return cmocka_run_group_tests(tests, load_rules, free_rules);
}
