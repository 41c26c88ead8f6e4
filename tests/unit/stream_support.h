/*
 * What the tests of records and of everything behind them share: a stream over
 * bytes in memory, and numbers that are the same at every run.
 */
#ifndef TESTS_STREAM_SUPPORT_H
#define TESTS_STREAM_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "source/stream.h"

#ifndef UNUSED
#define UNUSED __attribute__((unused))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#endif

/* Of an array of char, NUL bytes inside included. */
#ifndef STR_OF
#define STR_OF(array) ((struct str){ array, sizeof(array) - 1 })
#endif

enum { TEST_BYTES = 1 << 30 }; /* more than any test writes */

struct text_stream {
        struct stream stream;
        struct str left;
        size_t most; /* the most that one read gives; 0: as much as is asked for */
        ssize_t end; /* what it says behind the last byte: 0 or negative */
};

UNUSED static ssize_t text_stream_read(struct stream *stream, void *p, size_t n) {
        struct text_stream *text = (struct text_stream *)stream;

        assert_true(n > 0);
        if (text->left.n == 0)
                return text->end;
        if (text->most && n > text->most)
                n = text->most;
        if (n > text->left.n)
                n = text->left.n;
        memcpy(p, text->left.p, n);
        text->left = str_skip(text->left, n);
        return (ssize_t)n;
}

UNUSED static struct text_stream text_stream(struct str text) {
        return (struct text_stream){
                .stream = { .read = text_stream_read, .fault = DIAG_NONE },
                .left = text,
        };
}

/* Below `limit`. Numerical Recipes' generator: good enough to mix cases. */
UNUSED static uint32_t next_random(uint32_t *seed, uint32_t limit) {
        *seed = *seed * 1664525 + 1013904223;
        return (uint32_t)((uint64_t)(*seed >> 8) * limit >> 24);
}

UNUSED static void assert_str(struct str got, const char *wanted) {
        if (!str_eq(got, str_from(wanted)))
                fail_msg("got \"%.*s\", wanted \"%s\"", (int)got.n, got.n ? got.p : "", wanted);
}

/* As a C string, for assert_string_equal. */
UNUSED static const char *buf_text(struct buf *buf) {
        assert_int_equal(buf_add_byte(buf, '\0'), 0);
        buf->n--;
        return buf->p;
}

#endif
