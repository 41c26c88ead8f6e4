#include "base/diag.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

const struct diag_info diag_infos[DIAG_CODE_COUNT] = {
#define X(name, code, level, loses, meaning, advice) { #name, code, DIAG_##level, loses, meaning, advice },
        DIAG_CODES(X)
#undef X
};

const char *diag_level_name(enum diag_level level) {
        static const char *const names[] = { "note", "warning", "error" };

        return names[level];
}

void diags_init(struct diags *diags) {
        *diags = (struct diags){ 0 };
        arena_init(&diags->arena);
}

void diags_release(struct diags *diags) {
        free(diags->items);
        arena_release(&diags->arena);
        *diags = (struct diags){ 0 };
}

/* Those of one place follow each other closely: no more than the latest are
 * looked through, or a hundred thousand places would be compared with each other. */
static struct diag *find(struct diags *diags, const struct diag *place, struct str text) {
        enum { LATEST = 64 };
        size_t oldest = diags->count > LATEST ? diags->count - LATEST : 0;

        for (size_t i = diags->count; i-- > oldest;) {
                struct diag *diag = &diags->items[i];

                if (diag->code == place->code && diag->input == place->input && str_eq(diag->path, place->path) &&
                    (place->input || place->path.n || str_eq(diag->text, text)))
                        return diag;
        }
        return NULL;
}

static int add(struct diags *diags, const struct diag *place, struct str text) {
        struct diag *same = find(diags, place, text), *diag;
        uint64_t count = place->count ? place->count : 1;
        int r;

        if (same) {
                same->count += count;
                /* What several threads have found comes in no order. */
                if (place->input || place->path.n == 0 || place->offset >= same->offset)
                        return 0;
                same->line = place->line;
                same->offset = place->offset;
                return arena_str(&diags->arena, text, &same->text);
        }
        r = array_reserve(&diags->items, &diags->capacity, diags->count + 1, sizeof(*diags->items));
        if (r < 0)
                return r;
        diag = &diags->items[diags->count];
        *diag = *place;
        diag->count = count;
        r = arena_str(&diags->arena, place->path, &diag->path);
        if (r < 0)
                return r;
        r = arena_str(&diags->arena, text, &diag->text);
        if (r < 0)
                return r;
        diags->count++;
        return 0;
}

int diags_add(struct diags *diags, const struct diag *place, const char *format, ...) {
        char text[512];
        va_list args;

        if (!format)
                return add(diags, place, str_from(diag_infos[place->code].meaning));
        va_start(args, format);
        vsnprintf(text, sizeof(text), format, args);
        va_end(args);
        return add(diags, place, str_from(text));
}

int diags_merge(struct diags *diags, struct diags *from) {
        for (size_t i = 0; i < from->count; i++) {
                int r = add(diags, &from->items[i], from->items[i].text);

                if (r < 0)
                        return r;
        }
        diags_release(from);
        return 0;
}

bool diags_lose(const struct diags *diags) {
        for (size_t i = 0; i < diags->count; i++)
                if (diag_infos[diags->items[i].code].loses)
                        return true;
        return false;
}
