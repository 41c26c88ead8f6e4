/*
 * What the fuzz targets share. A target is one function over any bytes, in
 * libFuzzer's form; replay.c runs it over files in a build without libFuzzer.
 *
 * Targets do not only look for crashes: each says what must be true of any input, and
 * where there are two ways to an answer, that both are the same.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "source/stream.h"

#ifndef UNUSED
#define UNUSED __attribute__((unused))
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition)                                                                                               \
        do {                                                                                                           \
                if (!(condition)) {                                                                                    \
                        fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                        \
                        abort();                                                                                       \
                }                                                                                                      \
        } while (0)

enum { FUZZ_BYTES = 1 << 30 }; /* more than any target writes */

UNUSED static struct str fuzz_text(const uint8_t *data, size_t size) {
        return (struct str){ (const char *)data, size };
}

/* The first byte says how, the others what. 0 without one. */
UNUSED static unsigned fuzz_take(struct str *text) {
        unsigned first = text->n ? (unsigned char)text->p[0] : 0;

        if (text->n)
                *text = str_skip(*text, 1);
        return first;
}

UNUSED static bool fuzz_lies_in(struct str part, struct str whole) {
        return part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

/* From where they part. */
UNUSED static void fuzz_show(const char *name, const struct buf *buf, size_t at) {
        fprintf(stderr, "%s from byte %zu on: ", name, at);
        if (at < buf->n)
                fwrite(buf->p + at, 1, buf->n - at, stderr);
        fputc('\n', stderr);
}

UNUSED static void fuzz_check_same(const struct buf *a, const struct buf *b) {
        size_t at = 0;

        if (str_eq(buf_str(a), buf_str(b)))
                return;
        while (at < a->n && at < b->n && a->p[at] == b->p[at])
                at++;
        fuzz_show("one", a, at);
        fuzz_show("other", b, at);
        abort();
}

/* ------------------------------------------------------------ what is written */

/* A writer_fn into a struct buf. */
UNUSED static int fuzz_write(void *userdata, const void *data, size_t n) {
        return buf_add(userdata, (struct str){ data, n });
}

/* What people look at drives no terminal either. */
UNUSED static void fuzz_check_utf8(struct str text, bool for_people) {
        while (text.n) {
                size_t n = utf8_length(text);

                CHECK(n > 0);
                CHECK(!for_people || text.p[0] == '\n' || text.p[0] == '\r' || !utf8_is_harmful(text, n));
                text = str_skip(text, n);
        }
}

/* ------------------------------------------------------ bytes as a stream */

struct fuzz_stream {
        struct stream stream;
        struct str left;
        size_t most; /* that one read gives */
};

UNUSED static ssize_t fuzz_stream_read(struct stream *stream, void *p, size_t n) {
        struct fuzz_stream *text = (struct fuzz_stream *)stream;

        CHECK(n > 0);
        n = n < text->most ? n : text->most;
        n = n < text->left.n ? n : text->left.n;
        if (n)
                memcpy(p, text->left.p, n);
        text->left = str_skip(text->left, n);
        return (ssize_t)n;
}

UNUSED static struct fuzz_stream fuzz_stream(struct str text, size_t most) {
        return (struct fuzz_stream){ .stream = { .read = fuzz_stream_read, .fault = DIAG_NONE },
                                     .left = text,
                                     .most = most };
}

/* Up to `most` bytes of a stream to its end, by reads of `piece`. */
UNUSED static void fuzz_read_all(struct stream *stream, size_t piece, size_t most, struct buf *out) {
        char *p = malloc(piece);
        ssize_t got;

        CHECK(p);
        while ((got = stream_read(stream, p, piece)) > 0) {
                CHECK((size_t)got <= piece);
                if (out->n < most)
                        CHECK(buf_add(out, (struct str){ p, (size_t)got }) == 0);
        }
        CHECK(got == 0);
        free(p);
}

#endif
