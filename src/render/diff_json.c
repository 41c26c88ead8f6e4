/* The same for programs, schema boshscope.diff/1: see the JSON Schema beside boshscope.h. */
#include "render/diff.h"
#include "report/json.h"

static void put_changes(struct json *json, const struct diff_changes *changes) {
        json_key(json, "changes");
        json_begin_array(json);
        for (size_t i = 0; i < changes->count; i++) {
                json_begin_inline_object(json);
                json_put_string(json, "name", changes->items[i].name);
                json_put_name(json, "before", changes->items[i].before);
                json_put_name(json, "after", changes->items[i].after);
                json_end_object(json);
        }
        json_end_array(json);
}

static void put_finding(struct json *json, const struct diff_finding *both) {
        const struct view_finding *finding = both->after ? both->after : both->before;

        json_begin_object(json);
        json_put_string(json, "id", finding->id);
        json_put_string(json, "kind", finding->kind);
        json_put_string(json, "severity", finding->severity);
        json_put_name(json, "node", finding->node);
        json_put_name(json, "agent", finding->agent);
        json_put_name(json, "sid", finding->sid);
        json_put_time(json, "start", finding->start);
        json_put_time(json, "end", finding->end);
        json_put_name(json, "cause", finding->cause);
        json_put_string(json, "why", finding->why);
        if (both->before && both->after)
                put_changes(json, &both->changes);
        json_end_object(json);
}

static void put_findings(struct json *json, const char *key, const struct diff_findings *findings) {
        json_key(json, key);
        json_begin_array(json);
        for (size_t i = 0; i < findings->count; i++)
                put_finding(json, &findings->items[i]);
        json_end_array(json);
}

int diff_write_json(const struct diff *diff, writer_fn *write, void *userdata) {
        struct json json;

        json_init(&json, write, userdata);
        json_begin_object(&json);
        json_put_text(&json, "schema", "boshscope.diff/1");
        put_changes(&json, &diff->head);
        put_findings(&json, "new", &diff->added);
        put_findings(&json, "gone", &diff->gone);
        put_findings(&json, "changed", &diff->changed);
        json_end_object(&json);
        return json_finish(&json);
}
