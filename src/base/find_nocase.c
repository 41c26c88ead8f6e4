/*
 * str_find_nocase: records of the web service are searched for the keys of a state event,
 * some of which stand far behind and some nowhere. Places where the text's first and last
 * byte both fit are found for many bytes at once, and looked at one by one.
 */
#include "base/word.h"

/* Capital letters become small ones, and a few other bytes others still. */
static inline unsigned char byte_folded(char c) {
        return (unsigned char)c | 0x20;
}

/* What is looked for: a text, by the two bytes at its ends. */
struct wanted {
        struct str text;
        unsigned char first, last; /* folded */
        size_t apart;
};

/* Of those that fit at both ends most differ in the middle, or not even in case. */
static inline bool stands_at(const struct wanted *wanted, const char *p) {
        const size_t middle = wanted->text.n / 2;

        if (byte_folded(p[middle]) != byte_folded(wanted->text.p[middle]))
                return false;
        return bytes_eq(p, wanted->text.p, wanted->text.n) ||
               str_starts_nocase((struct str){ p, wanted->text.n }, wanted->text);
}

static const char *find_plainly(struct str s, const struct wanted *wanted) {
        for (size_t at = 0; s.n - at > wanted->apart; at++)
                if (byte_folded(s.p[at]) == wanted->first && byte_folded(s.p[at + wanted->apart]) == wanted->last &&
                    stands_at(wanted, s.p + at))
                        return s.p + at;
        return NULL;
}

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

enum { VECTOR = 32 };

/* A bit for each of 32 places where both bytes fit. */
__attribute__((target("avx2"))) static inline unsigned fits(const char *p, const struct wanted *wanted) {
        const __m256i fold = _mm256_set1_epi8(0x20);
        const __m256i here = _mm256_or_si256(_mm256_loadu_si256((const __m256i *)(const void *)p), fold);
        const __m256i there =
                _mm256_or_si256(_mm256_loadu_si256((const __m256i *)(const void *)(p + wanted->apart)), fold);

        return (unsigned)_mm256_movemask_epi8(
                _mm256_and_si256(_mm256_cmpeq_epi8(here, _mm256_set1_epi8((char)wanted->first)),
                                 _mm256_cmpeq_epi8(there, _mm256_set1_epi8((char)wanted->last))));
}

/* The last places are looked at together with some that were looked at before. */
__attribute__((target("avx2,bmi"))) static const char *find_avx2(struct str s, const struct wanted *wanted) {
        const char *const last = s.p + s.n - wanted->apart - VECTOR;
        const char *p = s.p;

        for (;;) {
                for (unsigned found = fits(p, wanted); found; found = _blsr_u32(found))
                        if (stands_at(wanted, p + _tzcnt_u32(found)))
                                return p + _tzcnt_u32(found);
                if (p == last)
                        return NULL;
                p = last - p < VECTOR ? last : p + VECTOR;
        }
}

static const char *find(struct str s, const struct wanted *wanted) {
        const bool quick =
                s.n >= wanted->apart + VECTOR && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi");

        return quick ? find_avx2(s, wanted) : find_plainly(s, wanted);
}
#else
static const char *find(struct str s, const struct wanted *wanted) {
        return find_plainly(s, wanted);
}
#endif

const char *str_find_nocase(struct str s, struct str what) {
        const struct wanted wanted = { .text = what,
                                       .first = byte_folded(what.p[0]),
                                       .last = byte_folded(what.p[what.n - 1]),
                                       .apart = what.n - 1 };

        return s.n ? find(s, &wanted) : NULL;
}
