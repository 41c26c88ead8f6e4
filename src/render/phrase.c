#include "render/phrase.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"

void phrase_clear(struct phrase *phrase) {
        phrase->n = 0;
}

void phrase_add(struct phrase *phrase, struct str text, size_t most) {
        const struct str dots = STR("...");
        const size_t room = PHRASE_BYTES - phrase->n;
        struct str shown = text;

        if (most > room)
                most = room;
        if (text.n > most)
                shown = most > dots.n ? utf8_first(text, most - dots.n) : STR("");
        if (shown.n)
                memcpy(phrase->text + phrase->n, shown.p, shown.n);
        phrase->n += shown.n;
        if (text.n > most && most > dots.n) {
                memcpy(phrase->text + phrase->n, dots.p, dots.n);
                phrase->n += dots.n;
        }
}

void phrase_name(struct phrase *phrase, struct str name) {
        phrase_add(phrase, name, PHRASE_NAME);
}

void phrase_say(struct phrase *phrase, const char *text) {
        phrase_add(phrase, str_from(text), PHRASE_BYTES);
}

void phrase_printf(struct phrase *phrase, const char *format, ...) {
        char text[256];
        va_list args;

        va_start(args, format);
        vsnprintf(text, sizeof(text), format, args);
        va_end(args);
        phrase_say(phrase, text);
}
