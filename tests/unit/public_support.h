/*
 * What the tests of boshscope.h share. They include nothing else of ours: they are programs
 * that link the library.
 */
#ifndef TESTS_PUBLIC_SUPPORT_H
#define TESTS_PUBLIC_SUPPORT_H

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

#define UNUSED __attribute__((unused))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The pack compiled into the library; main() loads it for all tests. */
static struct boshscope_rules *rules;

UNUSED static int load_rules(void **state) {
        (void)state;
        return boshscope_rules_load(NULL, NULL, NULL, &rules);
}

UNUSED static int free_rules(void **state) {
        (void)state;
        boshscope_rules_free(rules);
        return 0;
}

enum { TEST_PATH_BYTES = 1024 };

/* Of a file in testdata/. */
UNUSED static void testdata(char path[static TEST_PATH_BYTES], const char *name) {
        const char *directory = getenv("BOSHSCOPE_TESTDATA");

        assert_non_null(directory);
        snprintf(path, TEST_PATH_BYTES, "%s/%s", directory, name);
}

UNUSED static struct boshscope_report *analyze(const struct boshscope_options *options, const char *name) {
        struct boshscope_report *report = NULL;
        char path[TEST_PATH_BYTES];

        testdata(path, name);
        assert_int_equal(boshscope_analyze(options, rules, path, &report), 0);
        assert_non_null(report);
        return report;
}

/* What was written, a NUL behind it; free(text.p) ends it. */
struct text {
        char *p;
        size_t n, calls, most_calls; /* most_calls 0: any number */
};

/* A boshscope_write_fn into a struct text. */
UNUSED static int take(void *userdata, const void *data, size_t bytes) {
        struct text *text = userdata;
        char *grown;

        if (text->most_calls && text->calls == text->most_calls)
                return 1;
        text->calls++;
        grown = realloc(text->p, text->n + bytes + 1);
        assert_non_null(grown);
        memcpy(grown + text->n, data, bytes);
        text->p = grown;
        text->n += bytes;
        text->p[text->n] = '\0';
        return 0;
}

#endif
