#define _GNU_SOURCE /* memrchr */
#include "events/secret_count.h"

/* ------------------------------------------------------- pairs of letters */

/*
 * What a byte may be in a pair: the low four bits say of which kinds it is the first
 * letter, the high four of which it is the second.
 *
 *      1  s, p  then  w        password, passwd, pwd
 *      2  o, i, y  then  k, z, j   cookie, token, authorization, eyJ...
 *      4  <, ?  then  a, c, d  <auth, <challenge, <digest, ?code
 *      8  j  then  s           jsessionid
 *
 * Each byte's set is what its two halves have in common, so that a table of 16 for each
 * half tells it. "_", "[", "{" and DEL pass as well: no matter. And any "&" counts.
 */
static const unsigned char low_halves[16] = { 0x01, 0x40, 0x00, 0xc1, 0x40, 0x00, 0x00, 0x10,
                                              0x00, 0x02, 0x28, 0x20, 0x04, 0x00, 0x00, 0x06 };
static const unsigned char high_halves[16] = { [3] = 0x04, [4] = 0x6a, [5] = 0xb3, [6] = 0x6a, [7] = 0xb3 };

static inline unsigned class_of(char c) {
        return low_halves[(unsigned char)c & 15] & high_halves[(unsigned char)c >> 4];
}

size_t secret_pair_plain(struct str text, size_t from) {
        unsigned first = from < text.n ? class_of(text.p[from]) : 0;

        for (size_t i = from; i < text.n; i++) {
                const unsigned second = i + 1 < text.n ? class_of(text.p[i + 1]) : 0;

                if ((first & second >> 4 & 15) || text.p[i] == '&')
                        return i;
                first = second;
        }
        return text.n;
}

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

enum { VECTOR = 32 };

__attribute__((target("avx2"))) static inline __m256i table_of(const unsigned char *halves) {
        return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)halves));
}

__attribute__((target("avx2"))) static inline __m256i bytes_at(const char *p) {
        return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

/* The classes of 32 bytes. A shuffle takes the low half by itself, and makes nothing of what is no ASCII. */
__attribute__((target("avx2"))) static inline __m256i classes_of(__m256i bytes) {
        const __m256i high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(15));

        return _mm256_and_si256(_mm256_shuffle_epi8(table_of(low_halves), bytes),
                                _mm256_shuffle_epi8(table_of(high_halves), high));
}

/* Of 32 bytes and their classes, followed by bytes of the classes `next`: not zero in the low half where a pair
 * begins. */
__attribute__((target("avx2"))) static inline __m256i pairs_of(__m256i bytes, __m256i classes, __m256i next) {
        const __m256i across = _mm256_permute2x128_si256(classes, next, 0x21);
        const __m256i seconds = _mm256_srli_epi16(_mm256_alignr_epi8(across, classes, 1), 4);

        return _mm256_or_si256(_mm256_and_si256(classes, seconds), _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('&')));
}

/* The first byte that is not zero in the low half; VECTOR when there is none. */
__attribute__((target("avx2"))) static inline size_t first_of(__m256i found) {
        const __m256i low = _mm256_and_si256(found, _mm256_set1_epi8(15));
        const unsigned none = (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, _mm256_setzero_si256()));

        return none == UINT32_MAX ? VECTOR : (size_t)__builtin_ctz(~none);
}

__attribute__((target("avx2"))) static size_t pair_avx2(struct str text, size_t from) {
        enum { AT_ONCE = 4 };
        const __m256i low_half = _mm256_set1_epi8(15);
        size_t at = from;
        __m256i classes;

        if (text.n - from <= AT_ONCE * VECTOR + VECTOR)
                return secret_pair_plain(text, from);
        classes = classes_of(bytes_at(text.p + at));
        for (; text.n - at >= AT_ONCE * VECTOR + VECTOR; at += AT_ONCE * VECTOR) {
                __m256i found[AT_ONCE], any = _mm256_setzero_si256();

                for (size_t i = 0; i < AT_ONCE; i++) {
                        const __m256i next = classes_of(bytes_at(text.p + at + (i + 1) * VECTOR));

                        found[i] = pairs_of(bytes_at(text.p + at + i * VECTOR), classes, next);
                        any = _mm256_or_si256(any, found[i]);
                        classes = next;
                }
                if (_mm256_testz_si256(any, low_half))
                        continue;
                for (size_t i = 0; i < AT_ONCE; i++)
                        if (first_of(found[i]) < VECTOR)
                                return at + i * VECTOR + first_of(found[i]);
        }
        return secret_pair_plain(text, at);
}

secret_pair_fn *secret_pair_best(void) {
        return __builtin_cpu_supports("avx2") ? pair_avx2 : secret_pair_plain;
}
#else
secret_pair_fn *secret_pair_best(void) {
        return secret_pair_plain;
}
#endif

/* ------------------------------------------------------------- counting */

/* Where the word would begin that the pair at `at` is a part of; SIZE_MAX where its
 * neighbours tell that there is none. */
static size_t word_of_pair(struct str text, size_t at) {
        const char first = byte_lower(text.p[at]), second = at + 1 < text.n ? byte_lower(text.p[at + 1]) : '\0';
        const char third = at + 2 < text.n ? byte_lower(text.p[at + 2]) : '\0';
        size_t back = 0;
        char before;

        switch (first) {
        case '&':
                return str_starts(str_skip(text, at), STR("&amp;")) ? at + 5 : at + 1;
        case '?':
                return at + 1;
        case '<':
                return (second == 'a' && third == 'u') || (second == 'd' && third == 'i') ||
                                       (second == 'c' && third == 'h')
                               ? at
                               : SIZE_MAX;
        case 'j':
                return at;
        case 's':
                back = 3;
                break;
        case 'p':
                return third == 'd' ? at : SIZE_MAX;
        case 'o':
                before = at ? byte_lower(text.p[at - 1]) : '\0';
                if ((before != 'o' || third != 'i') && (before != 't' || third != 'e'))
                        return SIZE_MAX; /* "Invoke" is no "token" */
                back = third == 'i' ? 2 : 1;
                break;
        case 'y':
                back = 1;
                break;
        default:
                back = second == 'z' ? 6 : SIZE_MAX;
        }
        return at >= back ? at - back : SIZE_MAX;
}

static void count_line(struct secret_counts *counts, struct str line, size_t begin) {
        struct secret secret;

        for (size_t at = 0; secret_next(line, at, &secret); at = secret.begin + secret.length) {
                struct secret_count *count = &counts->kinds[secret.kind];

                if (!secret.sure)
                        continue;
                if (count->count++ == 0)
                        count->first = begin;
                counts->total++;
        }
}

/* The line that holds the byte at `at`, as far as it is looked at. */
static struct str line_around(struct str text, size_t at, size_t max_line_bytes, size_t *ret_begin, size_t *ret_end) {
        const char *before = at ? memrchr(text.p, '\n', at) : NULL;
        const char *behind = memchr(text.p + at, '\n', text.n - at);

        *ret_begin = before ? (size_t)(before - text.p) + 1 : 0;
        *ret_end = behind ? (size_t)(behind - text.p) : text.n;
        return str_first((struct str){ text.p + *ret_begin, *ret_end - *ret_begin }, max_line_bytes);
}

void secret_counts_of(struct secret_counts *counts, struct str text, size_t max_line_bytes) {
        secret_pair_fn *next_pair = secret_pair_best();
        size_t at = 0, begin, end;
        struct str line;

        *counts = (struct secret_counts){ .total = 0 };
        while ((at = next_pair(text, at)) < text.n) {
                const size_t word = word_of_pair(text, at);

                if (word == SIZE_MAX || !secret_may_begin(text, word)) {
                        at++;
                        continue;
                }
                line = line_around(text, at, max_line_bytes, &begin, &end);
                count_line(counts, line, begin);
                at = end;
        }
}
