/* api: what the public header calls struct boshscope_rules. */
#ifndef RULES_API_H
#define RULES_API_H

#include "rules/ruleset.h"

struct boshscope_rules {
        struct ruleset *ruleset;
};

#endif
