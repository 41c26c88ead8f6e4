/*
 * Incidents and bursts, one a line, as JSON: what timeline tools read. Timesketch asks for
 * message, datetime and timestamp_desc; the other names are the fleet report's own.
 */
#include "fleet/format.h"
#include "fleet/shown.h"
#include "report/json.h"

/* Tools want no arrays: "fin1, fin2"; of very many as many as a phrase holds. */
static void put_joined(struct json *json, const char *key, const struct view_texts *texts) {
        struct phrase phrase;

        phrase_clear(&phrase);
        for (size_t i = 0; i < texts->count; i++) {
                phrase_say(&phrase, i ? ", " : "");
                phrase_name(&phrase, texts->items[i]);
        }
        json_put_string(json, key, phrase_str(&phrase));
}

static void put_head(struct json *json, const struct phrase *message, int64_t time, const char *desc) {
        json_begin_inline_object(json);
        json_put_string(json, "message", phrase_str(message));
        json_put_time(json, "datetime", time);
        json_put_text(json, "timestamp_desc", desc);
}

static void put_incident(struct json *json, const struct shown *shown, const struct fleet_incident *incident) {
        struct phrase message;

        phrase_clear(&message);
        shown_incident(&message, shown, incident);
        put_head(json, &message, incident->start, "Incident");
        json_put_text(json, "type", "incident");
        json_put_string(json, "event", incident->kind);
        json_put_string(json, "agent", incident->agent);
        put_joined(json, "node", &incident->nodes);
        json_put_string(json, "id", incident->id);
        json_put_time(json, "start", incident->start);
        json_put_time(json, "end", incident->end);
        json_put_name(json, "cause", incident->cause);
        json_put_name(json, "address", incident->address);
        json_put_name(json, "burst", incident->burst);
        put_joined(json, "bundles", &incident->bundles);
        put_joined(json, "findings", &incident->findings);
        json_end_object(json);
        json_next_document(json);
}

static void put_burst(struct json *json, const struct fleet_burst *burst) {
        struct phrase message;

        phrase_clear(&message);
        shown_burst(&message, burst);
        put_head(json, &message, burst->start, "Burst");
        json_put_text(json, "type", "burst");
        json_put_text(json, "event", "mass_disconnect");
        put_joined(json, "node", &burst->nodes);
        json_put_number(json, "agents", (int64_t)burst->agents.count);
        json_put_string(json, "id", burst->id);
        json_put_time(json, "start", burst->start);
        json_put_time(json, "end", burst->end);
        json_put_name(json, "cause", burst->cause);
        json_put_name(json, "scope", burst->scope);
        json_end_object(json);
        json_next_document(json);
}

/* Both are in order of time; a burst comes before its incidents. */
int fleet_write_ndjson(const struct fleet_report *report, const struct style *style, writer_fn *write, void *userdata) {
        struct shown shown;
        struct json json;
        size_t burst = 0;

        shown_init(&shown, report, style);
        json_init(&json, write, userdata);
        for (size_t i = 0; i < report->incidents.count; i++) {
                while (burst < report->bursts.count &&
                       report->bursts.items[burst].start <= report->incidents.items[i].start)
                        put_burst(&json, &report->bursts.items[burst++]);
                put_incident(&json, &shown, &report->incidents.items[i]);
        }
        while (burst < report->bursts.count)
                put_burst(&json, &report->bursts.items[burst++]);
        return writer_finish(&json.writer);
}
