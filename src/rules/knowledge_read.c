#include "rules/knowledge_read.h"

#include "base/buf.h"
#include "rules/rule_read.h"

/* One entry of a list. 0 or -ENOMEM; faults are told. */
typedef int read_entry(struct ruleset *ruleset, const struct place *place, const char *path, const cJSON *json);

/* The text under a key, kept. False where there is a fault, which was told. */
static bool keep_text(struct ruleset *ruleset, const struct place *place, const char *path, const cJSON *json,
                      const char *key, enum json_need need, struct str *ret_text, int *ret_r) {
        struct str text;

        if (!json_text(place, path, json, key, need, &text))
                return false;
        *ret_r = arena_str(&ruleset->arena, text, ret_text);
        return *ret_r == 0;
}

/* ------------------------------------------------------------- advice */

static int read_advice(struct ruleset *ruleset, const struct place *place, const char *path, const cJSON *json) {
        static const char *const keys[] = { "for", "product", "step", "source", "link", NULL };
        struct knowledge *knowledge = &ruleset->knowledge;
        struct advice advice = { 0 };
        struct str *topics = NULL;
        bool good = false;
        int r;

        if (knowledge->advice_count == MAX_ADVICE)
                fault_add(place, path, "more than %d pieces of advice", MAX_ADVICE);
        if (knowledge->advice_count == MAX_ADVICE || !json_object(place, path, json, keys))
                return 0;
        r = json_texts(&ruleset->arena, place, json_path_key(path, "for").text,
                       cJSON_GetObjectItemCaseSensitive(json, "for"), &topics, &advice.topic_count, &good);
        if (r < 0 || !good)
                return r;
        advice.topics = topics;
        if (!keep_text(ruleset, place, path, json, "product", JSON_OPTIONAL, &advice.product, &r) ||
            !keep_text(ruleset, place, path, json, "step", JSON_REQUIRED, &advice.step, &r) ||
            !keep_text(ruleset, place, path, json, "source", JSON_REQUIRED, &advice.source, &r) ||
            !keep_text(ruleset, place, path, json, "link", JSON_OPTIONAL, &advice.link, &r))
                return r;
        r = array_reserve(&knowledge->advice, &knowledge->advice_capacity, knowledge->advice_count + 1, sizeof(advice));
        if (r == 0)
                knowledge->advice[knowledge->advice_count++] = advice;
        return r;
}

/* ------------------------------------------------------------ reasons */

static bool read_whole(const struct place *place, const char *path, const cJSON *json, const char *key,
                       int64_t *ret_number) {
        const cJSON *value = cJSON_GetObjectItemCaseSensitive(json, key);

        if (!value)
                fault_add(place, json_path_key(path, key).text, "is missing");
        return value && json_as_whole(place, json_path_key(path, key).text, value, ret_number);
}

static int read_reason(struct ruleset *ruleset, const struct place *place, const char *path, const cJSON *json) {
        static const char *const keys[] = { "product", "code", "state", "name", NULL };
        struct knowledge *knowledge = &ruleset->knowledge;
        struct reason_name reason = { 0 };
        int r = 0;

        if (!json_object(place, path, json, keys) || !read_whole(place, path, json, "code", &reason.code) ||
            !keep_text(ruleset, place, path, json, "product", JSON_OPTIONAL, &reason.product, &r) ||
            !keep_text(ruleset, place, path, json, "state", JSON_OPTIONAL, &reason.state, &r) ||
            !keep_text(ruleset, place, path, json, "name", JSON_REQUIRED, &reason.name, &r))
                return r;
        r = array_reserve(&knowledge->reasons, &knowledge->reason_capacity, knowledge->reason_count + 1,
                          sizeof(reason));
        if (r == 0)
                knowledge->reasons[knowledge->reason_count++] = reason;
        return r;
}

/* ------------------------------------------------------------- windows */

static bool read_base(const struct place *place, const char *path, const cJSON *json, const char *key,
                      enum window_base *ret_base) {
        struct str word;

        *ret_base = BASE_NONE;
        if (!json_text(place, path, json, key, JSON_OPTIONAL, &word))
                return false;
        if (str_eq(word, STR("wait")))
                *ret_base = BASE_WAIT;
        else if (str_eq(word, STR("threshold")))
                *ret_base = BASE_THRESHOLD;
        else if (word.n)
                fault_add(place, json_path_key(path, key).text, "must be \"wait\" or \"threshold\"");
        return true;
}

static int read_window(struct ruleset *ruleset, const struct place *place, const char *path, const cJSON *json) {
        static const char *const keys[] = { "step",       "after",      "min_ms", "max_ms",
                                            "min_beyond", "max_beyond", "source", NULL };
        struct knowledge *knowledge = &ruleset->knowledge;
        struct chain_window window = { 0 };
        int r = 0;

        if (!json_object(place, path, json, keys) || !read_whole(place, path, json, "min_ms", &window.min_ms) ||
            !read_whole(place, path, json, "max_ms", &window.max_ms) ||
            !read_base(place, path, json, "min_beyond", &window.min_beyond) ||
            !read_base(place, path, json, "max_beyond", &window.max_beyond) ||
            !keep_text(ruleset, place, path, json, "step", JSON_REQUIRED, &window.step, &r) ||
            !keep_text(ruleset, place, path, json, "after", JSON_REQUIRED, &window.after, &r) ||
            !keep_text(ruleset, place, path, json, "source", JSON_REQUIRED, &window.source, &r))
                return r;
        r = array_reserve(&knowledge->windows, &knowledge->window_capacity, knowledge->window_count + 1,
                          sizeof(window));
        if (r == 0)
                knowledge->windows[knowledge->window_count++] = window;
        return r;
}

static int read_list(struct ruleset *ruleset, const struct place *place, const cJSON *file, const char *key,
                     read_entry *read) {
        const cJSON *list = cJSON_GetObjectItemCaseSensitive(file, key);
        int index = 0, r = 0;

        if (list && !cJSON_IsArray(list))
                fault_add(place, key, "must be an array");
        for (const cJSON *c = cJSON_IsArray(list) ? list->child : NULL; c && r == 0; c = c->next)
                r = read(ruleset, place, json_path_index(key, index++).text, c);
        return r;
}

int knowledge_read(struct ruleset *ruleset, const struct place *place, const cJSON *file) {
        int r = read_list(ruleset, place, file, "advice", read_advice);

        if (r == 0)
                r = read_list(ruleset, place, file, "reasons", read_reason);
        return r < 0 ? r : read_list(ruleset, place, file, "chain", read_window);
}
