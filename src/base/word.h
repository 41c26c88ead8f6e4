/*
 * word: eight bytes of a text looked at as one number, the first byte lowest, for
 * what is asked of every line of a log.
 *
 * An answer says where the first byte stands for which something holds: its highest
 * bit is the lowest one that is set (word_first). It is zero where there is none;
 * what it says of later bytes means nothing.
 *
 * prefix: a text that others may begin with, ready to be compared that way.
 */
#ifndef BASE_WORD_H
#define BASE_WORD_H

#include "base/str.h"

enum { WORD_BYTES = 8 };

#define WORD_HIGH UINT64_C(0x8080808080808080)

static inline uint64_t word_load(const char *p) {
        uint64_t word;

        memcpy(&word, p, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        return word;
}

/* The same byte in all eight places. */
static inline uint64_t word_of(unsigned byte) {
        return byte * UINT64_C(0x0101010101010101);
}

static inline unsigned word_first(uint64_t answer) {
        return (unsigned)__builtin_ctzll(answer) / WORD_BYTES;
}

/* A byte below `limit`, which is at most 0x80. */
static inline uint64_t word_below(uint64_t word, unsigned limit) {
        return (word - word_of(limit)) & ~word & WORD_HIGH;
}

/* This byte. */
static inline uint64_t word_is(uint64_t word, unsigned byte) {
        return word_below(word ^ word_of(byte), 1);
}

/* A byte that is no digit: they differ from '0' by nine at most. */
static inline uint64_t word_not_digit(uint64_t word) {
        const uint64_t off = word ^ word_of('0');

        return ((off + word_of(0x80 - 10)) | off) & WORD_HIGH;
}

/* A byte that is no lowercase letter: they are the first 26 behind 0x60. */
static inline uint64_t word_not_lower(uint64_t word) {
        const uint64_t off = (word ^ word_of(0x60)) - word_of(1);

        return ((off + word_of(0x80 - 26)) | off) & WORD_HIGH;
}

/* A byte that is no letter. Nothing is carried from an ASCII character but "@" and
 * "`" into what is said of the next byte, nor from any by word_not_digit, so the two
 * may be combined by "&". */
static inline uint64_t word_not_letter(uint64_t word) {
        return word_not_lower(word | word_of(0x20));
}

/* A byte that differs; this says of each whether it does. */
static inline uint64_t word_not(uint64_t word, unsigned byte) {
        const uint64_t off = word ^ word_of(byte);

        return (((off & ~WORD_HIGH) + ~WORD_HIGH) | off) & WORD_HIGH;
}

/* Eight digits as the number that they write: pairs, fours, then all eight. */
static inline uint32_t word_number(uint64_t word) {
        word = (word & word_of(0x0f)) * (10 * 256 + 1) >> 8;
        word = (word & UINT64_C(0x00ff00ff00ff00ff)) * (100 * 65536 + 1) >> 16;
        word = (word & UINT64_C(0x0000ffff0000ffff)) * (UINT64_C(10000) * 4294967296 + 1) >> 32;
        return (uint32_t)word;
}

/* The same of `n` digits at `p`, 1 to 16 of them, where eight bytes can be read. */
static inline int64_t word_digits(const char *p, size_t n) {
        const size_t first = n <= WORD_BYTES ? n : n - WORD_BYTES;
        const int64_t number = word_number(word_load(p) << (WORD_BYTES - first) * 8);

        return n <= WORD_BYTES ? number : number * 100000000 + word_number(word_load(p + first));
}

/* ------------------------------------------------------------- prefix */

struct prefix {
        struct str text;
        uint64_t head, mask; /* its first eight bytes, and which of them count */
        uint64_t tail;       /* its last eight bytes, where it has so many */
};

/* The first eight bytes; zeros behind a shorter text. */
static inline uint64_t prefix_head(struct str s) {
        char head[WORD_BYTES] = { 0 };

        if (s.n >= WORD_BYTES)
                return word_load(s.p);
        if (s.n)
                memcpy(head, s.p, s.n);
        return word_load(head);
}

static inline struct prefix prefix_of(struct str text) {
        const uint64_t all = ~UINT64_C(0);

        return (struct prefix){
                .text = text,
                .head = prefix_head(text),
                .mask = text.n < WORD_BYTES ? ~(all << text.n * 8) : all,
                .tail = text.n < WORD_BYTES ? 0 : word_load(text.p + text.n - WORD_BYTES),
        };
}

/* str_starts(s, prefix->text), where `head` is prefix_head(s). */
static inline bool prefix_fits_head(const struct prefix *prefix, uint64_t head, struct str s) {
        const struct str text = prefix->text;

        if (((head ^ prefix->head) & prefix->mask) || s.n < text.n)
                return false;
        if (text.n <= WORD_BYTES)
                return true;
        /* Texts that begin alike are mostly told by their ends. */
        if (word_load(s.p + text.n - WORD_BYTES) != prefix->tail)
                return false;
        for (size_t i = WORD_BYTES; i + WORD_BYTES < text.n; i += WORD_BYTES)
                if (word_load(s.p + i) != word_load(text.p + i))
                        return false;
        return true;
}

static inline bool prefix_fits(const struct prefix *prefix, struct str s) {
        if (s.n >= WORD_BYTES)
                return prefix_fits_head(prefix, word_load(s.p), s);
        if (s.n < prefix->text.n)
                return false;
        for (size_t i = 0; i < prefix->text.n; i++)
                if (s.p[i] != prefix->text.p[i])
                        return false;
        return true;
}

#endif
