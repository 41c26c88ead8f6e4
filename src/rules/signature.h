/*
 * signature: what a defect looks like, said by the pack in the words of Sigma's
 * correlation rules.
 *
 *      signature = { "id": text,                           unique: a-z, 0-9, _, .
 *                    "title": text,
 *                    "type": "event_count" | "value_count" | "temporal" | "temporal_ordered",
 *                    "rules": [ rule+ ],                   ids of rules, or words of their events
 *                    "group-by": [ key+ ],                 may be left out: then all events are one group
 *                    "timespan": "15s" | "5m" | "2h" | "1d",
 *                    "condition": { "gt" | "gte" | "lt" | "lte" | "eq": n, "field": key },
 *                    "severity": severity, "why": text }
 *      key       = "node" | "agent" | field                of every entry of "rules"
 *
 * What it means stands in findings/correlation.h. An entry of "rules" that is the
 * word of an event stands for all rules that make it, which count as one: wordings
 * differ from version to version.
 */
#ifndef RULES_SIGNATURE_H
#define RULES_SIGNATURE_H

#include "rules/vocabulary.h"

enum correlation { CORRELATION_EVENTS, CORRELATION_VALUES, CORRELATION_TEMPORAL, CORRELATION_ORDERED };

enum { SIGNATURE_NO_RULE = UINT8_MAX, SIGNATURE_MAX_RULES = 32, SIGNATURE_MAX_KEYS = 4, SIGNATURE_MAX_WHY = 300 };

struct signature {
        struct str id, title, why; /* NUL-terminated */
        enum correlation type;
        const uint8_t *places; /* by index of a rule: which entry of "rules" it is of, or SIGNATURE_NO_RULE */
        size_t rule_count;     /* entries of "rules" */
        struct str keys[SIGNATURE_MAX_KEYS]; /* group-by */
        size_t key_count;
        struct str field;    /* whose values are counted; empty unless CORRELATION_VALUES */
        struct str timespan; /* as written */
        int64_t timespan_ms;
        uint64_t least, most; /* the condition: how much the count must be */
        enum severity severity;
};

#endif
