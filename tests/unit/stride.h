/*
 * stride: of very many cases alike a test does each, or where it is run slowly (under
 * valgrind) each n-th, as the environment's BOSHSCOPE_TEST_STRIDE says.
 */
#ifndef TESTS_STRIDE_H
#define TESTS_STRIDE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static inline size_t stride(void) {
        const char *text = getenv("BOSHSCOPE_TEST_STRIDE");
        const int n = text ? atoi(text) : 1;

        return n > 0 ? (size_t)n : 1;
}

/* A case whose point is that much of something is quick. */
static inline void skip_where_slow(void) {
        if (stride() > 1)
                skip();
}

#endif
