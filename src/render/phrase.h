/*
 * phrase: a sentence of ours with words from outside in it. It has a size of its own and is
 * cut where it is full; what is cut ends in "...". Nothing is made harmless here: that is
 * for the writer, which knows what harms.
 */
#ifndef RENDER_PHRASE_H
#define RENDER_PHRASE_H

#include "base/str.h"

enum { PHRASE_BYTES = 2048, PHRASE_NAME = 80 };

struct phrase {
        size_t n;
        char text[PHRASE_BYTES];
};

void phrase_clear(struct phrase *phrase);

/* At most `most` bytes of it; no character is cut in two. */
void phrase_add(struct phrase *phrase, struct str text, size_t most);
/* A name: at most PHRASE_NAME bytes. */
void phrase_name(struct phrase *phrase, struct str name);
/* Ours. */
void phrase_say(struct phrase *phrase, const char *text);
__attribute__((format(printf, 2, 3))) void phrase_printf(struct phrase *phrase, const char *format, ...);

static inline struct str phrase_str(const struct phrase *phrase) {
        return (struct str){ phrase->text, phrase->n };
}

#endif
