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

/* Over the plain bytes from `at` on: where the first other one stands, or s.n. */
static inline size_t plain_skip(struct str s, size_t at) {
        while (s.n - at >= WORD_BYTES) {
                const uint64_t word = word_load(s.p + at);
                const uint64_t odd = word_below(word, 0x20) | (word & WORD_HIGH) | word_is(word, '"') |
                                     word_is(word, '\\') | word_is(word, 0x7f);

                if (odd)
                        return at + word_first(odd);
                at += WORD_BYTES;
        }
        while (at < s.n && plain_byte((unsigned char)s.p[at]))
                at++;
        return at;
}

#endif
