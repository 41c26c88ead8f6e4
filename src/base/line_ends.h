/*
 * line_ends: where the line feeds of a text are, one after the other. A line of a
 * log is about a hundred bytes, too short for a call of memchr each: a stretch of the
 * text is turned into a map with a bit for each byte, and its bits are given out.
 */
#ifndef BASE_LINE_ENDS_H
#define BASE_LINE_ENDS_H

#include "base/str.h"

enum { LINE_ENDS_WORDS = 128, LINE_ENDS_STRETCH = 64 * LINE_ENDS_WORDS };

/* Maps 64 bytes a word: a bit for each that is a line feed. True where a NUL is among them. */
typedef bool line_ends_map_fn(const char *p, size_t words, uint64_t *map);

struct line_ends {
        line_ends_map_fn *look; /* what this processor does best */
        struct str text;
        size_t begin, end;             /* the stretch of the text that the map is of */
        size_t word;                   /* of the map, in which `found` is */
        uint64_t found;                /* line feeds not given yet, the lowest bit first */
        bool saw_nul;                  /* among the bytes up to `end` */
        uint64_t map[LINE_ENDS_WORDS]; /* words behind the stretch are 0 */
};

void line_ends_init(struct line_ends *ends, struct str text);

/* Map the next stretch. False at the text's end. */
bool line_ends_go_on(struct line_ends *ends);

/* The place of the next line feed; text.n when there is none, again and again. */
static inline size_t line_ends_next(struct line_ends *ends) {
        size_t place;

        while (ends->found == 0) {
                if (++ends->word >= LINE_ENDS_WORDS && !line_ends_go_on(ends))
                        return ends->text.n;
                ends->found = ends->map[ends->word];
        }
        place = ends->begin + 64 * ends->word + (size_t)__builtin_ctzll(ends->found);
        ends->found &= ends->found - 1;
        return place;
}

#endif
