/*
 * What a bundle holds, as JSON, schema boshscope.info/1: blocks of the report,
 * named and written as they are there.
 */
#include "report/report_parts.h"

int report_write_info_json(const struct report *report, writer_fn *write, void *userdata) {
        struct json json;

        json_init(&json, write, userdata);
        json_begin_object(&json);
        json_put_text(&json, "schema", "boshscope.info/1");
        json_key(&json, "ruleset");
        write_ruleset(&json, report->ruleset);
        json_put_bool(&json, "complete", report->complete);
        json_put_number(&json, "exit_status", report->exit_status);
        json_key(&json, "bundle");
        write_bundle(&json, report);
        json_key(&json, "containers");
        write_containers(&json, &report->bundle);
        write_what_was_read(&json, report);
        json_key(&json, "diagnostics");
        write_diagnostics(&json, report);
        json_end_object(&json);
        return json_finish(&json);
}
