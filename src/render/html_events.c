/*
 * An HTML page's events: what sessions and agents have in their timelines, one behind the
 * other, with how many each has.
 */
#include "render/html_data.h"

/* One timeline after the other; NULL for one that is not kept. */
typedef const struct view_events *timeline_fn(const struct html_data *data, size_t i);

struct timelines {
        size_t count;
        timeline_fn *timeline;
};

static const struct view_events *of_session(const struct html_data *data, size_t i) {
        return data->cut.sessions[i] ? &data->view->sessions.items[i].timeline : NULL;
}

static const struct view_events *of_agent(const struct html_data *data, size_t i) {
        return data->cut.agents[i] ? &data->view->agents.items[i].timeline : NULL;
}

/* One value of an event; `before` is the kept one before it in its timeline, NULL for the first. */
typedef void put_fn(struct html_data *data, const struct view_event *event, const struct view_event *before);

static void column(struct html_data *data, const struct timelines *all, const char *key, put_fn *put) {
        json_key(data->json, key);
        json_begin_inline_array(data->json);
        for (size_t i = 0; i < all->count; i++) {
                const struct view_events *events = all->timeline(data, i);
                const size_t kept = events ? html_cut_events(&data->cut, events) : 0;

                for (size_t k = 0; k < kept; k++) {
                        const struct view_event *event = &events->items[events->count - kept + k];

                        put(data, event, k ? event - 1 : NULL);
                }
        }
        json_end_array(data->json);
}

static void count_column(struct html_data *data, const struct timelines *all) {
        json_key(data->json, "count");
        json_begin_inline_array(data->json);
        for (size_t i = 0; i < all->count; i++) {
                const struct view_events *events = all->timeline(data, i);

                if (events)
                        json_number(data->json, (int64_t)html_cut_events(&data->cut, events));
        }
        json_end_array(data->json);
}

/* Distances from the event before; what has no time stands at null, and the next counts from the base. */
static void put_at(struct html_data *data, const struct view_event *event, const struct view_event *before) {
        if (event->time == TIME_UNKNOWN || !before || before->time == TIME_UNKNOWN)
                html_put_moment(data, event->time);
        else
                json_number(data->json, event->time - before->time);
}

static void put_line(struct html_data *data, const struct view_event *event, const struct view_event *before) {
        const int64_t line = event->line == VIEW_NONE ? 0 : event->line;

        json_number(data->json, line - (before && before->line != VIEW_NONE ? before->line : 0));
}

static void put_kind(struct html_data *data, const struct view_event *event, const struct view_event *before) {
        (void)before;
        html_put_text(data, event->event);
}

static void put_input(struct html_data *data, const struct view_event *event, const struct view_event *before) {
        (void)before;
        html_put_number(data, event->input);
}

/* What a sample says, which request it was, or the reason code. */
static void put_value(struct html_data *data, const struct view_event *event, const struct view_event *before) {
        static const char *const fields[] = { "idle_ms", "rid", "reason" };
        int64_t value = VIEW_NONE;

        (void)before;
        for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]) && value == VIEW_NONE; i++)
                value = view_field_number(&event->fields, fields[i]);
        html_put_number(data, value);
}

/* Which presence, which state. */
static void put_state(struct html_data *data, const struct view_event *event, const struct view_event *before) {
        const struct str presence = view_field(&event->fields, "presence");

        (void)before;
        html_put_text(data, presence.n ? presence : view_field(&event->fields, "state_name"));
}

static void put_common(struct html_data *data, const struct timelines *all) {
        count_column(data, all);
        column(data, all, "at", put_at);
        column(data, all, "kind", put_kind);
        column(data, all, "input", put_input);
        column(data, all, "line", put_line);
        column(data, all, "value", put_value);
}

void html_write_events(struct html_data *data) {
        const struct timelines sessions = { data->view->sessions.count, of_session };
        const struct timelines agents = { data->view->agents.count, of_agent };

        json_key(data->json, "events");
        json_begin_inline_object(data->json);
        put_common(data, &sessions);
        json_end_object(data->json);
        json_key(data->json, "web");
        json_begin_inline_object(data->json);
        put_common(data, &agents);
        column(data, &agents, "state", put_state);
        json_end_object(data->json);
}
