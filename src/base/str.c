#define _GNU_SOURCE /* memmem */
#include "base/word.h"

int str_cmp(struct str a, struct str b) {
        size_t n = a.n < b.n ? a.n : b.n;
        int r = n ? memcmp(a.p, b.p, n) : 0;

        if (r != 0)
                return r;
        return a.n < b.n ? -1 : a.n > b.n;
}

bool str_starts_nocase(struct str s, struct str with) {
        if (s.n < with.n)
                return false;
        for (size_t i = 0; i < with.n; i++)
                if (byte_lower(s.p[i]) != byte_lower(with.p[i]))
                        return false;
        return true;
}

bool str_eq_nocase(struct str a, struct str b) {
        return a.n == b.n && str_starts_nocase(a, b);
}

const char *str_find(struct str s, struct str what) {
        return s.n ? memmem(s.p, s.n, what.p, what.n) : NULL;
}

const char *str_find_byte(struct str s, char what) {
        return s.n ? memchr(s.p, what, s.n) : NULL;
}

const char *str_find_rare(struct str s, struct str what) {
        const char *at;

        if (what.n == 0)
                return str_find(s, what);
        while (s.n >= what.n && (at = memchr(s.p, what.p[0], s.n - what.n + 1))) {
                s = str_skip(s, (size_t)(at - s.p));
                if (str_starts(s, what))
                        return at;
                s = str_skip(s, 1);
        }
        return NULL;
}

static bool is_space(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s) {
        while (s.n && is_space(s.p[0]))
                s = str_skip(s, 1);
        while (s.n && is_space(s.p[s.n - 1]))
                s.n--;
        return s;
}

/* Digits alone, and so few of them that they fit. */
static bool digits_to_i64(struct str s, int64_t *ret_value) {
        int64_t value = 0;
        size_t i = 0;

        if (s.n == 0)
                return false;
        for (; i + WORD_BYTES <= s.n; i += WORD_BYTES) {
                const uint64_t word = word_load(s.p + i);

                if (word_not_digit(word))
                        return false;
                value = value * 100000000 + word_number(word);
        }
        for (; i < s.n; i++) {
                if (!byte_is_digit(s.p[i]))
                        return false;
                value = value * 10 + (s.p[i] - '0');
        }
        *ret_value = value;
        return true;
}

bool str_to_i64(struct str s, int64_t *ret_value) {
        enum { ALWAYS_FIT = 18 };
        bool negative = s.n > 0 && s.p[0] == '-';
        int64_t value = 0;

        if (!negative && s.n <= ALWAYS_FIT)
                return digits_to_i64(s, ret_value);
        s = str_skip(s, negative);
        if (s.n == 0)
                return false;
        for (size_t i = 0; i < s.n; i++) {
                if (!byte_is_digit(s.p[i]) || __builtin_mul_overflow(value, 10, &value) ||
                    __builtin_sub_overflow(value, s.p[i] - '0', &value))
                        return false;
        }
        /* Counted downwards, since the lowest number has no positive twin. */
        if (!negative && __builtin_sub_overflow(0, value, &value))
                return false;
        *ret_value = value;
        return true;
}

/* Eight bytes a step, each folded in by a multiplication whose upper half comes
 * back down: log lines are long, and this is done for many of them. */
static uint64_t mix(uint64_t hash, uint64_t word) {
        hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        return hash ^ hash >> 29;
}

uint64_t str_hash(struct str s) {
        uint64_t hash = mix(UINT64_C(0x243f6a8885a308d3), s.n), word;

        for (; s.n >= sizeof(word); s = str_skip(s, sizeof(word))) {
                memcpy(&word, s.p, sizeof(word));
                hash = mix(hash, word);
        }
        word = 0;
        if (s.n)
                memcpy(&word, s.p, s.n);
        return mix(mix(hash, word), 0);
}
