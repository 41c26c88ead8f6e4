/*
 * What no rule matched, as JSON, schema boshscope.unmatched/1: see the JSON Schema
 * beside boshscope.h.
 */
#include "report/report_parts.h"

static void write_example(struct json *json, const struct report *report, const struct unmatched_kind *kind) {
        json_begin_object(json);
        json_put_number(json, "input", kind->input);
        json_put_string(json, "path", report->inputs.items[kind->input]->path);
        json_put_number(json, "line", (int64_t)kind->line);
        json_put_number(json, "offset", (int64_t)kind->offset);
        json_put_string(json, "text", kind->text);
        json_put_bool(json, "text_cut", kind->text_cut);
        json_end_object(json);
}

static void write_kind(struct json *json, const struct report *report, const struct unmatched_kind *kind) {
        json_begin_object(json);
        json_put_number(json, "count", (int64_t)kind->count);
        json_put_text(json, "family", family_name(kind->family));
        json_put_name(json, "level", kind->level);
        json_put_name(json, "logger", kind->logger);
        json_put_string(json, "shape", kind->shape);
        json_key(json, "example");
        write_example(json, report, kind);
        json_end_object(json);
}

int report_write_unmatched(const struct report *report, writer_fn *write, void *userdata) {
        const struct unmatched_sum *sum = &report->unmatched;
        struct json json;

        json_init(&json, write, userdata);
        json_begin_object(&json);
        json_put_text(&json, "schema", "boshscope.unmatched/1");
        json_key(&json, "ruleset");
        write_ruleset(&json, report->ruleset);
        json_put_bool(&json, "complete", report->complete);
        json_put_number(&json, "records", (int64_t)sum->records);
        json_put_number(&json, "other", (int64_t)sum->others);
        json_key(&json, "shapes");
        json_begin_array(&json);
        for (size_t i = 0; i < sum->count; i++)
                write_kind(&json, report, &sum->kinds[i]);
        json_end_array(&json);
        json_end_object(&json);
        return json_finish(&json);
}
