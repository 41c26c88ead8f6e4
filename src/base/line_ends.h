/*
 * line_ends: where the line feeds of a text are, one after the other. A line of a
 * log is about a hundred bytes, too short for a call of memchr each: 64 bytes are
 * compared at once, into a word with a bit for each.
 */
#ifndef BASE_LINE_ENDS_H
#define BASE_LINE_ENDS_H

#include "base/str.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { LINE_ENDS_STEP = 64 };

struct line_ends {
        struct str text;
        size_t at;      /* bits of `found` stand for the bytes in front of this */
        uint64_t found; /* line feeds not given yet, the lowest bit first */
        bool saw_nul;   /* among the bytes looked at, which are all up to the place given last */
};

static inline void line_ends_init(struct line_ends *ends, struct str text) {
        *ends = (struct line_ends){ .text = text };
}

#ifdef __SSE2__
/* One bit for each of 64 bytes that is a line feed. */
static inline uint64_t line_ends_look(const char *p, bool *saw_nul) {
        const __m128i feed = _mm_set1_epi8('\n');
        __m128i least = _mm_set1_epi8(-1);
        uint64_t found = 0;

        for (int i = 0; i < LINE_ENDS_STEP; i += 16) {
                const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + i));

                found |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, feed)) << i;
                least = _mm_min_epu8(least, bytes);
        }
        *saw_nul |= _mm_movemask_epi8(_mm_cmpeq_epi8(least, _mm_setzero_si128())) != 0;
        return found;
}
#else
static inline uint64_t line_ends_look(const char *p, bool *saw_nul) {
        uint64_t found = 0;

        for (int i = 0; i < LINE_ENDS_STEP; i++) {
                found |= (uint64_t)(p[i] == '\n') << i;
                *saw_nul |= p[i] == '\0';
        }
        return found;
}
#endif

/* The same of the last bytes, fewer than 64. */
static inline uint64_t line_ends_look_last(struct str text, bool *saw_nul) {
        char bytes[LINE_ENDS_STEP];

        memset(bytes, ' ', sizeof(bytes));
        memcpy(bytes, text.p, text.n);
        return line_ends_look(bytes, saw_nul);
}

/* The place of the next line feed; text.n when there is none, again and again. */
static inline size_t line_ends_next(struct line_ends *ends) {
        size_t place;

        while (ends->found == 0) {
                const size_t left = ends->text.n - ends->at;

                if (left == 0)
                        return ends->text.n;
                if (left >= LINE_ENDS_STEP) {
                        ends->found = line_ends_look(ends->text.p + ends->at, &ends->saw_nul);
                        ends->at += LINE_ENDS_STEP;
                } else {
                        ends->found = line_ends_look_last(str_skip(ends->text, ends->at), &ends->saw_nul);
                        /* As if there were 64, so that the bits stand for the right bytes. */
                        ends->found <<= LINE_ENDS_STEP - left;
                        ends->at += left;
                }
        }
        place = ends->at - LINE_ENDS_STEP + (size_t)__builtin_ctzll(ends->found);
        ends->found &= ends->found - 1;
        return place;
}

#endif
