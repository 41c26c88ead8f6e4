/*
 * What stands for what in a redacted report, as JSON, schema boshscope.redact-map/1. It
 * gives away what the report hides: for the owner of the logs alone.
 */
#include "report/json.h"
#include "report/report.h"

static void write_entry(struct json *json, const struct pseudonym *entry) {
        json_begin_inline_object(json);
        json_put_text(json, "kind", pseudonym_kind_name(entry->kind));
        json_put_string(json, "original", entry->original);
        json_put_string(json, "pseudonym", entry->shown);
        json_end_object(json);
}

int report_write_redact_map(const struct report *report, writer_fn *write, void *userdata) {
        const struct pseudonym *const *entries;
        struct json json;
        size_t count;
        int r = redact_list(report->redact, &entries, &count);

        if (r < 0)
                return r;
        json_init(&json, write, userdata);
        json_begin_object(&json);
        json_put_text(&json, "schema", "boshscope.redact-map/1");
        json_key(&json, "entries");
        json_begin_array(&json);
        for (size_t i = 0; i < count; i++)
                write_entry(&json, entries[i]);
        json_end_array(&json);
        json_end_object(&json);
        return json_finish(&json);
}
