/* Shapes: exact forms matched without a regex, and the same as the pattern says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/ruleset.h"
#include "rules/shape.h"

struct try {
        const char *shape, *message;
        const char *capture; /* of the one field, "" where it captures none; NULL: no match */
};

static const struct try tries[] = {
        { "a %{WORD:x} b", "a word b", "word" },
        { "a %{WORD:x} b", "a word b \r\n", "word" },
        { "a %{WORD:x} b", "a two words b", NULL },
        { "a %{WORD:x}", "a ", NULL },
        { "a %{WORD:x}", "a b c", NULL },
        { "n=%{UINT:x}", "n=0123", "0123" },
        { "n=%{UINT:x}", "n=-1", NULL },
        { "n=%{INT:x}", "n=-1", "-1" },
        { "n=%{INT:x}", "n=-", NULL },
        { "(%{SID:x})", "(4fe3a9e)", "4fe3a9e" },
        { "(%{SID:x})", "(null)", NULL },
        { "(%{SID:x})", "(nullable)", "nullable" },
        { "(%{SID:x})", "(a-b)", NULL },
        { "<->%{IPV4:x}:%{UINT}", "<->10.5.0.3:40001", "10.5.0.3" },
        { "<->%{IPV4:x}:%{UINT}", "<->2001:db8::1:40001", NULL },
        { "p: %{ANY} rid: %{UINT:x}", "p: <a rid: 1/>\n rid: 22", "22" },
        { "p: %{ANY} rid: %{UINT:x}", "p: no id", NULL },
        { "p: %{ANY:x}", "p: all of it", "all of it" },
        { "%{UINT:x}", "", NULL },
};

static void shapes_match_whole_messages(void **state) {
        struct arena arena;

        (void)state;
        arena_init(&arena);
        for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
                struct str captures[1] = { 0 };
                struct shape shape;
                const char *why;
                bool matched;

                assert_int_equal(shape_parse(&arena, str_from(tries[i].shape), &shape, &why), 1);
                for (size_t k = 0; k < shape.count; k++)
                        if (shape.steps[k].kind != SHAPE_LITERAL && shape.steps[k].text.n)
                                shape.steps[k].field = 0;
                matched = shape_match(&shape, str_from(tries[i].message), captures);
                if (matched != (tries[i].capture != NULL) ||
                    (matched && !str_eq(captures[0], str_from(tries[i].capture))))
                        fail_msg("%s on \"%s\": %s \"%.*s\"", tries[i].shape, tries[i].message,
                                 matched ? "captured" : "no match", (int)captures[0].n, captures[0].p);
        }
        arena_release(&arena);
}

static void faults_are_told(void **state) {
        static const char *const bad[] = { "", "%{NOSUCH:x}", "%{WORD:x", "%{ANY}%{UINT:x}" };
        struct arena arena;

        (void)state;
        arena_init(&arena);
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
                struct shape shape;
                const char *why = NULL;

                assert_int_equal(shape_parse(&arena, str_from(bad[i]), &shape, &why), 0);
                assert_non_null(why);
        }
        arena_release(&arena);
}

/* Whatever a sample of the pack says, shapes must not change it. */
static void shapes_change_nothing(void **state) {
        struct ruleset *ruleset;
        size_t samples;

        (void)state;
        assert_int_equal(ruleset_load(NULL, NULL, NULL, &ruleset), 0);
        assert_int_equal(ruleset_check(ruleset, NULL, NULL, &samples), 0);
        assert_true(samples > 100);
        ruleset_free(ruleset);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(shapes_match_whole_messages),
                cmocka_unit_test(faults_are_told),
                cmocka_unit_test(shapes_change_nothing),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
