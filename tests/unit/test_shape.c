/* Shapes: exact forms matched without a regex, and the same as the pattern says. */
#include "stream_support.h"

#include <stdio.h>
#include <stdlib.h>

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
        { "(%{SID:x})", "(0123456789012345678901234567890123456789)", "0123456789012345678901234567890123456789" },
        { "(%{SID:x})", "(01234567890123456789012345678901234567890)", NULL },
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
        { "s=%{NAME:x})", "s=NOT_READY)", "NOT_READY" },
        { "s=%{NAME:x})", "s=null)", NULL },
        { "s=%{NAME:x}", "s=NOT-READY", NULL },
        { "[%{VALUE:x}]", "[/api/User/o'brien@x.com]", "/api/User/o'brien@x.com" },
        { "[%{VALUE:x}]", "[two words]", NULL },
        { "[%{VALUE:x}]", "[null]", NULL },
        { "[%{VALUE:x}]", "[]", NULL },
        { "[%{VALUE:x=/api/}]", "[/api/User]", "/api/User" },
        { "[%{VALUE:x=/api/}]", "[/apis/User]", NULL },
        { "<id>%{CONTENT:x}</id>", "<id>null</id>", "null" },
        { "<id>%{CONTENT:x}</id>", "<id></id>", "" },
        { "<id>%{CONTENT:x}</id>", "<id> 1</id>", NULL },
        { "m:%{KEY:id=}%{UINT:x}", "m: [other=2][id=7]: text", "7" },
        { "m:%{KEY:id=}%{UINT:x}", "m: [id=x][id=7]", NULL },
        { "m:%{KEY:id=}%{UINT:x}", "m: [ID=1][id=7]", NULL },
        { "m:%{KEY:id=}%{UINT:x}", "id=7", NULL },
        { "m:%{KEY:b=}2%{KEY:a=}%{UINT:x}", "m: a=1, b=2", "1" },
        { "m:%{MAY:id=}%{UINT:x},%{KEY:a=}1", "m: a=1", "" },
        { "m:%{MAY:id=}%{UINT:x},%{KEY:a=}1", "m: a=1 id=5,", "5" },
        { "m:%{MAY:id=}%{UINT:x},%{KEY:a=}1", "m: a=1 id=5", NULL },
        { "m:%{MAY:id=}%{UINT:x}", "m: Id=5", NULL },
        { "m: id=%{UINT:x},%{NO:id}", "m: id=5, a long text of more than one block, and no more", "5" },
        { "m: id=%{UINT:x},%{NO:id}", "m: id=5, a long text of more than one block, and an Id", NULL },
};

static void shapes_match_whole_messages(void **state) {
        struct arena arena;

        (void)state;
        arena_init(&arena);
        for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
                struct value values[1] = { 0 };
                struct shape shape;
                const char *why;
                bool matched;

                assert_int_equal(shape_parse(&arena, str_from(tries[i].shape), &shape, &why), 1);
                for (size_t k = 0; k < shape.count; k++)
                        if (shape_step_captures(&shape.steps[k]))
                                shape.steps[k].field = 0;
                matched = shape_match(&shape, str_from(tries[i].message), values);
                if (matched != (tries[i].capture != NULL) ||
                    (matched && !str_eq(values[0].text, str_from(tries[i].capture))))
                        fail_msg("%s on \"%s\": %s \"%.*s\"", tries[i].shape, tries[i].message,
                                 matched ? "captured" : "no match", (int)values[0].text.n, values[0].text.p);
        }
        arena_release(&arena);
}

/* ------------------------------------------- runs of bytes, by the book */

static bool is_letter_or_digit(char c) {
        return byte_is_digit(c) || (byte_lower(c) >= 'a' && byte_lower(c) <= 'z');
}

static bool is_in_sid(char c) {
        return is_letter_or_digit(c);
}

static bool is_in_name(char c) {
        return is_letter_or_digit(c) || c == '_';
}

static bool is_in_address(char c) {
        return byte_is_digit(c) || c == '.';
}

static bool is_in_word(char c) {
        return !byte_is_one_of(c, " \t\n\v\f\r");
}

static bool is_in_value(char c) {
        return is_in_word(c) && !byte_is_one_of(c, "[],<&");
}

static const struct run_kind {
        const char *shape;
        bool (*is_in)(char c);
} run_kinds[] = {
        { "%{UINT:x}", byte_is_digit }, { "%{SID:x}", is_in_sid },   { "%{NAME:x}", is_in_name },
        { "%{IPV4:x}", is_in_address }, { "%{WORD:x}", is_in_word }, { "%{VALUE:x}", is_in_value },
};

/* `text` alone, and with a literal behind it, in memory that ends with it. */
static void check_run(const struct shape shapes[2], const struct run_kind *kind, const char *text, size_t n) {
        char *own = malloc(n + 1);
        struct value values[1];
        size_t run = 0;

        assert_non_null(own);
        memcpy(own, text, n);
        own[n] = '|';
        while (run < n && kind->is_in(own[run]))
                run++;
        assert_int_equal(shape_match(&shapes[0], (struct str){ own, n }, values), n > 0 && run == n);
        if (n > 0 && run == n)
                assert_true(values[0].text.p == own && values[0].text.n == n);
        if (kind->is_in('|'))
                run = 0;
        assert_int_equal(shape_match(&shapes[1], (struct str){ own, n + 1 }, values), run > 0 && run == n);
        free(own);
}

/* Bytes on both sides of every border of a class, at every place of eight. */
static void runs_end_where_they_should(void **state) {
        static const char odd[] = "/0:9@AZ[]`az{_-., <&\x7f\x80\xff";
        enum { LONGEST = 27, ROUNDS = 20000 };
        struct arena arena;
        uint32_t seed = 7;

        (void)state;
        arena_init(&arena);
        for (size_t k = 0; k < sizeof(run_kinds) / sizeof(run_kinds[0]); k++) {
                char longer[32];
                struct shape shapes[2];
                const char *why;

                snprintf(longer, sizeof(longer), "%s|", run_kinds[k].shape);
                assert_int_equal(shape_parse(&arena, str_from(run_kinds[k].shape), &shapes[0], &why), 1);
                assert_int_equal(shape_parse(&arena, str_from(longer), &shapes[1], &why), 1);
                shapes[0].steps[0].field = 0;
                for (int round = 0; round < ROUNDS; round++) {
                        char text[LONGEST];
                        const size_t n = next_random(&seed, LONGEST);

                        for (size_t i = 0; i < n; i++)
                                text[i] =
                                        next_random(&seed, 12) ? "37"[i % 2] : odd[next_random(&seed, sizeof(odd) - 1)];
                        /* White space at the end is none of a message. */
                        if (n && is_in_word(text[n - 1]))
                                check_run(shapes, &run_kinds[k], text, n);
                }
        }
        arena_release(&arena);
}

static void faults_are_told(void **state) {
        static const char *const bad[] = { "",         "%{NOSUCH:x}", "%{WORD:x",    "%{ANY}%{UINT:x}",
                                           "a%{KEY}1", "%{KEY:a}1",   "a%{NAME:x=b}" };
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

/* -------------------------------------------- keys, in changed samples */

/* What is asked of the text, by shapes or without. */
static int match_text(struct matcher *matcher, const struct ruleset *ruleset, const struct rule *rule, struct str text,
                      bool ignore_shapes, struct match *ret_match) {
        const char *newline = str_find_byte(text, '\n');
        struct header header;

        matcher_ignore_shapes(matcher, ignore_shapes);
        if (!family_header(rule->family, newline ? str_slice(text.p, newline) : text, &header))
                return 0;
        return matcher_match(matcher, ruleset, rule->family, text, header.message_at, ret_match, NULL);
}

static void expect_same(struct matcher *matcher, const struct ruleset *ruleset, const struct rule *rule,
                        struct str text) {
        struct match with, without;
        const int r = match_text(matcher, ruleset, rule, text, false, &with);
        bool same = r == match_text(matcher, ruleset, rule, text, true, &without);

        same = same && (r <= 0 || with.rule == without.rule);
        for (size_t i = 0; same && r > 0 && i < with.rule->field_count; i++) {
                const struct value *a = &with.values[i], *b = &without.values[i];

                same = a->set == b->set && a->number == b->number && (!a->set || str_eq(a->text, b->text));
        }
        if (!same)
                fail_msg("a shape of %s changes what is read: %.*s", rule->id.p, (int)text.n, text.p);
}

/* One byte left out, changed, in the other case; a piece of the text a second time. */
static void change_sample(struct matcher *matcher, const struct ruleset *ruleset, const struct rule *rule,
                          struct str text) {
        static const char others[] = " ,]=<&0\n";
        enum { MOST = 4096, PIECE = 24, STEP = 7 };
        char changed[MOST + PIECE];

        assert_true(text.n > PIECE && text.n <= MOST);
        for (size_t i = 0; i < text.n; i++) {
                memcpy(changed, text.p, i);
                memcpy(changed + i, text.p + i + 1, text.n - i - 1);
                expect_same(matcher, ruleset, rule, (struct str){ changed, text.n - 1 });
                memcpy(changed, text.p, text.n);
                changed[i] = others[i % (sizeof(others) - 1)];
                expect_same(matcher, ruleset, rule, (struct str){ changed, text.n });
                changed[i] = (char)(text.p[i] ^ 0x20);
                expect_same(matcher, ruleset, rule, (struct str){ changed, text.n });
        }
        for (size_t from = 0; from + PIECE <= text.n; from += STEP)
                for (size_t to = from % STEP; to < text.n; to += PIECE) {
                        memcpy(changed, text.p, to);
                        memcpy(changed + to, text.p + from, PIECE);
                        memcpy(changed + to + PIECE, text.p + to, text.n - to);
                        expect_same(matcher, ruleset, rule, (struct str){ changed, text.n + PIECE });
                }
}

static bool has_keys(const struct rule *rule) {
        for (size_t i = 0; i < rule->shape_count; i++)
                if (rule->shapes[i].open)
                        return true;
        return false;
}

/* Shapes with keys are exact: whatever they do not know they leave to the pattern. */
static void keys_change_nothing(void **state) {
        struct matcher *matcher = matcher_new(1000000);
        struct ruleset *ruleset;
        size_t tried = 0;

        (void)state;
        assert_non_null(matcher);
        assert_int_equal(ruleset_load_whole(NULL, NULL, &ruleset), 0);
        for (size_t i = 0; i < ruleset->count; i++) {
                const struct rule *rule = &ruleset->rules[i];

                for (size_t k = 0; has_keys(rule) && k < rule->sample_count; k++, tried++)
                        change_sample(matcher, ruleset, rule, rule->samples[k].text);
        }
        assert_true(tried > 10);
        matcher_free(matcher);
        ruleset_free(ruleset);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(shapes_match_whole_messages),
                cmocka_unit_test(runs_end_where_they_should),
                cmocka_unit_test(faults_are_told),
                cmocka_unit_test(shapes_change_nothing),
                cmocka_unit_test(keys_change_nothing),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
