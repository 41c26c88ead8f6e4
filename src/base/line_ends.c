#include "base/line_ends.h"

/* Byte by byte, from `from` on. */
static void look_plainly(struct line_ends *ends, struct str stretch, size_t from) {
        for (size_t i = from; i < stretch.n; i++) {
                if (stretch.p[i] == '\n')
                        ends->places[ends->count++] = (uint16_t)i;
                ends->saw_nul |= stretch.p[i] == '\0';
        }
}

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

enum { STEP = 64 };

/* `found` has a bit for each of 64 bytes that is a line feed, the first lowest. Mostly
 * they are one or two: those are written without asking. Where the next goes. */
__attribute__((target("avx2,bmi,popcnt"))) static inline uint16_t *add_places(uint16_t *places, uint64_t found,
                                                                              unsigned at) {
        uint16_t *const behind = places + __builtin_popcountll(found);

        places[0] = (uint16_t)(at + (unsigned)_tzcnt_u64(found));
        found = _blsr_u64(found);
        places[1] = (uint16_t)(at + (unsigned)_tzcnt_u64(found));
        for (places += 2; places < behind; places++) {
                found = _blsr_u64(found);
                *places = (uint16_t)(at + (unsigned)_tzcnt_u64(found));
        }
        return behind;
}

__attribute__((target("avx2,bmi,popcnt"))) static size_t look_avx2(struct line_ends *ends, struct str stretch) {
        const __m256i feed = _mm256_set1_epi8('\n');
        const unsigned end = (unsigned)stretch.n / STEP * STEP;
        uint16_t *places = ends->places;
        __m256i least = _mm256_set1_epi8(-1);

        for (unsigned at = 0; at < end; at += STEP) {
                const __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)(stretch.p + at));
                const __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(stretch.p + at + STEP / 2));
                const unsigned first = (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, feed));
                const unsigned second = (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, feed));

                places = add_places(places, (uint64_t)second << 32 | first, at);
                least = _mm256_min_epu8(least, _mm256_min_epu8(low, high));
        }
        ends->count = (size_t)(places - ends->places);
        ends->saw_nul |= _mm256_movemask_epi8(_mm256_cmpeq_epi8(least, _mm256_setzero_si256())) != 0;
        return end;
}

/* SSE2 is in every processor of the kind. */
static size_t look_sse2(struct line_ends *ends, struct str stretch) {
        const __m128i feed = _mm_set1_epi8('\n');
        __m128i least = _mm_set1_epi8(-1);
        size_t at;

        for (at = 0; at + sizeof(feed) <= stretch.n; at += sizeof(feed)) {
                const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(stretch.p + at));
                unsigned found = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, feed));

                for (; found; found &= found - 1)
                        ends->places[ends->count++] = (uint16_t)(at + (size_t)__builtin_ctz(found));
                least = _mm_min_epu8(least, bytes);
        }
        ends->saw_nul |= _mm_movemask_epi8(_mm_cmpeq_epi8(least, _mm_setzero_si128())) != 0;
        return at;
}

/* How many of the stretch's first bytes were looked at. */
static size_t look_quickly(struct line_ends *ends, struct str stretch) {
        const bool quick =
                __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");

        return quick ? look_avx2(ends, stretch) : look_sse2(ends, stretch);
}
#else
static size_t look_quickly(struct line_ends *ends, struct str stretch) {
        (void)ends;
        (void)stretch;
        return 0;
}
#endif

void line_ends_init(struct line_ends *ends, struct str text) {
        ends->text = text;
        ends->begin = ends->end = 0;
        ends->next = ends->count = 0;
        ends->saw_nul = false;
}

bool line_ends_go_on(struct line_ends *ends) {
        ends->next = ends->count = 0;
        while (ends->end < ends->text.n && ends->count == 0) {
                const struct str stretch = str_first(str_skip(ends->text, ends->end), LINE_ENDS_STRETCH);

                ends->begin = ends->end;
                ends->end += stretch.n;
                look_plainly(ends, stretch, look_quickly(ends, stretch));
        }
        return ends->count > 0;
}
