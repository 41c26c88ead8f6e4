#include "rules/rule_read.h"
#include "rules/shape.h"

#include "rules/pattern.h"

#include <errno.h>
#include <stdio.h>

/* A rule on its way: what is still JSON, and where it stands. */
struct draft {
        struct rule_reader *reader;
        struct arena *arena;
        struct place place;
        const cJSON *json;
        struct rule rule;
};

/* A piece of a rule: 0 or -ENOMEM; faults are told and counted. */
typedef int draft_step(struct draft *draft);

/* ----------------------------------------------------------- the words */

bool is_rule_id(struct str s) {
        for (size_t i = 0; i < s.n; i++)
                if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !byte_is_digit(s.p[i]) && s.p[i] != '_' && s.p[i] != '.')
                        return false;
        return s.n > 0;
}

static int read_id(struct draft *draft) {
        const size_t known = draft->reader->ids.count;
        struct str id;
        uint32_t number;

        if (!json_text(&draft->place, NULL, draft->json, "id", JSON_REQUIRED, &id))
                return 0;
        if (!is_rule_id(id)) {
                fault_add(&draft->place, "id", "\"%s\" must be made of a-z, 0-9, \"_\" and \".\"", id.p);
                return 0;
        }
        if (arena_str(draft->arena, id, &draft->rule.id) < 0 || intern_add(&draft->reader->ids, id, &number) < 0)
                return -ENOMEM;
        draft->place.rule = draft->rule.id.p;
        if (draft->reader->ids.count == known)
                fault_add(&draft->place, "id", "another rule has it");
        return 0;
}

static int read_words(struct draft *draft) {
        struct rule *rule = &draft->rule;
        struct str title, event, at;

        if (json_text(&draft->place, NULL, draft->json, "title", JSON_OPTIONAL, &title) &&
            arena_str(draft->arena, title, &rule->title) < 0)
                return -ENOMEM;
        if (json_text(&draft->place, NULL, draft->json, "at", JSON_REQUIRED, &at)) {
                rule->at_start = str_eq(at, STR("message"));
                rule->of_name = str_eq(at, STR("name"));
                if (!rule->at_start && !rule->of_name && !str_eq(at, STR("record")))
                        fault_add(&draft->place, "at", "must be \"message\", \"record\" or \"name\"");
        }
        if (!json_text(&draft->place, NULL, draft->json, "event", JSON_REQUIRED, &event))
                return 0;
        if (!is_capture_name(event))
                fault_add(&draft->place, "event", "must be a word of a-z, 0-9 and \"_\" that begins with a letter");
        rule->kind = event_kind_by_name(event);
        return arena_str(draft->arena, event, &rule->event);
}

static int read_server(struct draft *draft) {
        static const char *const roles[SERVER_ROLE_COUNT] = { "", "event", "planned", "boot", "fault" };
        struct str text;

        if (!json_text(&draft->place, NULL, draft->json, "server", JSON_OPTIONAL, &text) || text.n == 0)
                return 0;
        for (int i = 1; i < SERVER_ROLE_COUNT; i++)
                if (str_eq(text, str_from(roles[i])))
                        draft->rule.server = (enum server_role)i;
        if (draft->rule.server == SERVER_NOTHING)
                fault_add(&draft->place, "server", "must be \"event\", \"planned\", \"boot\" or \"fault\"");
        return 0;
}

/* A string or an array of them, as an array. Missing gives none. */
static int read_list(struct draft *draft, const char *key, struct str **ret_texts, size_t *ret_count) {
        const cJSON *json = cJSON_GetObjectItemCaseSensitive(draft->json, key);
        struct str text, *texts;
        bool good;

        *ret_count = 0;
        if (!json)
                return 0;
        if (cJSON_IsArray(json)) {
                if (!json->child)
                        fault_add(&draft->place, key, "must not be empty");
                return json_texts(draft->arena, &draft->place, key, json, ret_texts, ret_count, &good);
        }
        if (!cJSON_IsString(json))
                fault_add(&draft->place, key, "must be a string or an array of strings");
        else if (json_as_text(&draft->place, key, json, &text)) {
                texts = arena_alloc(draft->arena, sizeof(*texts));
                if (!texts || arena_str(draft->arena, text, texts) < 0)
                        return -ENOMEM;
                *ret_texts = texts;
                *ret_count = 1;
        }
        return 0;
}

static int join(struct arena *arena, const struct str *texts, size_t count, struct str between, struct str *ret_text) {
        struct buf buf;
        int r = 0;

        buf_init(&buf, SIZE_MAX);
        for (size_t i = 0; r == 0 && i < count; i++) {
                if (i > 0)
                        r = buf_add(&buf, between);
                if (r == 0)
                        r = buf_add(&buf, texts[i]);
        }
        if (r == 0)
                r = arena_str(arena, buf_str(&buf), ret_text);
        buf_release(&buf);
        return r;
}

static int read_literals(struct draft *draft) {
        struct rule *rule = &draft->rule;
        struct str *literals = NULL, *contains = NULL, *loggers = NULL;
        size_t count;
        int r = read_list(draft, "literal", &literals, &count);

        if (r < 0)
                return r;
        if (!cJSON_GetObjectItemCaseSensitive(draft->json, "literal"))
                fault_add(&draft->place, "literal", "is missing");
        rule->literals = literals;
        rule->literal_count = count;
        r = read_list(draft, "contains", &contains, &rule->contains_count);
        if (r < 0)
                return r;
        rule->contains = contains;
        r = read_list(draft, "logger", &loggers, &rule->logger_count);
        if (r < 0)
                return r;
        rule->loggers = loggers;
        return join(draft->arena, literals, count, STR(" | "), &rule->literal);
}

/* ---------------------------------------------------------- the fields */

static const char *const type_names[] = {
        [FIELD_TYPE_TEXT] = "text", [FIELD_TYPE_INTEGER] = "integer", [FIELD_TYPE_DURATION] = "duration"
};

enum { TYPES = sizeof(type_names) / sizeof(type_names[0]) };

static bool type_by_name(struct str name, enum field_type *ret_type) {
        for (int i = 0; i < TYPES; i++)
                if (str_eq(name, str_from(type_names[i]))) {
                        *ret_type = (enum field_type)i;
                        return true;
                }
        return false;
}

/* What a word means is a text or a number, however the number is written. */
static bool types_agree(enum field_type a, enum field_type b) {
        return (a == FIELD_TYPE_TEXT) == (b == FIELD_TYPE_TEXT);
}

/* A word means one type: to the C code, or else in the whole pack. */
static int agreed_type(struct rule_reader *reader, const struct rule_field *field, enum field_type *ret_type) {
        const size_t known = reader->words.count;
        uint32_t number;

        if (field->known >= 0) {
                *ret_type = field_type((enum field)field->known);
                return 0;
        }
        if (intern_add(&reader->words, field->name, &number) < 0 ||
            array_reserve(&reader->word_types, &reader->word_capacity, reader->words.count,
                          sizeof(*reader->word_types)) < 0)
                return -ENOMEM;
        if (reader->words.count > known)
                reader->word_types[number] = field->type;
        *ret_type = reader->word_types[number];
        return 0;
}

static int read_field(struct draft *draft, const cJSON *json) {
        const struct json_path path = json_path_key("fields", json->string);
        struct rule *rule = &draft->rule;
        struct rule_field field = { .name = str_from(json->string), .known = field_by_name(str_from(json->string)) };
        enum field_type agreed;
        struct str type;
        int r;

        if (!json_as_text(&draft->place, path.text, json, &type))
                return 0;
        if (!is_capture_name(field.name)) {
                fault_add(&draft->place, path.text, "a capture's name is [a-z][a-z0-9_]*, at most %d bytes",
                          MACRO_MAX_CAPTURE_BYTES);
                return 0;
        }
        if (!type_by_name(type, &field.type)) {
                fault_add(&draft->place, path.text, "must be \"text\", \"integer\" or \"duration\"");
                return 0;
        }
        r = agreed_type(draft->reader, &field, &agreed);
        if (r < 0)
                return r;
        if (!types_agree(agreed, field.type))
                fault_add(&draft->place, path.text, "must be \"%s\", as %s", type_names[agreed],
                          field.known >= 0 ? "boshscope takes it" : "another rule of this pack says");
        if (rule->field_count == RULE_MAX_FIELDS) {
                fault_add(&draft->place, path.text, "more than %d fields", RULE_MAX_FIELDS);
                return 0;
        }
        r = arena_str(draft->arena, field.name, &field.name);
        if (r < 0)
                return r;
        rule->fields[rule->field_count++] = field;
        if (field.known >= 0)
                rule->field_at[field.known] = (uint8_t)rule->field_count;
        return 0;
}

static int read_fields(struct draft *draft) {
        const cJSON *json = cJSON_GetObjectItemCaseSensitive(draft->json, "fields");
        int r = 0;

        if (!json || !json_object(&draft->place, "fields", json, NULL))
                return 0;
        for (const cJSON *c = json->child; c && r == 0; c = c->next)
                r = read_field(draft, c);
        return r;
}

static void check_event_needs(struct draft *draft) {
        const struct event_needs needs = event_kind_needs(draft->rule.kind);
        char any[128] = "";
        uint32_t has = 0;
        size_t at = 0;

        for (size_t i = 0; i < draft->rule.field_count; i++)
                if (draft->rule.fields[i].known >= 0)
                        has |= UINT32_C(1) << draft->rule.fields[i].known;
        for (int i = 0; i < FIELD_KNOWN_COUNT; i++) {
                const uint32_t one = UINT32_C(1) << i;

                if (needs.all & one & ~has)
                        fault_add(&draft->place, "fields", "event \"%s\" needs \"%s\"", draft->rule.event.p,
                                  field_name((enum field)i));
                if ((needs.any & one) && at < sizeof(any) - 1)
                        at += (size_t)snprintf(any + at, sizeof(any) - at, "%s\"%s\"", at ? " or " : "",
                                               field_name((enum field)i));
        }
        if (needs.any && !(needs.any & has))
                fault_add(&draft->place, "fields", "event \"%s\" needs %s", draft->rule.event.p, any);
}

/* --------------------------------------------------------- the pattern */

static struct rule_field *find_field(struct rule *rule, struct str name) {
        for (size_t i = 0; i < rule->field_count; i++)
                if (str_eq(rule->fields[i].name, name))
                        return &rule->fields[i];
        return NULL;
}

static int field_index(struct rule *rule, struct str name) {
        const struct rule_field *field = find_field(rule, name);

        return field ? (int)(field - rule->fields) : -1;
}

/* Each capture must be a field and each field a capture. */
static void check_captures(struct draft *draft) {
        struct rule *rule = &draft->rule;
        const size_t names = rule->pattern ? pattern_name_count(rule->pattern) : 0;
        uint32_t captured = 0;

        for (size_t i = 0; i < names; i++) {
                uint32_t group;
                const struct str name = pattern_name(rule->pattern, i, &group);
                const int field = field_index(rule, name);

                if (field < 0)
                        fault_add(&draft->place, "fields", "capture \"%s\" of the pattern is not declared", name.p);
                else if (captured >> field & 1)
                        fault_add(&draft->place, "pattern", "two groups capture \"%s\"", name.p);
                else
                        captured |= UINT32_C(1) << field;
        }
        for (size_t i = 0; i < rule->field_count; i++)
                if (!(captured >> i & 1))
                        fault_add(&draft->place, "fields", "\"%s\" is no capture of the pattern",
                                  rule->fields[i].name.p);
}

/* Compiling it is what tells its faults; those of the pack inside were told when
 * boshscope was tested. 0, -EINVAL (told), -ENOMEM. */
static int try_pattern(struct draft *draft) {
        struct pattern_fault fault = { 0 };
        int r = 0;

        if (draft->reader->ruleset->lean)
                return 0;
        if (draft->rule.pattern)
                r = pattern_compile(draft->rule.pattern, &fault);
        if (r == -EINVAL)
                fault_add(&draft->place, "pattern", "at byte %zu once its macros are expanded: %s", fault.offset,
                          fault.text);
        else if (r == 0)
                check_captures(draft);
        return r;
}

static int make_pattern(struct draft *draft) {
        struct rule *rule = &draft->rule;
        struct str captures[RULE_MAX_FIELDS], text;
        struct buf expanded;
        int r;

        for (size_t i = 0; i < rule->field_count; i++)
                captures[i] = rule->fields[i].name;
        buf_init(&expanded, MACRO_MAX_EXPANDED_BYTES);
        r = macros_expand(&draft->reader->macros, rule->pattern_text, &draft->place, "pattern", &expanded);
        if (r == 0)
                r = arena_str(draft->arena, buf_str(&expanded), &text);
        if (r == 0)
                r = pattern_new(text, rule->at_start || rule->of_name, captures, rule->field_count, &rule->pattern);
        buf_release(&expanded);
        return r;
}

static int read_pattern(struct draft *draft) {
        struct rule *rule = &draft->rule;
        struct str *pieces = NULL;
        size_t count;
        int r = read_list(draft, "pattern", &pieces, &count);

        if (r == 0)
                r = join(draft->arena, pieces, count, STR(""), &rule->pattern_text);
        if (r == 0 && rule->pattern_text.n)
                r = make_pattern(draft);
        if (r == 0)
                r = try_pattern(draft);
        return r == -EINVAL ? 0 : r;
}

/* --------------------------------------------------------- the samples */

static const char *const sample_keys[] = { "text", "fields", NULL };

static int read_expected(struct draft *draft, const char *path, const cJSON *json, struct rule_sample *sample) {
        const struct rule_field *field = find_field(&draft->rule, str_from(json->string));
        struct value value = { .set = true };

        if (!field) {
                fault_add(&draft->place, path, "is no field of the rule");
                return 0;
        }
        if (field->type != FIELD_TYPE_TEXT) {
                if (!json_as_whole(&draft->place, path, json, &value.number))
                        return 0;
        } else {
                struct str text;

                if (!json_as_text(&draft->place, path, json, &text))
                        return 0;
                if (arena_str(draft->arena, text, &value.text) < 0)
                        return -ENOMEM;
        }
        sample->values[field - draft->rule.fields] = value;
        return 0;
}

static int read_sample(struct draft *draft, const char *path, const cJSON *json, struct rule_sample *sample) {
        const struct json_path fields_path = json_path_key(path, "fields");
        const cJSON *fields;
        struct str text;
        int r = 0;

        if (!json_object(&draft->place, path, json, sample_keys))
                return 0;
        if (json_text(&draft->place, path, json, "text", JSON_REQUIRED, &text))
                r = arena_str(draft->arena, text, &sample->text);
        fields = cJSON_GetObjectItemCaseSensitive(json, "fields");
        if (!fields || !json_object(&draft->place, fields_path.text, fields, NULL))
                return r;
        for (const cJSON *c = fields->child; c && r == 0; c = c->next)
                r = read_expected(draft, json_path_key(fields_path.text, c->string).text, c, sample);
        return r;
}

/* ---------------------------------------------------------- the shapes */

static void bind_shape(struct draft *draft, struct shape *shape) {
        uint32_t captured = 0;

        for (size_t i = 0; i < shape->count; i++) {
                struct shape_step *step = &shape->steps[i];

                if (!shape_step_captures(step))
                        continue;
                step->field = field_index(&draft->rule, step->text);
                if (step->field < 0)
                        fault_add(&draft->place, "shapes", "capture \"%.*s\" is not declared", (int)step->text.n,
                                  step->text.p);
                else if (captured >> step->field & 1)
                        fault_add(&draft->place, "shapes", "\"%.*s\" is captured twice", (int)step->text.n,
                                  step->text.p);
                else
                        captured |= UINT32_C(1) << step->field;
                if (step->field >= 0)
                        step->type = draft->rule.fields[step->field].type;
        }
}

/* A shape is found by what it begins with, which must be there for the pattern too. */
static bool begins_with_literal(const struct rule *rule, const struct shape *shape) {
        for (size_t i = 0; i < rule->literal_count && shape->steps[0].kind == SHAPE_LITERAL; i++)
                if (str_starts(shape->steps[0].text, rule->literals[i]))
                        return true;
        return false;
}

static int read_shapes(struct draft *draft) {
        struct rule *rule = &draft->rule;
        struct str *texts = NULL;
        struct shape *shapes;
        size_t count;
        int r = read_list(draft, "shapes", &texts, &count);

        if (r < 0 || count == 0)
                return r;
        if (!rule->at_start || !rule->pattern || rule->logger_count)
                fault_add(&draft->place, "shapes",
                          "only beside a pattern, with \"at\": \"message\" and without a logger");
        shapes = arena_zalloc(draft->arena, count * sizeof(*shapes));
        if (!shapes)
                return -ENOMEM;
        for (size_t i = 0; i < count; i++) {
                const char *why;

                r = shape_parse(draft->arena, texts[i], &shapes[i], &why);
                if (r < 0)
                        return r;
                if (r == 0)
                        fault_add(&draft->place, "shapes", "\"%s\" %s", texts[i].p, why);
                else if (!begins_with_literal(rule, &shapes[i]))
                        fault_add(&draft->place, "shapes", "\"%s\" must begin with a literal of the rule", texts[i].p);
                else
                        bind_shape(draft, &shapes[i]);
        }
        rule->shapes = shapes;
        rule->shape_count = count;
        return 0;
}

static int read_samples(struct draft *draft) {
        const cJSON *json = cJSON_GetObjectItemCaseSensitive(draft->json, "samples");
        struct rule_sample *samples;
        int r = 0, i = 0;

        if (draft->reader->ruleset->lean)
                return 0;
        if (!cJSON_IsArray(json) || !json->child) {
                fault_add(&draft->place, "samples", "must be an array with at least one sample");
                return 0;
        }
        samples = arena_zalloc(draft->arena, sizeof(*samples) * (size_t)cJSON_GetArraySize(json));
        if (!samples)
                return -ENOMEM;
        for (const cJSON *c = json->child; c && r == 0; c = c->next, i++)
                r = read_sample(draft, json_path_index("samples", i).text, c, &samples[i]);
        draft->rule.samples = samples;
        draft->rule.sample_count = (size_t)i;
        return r;
}

static int read_near_misses(struct draft *draft) {
        const cJSON *json = cJSON_GetObjectItemCaseSensitive(draft->json, "near_misses");
        struct str *texts = NULL;
        bool good;
        int r;

        if (draft->reader->ruleset->lean)
                return 0;
        if (!cJSON_IsArray(json) || !json->child) {
                fault_add(&draft->place, "near_misses", "must be an array with at least one text");
                return 0;
        }
        r = json_texts(draft->arena, &draft->place, "near_misses", json, &texts, &draft->rule.near_miss_count, &good);
        draft->rule.near_misses = texts;
        return r;
}

/* -------------------------------------------------------- the versions */

static bool read_version(struct draft *draft, int i, const cJSON *json, struct str *ret_text) {
        const struct json_path path = json_path_index("versions", i);

        if (!json_as_text(&draft->place, path.text, json, ret_text))
                return false;
        if (version_parse(*ret_text) != 0)
                return true;
        fault_add(&draft->place, path.text, "must be a version such as \"3.9.3\"");
        return false;
}

/* [first, last]: the versions that write this wording; null where it is not known
 * that one is the last. */
static int read_versions(struct draft *draft) {
        const cJSON *json = cJSON_GetObjectItemCaseSensitive(draft->json, "versions");
        struct version_range *range = &draft->rule.versions;
        struct str first, last = { 0 };

        if (!json)
                return 0;
        if (!cJSON_IsArray(json) || cJSON_GetArraySize(json) != 2) {
                fault_add(&draft->place, "versions", "must be [first, last]; null for an open end");
                return 0;
        }
        if (!read_version(draft, 0, json->child, &first) ||
            (!cJSON_IsNull(json->child->next) && !read_version(draft, 1, json->child->next, &last)))
                return 0;
        range->first = version_parse(first);
        range->last = last.n ? version_parse(last) : VERSION_OPEN;
        if (range->first > range->last)
                fault_add(&draft->place, "versions", "the first must not be later than the last");
        return 0;
}

/* ------------------------------------------------------------ the whole */

static const char *const rule_keys[] = { "id",       "title",   "literal",     "at",       "logger",
                                         "contains", "pattern", "shapes",      "event",    "server",
                                         "fields",   "samples", "near_misses", "versions", NULL };

/* In this order: fields before the pattern and the samples, which refer to them. */
static draft_step *const steps[] = { read_words,  read_server,  read_literals,    read_fields,  read_pattern,
                                     read_shapes, read_samples, read_near_misses, read_versions };

static int read_draft(struct draft *draft) {
        const size_t before = draft->place.faults->count;
        struct ruleset *ruleset = draft->reader->ruleset;
        int r;

        if (!cJSON_IsObject(draft->json)) {
                fault_add(&draft->place, NULL, "must be an object");
                return 0;
        }
        r = read_id(draft);
        json_object(&draft->place, NULL, draft->json, rule_keys);
        for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && r == 0; i++)
                r = steps[i](draft);
        if (r < 0)
                return r;
        if (draft->rule.event.p)
                check_event_needs(draft);
        if (draft->place.faults->count > before)
                return 0;
        r = array_reserve(&ruleset->rules, &ruleset->capacity, ruleset->count + 1, sizeof(*ruleset->rules));
        if (r < 0)
                return r;
        draft->rule.index = ruleset->count;
        ruleset->rules[ruleset->count++] = draft->rule;
        draft->rule.pattern = NULL;
        return 0;
}

int rule_read(struct rule_reader *reader, const struct place *place, enum family family, const cJSON *json,
              size_t number) {
        struct draft draft = { .reader = reader, .arena = &reader->ruleset->arena, .place = *place, .json = json };
        char name[32];
        int r;

        snprintf(name, sizeof(name), "number %zu", number);
        draft.place.rule = name;
        draft.rule = (struct rule){ .family = family };
        r = arena_str(draft.arena, str_from(place->file), &draft.rule.file);
        if (r == 0)
                r = read_draft(&draft);
        pattern_free(draft.rule.pattern);
        return r;
}
