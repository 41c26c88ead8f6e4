#include "rules/fault.h"

#include <stdarg.h>
#include <stdio.h>

enum { FAULT_BYTES = 2048 };

/* snprintf's result, kept inside the room there is. */
static size_t advance(size_t at, int n) {
        size_t end = n < 0 ? at : at + (size_t)n;

        return end < FAULT_BYTES ? end : FAULT_BYTES - 1;
}

void fault_add(const struct place *place, const char *key, const char *format, ...) {
        char text[FAULT_BYTES] = "";
        size_t at = 0;
        va_list args;

        place->faults->count++;
        if (!place->faults->fn)
                return;
        if (place->file)
                at = advance(at, snprintf(text + at, sizeof(text) - at, "%s: ", place->file));
        if (place->rule)
                at = advance(at, snprintf(text + at, sizeof(text) - at, "rule %s: ", place->rule));
        if (place->signature)
                at = advance(at, snprintf(text + at, sizeof(text) - at, "signature %s: ", place->signature));
        if (key)
                at = advance(at, snprintf(text + at, sizeof(text) - at, "key \"%s\": ", key));
        va_start(args, format);
        vsnprintf(text + at, sizeof(text) - at, format, args);
        va_end(args);
        /* The words come from files: keep a terminal safe from them. */
        for (char *p = text; *p; p++)
                if ((unsigned char)*p < ' ' || *p == 0x7f)
                        *p = '?';
        place->faults->fn(place->faults->userdata, text);
}
