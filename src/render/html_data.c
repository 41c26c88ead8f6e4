#include "render/html_data.h"

#include <errno.h>
#include <stdlib.h>

/* ------------------------------------------------------------ who is who */

/* An agent's name and a sid with a NUL between them, which no sid holds. */
static int session_key(struct buf *key, struct str agent, struct str sid) {
        int r;

        key->n = 0;
        r = buf_add(key, agent);
        if (r == 0)
                r = buf_add_byte(key, '\0');
        return r ? r : buf_add(key, sid);
}

uint32_t html_session_number(struct html_data *data, struct str agent, struct str sid) {
        uint32_t id = INTERN_NONE;

        if (sid.n && data->pack.error == 0) {
                data->pack.error = session_key(&data->pack.form, agent, sid);
                if (data->pack.error == 0)
                        id = intern_find(&data->sessions, buf_str(&data->pack.form));
        }
        return id == INTERN_NONE ? PACK_NONE : data->session_number[id];
}

static int number_agents(struct html_data *data) {
        uint32_t id;
        int r = 0;

        for (size_t i = 0; i < data->view->agents.count && r == 0; i++)
                if (data->cut.agents[i])
                        r = intern_add(&data->agents, data->view->agents.items[i].agent, &id);
        return r;
}

/* Of sessions with one agent and sid the first counts. */
static int number_sessions(struct html_data *data) {
        uint32_t number = 0, id;
        int r = 0;

        for (size_t i = 0; i < data->view->sessions.count && r == 0; i++) {
                const struct view_session *session = &data->view->sessions.items[i];
                const size_t known = data->sessions.count;

                if (!data->cut.sessions[i])
                        continue;
                r = session_key(&data->pack.form, session->agent, session->sid);
                if (r == 0)
                        r = intern_add(&data->sessions, buf_str(&data->pack.form), &id);
                if (r == 0 && data->sessions.count > known)
                        data->session_number[id] = number;
                number++;
        }
        return r;
}

static int64_t first_time(const struct view *view) {
        int64_t first = TIME_UNKNOWN;

        for (size_t i = 0; i < view->inputs.count; i++) {
                const int64_t at = view->inputs.items[i].first;

                if (at != TIME_UNKNOWN && (first == TIME_UNKNOWN || at < first))
                        first = at;
        }
        return first == TIME_UNKNOWN ? 0 : first;
}

int html_data_init(struct html_data *data, const struct view *view, const struct style *style) {
        int r;

        *data = (struct html_data){ .view = view, .style = style, .base = first_time(view) };
        pack_init(&data->pack);
        intern_init(&data->agents);
        intern_init(&data->sessions);
        r = html_cut_make(&data->cut, view, style);
        if (r)
                return r;
        data->session_number = calloc(view->sessions.count + 1, sizeof(*data->session_number));
        if (!data->session_number)
                return -ENOMEM;
        r = number_agents(data);
        return r ? r : number_sessions(data);
}

void html_data_release(struct html_data *data) {
        html_cut_release(&data->cut);
        pack_release(&data->pack);
        intern_release(&data->agents);
        intern_release(&data->sessions);
        free(data->session_number);
}

/* --------------------------------------------------------------- columns */

void html_column(struct html_data *data, const char *key, size_t count, const bool *kept, html_put_fn *put) {
        json_key(data->json, key);
        json_begin_inline_array(data->json);
        for (size_t i = 0; i < count; i++)
                if (!kept || kept[i])
                        put(data, i);
        json_end_array(data->json);
}

void html_put_text(struct html_data *data, struct str text) {
        pack_put(data->json, pack_text(&data->pack, text));
}

void html_put_number(struct html_data *data, int64_t number) {
        if (number == VIEW_NONE)
                json_null(data->json);
        else
                json_number(data->json, number);
}

void html_put_moment(struct html_data *data, int64_t utc_ms) {
        if (utc_ms == TIME_UNKNOWN)
                json_null(data->json);
        else
                json_number(data->json, utc_ms - data->base);
}

void html_put_agent(struct html_data *data, struct str agent) {
        const uint32_t id = agent.n ? intern_find(&data->agents, agent) : INTERN_NONE;

        json_number(data->json, id == INTERN_NONE ? -1 : (int64_t)id);
}

void html_put_texts(struct html_data *data, const struct view_texts *texts) {
        json_begin_inline_array(data->json);
        for (size_t i = 0; i < texts->count; i++)
                html_put_text(data, texts->items[i]);
        json_end_array(data->json);
}

/* One line a column: what it puts, for index i of its array. */
#define COLUMN(name, array, what)                                                                                      \
        static void name(struct html_data *data, size_t i) {                                                           \
                const __typeof__(*data->view->array.items) *item = &data->view->array.items[i];                        \
                                                                                                                       \
                what;                                                                                                  \
        }

/* ---------------------------------------------------------------- agents */

COLUMN(agent_name, agents, json_string(data->json, item->agent))
COLUMN(agent_ips, agents, html_put_texts(data, &item->client_ips))
COLUMN(agent_silences, agents, html_put_number(data, item->idle_escalations))
COLUMN(agent_closures, agents, html_put_number(data, item->idle_closures))
COLUMN(agent_forced, agents, html_put_number(data, item->forced_logouts))
COLUMN(agent_recoveries, agents, html_put_number(data, item->recoveries))

struct column {
        const char *key;
        html_put_fn *put;
};

static void write_columns(struct html_data *data, const char *key, size_t count, const bool *kept,
                          const struct column *columns, size_t column_count) {
        json_key(data->json, key);
        json_begin_inline_object(data->json);
        for (size_t i = 0; i < column_count; i++)
                html_column(data, columns[i].key, count, kept, columns[i].put);
        json_end_object(data->json);
}

#define WRITE_COLUMNS(data, key, array, kept, columns)                                                                 \
        write_columns(data, key, (data)->view->array.count, kept, columns, sizeof(columns) / sizeof((columns)[0]))

static void write_agents(struct html_data *data) {
        static const struct column columns[] = {
                { "name", agent_name },         { "ips", agent_ips },       { "silences", agent_silences },
                { "closures", agent_closures }, { "forced", agent_forced }, { "recoveries", agent_recoveries },
        };

        WRITE_COLUMNS(data, "agents", agents, data->cut.agents, columns);
}

/* -------------------------------------------------------------- sessions */

COLUMN(session_sid, sessions, html_put_text(data, item->sid))
COLUMN(session_agent, sessions, html_put_agent(data, item->agent))
COLUMN(session_node, sessions, html_put_text(data, item->node))
COLUMN(session_resource, sessions, html_put_text(data, item->resource))
COLUMN(session_ips, sessions, html_put_texts(data, &item->client_ips))
COLUMN(session_opened, sessions, html_put_moment(data, item->opened))
COLUMN(session_closed, sessions, html_put_moment(data, item->closed))
COLUMN(session_end, sessions, html_put_text(data, item->ended_by))
COLUMN(session_last_request, sessions, html_put_moment(data, item->last_request))
COLUMN(session_wait, sessions, html_put_number(data, item->wait_s))
COLUMN(session_limit, sessions, html_put_number(data, item->inactivity_s))
COLUMN(session_peak, sessions, html_put_number(data, item->peak_idle_ms))
COLUMN(session_polls, sessions, html_put_number(data, item->polls))

static void write_sessions(struct html_data *data) {
        static const struct column columns[] = {
                { "sid", session_sid },       { "agent", session_agent },   { "node", session_node },
                { "ips", session_ips },       { "opened", session_opened }, { "resource", session_resource },
                { "closed", session_closed }, { "end", session_end },       { "last_request", session_last_request },
                { "wait", session_wait },     { "limit", session_limit },   { "peak", session_peak },
                { "polls", session_polls },
        };

        WRITE_COLUMNS(data, "sessions", sessions, data->cut.sessions, columns);
}

/* --------------------------------------------------------------- servers */

static void write_server_event(struct html_data *data, const struct view_server_event *event) {
        json_begin_inline_array(data->json);
        html_put_moment(data, event->time);
        html_put_text(data, event->node);
        html_put_text(data, event->event);
        html_put_number(data, event->input);
        html_put_number(data, event->line);
        html_put_number(data, event->duration_ms);
        html_put_text(data, event->text);
        json_end_array(data->json);
}

static void write_server(struct html_data *data) {
        const struct view_server_events *events = &data->view->server_events;

        html_cut_note(&data->cut, "events of the servers", "the first", HTML_SERVER_EVENTS, events->count);
        json_key(data->json, "server");
        json_begin_inline_array(data->json);
        for (size_t i = 0; i < events->count && i < HTML_SERVER_EVENTS; i++)
                write_server_event(data, &events->items[i]);
        json_end_array(data->json);
}

/* ----------------------------------------------------------------- whole */

static void write_cuts(struct html_data *data) {
        json_key(data->json, "cut");
        json_begin_inline_array(data->json);
        for (size_t i = 0; i < data->cut.note_count; i++)
                json_cstr(data->json, data->cut.notes[i]);
        json_end_array(data->json);
}

int html_data_write(struct html_data *data, struct json *json) {
        data->json = json;
        json_begin_object(json);
        html_write_about(data);
        json_put_number(json, "base", data->base);
        write_agents(data);
        write_sessions(data);
        html_write_events(data);
        html_write_findings(data);
        html_write_records(data);
        write_server(data);
        json_key(json, "chains");
        pack_write_chains(&data->pack, json);
        write_cuts(data);
        json_key(json, "texts");
        pack_write_texts(&data->pack, json);
        json_key(json, "forms");
        pack_write_forms(&data->pack, json);
        json_end_object(json);
        return data->pack.error;
}
