/*
 * macro: names for the pieces of which patterns are made.
 *
 *      use   = "%{" NAME "}"           a group that does not capture
 *            | "%{" NAME ":" capture "}"   the named capture group, in rules only
 *      NAME  = [A-Z] { [A-Z0-9_] }
 *      capture = [a-z] { [a-z0-9_] }   at most 32 bytes, PCRE2's limit
 *
 * A "%" that no "{" follows is itself; write "%[{]" for the two bytes. Macros
 * may use macros, not in a circle. Each is expanded once, so that a pack cannot
 * make a short text take for ever.
 */
#ifndef RULES_MACRO_H
#define RULES_MACRO_H

#include "base/buf.h"
#include "rules/fault.h"

enum { MACRO_MAX_EXPANDED_BYTES = 32 * 1024, MACRO_MAX_CAPTURE_BYTES = 32 };

enum macro_state { MACRO_NEW, MACRO_BUSY, MACRO_READY, MACRO_BAD };

struct macro {
        struct str name, text; /* borrowed */
        struct buf expanded;
        enum macro_state state;
};

struct macros {
        struct macro *items;
        size_t count, capacity;
        const struct place *place; /* where they are defined */
        bool trusted;              /* each is known to be a pattern by itself */
};

void macros_init(struct macros *macros, const struct place *place);
void macros_release(struct macros *macros);

/* The strings must live as long as the macros. 0 or -ENOMEM. */
int macros_add(struct macros *macros, struct str name, struct str text);

/* Expand every macro and, where they are not trusted, try it; faults are told. 0 or -ENOMEM. */
int macros_resolve(struct macros *macros);

/* A rule's pattern with its macros expanded, into an initialised `out`. 0,
 * -EINVAL (a fault was told), -ENOMEM. */
int macros_expand(struct macros *macros, struct str text, const struct place *place, const char *key, struct buf *out);

bool is_macro_name(struct str name);
bool is_capture_name(struct str name);

#endif
