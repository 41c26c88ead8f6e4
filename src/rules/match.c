#include "base/duration.h"
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
        if (field->type == FIELD_TYPE_INTEGER)
                value.set = str_to_i64(text, &value.number);
        else if (field->type == FIELD_TYPE_DURATION)
                value.set = duration_parse(text, &value.number);
        else
                value.set = true;
        return value;
}

static struct value read_value(const struct pattern_scratch *scratch, struct str subject, const struct rule *rule,
                               size_t field) {
        struct str text = { 0 };

        pattern_capture(rule->pattern, scratch, subject, field, &text);
        return as_value(text, &rule->fields[field]);
}

/* Its beginning fits already. */
static bool fits_shape(const struct rule_literal *begin, struct str message, struct match *ret_match) {
        const struct rule *rule = begin->rule;
        struct str captures[RULE_MAX_FIELDS];

        for (size_t k = 0; k < rule->field_count; k++)
                captures[k] = (struct str){ 0 };
        if (!shape_match_rest(begin->shape, str_skip(message, begin->text.n), captures))
                return false;
        ret_match->rule = rule;
        for (size_t k = 0; k < rule->field_count; k++)
                ret_match->values[k] = as_value(captures[k], &rule->fields[k]);
        return true;
}

static bool holds_all(const struct rule *rule, struct str subject) {
        for (size_t i = 0; i < rule->contains_count; i++)
                if (!str_find(subject, rule->contains[i]))
                        return false;
        return true;
}

/* Like str_find, for short texts that begin with a rare byte: a look for that byte is
 * all that most of them cost. */
static bool holds(struct str text, struct str literal) {
        const char *at;

        while (text.n >= literal.n && (at = memchr(text.p, literal.p[0], text.n - literal.n + 1))) {
                text = str_skip(text, (size_t)(at - text.p));
                if (str_starts(text, literal))
                        return true;
                text = str_skip(text, 1);
        }
        return false;
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
                ret_match->values[i] = read_value(matcher->scratch, subject, rule, i);
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

/* Does one of the rule's loggers stand before the message? */
static bool has_logger(const struct rule *rule, struct str header) {
        for (size_t i = 0; i < rule->logger_count; i++)
                if (str_find(header, rule->loggers[i]))
                        return true;
        return rule->logger_count == 0;
}

static bool begins_with(struct str message, uint64_t head, const struct rule_literal *literal) {
        return (head & literal->head_mask) == literal->head && str_starts(message, literal->text);
}

/* Shapes are exact, so none of them needs to wait for the patterns of the rules
 * before it. */
static bool fits_some_shape(const struct matcher *matcher, const struct rule_literal *literal, struct str message,
                            uint64_t head, struct match *ret_match) {
        for (; literal && !matcher->ignore_shapes; literal = literal->next)
                if (begins_with(message, head, literal) && fits_shape(literal, message, ret_match))
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
        if (literal &&
            fits_some_shape(matcher, ruleset->shapes[family][(unsigned char)message.p[0]], message, head, ret_match))
                return 1;
        for (; literal && r == 0; literal = literal->next)
                if (begins_with(message, head, literal) && has_logger(literal->rule, str_first(record, message_at)))
                        r = try_rule(matcher, literal->rule, message, ret_match, &gave_up);
        for (literal = ruleset->anywhere[family]; literal && r == 0; literal = literal->next)
                if (holds(record, literal->text) && has_logger(literal->rule, str_first(record, message_at)))
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
