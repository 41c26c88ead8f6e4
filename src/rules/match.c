#include "rules/pattern.h"
#include "rules/ruleset.h"
#include "rules/shape.h"

#include <errno.h>
#include <stdlib.h>

struct matcher {
        bool ignore_shapes;
        struct pattern_scratch *scratch;
};

struct matcher *matcher_new(uint64_t match_limit) {
        struct matcher *matcher = calloc(1, sizeof(*matcher));

        if (!matcher)
                return NULL;
        matcher->scratch = pattern_scratch_new(match_limit);
        if (!matcher->scratch) {
                free(matcher);
                return NULL;
        }
        return matcher;
}

void matcher_free(struct matcher *matcher) {
        if (!matcher)
                return;
        pattern_scratch_free(matcher->scratch);
        free(matcher);
}

void matcher_ignore_shapes(struct matcher *matcher, bool ignore) {
        matcher->ignore_shapes = ignore;
}

static void read_values(const struct pattern_scratch *scratch, struct str subject, const struct rule *rule,
                        struct match *ret_match) {
        for (size_t i = 0; i < rule->field_count; i++) {
                struct str text = { 0 };

                pattern_capture(rule->pattern, scratch, subject, i, &text);
                value_read(&ret_match->values[i], text, rule->fields[i].type);
        }
}

/* Its beginning fits already. */
static inline bool fits_shape(const struct candidate *candidate, struct str message, struct value values[]) {
        if (!shape_match_rest(candidate->shape, str_skip(message, candidate->shape_begin), values))
                return false;
        for (uint32_t others = candidate->not_captured; others; others &= others - 1)
                value_clear(&values[__builtin_ctz(others)]);
        return true;
}

const struct rule *opening_match(const struct opening *opening, struct str message, struct value values[]) {
        const struct rule *decided = opening_decides(opening, message);

        if (decided)
                return decided;
        for (size_t i = 0; i < opening->shapes; i++)
                if (fits_shape(&opening->candidates[i], message, values))
                        return opening->candidates[i].rule;
        return NULL;
}

static bool holds_all(const struct rule *rule, struct str subject) {
        for (size_t i = 0; i < rule->contains_count; i++)
                if (!str_find(subject, rule->contains[i]))
                        return false;
        return true;
}

static int try_rule(struct matcher *matcher, const struct rule *rule, struct str subject, struct match *ret_match,
                    const struct rule **gave_up) {
        int r = 1;

        if (!holds_all(rule, subject))
                return 0;
        if (rule->pattern)
                r = pattern_match(rule->pattern, matcher->scratch, subject);
        if (r == -EOVERFLOW) {
                if (!*gave_up)
                        *gave_up = rule;
                return 0;
        }
        if (r <= 0)
                return r;
        ret_match->rule = rule;
        read_values(matcher->scratch, subject, rule, ret_match);
        return 1;
}

/* Does one of the rule's loggers stand before the message? */
static bool has_logger(const struct rule *rule, struct str header) {
        for (size_t i = 0; i < rule->logger_count; i++)
                if (str_find(header, rule->loggers[i]))
                        return true;
        return rule->logger_count == 0;
}

static int try_opening(struct matcher *matcher, const struct opening *opening, struct str record, size_t message_at,
                       struct match *ret_match, const struct rule **gave_up) {
        const struct str message = str_skip(record, message_at);
        int r = 0;

        for (size_t i = opening->shapes; i < opening->count && r == 0; i++)
                if (has_logger(opening->candidates[i].rule, str_first(record, message_at)))
                        r = try_rule(matcher, opening->candidates[i].rule, message, ret_match, gave_up);
        return r;
}

static int try_anywhere(struct matcher *matcher, const struct literal_list *list, struct str record, size_t message_at,
                        struct match *ret_match, const struct rule **gave_up) {
        int r = 0;

        if (!literal_list_occurs(list, record))
                return 0;
        for (size_t i = 0; i < list->count && r == 0; i++)
                if (str_find_rare(record, list->literals[i].text) &&
                    has_logger(list->literals[i].rule, str_first(record, message_at)))
                        r = try_rule(matcher, list->literals[i].rule, record, ret_match, gave_up);
        return r;
}

int matcher_match_on(struct matcher *matcher, const struct ruleset *ruleset, enum family family,
                     const struct opening *opening, struct str record, size_t message_at, struct match *ret_match,
                     const struct rule **ret_gave_up) {
        const struct rule *gave_up = NULL;
        int r = 0;

        if (opening)
                r = try_opening(matcher, opening, record, message_at, ret_match, &gave_up);
        if (r == 0)
                r = try_anywhere(matcher, &ruleset->anywhere[family], record, message_at, ret_match, &gave_up);
        if (gave_up && ret_gave_up)
                *ret_gave_up = gave_up;
        return r;
}

int matcher_match(struct matcher *matcher, const struct ruleset *ruleset, enum family family, struct str record,
                  size_t message_at, struct match *ret_match, const struct rule **ret_gave_up) {
        const struct str message = str_skip(record, message_at);
        const struct opening *opening;
        const struct rule *rule;

        if (family >= FAMILY_COUNT)
                return 0;
        opening = dispatch_find(&ruleset->messages[family], message);
        rule = opening && !matcher->ignore_shapes ? opening_match(opening, message, ret_match->values) : NULL;
        if (rule) {
                ret_match->rule = rule;
                return 1;
        }
        return matcher_match_on(matcher, ruleset, family, opening, record, message_at, ret_match, ret_gave_up);
}

int matcher_match_name(struct matcher *matcher, const struct ruleset *ruleset, enum family family, struct str name,
                       struct match *ret_match, const struct rule **ret_gave_up) {
        const struct rule *gave_up = NULL;
        int r = 0;

        if (family >= FAMILY_COUNT)
                return 0;
        for (size_t i = 0; i < ruleset->names[family].count && r == 0; i++) {
                const struct rule_literal *literal = &ruleset->names[family].literals[i];

                if (str_starts(name, literal->text))
                        r = try_rule(matcher, literal->rule, name, ret_match, &gave_up);
        }
        if (gave_up && ret_gave_up)
                *ret_gave_up = gave_up;
        return r;
}
