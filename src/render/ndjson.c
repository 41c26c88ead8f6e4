/*
 * One event a line, as JSON: what timeline tools read. Timesketch asks for message, datetime
 * and timestamp_desc; the other names are the report's own. What has no time is left out,
 * since such tools refuse it.
 */
#include "render/ndjson.h"
#include "base/utf8.h"
#include "render/format.h"
#include "render/lines.h"
#include "render/phrase.h"
#include "report/json.h"

enum { KEY_BYTES = 128 };

/* Names of ours, which an event's own field cannot take. */
static bool is_ours(struct str key) {
        static const struct str ours[] = {
                STR_INIT("message"), STR_INIT("datetime"), STR_INIT("timestamp"), STR_INIT("timestamp_desc"),
                STR_INIT("type"),    STR_INIT("event"),    STR_INIT("severity"),  STR_INIT("node"),
                STR_INIT("agent"),   STR_INIT("sid"),      STR_INIT("file"),      STR_INIT("line"),
                STR_INIT("id"),      STR_INIT("start"),    STR_INIT("end"),
        };

        for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
                if (str_eq(key, ours[i]))
                        return true;
        return false;
}

struct str line_agent(const struct line_of *line) {
        return line->session   ? line->session->agent
               : line->agent   ? line->agent->agent
               : line->finding ? line->finding->agent
                               : STR("");
}

/* The session's id and the agent are there already. */
static bool is_said(const struct line_of *line, const struct view_field *field) {
        return (line->session && str_eq(field->key, STR("sid")) && str_eq(field->value, line->session->sid)) ||
               (line->event && str_eq(field->key, STR("agent")) && str_eq(field->value, line_agent(line)));
}

/* A line holds no array or object: its JSON stands there as a text. */
static void put_value(struct json *json, const struct view_field *field) {
        const char first = field->value.n ? field->value.p[0] : '[';

        if (field->kind == VIEW_TEXT || first == '[' || first == '{')
                json_string(json, field->value);
        else
                json_raw(json, field->value);
}

static void put_fields(struct json *json, const struct line_of *line, const struct view_fields *fields) {
        static const char prefix[] = "record_";
        char name[KEY_BYTES];

        for (size_t i = 0; i < fields->count; i++) {
                const struct view_field *field = &fields->items[i];
                const struct str key = utf8_first(field->key, KEY_BYTES - sizeof(prefix));
                const size_t before = is_ours(key) ? strlen(prefix) : 0;

                if (is_said(line, field))
                        continue;
                memcpy(name, prefix, before);
                if (key.n)
                        memcpy(name + before, key.p, key.n);
                json_key_of(json, (struct str){ name, before + key.n });
                put_value(json, field);
        }
}

/* "session_sample idle_ms=13230" */
static void say_event(struct phrase *message, const struct line_of *line) {
        const struct view_fields *fields = &line->event->fields;

        phrase_name(message, line->event->event);
        for (size_t i = 0; i < fields->count; i++) {
                if (is_said(line, &fields->items[i]))
                        continue;
                phrase_say(message, " ");
                phrase_name(message, fields->items[i].key);
                phrase_say(message, "=");
                phrase_name(message, fields->items[i].value);
        }
}

void line_put_message(struct json *json, const struct line_of *line) {
        const struct str name = line->server_event ? line->server_event->node : line_agent(line);
        struct phrase message;

        phrase_clear(&message);
        phrase_name(&message, name.n ? name : STR("server"));
        phrase_say(&message, ": ");
        if (line->event) {
                say_event(&message, line);
        } else {
                phrase_name(&message, line->finding ? line->finding->kind : line->server_event->event);
                phrase_say(&message, ": ");
                phrase_add(&message, line->finding ? line->finding->why : line->server_event->text, PHRASE_BYTES / 2);
        }
        json_put_string(json, "message", phrase_str(&message));
}

static struct str input_node(const struct view *view, int64_t input) {
        return input == VIEW_NONE ? STR("") : view->inputs.items[input].node;
}

static void put_place(struct json *json, const struct view *view, int64_t input, int64_t line) {
        json_put_name(json, "file", input == VIEW_NONE ? STR("") : view_place(view, input));
        json_key(json, "line");
        if (line == VIEW_NONE)
                json_null(json);
        else
                json_number(json, line);
}

static void put_event(struct json *json, const struct view *view, const struct line_of *line) {
        json_put_text(json, "type", line->session ? "session" : "agent");
        json_put_string(json, "event", line->event->event);
        json_put_name(json, "node", line->session ? line->session->node : input_node(view, line->event->input));
        json_put_name(json, "agent", line_agent(line));
        if (line->session)
                json_put_name(json, "sid", line->session->sid);
        put_place(json, view, line->event->input, line->event->line);
        put_fields(json, line, &line->event->fields);
}

static void put_server_event(struct json *json, const struct view *view, const struct line_of *line) {
        const struct view_server_event *event = line->server_event;

        json_put_text(json, "type", "server");
        json_put_string(json, "event", event->event);
        json_put_name(json, "node", event->node);
        put_place(json, view, event->input, event->line);
        if (event->duration_ms != VIEW_NONE)
                json_put_number(json, "duration_ms", event->duration_ms);
}

static void put_finding(struct json *json, const struct view *view, const struct line_of *line) {
        const struct view_finding *finding = line->finding;

        json_put_text(json, "type", "finding");
        json_put_string(json, "event", finding->kind);
        json_put_string(json, "severity", finding->severity);
        json_put_name(json, "node", finding->node);
        json_put_name(json, "agent", finding->agent);
        json_put_name(json, "sid", finding->sid);
        json_put_string(json, "id", finding->id);
        json_put_time(json, "start", finding->start);
        json_put_time(json, "end", finding->end);
        if (finding->cause.n)
                json_put_string(json, "cause", finding->cause);
        if (finding->evidence.count)
                put_place(json, view, finding->evidence.items[0].input, finding->evidence.items[0].line);
        put_fields(json, line, &finding->fields);
}

static void put_line(struct json *json, const struct view *view, const struct line_of *line) {
        json_begin_inline_object(json);
        line_put_message(json, line);
        json_put_time(json, "datetime", line->time);
        json_put_text(json, "timestamp_desc", line->finding ? "Finding" : "Logged");
        if (line->event)
                put_event(json, view, line);
        else if (line->finding)
                put_finding(json, view, line);
        else
                put_server_event(json, view, line);
        json_end_object(json);
        json_next_document(json);
}

int render_ndjson(const struct view *view, const struct style *style, writer_fn *write, void *userdata) {
        struct lines lines;
        struct json json;
        int r = lines_gather(&lines, view, style, TIME_UNKNOWN, TIME_UNKNOWN);

        if (r == 0) {
                json_init(&json, write, userdata);
                for (size_t i = 0; i < lines.count; i++)
                        put_line(&json, view, &lines.items[i]);
                r = writer_finish(&json.writer);
        }
        lines_release(&lines);
        return r;
}
