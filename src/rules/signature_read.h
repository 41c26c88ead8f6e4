/*
 * signature_read: "signatures" of a pack's file into the ruleset, whose rules must
 * be there. The grammar stands in signature.h.
 */
#ifndef RULES_SIGNATURE_READ_H
#define RULES_SIGNATURE_READ_H

#include "rules/rule_read.h"

/* Marks the rules that signatures name as kept. Faults are told. 0 or -ENOMEM. */
int signatures_read(struct rule_reader *reader, const struct place *place, const cJSON *file);

#endif
