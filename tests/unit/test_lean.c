/* The built-in pack's lean form, and patterns that are compiled when they are needed. */
#define _POSIX_C_SOURCE 200809L /* pthread_barrier_t */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <errno.h>
#include <pthread.h>

#include "rules/pattern.h"
#include "rules/ruleset.h"
#include "rules/shape.h"

/* ------------------------------------------------- the same as the whole */

static void expect_same(struct str a, struct str b) {
        assert_int_equal(a.n, b.n);
        assert_memory_equal(a.p ? a.p : "", b.p ? b.p : "", a.n);
}

static void expect_same_texts(const struct str *a, size_t a_count, const struct str *b, size_t b_count) {
        assert_int_equal(a_count, b_count);
        for (size_t i = 0; i < a_count; i++)
                expect_same(a[i], b[i]);
}

static void expect_same_fields(const struct rule *a, const struct rule *b) {
        assert_int_equal(a->field_count, b->field_count);
        for (size_t i = 0; i < a->field_count; i++) {
                expect_same(a->fields[i].name, b->fields[i].name);
                assert_int_equal(a->fields[i].type, b->fields[i].type);
                assert_int_equal(a->fields[i].known, b->fields[i].known);
        }
}

static void expect_same_shapes(const struct rule *a, const struct rule *b) {
        assert_int_equal(a->shape_count, b->shape_count);
        for (size_t i = 0; i < a->shape_count; i++)
                expect_same(a->shapes[i].text, b->shapes[i].text);
}

static void expect_same_rule(const struct rule *a, const struct rule *b) {
        expect_same(a->id, b->id);
        expect_same(a->title, b->title);
        expect_same(a->event, b->event);
        expect_same(a->file, b->file);
        expect_same(a->literal, b->literal);
        expect_same(a->pattern_text, b->pattern_text);
        expect_same_texts(a->literals, a->literal_count, b->literals, b->literal_count);
        expect_same_texts(a->contains, a->contains_count, b->contains, b->contains_count);
        expect_same_texts(a->loggers, a->logger_count, b->loggers, b->logger_count);
        expect_same_fields(a, b);
        expect_same_shapes(a, b);
        assert_int_equal(a->family, b->family);
        assert_int_equal(a->kind, b->kind);
        assert_int_equal(a->at_start, b->at_start);
        assert_int_equal(a->of_name, b->of_name);
        assert_int_equal(!a->pattern, !b->pattern);
        assert_int_equal(a->kept, b->kept);
        assert_int_equal(a->index, b->index);
        assert_int_equal(a->server, b->server);
        assert_int_equal(a->versions.first, b->versions.first);
        assert_int_equal(a->versions.last, b->versions.last);
}

static void expect_same_knowledge(const struct knowledge *a, const struct knowledge *b) {
        assert_int_equal(a->advice_count, b->advice_count);
        assert_int_equal(a->reason_count, b->reason_count);
        assert_int_equal(a->window_count, b->window_count);
        for (size_t i = 0; i < a->advice_count; i++) {
                expect_same_texts(a->advice[i].topics, a->advice[i].topic_count, b->advice[i].topics,
                                  b->advice[i].topic_count);
                expect_same(a->advice[i].step, b->advice[i].step);
        }
        for (size_t i = 0; i < a->reason_count; i++)
                expect_same(a->reasons[i].name, b->reasons[i].name);
        for (size_t i = 0; i < a->window_count; i++) {
                expect_same(a->windows[i].step, b->windows[i].step);
                assert_int_equal(a->windows[i].max_ms, b->windows[i].max_ms);
        }
}

static void expect_same_signatures(const struct ruleset *a, const struct ruleset *b) {
        assert_int_equal(a->signature_count, b->signature_count);
        for (size_t i = 0; i < a->signature_count; i++) {
                const struct signature *left = &a->signatures[i], *right = &b->signatures[i];

                expect_same(left->id, right->id);
                assert_int_equal(left->timespan_ms, right->timespan_ms);
                assert_int_equal(left->least, right->least);
                assert_memory_equal(left->places, right->places, a->count);
        }
}

static void expect_same_ruleset(const struct ruleset *a, const struct ruleset *b) {
        expect_same(a->name, b->name);
        expect_same(a->version, b->version);
        assert_string_equal(a->sha256, b->sha256);
        assert_int_equal(a->count, b->count);
        for (size_t i = 0; i < a->count; i++)
                expect_same_rule(&a->rules[i], &b->rules[i]);
        expect_same_knowledge(&a->knowledge, &b->knowledge);
        expect_same_signatures(a, b);
        expect_same_texts(a->desktop_resources.words, a->desktop_resources.count, b->desktop_resources.words,
                          b->desktop_resources.count);
        expect_same_texts(a->service_accounts.words, a->service_accounts.count, b->service_accounts.words,
                          b->service_accounts.count);
        assert_int_equal(a->default_wait_s, b->default_wait_s);
        assert_int_equal(a->default_inactivity_s, b->default_inactivity_s);
        assert_memory_equal(&a->server_times, &b->server_times, sizeof(a->server_times));
}

/* The files, all of them inside the program, and their lean form: three ways to the
 * same rules, and to the same SHA-256 though the build counted the last one's. */
static void lean_form_says_what_the_files_say(void **state) {
        const char *directory = getenv("BOSHSCOPE_RULES_SOURCE");
        struct ruleset *files, *whole, *lean;

        (void)state;
        assert_non_null(directory);
        assert_int_equal(ruleset_load(directory, NULL, NULL, &files), 0);
        assert_int_equal(ruleset_load_whole(NULL, NULL, &whole), 0);
        assert_int_equal(ruleset_load(NULL, NULL, NULL, &lean), 0);
        assert_true(lean->lean && !whole->lean && !files->lean);
        expect_same_ruleset(files, whole);
        expect_same_ruleset(files, lean);
        for (size_t i = 0; i < lean->count; i++)
                assert_true(lean->rules[i].sample_count == 0 && whole->rules[i].sample_count > 0);
        ruleset_free(files);
        ruleset_free(whole);
        ruleset_free(lean);
}

/* --------------------------------------------------- compiled when needed */

static void expect_capture(struct pattern *pattern, const char *subject, const char *want) {
        struct pattern_scratch *scratch = pattern_scratch_new(100000);
        struct str text;

        assert_non_null(scratch);
        assert_int_equal(pattern_match(pattern, scratch, str_from(subject)), 1);
        assert_true(pattern_capture(pattern, scratch, str_from(subject), 0, &text));
        expect_same(text, str_from(want));
        assert_false(pattern_capture(pattern, scratch, str_from(subject), 1, &text));
        pattern_scratch_free(scratch);
}

static void a_pattern_does_the_same_compiled_early_or_late(void **state) {
        const struct str names[] = { STR("b"), STR("c") }, text = STR("(x)?(?<a>[a-z]+)=(?<b>[0-9]+)|(?<c>-)");

        (void)state;
        for (int early = 0; early < 2; early++) {
                struct pattern *pattern;
                struct pattern_fault fault;

                assert_int_equal(pattern_new(text, true, names, 2, &pattern), 0);
                if (early)
                        assert_int_equal(pattern_compile(pattern, &fault), 0);
                expect_capture(pattern, "abc=17;", "17");
                expect_capture(pattern, "z=8", "8");
                pattern_free(pattern);
        }
}

static void a_late_fault_is_an_error_each_time(void **state) {
        struct pattern_scratch *scratch = pattern_scratch_new(100000);
        struct pattern_fault fault = { 0 };
        struct pattern *pattern;

        (void)state;
        assert_int_equal(pattern_new(STR("a(b"), false, NULL, 0, &pattern), 0);
        for (int i = 0; i < 2; i++)
                assert_int_equal(pattern_match(pattern, scratch, STR("ab")), -EINVAL);
        assert_int_equal(pattern_compile(pattern, &fault), -EINVAL);
        assert_int_equal(fault.offset, 3);
        pattern_free(pattern);
        pattern_scratch_free(scratch);
}

/* ------------------------------------------------------------- threads */

enum { THREADS = 6, ROUNDS = 3 };

struct runner {
        pthread_barrier_t *start;
        const struct ruleset *lean, *whole;
        size_t samples, wrong;
};

static bool is_as_said(const struct rule *rule, const struct rule_sample *sample, const struct match *match) {
        if (match->rule->index != rule->index)
                return false;
        for (size_t k = 0; k < rule->field_count; k++) {
                const struct value *want = &sample->values[k], *got = &match->values[k];

                if (want->set != got->set || want->number != got->number ||
                    (want->set && rule->fields[k].type == FIELD_TYPE_TEXT && !str_eq(want->text, got->text)))
                        return false;
        }
        return true;
}

static bool try_sample(struct matcher *matcher, const struct ruleset *lean, const struct rule *rule,
                       const struct rule_sample *sample) {
        const char *newline = str_find_byte(sample->text, '\n');
        struct header header;
        struct match match;
        int r;

        if (rule->of_name)
                r = matcher_match_name(matcher, lean, rule->family, sample->text, &match, NULL);
        else if (family_header(rule->family, newline ? str_slice(sample->text.p, newline) : sample->text, &header))
                r = matcher_match(matcher, lean, rule->family, sample->text, header.message_at, &match, NULL);
        else
                return false;
        return r == 1 && is_as_said(rule, sample, &match);
}

/* All begin with the same rule, so that they meet at its pattern. */
static void *run(void *userdata) {
        struct runner *runner = userdata;
        struct matcher *matcher = matcher_new(100000);

        matcher_ignore_shapes(matcher, true);
        pthread_barrier_wait(runner->start);
        for (size_t i = 0; i < runner->whole->count; i++)
                for (size_t k = 0; k < runner->whole->rules[i].sample_count; k++) {
                        runner->samples++;
                        runner->wrong += !try_sample(matcher, runner->lean, &runner->whole->rules[i],
                                                     &runner->whole->rules[i].samples[k]);
                }
        matcher_free(matcher);
        return NULL;
}

static void run_side_by_side(const struct ruleset *whole) {
        struct runner runners[THREADS];
        pthread_t threads[THREADS];
        pthread_barrier_t start;
        struct ruleset *lean;

        assert_int_equal(ruleset_load(NULL, NULL, NULL, &lean), 0);
        assert_int_equal(pthread_barrier_init(&start, NULL, THREADS), 0);
        for (int i = 0; i < THREADS; i++) {
                runners[i] = (struct runner){ .start = &start, .lean = lean, .whole = whole };
                assert_int_equal(pthread_create(&threads[i], NULL, run, &runners[i]), 0);
        }
        for (int i = 0; i < THREADS; i++) {
                assert_int_equal(pthread_join(threads[i], NULL), 0);
                assert_int_equal(runners[i].wrong, 0);
                assert_true(runners[i].samples >= whole->count);
        }
        pthread_barrier_destroy(&start);
        ruleset_free(lean);
}

static void threads_may_meet_at_a_pattern(void **state) {
        struct ruleset *whole;

        (void)state;
        assert_int_equal(ruleset_load_whole(NULL, NULL, &whole), 0);
        for (int i = 0; i < ROUNDS; i++)
                run_side_by_side(whole);
        ruleset_free(whole);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(lean_form_says_what_the_files_say),
                cmocka_unit_test(a_pattern_does_the_same_compiled_early_or_late),
                cmocka_unit_test(a_late_fault_is_an_error_each_time),
                cmocka_unit_test(threads_may_meet_at_a_pattern),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
