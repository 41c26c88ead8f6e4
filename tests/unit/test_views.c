/* boshscope.h's views, and the forms that they are written in. */
#include "public_support.h"

static struct boshscope_report *report_of(const char *name) {
        struct boshscope_options *options = boshscope_options_new();
        struct boshscope_report *report;

        assert_non_null(options);
        report = analyze(options, name);
        boshscope_options_free(options);
        return report;
}

static int count_bytes(void *userdata, const void *data, size_t bytes) {
        (void)data;
        *(size_t *)userdata += bytes;
        return 0;
}

static int refuse_it(void *userdata, const void *data, size_t bytes) {
        (void)userdata;
        (void)data;
        (void)bytes;
        return 1;
}

/* What the program makes of them is the business of tests/render. */
static void a_report_has_many_forms(void **state) {
        (void)state;
        struct boshscope_style *style = boshscope_style_new();
        struct boshscope_report *report = report_of("bundles/active_1497638824642.tgz");
        struct boshscope_view *view = NULL;
        struct boshscope_format format;

        assert_non_null(style);
        assert_int_equal(boshscope_view_of(report, NULL, NULL, &view), 0);
        boshscope_report_free(report);
        for (size_t i = 0; i < boshscope_format_count(); i++) {
                size_t bytes = 0;
                int r;

                assert_int_equal(boshscope_format_get(i, &format), 0);
                assert_true(format.suffix[0] == '.' && strlen(format.title) > 0);
                r = boshscope_view_write(view, style, format.name, count_bytes, &bytes);
                assert_int_equal(r, strcmp(format.name, "json") == 0 ? BOSHSCOPE_E_ARGUMENT : 0);
                assert_true(r != 0 || bytes > 100);
                assert_true(r != 0 ||
                            boshscope_view_write(view, style, format.name, refuse_it, NULL) == BOSHSCOPE_E_OUTPUT);
        }
        assert_int_equal(boshscope_format_get(boshscope_format_count(), &format), BOSHSCOPE_E_ARGUMENT);
        assert_int_equal(boshscope_view_write(view, style, "pdf", refuse_it, NULL), BOSHSCOPE_E_ARGUMENT);
        assert_int_equal(boshscope_style_set_zone(style, "mars"), BOSHSCOPE_E_ARGUMENT);
        assert_int_equal(boshscope_style_set_agent(style, ""), BOSHSCOPE_E_ARGUMENT);
        assert_int_equal(boshscope_style_set_agent(style, "nobody"), 0);
        assert_false(boshscope_view_fits(view, style));
        assert_int_equal(boshscope_view_write(view, style, "md", refuse_it, NULL), BOSHSCOPE_E_ARGUMENT);
        assert_int_equal(boshscope_view_write_timeline(view, style, NULL, NULL, refuse_it, NULL), BOSHSCOPE_E_ARGUMENT);
        assert_int_equal(boshscope_style_set_agent(style, NULL), 0);
        assert_true(boshscope_view_fits(view, style));
        assert_int_equal(boshscope_view_write_timeline(view, style, "noon", NULL, refuse_it, NULL),
                         BOSHSCOPE_E_ARGUMENT);
        assert_int_equal(boshscope_view_write_finding(view, style, refuse_it, NULL), BOSHSCOPE_E_ARGUMENT);
        boshscope_view_free(view);
        boshscope_view_free(NULL);
        boshscope_style_free(style);
        boshscope_style_free(NULL);
}

struct kept {
        char *bytes;
        size_t count;
        bool ended;
};

static int keep_it(void *userdata, const void *data, size_t bytes) {
        struct kept *kept = userdata;

        assert_false(kept->ended);
        kept->bytes = realloc(kept->bytes, kept->count + bytes + 1);
        assert_non_null(kept->bytes);
        memcpy(kept->bytes + kept->count, data, bytes);
        kept->count += bytes;
        return 0;
}

static void end_it(void *userdata) {
        struct kept *kept = userdata;

        assert_false(kept->ended);
        kept->ended = true;
}

static void assert_same(const struct kept *a, const struct kept *b) {
        assert_int_equal(a->count, b->count);
        assert_memory_equal(a->bytes, b->bytes, b->count);
}

static void a_view_gives_the_json_it_is_made_of(void **state) {
        (void)state;
        struct boshscope_report *report = report_of("bundles/active_1497638824642.tgz");
        struct boshscope_view *view = NULL;
        struct kept alone = { 0 }, beside = { 0 };

        assert_int_equal(boshscope_report_write_json(report, keep_it, &alone), 0);
        assert_int_equal(boshscope_view_of(report, keep_it, &beside, &view), 0);
        assert_same(&beside, &alone);
        boshscope_view_free(view);
        view = NULL;
        assert_int_equal(boshscope_view_of(report, refuse_it, NULL, &view), BOSHSCOPE_E_OUTPUT);
        assert_null(view);
        boshscope_report_free(report);
        free(alone.bytes);
        free(beside.bytes);
}

/* Each as if it were alone, with a result of its own, however many threads there are. */
static void forms_are_written_side_by_side(void **state) {
        (void)state;
        static const char *const names[] = { "csv", "html", "pdf", "md", NULL, "ndjson", "text", "trace", "md" };
        enum { COUNT = sizeof(names) / sizeof(names[0]), REFUSED = COUNT - 1 };
        struct boshscope_style *style = boshscope_style_new();
        struct boshscope_report *report = report_of("bundles/active_1497638824642.tgz");
        struct boshscope_view *view = NULL;

        assert_int_equal(boshscope_view_of(report, NULL, NULL, &view), 0);
        for (unsigned threads = 0; threads < 4; threads++) {
                struct boshscope_form forms[COUNT];
                struct kept kept[COUNT] = { 0 }, alone = { 0 };

                for (size_t i = 0; i < COUNT; i++)
                        forms[i] = (struct boshscope_form){ names[i], i == REFUSED ? refuse_it : keep_it, &kept[i],
                                                            end_it, 1 };
                assert_int_equal(boshscope_view_write_forms(view, style, forms, COUNT, threads), 0);
                for (size_t i = 0; i < COUNT; i++, alone.count = 0) {
                        const int r = names[i] ? boshscope_view_write(view, style, names[i], keep_it, &alone) : 0;

                        assert_true(kept[i].ended);
                        assert_int_equal(forms[i].result, i == REFUSED ? BOSHSCOPE_E_OUTPUT : r);
                        if (i != REFUSED && r == 0)
                                assert_same(&kept[i], &alone);
                        free(kept[i].bytes);
                }
                free(alone.bytes);
        }
        assert_int_equal(boshscope_view_write_forms(view, style, NULL, 0, 0), 0);
        boshscope_view_free(view);
        boshscope_style_free(style);
        boshscope_report_free(report);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_report_has_many_forms),
                cmocka_unit_test(a_view_gives_the_json_it_is_made_of),
                cmocka_unit_test(forms_are_written_side_by_side),
        };

        return cmocka_run_group_tests(tests, load_rules, free_rules);
}
