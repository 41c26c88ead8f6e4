#include "rules/vocabulary.h"

static const char *const kind_names[EVENT_KNOWN_COUNT] = {
#define X(name, text) text,
        EVENT_KINDS(X)
#undef X
};

const char *event_kind_name(enum event_kind kind) {
        return kind < EVENT_KNOWN_COUNT ? kind_names[kind] : NULL;
}

enum event_kind event_kind_by_name(struct str name) {
        for (int i = 0; i < EVENT_KNOWN_COUNT; i++)
                if (str_eq(name, str_from(kind_names[i])))
                        return (enum event_kind)i;
        return EVENT_OTHER;
}
