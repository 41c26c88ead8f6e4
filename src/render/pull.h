/*
 * pull: JSON (RFC 8259) read piece by piece, where it stands. Nothing is allocated and
 * no tree is made: a caller asks for the next member or element and takes its value, or
 * skips it. Strings are decoded in place, which never makes them longer, so the slices
 * live as long as the text, and the text is changed. A NUL stands behind each.
 *
 * A tree of the library that reads the rules would be several times as large as the
 * report, would end a string at \u0000 (logs do hold NUL bytes) and hold numbers as floats.
 *
 * Faults stick: after one, everything answers false or nothing, and `wrong` says what it
 * was. So a caller may look once, at the end.
 */
#ifndef RENDER_PULL_H
#define RENDER_PULL_H

#include "base/str.h"

enum { PULL_MAX_DEPTH = 32 };

enum pull_kind { PULL_NOTHING, PULL_OBJECT, PULL_ARRAY, PULL_STRING, PULL_NUMBER, PULL_TRUE, PULL_FALSE, PULL_NULL };

struct pull {
        char *at, *end;
        size_t line;       /* from 1 */
        const char *wrong; /* at that line; NULL while nothing is */
        unsigned depth;
        bool has_members[PULL_MAX_DEPTH + 1]; /* of the container at that depth */
};

void pull_init(struct pull *pull, char *text, size_t bytes);

/* Nothing but white space is left. */
bool pull_end(struct pull *pull);

/* What comes next, which stays; PULL_NOTHING at a fault. */
enum pull_kind pull_peek(struct pull *pull);

/* Into the object, and its next key; false at its end, which is passed. */
bool pull_begin_object(struct pull *pull);
bool pull_member(struct pull *pull, struct str *ret_key);

/* The same of an array: true in front of each element. */
bool pull_begin_array(struct pull *pull);
bool pull_element(struct pull *pull);

bool pull_string(struct pull *pull, struct str *ret_text);
/* As it is written. */
bool pull_number(struct pull *pull, struct str *ret_text);
/* true, false or null: what pull_peek said. */
bool pull_word(struct pull *pull);
/* Past it where it is null. */
bool pull_null(struct pull *pull);

/* Any value, checked as well, as it is written. `ret_raw` may be NULL. */
bool pull_skip(struct pull *pull, struct str *ret_raw);

/* Let it be a fault. False. */
bool pull_fail(struct pull *pull, const char *wrong);

#endif
