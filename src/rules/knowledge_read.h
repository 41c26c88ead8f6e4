/*
 * knowledge_read: "advice", "reasons" and "chain" of a pack's file into the ruleset.
 * The grammar stands in knowledge.h.
 */
#ifndef RULES_KNOWLEDGE_READ_H
#define RULES_KNOWLEDGE_READ_H

#include "rules/json_read.h"

/* Faults are told. 0 or -ENOMEM. */
int knowledge_read(struct ruleset *ruleset, const struct place *place, const cJSON *file);

#endif
