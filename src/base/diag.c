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
        free(diags->places);
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

/* What several threads have found comes in no order. */
static int count_same(struct diags *diags, struct diag *same, const struct diag *place, struct str text) {
        same->count += place->count;
        if (place->input || place->path.n == 0 || place->offset >= same->offset)
                return 0;
        same->line = place->line;
        same->offset = place->offset;
        return arena_str(&diags->arena, text, &same->text);
}

static int append(struct diags *diags, const struct diag *place, struct str text) {
        struct diag *diag;
        int r = array_reserve(&diags->items, &diags->capacity, diags->count + 1, sizeof(*diags->items));

        if (r < 0)
                return r;
        diag = &diags->items[diags->count];
        *diag = *place;
        r = arena_str(&diags->arena, place->path, &diag->path);
        if (r < 0)
                return r;
        r = arena_str(&diags->arena, text, &diag->text);
        if (r < 0)
                return r;
        diags->count++;
        return 0;
}

static int count_further(struct diags *diags, enum diag_code code, uint64_t count) {
        struct diag_places *places = &diags->places[code];
        const struct diag further = { .code = code, .offset = UINT64_MAX, .count = count, .further = true };
        char text[512];
        int r;

        if (places->further) {
                diags->items[places->further - 1].count += count;
                return 0;
        }
        snprintf(text, sizeof(text), "in further places: %s", diag_infos[code].meaning);
        r = append(diags, &further, str_from(text));
        if (r == 0)
                places->further = diags->count;
        return r;
}

static int add(struct diags *diags, const struct diag *place, struct str text) {
        struct diag *same = place->further ? NULL : find(diags, place, text);
        int r;

        if (same)
                return count_same(diags, same, place, text);
        if (!diags->places)
                diags->places = calloc(DIAG_CODE_COUNT, sizeof(*diags->places));
        if (!diags->places)
                return -ENOMEM;
        if (place->further || diags->places[place->code].count == DIAG_PLACES)
                return count_further(diags, place->code, place->count);
        r = append(diags, place, text);
        diags->places[place->code].count += r == 0;
        return r;
}

int diags_add(struct diags *diags, const struct diag *place, const char *format, ...) {
        struct diag counted = *place;
        char text[512];
        va_list args;

        counted.count = place->count ? place->count : 1;
        if (!format)
                return add(diags, &counted, str_from(diag_infos[place->code].meaning));
        va_start(args, format);
        vsnprintf(text, sizeof(text), format, args);
        va_end(args);
        return add(diags, &counted, str_from(text));
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
