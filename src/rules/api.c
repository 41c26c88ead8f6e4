#include "rules/api.h"

#include "boshscope.h"

#include <errno.h>
#include <stdlib.h>

#include "base/errors.h"

/* The rules have faults of their own. */
static int public_error(int r) {
        return r == -EINVAL ? BOSHSCOPE_E_RULES : error_public(r);
}

int boshscope_rules_load(const char *directory, boshscope_message_fn *fn, void *userdata,
                         struct boshscope_rules **ret_rules) {
        struct boshscope_rules *rules;
        int r;

        if (!ret_rules)
                return BOSHSCOPE_E_ARGUMENT;
        rules = calloc(1, sizeof(*rules));
        if (!rules)
                return BOSHSCOPE_E_MEMORY;
        r = ruleset_load(directory, fn, userdata, &rules->ruleset);
        if (r < 0) {
                free(rules);
                return public_error(r);
        }
        *ret_rules = rules;
        return 0;
}

void boshscope_rules_free(struct boshscope_rules *rules) {
        if (!rules)
                return;
        ruleset_free(rules->ruleset);
        free(rules);
}

int boshscope_rules_check(const struct boshscope_rules *rules, boshscope_message_fn *fn, void *userdata,
                          size_t *ret_samples) {
        int r;

        if (!rules)
                return BOSHSCOPE_E_ARGUMENT;
        r = ruleset_check(rules->ruleset, fn, userdata, ret_samples);
        return r < 0 ? public_error(r) : r;
}

const char *boshscope_rules_name(const struct boshscope_rules *rules) {
        return rules->ruleset->name.p;
}

const char *boshscope_rules_version(const struct boshscope_rules *rules) {
        return rules->ruleset->version.p;
}

const char *boshscope_rules_sha256(const struct boshscope_rules *rules) {
        return rules->ruleset->sha256;
}

size_t boshscope_rules_count(const struct boshscope_rules *rules) {
        return rules->ruleset->count;
}

int boshscope_rules_get(const struct boshscope_rules *rules, size_t index, struct boshscope_rule_info *ret_info) {
        const struct rule *rule;

        if (!rules || !ret_info || index >= rules->ruleset->count)
                return BOSHSCOPE_E_ARGUMENT;
        rule = &rules->ruleset->rules[index];
        *ret_info = (struct boshscope_rule_info){
                .id = rule->id.p,
                .title = rule->title.p,
                .family = family_name(rule->family),
                .event = rule->event.p,
                .literal = rule->literal.p,
                .pattern = rule->pattern_text.p,
                .file = rule->file.p,
        };
        return 0;
}
