#include "rules/signature_read.h"

#include <errno.h>
#include <stdio.h>

/* One signature on its way from JSON. */
struct draft_signature {
        struct rule_reader *reader;
        struct ruleset *ruleset;
        struct place place; /* of the file; `signature` is its id once that is known */
        const cJSON *json;
        struct signature signature;
        struct str *entries; /* of "rules" */
};

typedef int signature_step(struct draft_signature *draft);

static int keep_text(struct draft_signature *draft, const char *key, struct str *ret_text) {
        struct str text;

        if (!json_text(&draft->place, NULL, draft->json, key, JSON_REQUIRED, &text))
                return 0;
        return arena_str(&draft->ruleset->arena, text, ret_text);
}

/* ------------------------------------------------------------- words */

static int read_id(struct draft_signature *draft) {
        struct signature *signature = &draft->signature;
        int r = keep_text(draft, "id", &signature->id);

        if (r < 0 || signature->id.n == 0)
                return r;
        if (!is_rule_id(signature->id))
                fault_add(&draft->place, "id", "\"%s\" must be made of a-z, 0-9, \"_\" and \".\"", signature->id.p);
        for (size_t i = 0; i < draft->ruleset->signature_count; i++)
                if (str_eq(draft->ruleset->signatures[i].id, signature->id))
                        fault_add(&draft->place, "id", "another signature has it");
        draft->place.signature = signature->id.p;
        return 0;
}

static int read_type(struct draft_signature *draft) {
        static const char *const names[] = { "event_count", "value_count", "temporal", "temporal_ordered" };
        struct str text;

        if (!json_text(&draft->place, NULL, draft->json, "type", JSON_REQUIRED, &text))
                return 0;
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
                if (str_eq(text, str_from(names[i]))) {
                        draft->signature.type = (enum correlation)i;
                        return 0;
                }
        }
        fault_add(&draft->place, "type",
                  "must be \"event_count\", \"value_count\", \"temporal\" or \"temporal_ordered\"");
        return 0;
}

static int read_words(struct draft_signature *draft) {
        struct signature *signature = &draft->signature;
        struct str severity;
        int r = keep_text(draft, "title", &signature->title);

        if (r == 0)
                r = keep_text(draft, "why", &signature->why);
        if (signature->why.n > SIGNATURE_MAX_WHY)
                fault_add(&draft->place, "why", "longer than %d bytes", SIGNATURE_MAX_WHY);
        if (r < 0 || !json_text(&draft->place, NULL, draft->json, "severity", JSON_REQUIRED, &severity))
                return r;
        signature->severity = severity_by_name(severity);
        if (signature->severity == SEVERITY_COUNT)
                fault_add(&draft->place, "severity", "must be \"info\", \"low\", \"medium\", \"high\" or \"critical\"");
        return 0;
}

/* "90m": a number and one of s, m, h, d. */
static bool parse_timespan(struct str text, int64_t *ret_ms) {
        enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR, MAX_DAYS = 366 };
        static const struct {
                char letter;
                int64_t ms;
        } units[] = { { 's', SECOND }, { 'm', MINUTE }, { 'h', HOUR }, { 'd', DAY } };
        int64_t number;

        if (text.n < 2 || !byte_is_digit(text.p[0]) || !str_to_i64(str_first(text, text.n - 1), &number) || number < 1)
                return false;
        for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
                if (text.p[text.n - 1] != units[i].letter || number > (int64_t)MAX_DAYS * DAY / units[i].ms)
                        continue;
                *ret_ms = number * units[i].ms;
                return true;
        }
        return false;
}

static int read_timespan(struct draft_signature *draft) {
        struct signature *signature = &draft->signature;
        int r = keep_text(draft, "timespan", &signature->timespan);

        if (r == 0 && signature->timespan.n && !parse_timespan(signature->timespan, &signature->timespan_ms))
                fault_add(&draft->place, "timespan",
                          "must be a number and \"s\", \"m\", \"h\" or \"d\", at most 366 days");
        return r;
}

/* ------------------------------------------------------------- rules */

static void check_rule(struct draft_signature *draft, const char *path, const struct rule *rule) {
        if (event_kind_is_heartbeat(rule->kind))
                fault_add(&draft->place, path, "%s: most \"%s\" are folded away, so they cannot be counted", rule->id.p,
                          rule->event.p);
        if (draft->signature.places[rule->index] != SIGNATURE_NO_RULE)
                fault_add(&draft->place, path, "%s stands there twice", rule->id.p);
}

static void place_rules(struct draft_signature *draft, uint8_t *places, size_t entry) {
        const struct json_path path = json_path_index("rules", (int)entry);
        const struct str name = draft->entries[entry];
        bool found = false;

        for (size_t i = 0; i < draft->ruleset->count; i++) {
                struct rule *rule = &draft->ruleset->rules[i];

                if (!str_eq(rule->id, name) && !str_eq(rule->event, name))
                        continue;
                found = true;
                check_rule(draft, path.text, rule);
                places[i] = (uint8_t)entry;
                rule->kept = true;
        }
        /* A rule that has faults was told and left out. */
        if (!found && intern_find(&draft->reader->ids, name) == INTERN_NONE)
                fault_add(&draft->place, path.text, "\"%s\" is neither the id of a rule nor the word of its event",
                          name.p);
}

static int read_rules(struct draft_signature *draft) {
        struct signature *signature = &draft->signature;
        const size_t fewest = signature->type >= CORRELATION_TEMPORAL ? 2 : 1;
        uint8_t *places = arena_alloc(&draft->ruleset->arena, draft->ruleset->count + 1);
        bool good = false;
        int r;

        if (!places)
                return -ENOMEM;
        memset(places, SIGNATURE_NO_RULE, draft->ruleset->count + 1);
        signature->places = places;
        r = json_texts(&draft->ruleset->arena, &draft->place, "rules",
                       cJSON_GetObjectItemCaseSensitive(draft->json, "rules"), &draft->entries, &signature->rule_count,
                       &good);
        if (r < 0 || !good)
                return r;
        if (signature->rule_count < fewest || signature->rule_count > SIGNATURE_MAX_RULES) {
                fault_add(&draft->place, "rules", "must have from %zu to %d entries", fewest, SIGNATURE_MAX_RULES);
                return 0;
        }
        for (size_t i = 0; i < signature->rule_count; i++)
                place_rules(draft, places, i);
        return 0;
}

/* -------------------------------------------------------------- keys */

static bool rule_has(const struct rule *rule, struct str field) {
        for (size_t i = 0; i < rule->field_count; i++)
                if (str_eq(rule->fields[i].name, field))
                        return true;
        return false;
}

static bool rule_tells(const struct rule *rule, struct str key) {
        if (str_eq(key, STR("node")))
                return true;
        return rule_has(rule, key) || (str_eq(key, STR("agent")) && rule_has(rule, STR("jid")));
}

/* An entry none of whose rules tells the key would never be of any group. */
static void check_key(struct draft_signature *draft, const char *path, struct str key) {
        for (size_t entry = 0; entry < draft->signature.rule_count; entry++) {
                bool known = false, told = false;

                for (size_t i = 0; i < draft->ruleset->count; i++) {
                        if (draft->signature.places[i] != entry)
                                continue;
                        known = true;
                        told |= rule_tells(&draft->ruleset->rules[i], key);
                }
                if (known && !told)
                        fault_add(&draft->place, path, "\"%s\" is no field of %s", key.p, draft->entries[entry].p);
        }
}

static int read_keys(struct draft_signature *draft) {
        const cJSON *json = cJSON_GetObjectItemCaseSensitive(draft->json, "group-by");
        struct signature *signature = &draft->signature;
        struct str *keys = NULL;
        size_t count = 0;
        bool good = false;
        int r;

        if (!json)
                return 0;
        r = json_texts(&draft->ruleset->arena, &draft->place, "group-by", json, &keys, &count, &good);
        if (r < 0 || !good)
                return r;
        if (count > SIGNATURE_MAX_KEYS) {
                fault_add(&draft->place, "group-by", "more than %d keys", SIGNATURE_MAX_KEYS);
                return 0;
        }
        for (size_t i = 0; i < count; i++) {
                const struct json_path path = json_path_index("group-by", (int)i);

                check_key(draft, path.text, keys[i]);
                for (size_t k = 0; k < i; k++)
                        if (str_eq(keys[i], keys[k]))
                                fault_add(&draft->place, path.text, "\"%s\" stands there twice", keys[i].p);
                signature->keys[i] = keys[i];
        }
        signature->key_count = count;
        return 0;
}

/* --------------------------------------------------------- condition */

/* One bound of the count, all of which must hold. */
static void apply_bound(struct draft_signature *draft, const char *key, uint64_t number) {
        struct signature *signature = &draft->signature;
        uint64_t least = 0, most = UINT64_MAX;

        if (strcmp(key, "gt") == 0)
                least = number + 1;
        if (strcmp(key, "gte") == 0 || strcmp(key, "eq") == 0)
                least = number;
        if (strcmp(key, "lte") == 0 || strcmp(key, "eq") == 0)
                most = number;
        if (strcmp(key, "lt") == 0)
                most = number ? number - 1 : 0;
        if (least > signature->least)
                signature->least = least;
        if (most < signature->most)
                signature->most = most;
}

static bool read_bounds(struct draft_signature *draft, const cJSON *condition) {
        static const char *const bounds[] = { "gt", "gte", "lt", "lte", "eq" };
        bool any = false;

        for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
                const cJSON *json = cJSON_GetObjectItemCaseSensitive(condition, bounds[i]);
                const struct json_path path = json_path_key("condition", bounds[i]);
                int64_t number;

                if (!json || !json_as_whole(&draft->place, path.text, json, &number))
                        continue;
                any = true;
                if (number < 0)
                        fault_add(&draft->place, path.text, "must not be negative");
                else
                        apply_bound(draft, bounds[i], (uint64_t)number);
        }
        return any;
}

static int read_counted_field(struct draft_signature *draft, const cJSON *condition) {
        struct signature *signature = &draft->signature;
        const bool wanted = signature->type == CORRELATION_VALUES;
        struct str field;
        int r;

        if (!json_text(&draft->place, "condition", condition, "field", wanted ? JSON_REQUIRED : JSON_OPTIONAL, &field))
                return 0;
        if (field.n && !wanted)
                fault_add(&draft->place, "condition.field", "only with \"value_count\"");
        r = arena_str(&draft->ruleset->arena, field, &signature->field);
        if (r == 0 && field.n && wanted)
                check_key(draft, "condition.field", signature->field);
        return r;
}

static int read_condition(struct draft_signature *draft) {
        static const char *const keys[] = { "gt", "gte", "lt", "lte", "eq", "field", NULL };
        const cJSON *json = cJSON_GetObjectItemCaseSensitive(draft->json, "condition");
        struct signature *signature = &draft->signature;
        bool any;

        signature->least = 1;
        signature->most = UINT64_MAX;
        if (json && signature->type == CORRELATION_ORDERED) {
                fault_add(&draft->place, "condition", "not with \"temporal_ordered\": all its rules must be there");
                return 0;
        }
        if (!json && signature->type >= CORRELATION_TEMPORAL) {
                signature->least = signature->rule_count;
                return 0;
        }
        if (!json)
                fault_add(&draft->place, "condition", "is missing");
        if (!json || !json_object(&draft->place, "condition", json, keys))
                return 0;
        any = read_bounds(draft, json);
        if (!any)
                fault_add(&draft->place, "condition", "must have one of \"gt\", \"gte\", \"lt\", \"lte\" and \"eq\"");
        if (signature->least > signature->most ||
            (signature->type == CORRELATION_TEMPORAL && signature->least > signature->rule_count))
                fault_add(&draft->place, "condition", "no number that is counted could meet it");
        return read_counted_field(draft, json);
}

/* ------------------------------------------------------------ the whole */

static const char *const signature_keys[] = { "id",       "title",     "type",     "rules", "group-by",
                                              "timespan", "condition", "severity", "why",   NULL };

/* In this order: the rules before what refers to their fields. */
static signature_step *const steps[] = { read_type, read_words, read_timespan, read_rules, read_keys, read_condition };

static int read_signature(struct rule_reader *reader, const struct place *file, const cJSON *json, size_t number) {
        struct draft_signature draft = { .reader = reader, .ruleset = reader->ruleset, .place = *file, .json = json };
        struct ruleset *ruleset = reader->ruleset;
        const size_t before = file->faults->count;
        char name[32];
        int r;

        snprintf(name, sizeof(name), "number %zu", number);
        draft.place.signature = name;
        if (!cJSON_IsObject(json)) {
                fault_add(&draft.place, NULL, "must be an object");
                return 0;
        }
        r = read_id(&draft);
        json_object(&draft.place, NULL, json, signature_keys);
        for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && r == 0; i++)
                r = steps[i](&draft);
        if (r < 0 || file->faults->count > before)
                return r;
        r = array_reserve(&ruleset->signatures, &ruleset->signature_capacity, ruleset->signature_count + 1,
                          sizeof(*ruleset->signatures));
        if (r == 0)
                ruleset->signatures[ruleset->signature_count++] = draft.signature;
        return r;
}

int signatures_read(struct rule_reader *reader, const struct place *place, const cJSON *file) {
        const cJSON *list = cJSON_GetObjectItemCaseSensitive(file, "signatures");
        size_t number = 0;
        int r = 0;

        if (list && !cJSON_IsArray(list))
                fault_add(place, "signatures", "must be an array");
        for (const cJSON *c = cJSON_IsArray(list) ? list->child : NULL; c && r == 0; c = c->next)
                r = read_signature(reader, place, c, ++number);
        return r;
}
