/* Every allocation of a run made to fail in turn: the run ends with BOSHSCOPE_E_MEMORY, or
 * with a report that is whole or says that it is not; and nothing is left behind. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boshscope.h"
#include "failing.h"

enum { TEXT_BYTES = 1 << 20 };

/* What a run wrote: the report, and the other pages. In memory that never fails. */
struct text {
        char p[TEXT_BYTES];
        size_t n;
};

static struct text good, bad;

static int take(void *userdata, const void *data, size_t n) {
        struct text *text = userdata;

        assert_true(n < TEXT_BYTES - text->n);
        memcpy(text->p + text->n, data, n);
        text->n += n;
        text->p[text->n] = '\0';
        return 0;
}

/* What is run, and how. */
struct way {
        const char *rules; /* NULL: those in the library */
        const char *bundle;
        unsigned threads;
};

static void path_of(char path[static 1024], const char *name) {
        const char *top = getenv("BOSHSCOPE_TOP");

        assert_non_null(top);
        snprintf(path, 1024, "%s/%s", top, name);
}

/* Every form, the agent's story, and what differs from itself. */
static int write_forms(const struct boshscope_view *view, struct boshscope_style *style, struct text *text) {
        struct boshscope_format format;
        int r = boshscope_style_set_zone(style, "server");

        for (size_t i = 0; r == 0 && boshscope_format_get(i, &format) == 0; i++)
                if (strcmp(format.name, "json") != 0)
                        r = boshscope_view_write(view, style, format.name, take, text);
        if (r == 0)
                r = boshscope_style_set_agent(style, "1001003");
        if (r == 0 && boshscope_view_fits(view, style))
                r = boshscope_view_write_timeline(view, style, NULL, NULL, take, text);
        if (r == 0)
                r = boshscope_view_write_diff_text(view, view, style, take, text);
        return r ? r : boshscope_view_write_diff_json(view, view, take, text);
}

/* With a fleet report that is read back, and in every form. */
static int write_fleet(const struct boshscope_view *view, const struct boshscope_style *style, struct text *text) {
        struct boshscope_fleet *fleet = boshscope_fleet_new();
        struct boshscope_format format;
        char path[1024];
        int r = fleet ? boshscope_fleet_add_view(fleet, view) : BOSHSCOPE_E_MEMORY;

        path_of(path, "tests/fleet/golden/fleet.json");
        if (r == 0)
                r = boshscope_fleet_add_path(fleet, path, NULL, NULL);
        if (r == 0)
                r = boshscope_fleet_add_path(fleet, "/no/such/report.json", NULL, NULL);
        for (size_t i = 0; r == 0 && boshscope_format_get(i, &format) == 0; i++)
                if (boshscope_fleet_has_format(format.name))
                        r = boshscope_fleet_write(fleet, style, format.name, take, text);
        boshscope_fleet_free(fleet);
        return r;
}

/* Each part of the view as rows, by its path. */
static int write_store(const struct boshscope_view *view, struct text *text) {
        struct boshscope_store *store = NULL;
        int r = boshscope_store_of(view, "report.json", &store);

        for (size_t i = 0; r == 0 && i < boshscope_store_count(store); i++) {
                take(text, boshscope_store_path(store, i), strlen(boshscope_store_path(store, i)));
                r = boshscope_store_write(store, i, take, text);
        }
        boshscope_store_free(store);
        return r;
}

static int write_views(const struct boshscope_report *report, struct text *text) {
        struct boshscope_style *style = boshscope_style_new();
        struct boshscope_view *view = NULL;
        int r = style ? boshscope_view_of(report, NULL, NULL, &view) : BOSHSCOPE_E_MEMORY;

        if (r == 0)
                r = write_forms(view, style, text);
        if (r == 0)
                r = write_fleet(view, style, text);
        if (r == 0)
                r = write_store(view, text);
        boshscope_view_free(view);
        boshscope_style_free(style);
        return r;
}

static int write_all(const struct boshscope_report *report, struct text *text) {
        const int64_t at = INT64_C(1497638824642);
        int r = boshscope_report_write_json(report, take, text);

        if (r == 0)
                r = boshscope_report_write_info_text(report, 1, take, text);
        if (r == 0)
                r = boshscope_report_write_info_json(report, take, text);
        if (r == 0)
                r = boshscope_report_write_explain_text(report, "1001003", at, take, text);
        if (r == 0)
                r = boshscope_report_write_explain_json(report, "1001003", at, take, text);
        if (r == 0)
                r = write_views(report, text);
        return r ? r : boshscope_report_write_unmatched(report, take, text);
}

static int analyse(const struct way *way, const struct boshscope_rules *rules, struct text *text) {
        char word[] = "word", *const words[] = { word, word };
        static const char *const confined[] = { "seccomp" };
        struct boshscope_options *options = boshscope_options_new();
        struct boshscope_report *report = NULL;
        char bundle[1024];
        int r;

        if (!options)
                return BOSHSCOPE_E_MEMORY;
        path_of(bundle, way->bundle);
        boshscope_options_set_unmatched(options, 1);
        r = boshscope_options_set_argv(options, 2, words);
        if (r == 0)
                r = boshscope_options_set_confinement(options, 1, confined);
        if (r == 0)
                r = boshscope_options_set_threads(options, way->threads);
        if (r == 0)
                r = boshscope_analyze(options, rules, bundle, &report);
        if (r == 0)
                r = write_all(report, text);
        boshscope_report_free(report);
        boshscope_options_free(options);
        return r;
}

/* A message is not owed for want of memory; but if there is one, it has words. */
static void tell(void *userdata, const char *message) {
        (void)userdata;
        assert_true(*message != '\0');
}

static int run_all(const struct way *way, struct text *text) {
        struct boshscope_rules *rules = NULL;
        char directory[1024];
        size_t samples;
        int r;

        text->n = 0;
        if (way->rules)
                path_of(directory, way->rules);
        r = boshscope_rules_load(way->rules ? directory : NULL, tell, NULL, &rules);
        if (r == 0)
                r = analyse(way, rules, text);
        if (r == 0 && way->rules)
                r = boshscope_rules_check(rules, tell, NULL, &samples);
        boshscope_rules_free(rules);
        return r;
}

/* Less what differs from run to run: threads may be fewer than were asked for. */
static const char *body(const struct text *text) {
        return strstr(text->p, "\"options\":");
}

static bool says_incomplete(const struct text *text) {
        return strstr(text->p, "\"complete\": false") != NULL;
}

/* What became of the runs. */
struct tally {
        size_t refused, incomplete, whole;
};

static void check_run(const struct way *way, size_t at, bool from_there_on, struct tally *tally) {
        const char *how = from_there_on ? " and all behind it" : "";
        const size_t held = failing_held();
        int r;

        failing_begin(at, from_there_on);
        r = run_all(way, &bad);
        failing_end();
        if (!failing_has_failed())
                return; /* with threads a run may come to fewer */
        if (failing_held() != held)
                fail_msg("allocation %zu%s: %zd more are held than before", at, how, (ssize_t)(failing_held() - held));
        if (r != 0 && r != BOSHSCOPE_E_MEMORY)
                fail_msg("allocation %zu%s: %s", at, how, boshscope_strerror(r));
        if (r == 0 && !says_incomplete(&bad) && strcmp(body(&bad), body(&good)) != 0)
                fail_msg("allocation %zu%s: the report lacks something and does not say so", at, how);
        tally->refused += r != 0;
        tally->incomplete += r == 0 && says_incomplete(&bad);
        tally->whole += r == 0 && !says_incomplete(&bad);
}

/* BOSHSCOPE_STEP: only each so-manieth, for slow builds. */
static size_t step(void) {
        const char *text = getenv("BOSHSCOPE_STEP");

        return text && atoi(text) > 0 ? (size_t)atoi(text) : 1;
}

/* Each `each`th allocation, alone and with all behind it. */
static void check_way(const struct way *way, size_t each) {
        struct tally tally = { 0 };
        size_t count;

        failing_begin(0, false);
        assert_int_equal(run_all(way, &good), 0);
        count = failing_end();
        assert_true(count > 1000 && body(&good));
        for (size_t at = 1; at <= count; at += each * step()) {
                check_run(way, at, false, &tally);
                check_run(way, at, true, &tally);
        }
        print_message(
                "%s, rules %s, %u threads: %zu allocations; of %zu runs %zu out of memory, %zu reports incomplete, "
                "%zu whole\n",
                way->bundle, way->rules ? way->rules : "built in", way->threads, count,
                tally.refused + tally.incomplete + tally.whole, tally.refused, tally.incomplete, tally.whole);
        /* Little can be done without: what fails is felt. */
        assert_true(tally.refused > 10 * (tally.incomplete + tally.whole));
}

static void every_allocation(void **state) {
        (void)state;
        check_way(&(struct way){ NULL, "testdata/bundles/packings/two_deep.tgz", 1 }, 1);
}

static void other_bundles(void **state) {
        static const char *const bundles[] = {
                "testdata/bundles/packings/java.zip",    "testdata/bundles/packings/links.zip",
                "testdata/bundles/packings/gbk.zip",     "testdata/bundles/packings/pax_sparse.tgz",
                "testdata/bundles/era-finesse.tgz",      "testdata/broken/two_offsets",
                "testdata/broken/stop_inside_a_silence",
        };

        (void)state;
        for (size_t i = 0; i < sizeof(bundles) / sizeof(bundles[0]); i++)
                check_way(&(struct way){ NULL, bundles[i], 1 }, 17);
}

static void rules_of_a_directory(void **state) {
        (void)state;
        check_way(&(struct way){ "rules", "testdata/broken/two_offsets", 1 }, 499);
}

/* Which allocation it is that fails depends on who is first. */
static void several_threads(void **state) {
        (void)state;
        check_way(&(struct way){ NULL, "testdata/broken/zones_by_node", 2 }, 17);
        check_way(&(struct way){ NULL, "testdata/bundles/era-upgrade.tgz", 4 }, 17);
}

/* A system that gives no threads, or fewer: the run goes on with those there are. */
static void no_more_threads(void **state) {
        const struct way way = { NULL, "testdata/bundles/era-upgrade.tgz", 8 };

        (void)state;
        assert_int_equal(run_all(&way, &good), 0);
        assert_non_null(strstr(good.p, "\"threads\": 8"));
        for (size_t there_are = 1; there_are < 8; there_are++) {
                char wanted[32];

                failing_threads(there_are);
                assert_int_equal(run_all(&way, &bad), 0);
                failing_threads(0);
                snprintf(wanted, sizeof(wanted), "\"threads\": %zu,", there_are);
                assert_non_null(strstr(bad.p, wanted));
                assert_string_equal(body(&bad), body(&good));
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_allocation),     cmocka_unit_test(other_bundles),
                cmocka_unit_test(rules_of_a_directory), cmocka_unit_test(several_threads),
                cmocka_unit_test(no_more_threads),
        };

        failing_init();
        return cmocka_run_group_tests(tests, NULL, NULL);
}
