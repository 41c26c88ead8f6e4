#include "base/sha256_blocks.h"

#ifdef BOSHSCOPE_SHA_NI

#include <immintrin.h>

/*
 * The instructions keep the eight words of the state as two halves, (a b e f) and (c d g h),
 * and do two rounds at a time: four words of the schedule are four rounds. `w` holds the last
 * sixteen words of the schedule; the four that are needed next take the place of the oldest.
 */
__attribute__((target("sha,sse4.1"))) static inline __m128i load(const void *p) {
        return _mm_loadu_si128(p);
}

__attribute__((target("sha,sse4.1"))) static inline void rounds(__m128i *abef, __m128i *cdgh,
                                                                const unsigned char *block) {
        const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
        __m128i w[4];

        for (int i = 0; i < 4; i++)
                w[i] = _mm_shuffle_epi8(load(block + 16 * i), big_endian);
#pragma GCC unroll 16
        for (int i = 0; i < 16; i++) {
                const __m128i before = w[(i + 3) % 4];
                __m128i words;

                if (i >= 4) {
                        words = _mm_sha256msg1_epu32(w[i % 4], w[(i + 1) % 4]);
                        words = _mm_add_epi32(words, _mm_alignr_epi8(before, w[(i + 2) % 4], 4));
                        w[i % 4] = _mm_sha256msg2_epu32(words, before);
                }
                words = _mm_add_epi32(w[i % 4], load(sha256_constants + 4 * i));
                *cdgh = _mm_sha256rnds2_epu32(*cdgh, *abef, words);
                *abef = _mm_sha256rnds2_epu32(*abef, *cdgh, _mm_shuffle_epi32(words, 0x0e));
        }
}

__attribute__((target("sha,sse4.1"))) void sha256_blocks_ni(uint32_t state[static 8], const unsigned char *blocks,
                                                            size_t count) {
        const __m128i badc = _mm_shuffle_epi32(load(state), 0xb1), efgh = _mm_shuffle_epi32(load(state + 4), 0x1b);
        __m128i abef = _mm_alignr_epi8(badc, efgh, 8), cdgh = _mm_blend_epi16(efgh, badc, 0xf0);
        __m128i feba, dchg;

        for (; count; count--, blocks += 64) {
                const __m128i abef_before = abef, cdgh_before = cdgh;

                rounds(&abef, &cdgh, blocks);
                abef = _mm_add_epi32(abef, abef_before);
                cdgh = _mm_add_epi32(cdgh, cdgh_before);
        }
        feba = _mm_shuffle_epi32(abef, 0x1b);
        dchg = _mm_shuffle_epi32(cdgh, 0xb1);
        _mm_storeu_si128((void *)state, _mm_blend_epi16(feba, dchg, 0xf0));
        _mm_storeu_si128((void *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

#endif
