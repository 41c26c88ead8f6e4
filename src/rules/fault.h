/*
 * fault: what is wrong with a rule pack, told at once and counted. Loading goes
 * on after a fault, so that one run tells them all.
 */
#ifndef RULES_FAULT_H
#define RULES_FAULT_H

#include "rules/ruleset.h"

struct faults {
        ruleset_message_fn *fn; /* may be NULL */
        void *userdata;
        size_t count;
};

/* Where a fault lies. */
struct place {
        struct faults *faults;
        const char *file;
        const char *rule;      /* the rule's id, or its number while it has none; NULL outside rules */
        const char *signature; /* likewise of a signature */
};

/* `FILE: rule RULE: key "KEY": TEXT`; rule (or signature) and key are left out where NULL. Bytes
 * that are not printable become '?', and what is longer than a page is cut. */
__attribute__((format(printf, 3, 4))) void fault_add(const struct place *place, const char *key, const char *format,
                                                     ...);

#endif
