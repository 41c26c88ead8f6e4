/*
 * value: what a field of a record holds, as it is written and as what it means.
 */
#ifndef RULES_VALUE_H
#define RULES_VALUE_H

#include "base/duration.h"
#include "base/str.h"
#include "rules/vocabulary.h"

struct value {
        bool set; /* the capture took part in the match, is not empty and, for numbers, fits */
        struct str text;
        int64_t number; /* integers and durations only */
};

/* A number that does not fit is a damaged record's: unknown, not wrong. */
static inline void value_read(struct value *value, struct str text, enum field_type type) {
        value->set = text.n > 0;
        value->text = text;
        value->number = 0;
        if (type == FIELD_TYPE_TEXT || text.n == 0)
                return;
        value->set =
                type == FIELD_TYPE_INTEGER ? str_to_i64(text, &value->number) : duration_parse(text, &value->number);
}

static inline void value_clear(struct value *value) {
        *value = (struct value){ .set = false };
}

#endif
