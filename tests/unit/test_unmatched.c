/* What no rule matched: counted per file, joined in any order with the same result. */
#include "analysis_support.h"

#include "timeline/unmatched.h"

static struct summary *list(const struct limits *limits, enum family family, const char *text) {
        struct text_stream stream = text_stream(str_from(text));
        struct fold *fold = fold_new(rules, limits, family);
        struct summary *summary;
        struct reader reader;
        struct record record;

        assert_non_null(fold);
        assert_int_equal(fold_list_unmatched(fold), 0);
        reader_init(&reader, &stream.stream, limits, 4096);
        reader_set_family(&reader, family);
        while (reader_next(&reader, &record) > 0)
                assert_int_equal(fold_record(fold, &record, NULL, NULL), 0);
        assert_int_equal(fold_finish(fold, &summary), 0);
        summary->records = reader.counts.records;
        reader_release(&reader);
        fold_free(fold);
        return summary;
}

static void add(struct inputs *inputs, const char *name, enum family family, const struct limits *limits,
                const char *text) {
        struct input *input;

        assert_int_equal(inputs_add(inputs, str_from(name), str_from(name), &input), 0);
        input->family = family;
        input->bytes = strlen(text);
        input->crc32 = (uint32_t)str_hash(str_from(text));
        input->summary = list(limits, family, text);
}

/* "2 notification 'shape' of input 0 line 1: text" */
static struct buf joined(struct inputs *inputs) {
        struct unmatched_sum sum;
        struct buf out;

        inputs_order(inputs);
        assert_int_equal(unmatched_join(inputs, &sum), 0);
        buf_init(&out, TEST_BYTES);
        buf_printf(&out, "%" PRIu64 " records, %" PRIu64 " other in %" PRIu64 "\n", sum.records, sum.others,
                   sum.limited_inputs);
        for (size_t i = 0; i < sum.count; i++) {
                const struct unmatched_kind *kind = &sum.kinds[i];

                buf_printf(&out, "%" PRIu64 " %s '%.*s' [%.*s] [%.*s] %u:%" PRIu64 "+%" PRIu64 " %.*s%s\n", kind->count,
                           family_name(kind->family), (int)kind->outline.n, kind->outline.p, (int)kind->level.n,
                           kind->level.p, (int)kind->logger.n, kind->logger.p, kind->input, kind->line, kind->offset,
                           (int)kind->text.n, kind->text.p, kind->text_cut ? "..." : "");
        }
        unmatched_sum_release(&sum);
        buf_text(&out);
        return out;
}

static void check(struct inputs *inputs, const char *wanted) {
        struct buf out = joined(inputs);

        assert_string_equal(out.p, wanted);
        buf_release(&out);
        inputs_release(inputs);
}

static const char early[] = NOTE("00:00:01", "Foo 1") NOTE("00:00:02", "Bar") NOTE("00:00:03", "Foo 2");
static const char late[] = NOTE("01:00:01", "DEBUG [t-1]: org.x.Y - Foo 3") NOTE("01:00:02", "Bar") "more\n";
static const char web[] = WEB_IN("+0000", "02:00:00.000", "FOO: Foo 4");

static const char all_three[] =
        "6 records, 0 other in 0\n"
        "3 notification 'Foo <n>' [] [] 0:1+0 2017.06.17 00:00:01 Foo 1\n"
        "1 notification 'Bar' [] [] 0:2+26 2017.06.17 00:00:02 Bar\n"
        "1 notification 'Bar <more>' [] [] 1:2+49 2017.06.17 01:00:02 Bar\nmore\n"
        "1 webservices 'FOO: Foo <n>' [6] [] 2:1+0 0000001043: 10.10.20.5: Jun 17 2017 02:00:00.000 +0000: "
        "%CCBU_worker-6-FOO: Foo 4\n";

static void the_order_of_arrival_does_not_matter(void **state) {
        struct limits limits;
        struct inputs inputs;

        (void)state;
        limits_init(&limits);
        for (int turn = 0; turn < 2; turn++) {
                inputs_init(&inputs);
                if (turn)
                        add(&inputs, "w.log", FAMILY_WEBSERVICES, &limits, web);
                add(&inputs, turn ? "b.log" : "a.log", FAMILY_NOTIFICATION, &limits, turn ? late : early);
                add(&inputs, turn ? "a.log" : "b.log", FAMILY_NOTIFICATION, &limits, turn ? early : late);
                if (!turn)
                        add(&inputs, "w.log", FAMILY_WEBSERVICES, &limits, web);
                check(&inputs, all_three);
        }
}

static void copies_count_once(void **state) {
        struct limits limits;
        struct inputs inputs;

        (void)state;
        limits_init(&limits);
        inputs_init(&inputs);
        add(&inputs, "a.log", FAMILY_NOTIFICATION, &limits, early);
        add(&inputs, "b.log", FAMILY_NOTIFICATION, &limits, late);
        add(&inputs, "copy.log", FAMILY_NOTIFICATION, &limits, early);
        check(&inputs, "5 records, 0 other in 0\n"
                       "3 notification 'Foo <n>' [] [] 0:1+0 2017.06.17 00:00:01 Foo 1\n"
                       "1 notification 'Bar' [] [] 0:2+26 2017.06.17 00:00:02 Bar\n"
                       "1 notification 'Bar <more>' [] [] 2:2+49 2017.06.17 01:00:02 Bar\nmore\n");
}

/* Of each file the first kinds; whatever another file has. */
static void more_kinds_than_the_limit_are_only_counted(void **state) {
        struct limits limits;
        struct inputs inputs;

        (void)state;
        limits_init(&limits);
        limits.max_unmatched_shapes = 1;
        inputs_init(&inputs);
        add(&inputs, "a.log", FAMILY_NOTIFICATION, &limits, early);
        add(&inputs, "b.log", FAMILY_NOTIFICATION, &limits, NOTE("01:00:00", "Bar") NOTE("01:00:01", "Bar"));
        check(&inputs, "5 records, 1 other in 1\n"
                       "2 notification 'Bar' [] [] 1:1+0 2017.06.17 01:00:00 Bar\n"
                       "2 notification 'Foo <n>' [] [] 0:1+0 2017.06.17 00:00:01 Foo 1\n");
}

static void examples_are_masked_and_cut(void **state) {
        struct limits limits;
        struct inputs inputs;

        (void)state;
        limits_init(&limits);
        limits.max_evidence_bytes = 40;
        inputs_init(&inputs);
        add(&inputs, "a.log", FAMILY_NOTIFICATION, &limits,
            NOTE("00:00:01", "password=hunter2 x") NOTE("00:00:02", "password=sesame x")
                    NOTE("00:00:03", "Something much longer than the limit is"));
        check(&inputs, "3 records, 0 other in 0\n"
                       "2 notification 'password=*** x' [] [] 0:1+0 2017.06.17 00:00:01 password=*** x\n"
                       "1 notification 'Something much longer than the limit is' [] [] 0:3+77 "
                       "2017.06.17 00:00:03 Something much longe...\n");
}

/* A message met before is counted without a second look, a long one with it. */
static void the_same_again_is_counted(void **state) {
        enum { TIMES = 3000 };
        struct limits limits;
        struct inputs inputs;
        struct buf log, out;

        (void)state;
        limits_init(&limits);
        buf_init(&log, TEST_BYTES);
        for (int i = 0; i < TIMES; i++)
                buf_printf(&log, "2017.06.17 00:00:01 %s %d\n", i % 3 ? "Foo" : "Bar", i % 100);
        for (int i = 0; i < 2; i++)
                buf_printf(&log, "2017.06.17 00:00:01 <a>%0300d</a>\n", i);
        buf_text(&log);
        inputs_init(&inputs);
        add(&inputs, "a.log", FAMILY_NOTIFICATION, &limits, log.p);
        out = joined(&inputs);
        assert_non_null(strstr(out.p, "3002 records, 0 other in 0\n2000 notification 'Foo <n>'"));
        assert_non_null(strstr(out.p, "\n1000 notification 'Bar <n>'"));
        assert_non_null(strstr(out.p, "\n2 notification '<xml>'"));
        buf_release(&out);
        buf_release(&log);
        inputs_release(&inputs);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_order_of_arrival_does_not_matter),
                cmocka_unit_test(copies_count_once),
                cmocka_unit_test(more_kinds_than_the_limit_are_only_counted),
                cmocka_unit_test(examples_are_masked_and_cut),
                cmocka_unit_test(the_same_again_is_counted),
        };

        return cmocka_run_group_tests(tests, load_rules, free_rules);
}
