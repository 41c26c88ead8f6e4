/* check: do the rules do what their own samples say? */
#include "rules/fault.h"
#include "rules/shape.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

enum { CHECK_MATCH_LIMIT = 100000 };

struct check {
        const struct ruleset *ruleset;
        struct matcher *matcher;
        struct faults faults;
        size_t samples;
};

/* What the matcher makes of a text that stands as a record in a log, or as the
 * name of one where the rule looks at names. 1, 0, or
 * -ENOMEM; -EINVAL when it does not begin as a record does. */
static int match_text(struct check *check, const struct rule *rule, struct str text, struct match *ret_match,
                      const struct rule **ret_gave_up) {
        const enum family family = rule->family;
        const char *newline = str_find_byte(text, '\n');
        struct str line = newline ? str_slice(text.p, newline) : text;
        struct header header;

        if (rule->of_name)
                return matcher_match_name(check->matcher, check->ruleset, family, text, ret_match, ret_gave_up);
        if (str_ends(line, STR("\r")))
                line.n--;
        if (!family_header(family, line, &header))
                return -EINVAL;
        return matcher_match(check->matcher, check->ruleset, family, text, header.message_at, ret_match, ret_gave_up);
}

/* The same, its faults told at `key`. 1: judge the match (its rule is NULL without
 * one); 0: it was told; or -ENOMEM. */
static int try_text(struct check *check, const struct rule *rule, struct str text, const struct place *place,
                    const char *key, struct match *ret_match) {
        const struct rule *gave_up = NULL;
        int r = match_text(check, rule, text, ret_match, &gave_up);

        if (r < 0 && r != -EINVAL)
                return r;
        if (r == 0)
                ret_match->rule = NULL;
        if (r == -EINVAL)
                fault_add(place, key, "does not begin as a record of this family does");
        else if (gave_up == rule)
                fault_add(place, key, "the pattern gave up at the match limit");
        else
                return 1;
        return 0;
}

static const char *winner(const struct match *match) {
        return match->rule ? match->rule->id.p : "no rule";
}

static void compare(const struct place *place, const char *key, const struct rule_field *field,
                    const struct value *want, const struct value *got) {
        char want_text[32], got_text[32];

        if (want->set != got->set) {
                fault_add(place, key, "field \"%s\" %s", field->name.p,
                          want->set ? "is expected but not there" : "is there but not expected");
        } else if (want->set && field->type != FIELD_TYPE_TEXT && want->number != got->number) {
                snprintf(want_text, sizeof(want_text), "%" PRId64, want->number);
                snprintf(got_text, sizeof(got_text), "%" PRId64, got->number);
                fault_add(place, key, "field \"%s\" is %s, expected %s", field->name.p, got_text, want_text);
        } else if (want->set && field->type == FIELD_TYPE_TEXT && !str_eq(want->text, got->text)) {
                fault_add(place, key, "field \"%s\" is \"%.*s\", expected \"%.*s\"", field->name.p, (int)got->text.n,
                          got->text.p, (int)want->text.n, want->text.p);
        }
}

/* One sample, by shapes and patterns or by patterns alone. 0 or -ENOMEM. */
static int check_sample_once(struct check *check, const struct rule *rule, size_t i, const struct place *place,
                             bool ignore_shapes) {
        const struct rule_sample *sample = &rule->samples[i];
        struct match match;
        char key[64];
        int r;

        matcher_ignore_shapes(check->matcher, ignore_shapes);
        snprintf(key, sizeof(key), "samples[%zu]%s", i, ignore_shapes ? " without its shapes" : "");
        r = try_text(check, rule, sample->text, place, key, &match);
        if (r <= 0)
                return r;
        if (match.rule != rule)
                fault_add(place, key, "must match, but %s does", winner(&match));
        else
                for (size_t k = 0; k < rule->field_count; k++)
                        compare(place, key, &rule->fields[k], &sample->values[k], &match.values[k]);
        return 0;
}

static int check_sample(struct check *check, const struct rule *rule, size_t i, const struct place *place) {
        const size_t before = check->faults.count;
        int r = check_sample_once(check, rule, i, place, false);

        check->samples++;
        if (r == 0 && rule->shape_count && check->faults.count == before)
                r = check_sample_once(check, rule, i, place, true);
        matcher_ignore_shapes(check->matcher, false);
        return r;
}

/* A shape that fits none of the samples is not known to work. */
static void check_shapes(const struct rule *rule, const struct place *place) {
        for (size_t k = 0; k < rule->shape_count; k++) {
                bool fits = false;

                for (size_t i = 0; i < rule->sample_count && !fits; i++) {
                        struct str text = rule->samples[i].text;
                        struct value values[RULE_MAX_FIELDS];
                        const char *newline = str_find_byte(text, '\n');
                        struct header header;

                        if (family_header(rule->family, newline ? str_slice(text.p, newline) : text, &header))
                                fits = shape_match(&rule->shapes[k], str_skip(text, header.message_at), values);
                }
                if (!fits)
                        fault_add(place, "shapes", "no sample fits \"%s\"", rule->shapes[k].text.p);
        }
}

static int check_near_miss(struct check *check, const struct rule *rule, size_t i, const struct place *place) {
        struct match match;
        char key[48];
        int r;

        snprintf(key, sizeof(key), "near_misses[%zu]", i);
        check->samples++;
        r = try_text(check, rule, rule->near_misses[i], place, key, &match);
        if (r <= 0)
                return r;
        if (match.rule == rule)
                fault_add(place, key, "must not match, but does");
        return 0;
}

/* Texts that failed; a text with several faults counts once. */
static int check_rule(struct check *check, const struct rule *rule, int *failed) {
        const struct place place = { .faults = &check->faults, .file = rule->file.p, .rule = rule->id.p };
        const size_t at_first = check->faults.count;
        int r = 0;

        check_shapes(rule, &place);
        *failed += check->faults.count > at_first;

        for (size_t i = 0; i < rule->sample_count + rule->near_miss_count && r == 0; i++) {
                const size_t before = check->faults.count;

                r = i < rule->sample_count ? check_sample(check, rule, i, &place)
                                           : check_near_miss(check, rule, i - rule->sample_count, &place);
                *failed += check->faults.count > before;
        }
        return r;
}

static int check_whole(ruleset_message_fn *fn, void *userdata, size_t *ret_samples) {
        struct ruleset *whole;
        int r = ruleset_load_whole(fn, userdata, &whole);

        if (r < 0)
                return r;
        r = ruleset_check(whole, fn, userdata, ret_samples);
        ruleset_free(whole);
        return r;
}

int ruleset_check(const struct ruleset *ruleset, ruleset_message_fn *fn, void *userdata, size_t *ret_samples) {
        struct check check = { .ruleset = ruleset, .faults = { .fn = fn, .userdata = userdata } };
        int failed = 0, r = 0;

        if (ruleset->lean)
                return check_whole(fn, userdata, ret_samples);
        check.matcher = matcher_new(CHECK_MATCH_LIMIT);
        if (!check.matcher)
                return -ENOMEM;
        for (size_t i = 0; i < ruleset->count && r == 0; i++)
                r = check_rule(&check, &ruleset->rules[i], &failed);
        matcher_free(check.matcher);
        if (r < 0)
                return r;
        if (ret_samples)
                *ret_samples = check.samples;
        return failed;
}
