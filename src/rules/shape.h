/*
 * shape: the commonest exact form of a record, matched without a regex.
 *
 * A poll stands in a log a million times and nearly always reads the same. A
 * rule may give such forms beside its pattern; a record that fits one of them
 * from its message's first byte to its last is matched at a fraction of the
 * pattern's cost, and every other is left to the pattern. A shape is a short cut
 * and no more: `rules check` holds both against each sample. It must fit no record
 * that an earlier rule takes, since all shapes are tried before any pattern.
 *
 *      shape  = ( literal | "%{" KIND [ ":" capture ] "}" )*
 *      KIND   = WORD    bytes up to white space, at least one
 *             | SID     letters and digits, at most 40, not "null"
 *             | UINT    digits
 *             | INT     digits with an optional "-"
 *             | IPV4    digits and dots
 *             | ANY     whatever stands before the LAST place of the literal that
 *                       follows; at the end: the rest
 *
 *      Session (id=%{SID:sid}) was last active %{INT:idle_ms} ms ago: %{WORD:jid}
 */
#ifndef RULES_SHAPE_H
#define RULES_SHAPE_H

#include "base/arena.h"
#include "base/word.h"

enum { SHAPE_MAX_STEPS = 24 };

enum shape_kind { SHAPE_LITERAL, SHAPE_WORD, SHAPE_SID, SHAPE_UINT, SHAPE_INT, SHAPE_IPV4, SHAPE_ANY };

struct shape_step {
        enum shape_kind kind;
        struct str text;       /* of a literal; of a capture: its name, empty without */
        struct prefix literal; /* of a literal; of ANY: the one behind it, empty at the end */
        int field;             /* index of the capture in the rule's fields, -1 without */
};

struct shape {
        struct str text; /* as written */
        struct shape_step steps[SHAPE_MAX_STEPS];
        size_t count;
};

/* Take a shape apart; captures are still unbound (-1). 1, 0 with `ret_why` (static
 * English) when it is none, or -ENOMEM. */
int shape_parse(struct arena *arena, struct str text, struct shape *ret_shape, const char **ret_why);

/* Does the whole message fit? White space at its end is left out. The texts of
 * captures go to captures[step.field]. */
bool shape_match(const struct shape *shape, struct str message, struct str captures[]);

/* The same of what follows the literal that the shape begins with. */
bool shape_match_rest(const struct shape *shape, struct str rest, struct str captures[]);

#endif
