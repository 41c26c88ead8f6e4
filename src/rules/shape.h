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
 *      shape  = ( literal | "%{" KIND [ ":" capture [ "=" begin ] ] "}" | "%{" PLACE ":" text "}" )*
 *      KIND   = WORD    bytes up to white space, at least one
 *             | SID     letters and digits, at most 40, not "null"
 *             | UINT    digits
 *             | INT     digits with an optional "-"
 *             | IPV4    digits and dots
 *             | NAME    letters, digits and "_", not "null"
 *             | VALUE   bytes up to white space or one of "[],<&", at least one and at
 *                       most 100, not "null"; with `begin`, one that begins so
 *             | CONTENT the same of an element: it may be "null", or empty
 *             | ANY     whatever stands before the LAST place of the literal that
 *                       follows; at the end: the rest
 *      PLACE  = KEY     go to what stands behind the first place of `text`
 *             | MAY     likewise; where it stands nowhere, what follows up to the next
 *                       KEY or MAY is passed over, and captures nothing
 *             | NO      nowhere behind here
 *
 * KEY and MAY look from where the shape's first literal ends, so the keys of a record
 * may come in any order. All three look without case, but a KEY or MAY that is
 * written in another case does not fit: what they say holds for patterns with and
 * without case. A shape that has one says nothing of the rest of the message.
 *
 *      Session (id=%{SID:sid}) was last active %{INT:idle_ms} ms ago: %{WORD:jid}
 *      CONNECTION: %[%{KEY:state=}%{NAME:state}%{MAY:code=}%{INT:code},
 */
#ifndef RULES_SHAPE_H
#define RULES_SHAPE_H

#include "base/arena.h"
#include "base/word.h"
#include "rules/value.h"

enum { SHAPE_MAX_STEPS = 24 };

enum shape_kind {
        SHAPE_LITERAL,
        SHAPE_WORD,
        SHAPE_SID,
        SHAPE_UINT,
        SHAPE_INT,
        SHAPE_IPV4,
        SHAPE_NAME,
        SHAPE_VALUE,
        SHAPE_CONTENT,
        SHAPE_ANY,
        SHAPE_KEY,
        SHAPE_MAY,
        SHAPE_NO,
};

/* A literal is a step of its own only where the shape begins with it: nearly every other
 * step has one behind it, which belongs to that step. */
struct shape_step {
        enum shape_kind kind;
        int field;             /* index of the capture in the rule's fields, -1 without */
        enum field_type type;  /* of that field */
        struct str text;       /* of a literal or a place; of a capture: its name, empty without */
        struct prefix literal; /* of a literal; of VALUE: its beginning */
        struct prefix behind;  /* what follows; its text is empty where the next step or the end does */
};

struct shape {
        struct str text; /* as written */
        struct shape_step steps[SHAPE_MAX_STEPS];
        size_t count, exact; /* `exact`: of steps before the first place */
        bool open;           /* what follows the last step does not matter */
};

/* Is the step one that captures, by name? */
static inline bool shape_step_captures(const struct shape_step *step) {
        return step->kind > SHAPE_LITERAL && step->kind <= SHAPE_ANY && step->text.n;
}

/* Take a shape apart; captures are still unbound (-1). 1, 0 with `ret_why` (static
 * English) when it is none, or -ENOMEM. */
int shape_parse(struct arena *arena, struct str text, struct shape *ret_shape, const char **ret_why);

/* Does the whole message fit? White space at its end is left out. What a step captures
 * goes to values[step.field], and others are left as they are; without a match they hold
 * anything. */
bool shape_match(const struct shape *shape, struct str message, struct value values[]);

/* The same of what follows the literal that the shape begins with. */
bool shape_match_rest(const struct shape *shape, struct str rest, struct value values[]);

#endif
