/* rule_read: one rule of a pack's file, from JSON to a checked struct rule. */
#ifndef RULES_RULE_READ_H
#define RULES_RULE_READ_H

#include "base/intern.h"
#include "rules/json_read.h"
#include "rules/macro.h"

/* What rules of a pack must agree about while they are read. */
struct rule_reader {
        struct ruleset *ruleset;
        struct macros macros;
        struct intern ids;
        struct intern words; /* the pack's own fields */
        enum field_type *word_types;
        size_t word_capacity;
};

/* Made of a-z, 0-9, "_" and ".". */
bool is_rule_id(struct str s);

/* `place` names the file; `number` counts the rules of the file from 1. A rule
 * with faults is told and left out. 0 or -ENOMEM. */
int rule_read(struct rule_reader *reader, const struct place *place, enum family family, const cJSON *json,
              size_t number);

#endif
