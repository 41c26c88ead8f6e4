/*
 * line_ends: where the line feeds of a text are, one after the other. A line of a
 * log is about a hundred bytes, too short for a call of memchr each: a stretch of the
 * text is looked through at once, and the places found there are given out.
 */
#ifndef BASE_LINE_ENDS_H
#define BASE_LINE_ENDS_H

#include "base/str.h"

enum { LINE_ENDS_STRETCH = 8192 };

struct line_ends {
        struct str text;
        size_t begin, end;  /* the stretch of the text that was looked through last */
        size_t next, count; /* of `places`: those not given yet */
        bool saw_nul;       /* among the bytes up to `end` */
        /* Of the line feeds in the stretch, from its beginning. Two are written at once where there may
         * be none. */
        uint16_t places[LINE_ENDS_STRETCH + 2];
};

void line_ends_init(struct line_ends *ends, struct str text);

/* Look through the next stretch that has a line feed. False at the text's end. */
bool line_ends_go_on(struct line_ends *ends);

/* The place of the next line feed; text.n when there is none, again and again. */
static inline size_t line_ends_next(struct line_ends *ends) {
        if (ends->next == ends->count && !line_ends_go_on(ends))
                return ends->text.n;
        return ends->begin + ends->places[ends->next++];
}

#endif
