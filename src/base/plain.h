/*
 * plain: ASCII that stands in a JSON string as it is, by whole words: most of any log, and so
 * of any report, to whoever writes it and whoever reads it.
 */
#ifndef BASE_PLAIN_H
#define BASE_PLAIN_H

#include "base/word.h"

static inline bool plain_byte(unsigned char c) {
        return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* Says where the first byte stands that is not plain, as word.h has it. What is taken from a byte or
 * added to it sets its highest bit where it lies below 0x20, is DEL, a quote or a backslash; a byte that has
 * it set is not plain either, so it need not be masked out each time. */
static inline uint64_t word_not_plain(uint64_t word) {
        return (word | (word - word_of(0x20)) | (word + word_of(0x01)) | ((word ^ word_of('"')) - word_of(1)) |
                ((word ^ word_of('\\')) - word_of(1))) &
               WORD_HIGH;
}

/* Over the plain bytes from `at` on: where the first other one stands, or s.n. */
static inline size_t plain_skip(struct str s, size_t at) {
        const size_t from = at;

        while (s.n - at >= WORD_BYTES) {
                const uint64_t odd = word_not_plain(word_load(s.p + at));

                if (odd)
                        return at + word_first(odd);
                at += WORD_BYTES;
        }
        /* The last word once more, of which only the end is new. */
        if (at - from >= WORD_BYTES && at < s.n) {
                const uint64_t odd = word_not_plain(word_load(s.p + s.n - WORD_BYTES));

                return odd ? s.n - WORD_BYTES + word_first(odd) : s.n;
        }
        while (at < s.n && plain_byte((unsigned char)s.p[at]))
                at++;
        return at;
}

#endif
