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

static struct value as_value(struct str text, const struct rule_field *field) {
        struct value value = { .text = text };

        if (text.n == 0)
                return (struct value){ 0 };
        /* A number that does not fit is a damaged record's: unknown, not wrong. */
        value.set = field->type == FIELD_TYPE_TEXT || str_to_i64(text, &value.number);
        return value;
}

static struct value read_value(const struct pattern_scratch *scratch, struct str subject,
                               const struct rule_field *field) {
        struct str text = { 0 };

        pattern_group(scratch, subject, field->group, &text);
        return as_value(text, field);
}

static bool fits_shape(const struct rule *rule, struct str message, struct match *ret_match) {
        for (size_t i = 0; i < rule->shape_count; i++) {
                struct str captures[RULE_MAX_FIELDS];

                for (size_t k = 0; k < rule->field_count; k++)
                        captures[k] = (struct str){ 0 };
                if (!shape_match(&rule->shapes[i], message, captures))
                        continue;
                ret_match->rule = rule;
                for (size_t k = 0; k < rule->field_count; k++)
                        ret_match->values[k] = as_value(captures[k], &rule->fields[k]);
                return true;
        }
        return false;
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
        for (size_t i = 0; i < rule->field_count; i++)
                ret_match->values[i] = read_value(matcher->scratch, subject, &rule->fields[i]);
        return 1;
}

/* The first eight bytes as a word; zeros behind a shorter message. */
static uint64_t head_of(struct str message) {
        uint64_t head = 0;

        if (message.n >= sizeof(head))
                memcpy(&head, message.p, sizeof(head));
        else if (message.n)
                memcpy(&head, message.p, message.n);
        return head;
}

static bool begins_with(struct str message, uint64_t head, const struct rule_literal *literal) {
        return (head & literal->head_mask) == literal->head && str_starts(message, literal->text);
}

/* Shapes are exact, so none of them needs to wait for the patterns of the rules
 * before it. */
static bool fits_some_shape(const struct matcher *matcher, const struct rule_literal *literal, struct str message,
                            uint64_t head, struct match *ret_match) {
        for (; literal && !matcher->ignore_shapes; literal = literal->next)
                if (literal->rule->shape_count && begins_with(message, head, literal) &&
                    fits_shape(literal->rule, message, ret_match))
                        return true;
        return false;
}

int matcher_match(struct matcher *matcher, const struct ruleset *ruleset, enum family family, struct str record,
                  size_t message_at, struct match *ret_match, const struct rule **ret_gave_up) {
        const struct str message = str_skip(record, message_at);
        const struct rule_literal *literal = NULL;
        const struct rule *gave_up = NULL;
        uint64_t head;
        int r = 0;

        if (family >= FAMILY_COUNT)
                return 0;
        if (message.n)
                literal = ruleset->first[family][(unsigned char)message.p[0]];
        head = literal ? head_of(message) : 0;
        if (fits_some_shape(matcher, literal, message, head, ret_match))
                return 1;
        for (; literal && r == 0; literal = literal->next)
                if (begins_with(message, head, literal))
                        r = try_rule(matcher, literal->rule, message, ret_match, &gave_up);
        for (literal = ruleset->anywhere[family]; literal && r == 0; literal = literal->next)
                if (str_find(record, literal->text))
                        r = try_rule(matcher, literal->rule, record, ret_match, &gave_up);
        if (gave_up && ret_gave_up)
                *ret_gave_up = gave_up;
        return r;
}

int matcher_match_name(struct matcher *matcher, const struct ruleset *ruleset, enum family family, struct str name,
                       struct match *ret_match, const struct rule **ret_gave_up) {
        const struct rule *gave_up = NULL;
        int r = 0;

        if (family >= FAMILY_COUNT)
                return 0;
        for (const struct rule_literal *literal = ruleset->names[family]; literal && r == 0; literal = literal->next)
                if (str_starts(name, literal->text))
                        r = try_rule(matcher, literal->rule, name, ret_match, &gave_up);
        if (gave_up && ret_gave_up)
                *ret_gave_up = gave_up;
        return r;
}
