/*
 * The JSON report's server_events[].
 */
#include "report/report_parts.h"

static void write_server_event(struct json *json, const struct server_event *event) {
        json_begin_object(json);
        json_put_time(json, "time", event->at_ms);
        json_put_name(json, "node", event->node);
        json_put_string(json, "event", event->name);
        json_put_name(json, "rule", event->event ? event->event->rule->id : STR(""));
        json_put_number(json, "input", event->input->index);
        json_key(json, "line");
        if (event->line)
                json_number(json, (int64_t)event->line);
        else
                json_null(json);
        json_key(json, "duration_ms");
        if (event->duration_ms >= 0)
                json_number(json, event->duration_ms);
        else
                json_null(json);
        json_put_name(json, "text", event->event ? event->event->text : STR(""));
        json_end_object(json);
}

void write_server_events(struct json *json, const struct server_events *events) {
        json_begin_array(json);
        for (size_t i = 0; i < events->count; i++)
                write_server_event(json, &events->items[i]);
        json_end_array(json);
}
