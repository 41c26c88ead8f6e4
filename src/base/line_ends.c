#include "base/line_ends.h"

static bool map_plainly(const char *p, size_t words, uint64_t *map) {
        bool nul = false;

        for (size_t i = 0; i < words; i++, p += 64) {
                map[i] = 0;
                for (int k = 0; k < 64; k++) {
                        map[i] |= (uint64_t)(p[k] == '\n') << k;
                        nul |= p[k] == '\0';
                }
        }
        return nul;
}

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

__attribute__((target("avx2"))) static bool map_avx2(const char *p, size_t words, uint64_t *map) {
        const __m256i feed = _mm256_set1_epi8('\n');
        __m256i least = _mm256_set1_epi8(-1);

        for (size_t i = 0; i < words; i++, p += 64) {
                const __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)p);
                const __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(p + 32));
                const unsigned first = (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, feed));
                const unsigned second = (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, feed));

                map[i] = (uint64_t)second << 32 | first;
                least = _mm256_min_epu8(least, _mm256_min_epu8(low, high));
        }
        return _mm256_movemask_epi8(_mm256_cmpeq_epi8(least, _mm256_setzero_si256())) != 0;
}

/* SSE2 is in every processor of the kind. */
static bool map_sse2(const char *p, size_t words, uint64_t *map) {
        const __m128i feed = _mm_set1_epi8('\n');
        __m128i least = _mm_set1_epi8(-1);

        for (size_t i = 0; i < words; i++, p += 64) {
                map[i] = 0;
                for (int k = 0; k < 64; k += 16) {
                        const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + k));

                        map[i] |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, feed)) << k;
                        least = _mm_min_epu8(least, bytes);
                }
        }
        return _mm_movemask_epi8(_mm_cmpeq_epi8(least, _mm_setzero_si128())) != 0;
}

static line_ends_map_fn *choose(void) {
        return __builtin_cpu_supports("avx2") ? map_avx2 : map_sse2;
}
#else
static line_ends_map_fn *choose(void) {
        return map_plainly;
}
#endif

/* The last bytes, fewer than a word stands for. */
static bool map_rest(struct str rest, uint64_t *map) {
        char bytes[64];

        memset(bytes, ' ', sizeof(bytes));
        memcpy(bytes, rest.p, rest.n);
        return map_plainly(bytes, 1, map);
}

void line_ends_init(struct line_ends *ends, struct str text) {
        ends->look = choose();
        ends->text = text;
        ends->begin = ends->end = 0;
        ends->word = LINE_ENDS_WORDS;
        ends->found = 0;
        ends->saw_nul = false;
}

bool line_ends_go_on(struct line_ends *ends) {
        const struct str stretch = str_first(str_skip(ends->text, ends->end), LINE_ENDS_STRETCH);
        const size_t words = stretch.n / 64;

        if (stretch.n == 0) {
                ends->word = LINE_ENDS_WORDS;
                return false;
        }
        ends->begin = ends->end;
        ends->end += stretch.n;
        ends->saw_nul |= ends->look(stretch.p, words, ends->map);
        if (stretch.n % 64)
                ends->saw_nul |= map_rest(str_skip(stretch, words * 64), &ends->map[words]);
        for (size_t i = words + (stretch.n % 64 != 0); i < LINE_ENDS_WORDS; i++)
                ends->map[i] = 0;
        ends->word = 0;
        return true;
}
