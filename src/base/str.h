/*
 * str: a slice of bytes that somebody else owns. Not terminated, may hold any
 * byte. How long it lives is said where it comes from.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
        const char *p;
        size_t n;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
/* The same as an initializer of a static table, where C wants constants. */
#define STR_INIT(literal)                                                                                              \
        { "" literal, sizeof(literal) - 1 }

static inline struct str str_from(const char *s) {
        return (struct str){ s, s ? strlen(s) : 0 };
}

static inline struct str str_slice(const char *begin, const char *end) {
        return (struct str){ begin, (size_t)(end - begin) };
}

/* From byte `at` on; empty when the slice is shorter. */
static inline struct str str_skip(struct str s, size_t at) {
        const size_t skipped = at < s.n ? at : s.n;

        /* Nothing is added to a null pointer, not even zero. */
        return skipped ? (struct str){ s.p + skipped, s.n - skipped } : s;
}

static inline struct str str_first(struct str s, size_t n) {
        return (struct str){ s.p, n < s.n ? n : s.n };
}

/* memcmp(a, b, n) == 0. Ids, stamps, addresses and names are short: comparing them is no
 * call, but a word at a time, the last one up to the end. */
static inline bool bytes_eq(const char *a, const char *b, size_t n) {
        enum { WORD = sizeof(uint64_t), LONG = 64 };
        uint64_t x, y;
        size_t i = 0;

        if (n > LONG)
                return memcmp(a, b, n) == 0;
        if (n < WORD) {
                while (i < n && a[i] == b[i])
                        i++;
                return i == n;
        }
        for (; i + WORD < n; i += WORD) {
                memcpy(&x, a + i, WORD);
                memcpy(&y, b + i, WORD);
                if (x != y)
                        return false;
        }
        memcpy(&x, a + n - WORD, WORD);
        memcpy(&y, b + n - WORD, WORD);
        return x == y;
}

static inline bool str_eq(struct str a, struct str b) {
        return a.n == b.n && bytes_eq(a.p, b.p, a.n);
}

static inline bool str_starts(struct str s, struct str with) {
        return s.n >= with.n && memcmp(s.p, with.p, with.n) == 0;
}

static inline bool str_ends(struct str s, struct str with) {
        return s.n >= with.n && memcmp(s.p + s.n - with.n, with.p, with.n) == 0;
}

static inline bool byte_is_digit(char c) {
        return c >= '0' && c <= '9';
}

/* Unlike strchr, NUL is none of any set. */
static inline bool byte_is_one_of(char c, const char *set) {
        while (*set && *set != c)
                set++;
        return *set != '\0';
}

static inline char byte_lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* <0, 0, >0 by bytes, a shorter one first: an order that no locale changes. */
int str_cmp(struct str a, struct str b);

/* Equal but for the case of ASCII letters. */
bool str_eq_nocase(struct str a, struct str b);
bool str_starts_nocase(struct str s, struct str with);

/* The first place of `what`, or NULL. */
const char *str_find(struct str s, struct str what);
const char *str_find_byte(struct str s, char what);

/* Without the case of ASCII letters. `what` is not empty. */
const char *str_find_nocase(struct str s, struct str what);

/* Like str_find, for short texts and what begins with a rare byte: a look for that
 * byte is all that most of them cost. */
const char *str_find_rare(struct str s, struct str what);

/* Without the white space at both ends. */
struct str str_trim(struct str s);

/* The whole slice as a decimal number with an optional '-'. False when it is no
 * such number or does not fit. */
bool str_to_i64(struct str s, int64_t *ret_value);

/* A quick fingerprint for tables, never an identity shown to anybody. The same
 * on every machine of one byte order. */
uint64_t str_hash(struct str s);

#endif
