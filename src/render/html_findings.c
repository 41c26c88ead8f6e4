/*
 * An HTML page's findings. What a page has no room for is left out of the raw lines first, and
 * there of the least severe; so the records are numbered before the findings are written.
 */
#include "render/html_data.h"

#include "report/json.h"

static const struct view_finding *finding_at(const struct html_data *data, size_t i) {
        return &data->view->findings.items[i];
}

#define TEXT_COLUMN(member)                                                                                            \
        static void finding_##member(struct html_data *data, size_t i) {                                               \
                html_put_text(data, finding_at(data, i)->member);                                                      \
        }

TEXT_COLUMN(kind)
TEXT_COLUMN(severity)
TEXT_COLUMN(confidence)
TEXT_COLUMN(rule)
TEXT_COLUMN(node)
TEXT_COLUMN(why)

static void finding_id(struct html_data *data, size_t i) {
        json_string(data->json, finding_at(data, i)->id);
}

static void finding_agent(struct html_data *data, size_t i) {
        html_put_agent(data, finding_at(data, i)->agent);
}

static void finding_session(struct html_data *data, size_t i) {
        pack_put(data->json, html_session_number(data, finding_at(data, i)->agent, finding_at(data, i)->sid));
}

static void finding_start(struct html_data *data, size_t i) {
        html_put_moment(data, finding_at(data, i)->start);
}

static void finding_end(struct html_data *data, size_t i) {
        html_put_moment(data, finding_at(data, i)->end);
}

/* What has none of its own goes with the forced logouts that it leads to. */
static void finding_cause(struct html_data *data, size_t i) {
        const struct view_finding *finding = finding_at(data, i);

        if (str_eq(finding->kind, STR("idle_closure")))
                html_put_text(data, STR("idle_closure"));
        else if (str_eq(finding->kind, STR("server_restart")))
                html_put_text(data, STR("server_event"));
        else
                html_put_text(data, finding->cause);
}

static void finding_outcome(struct html_data *data, size_t i) {
        const struct str outcome = view_field(&finding_at(data, i)->fields, "outcome");

        html_put_text(data, outcome.n ? outcome : view_field(&finding_at(data, i)->fields, "aftermath"));
}

/* What its chain, or another column, tells as well. */
static bool is_told(struct str key) {
        static const char *const told[] = { "silent_since", "vanished_between", "stopped",
                                            "started",      "outcome",          "aftermath" };

        for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
                if (str_eq(key, str_from(told[i])))
                        return true;
        return false;
}

static bool is_nothing(const struct view_field *field) {
        return field->value.n == 0 || (field->kind == VIEW_RAW && str_eq(field->value, STR("null")));
}

static void finding_facts(struct html_data *data, size_t i) {
        const struct view_fields *fields = &finding_at(data, i)->fields;

        json_begin_inline_array(data->json);
        for (size_t k = 0; k < fields->count; k++) {
                if (is_told(fields->items[k].key) || is_nothing(&fields->items[k]))
                        continue;
                html_put_text(data, fields->items[k].key);
                html_put_text(data, fields->items[k].value);
        }
        json_end_array(data->json);
}

static void finding_agents(struct html_data *data, size_t i) {
        const struct view_texts *agents = &finding_at(data, i)->agents;

        json_begin_inline_array(data->json);
        for (size_t k = 0; k < agents->count; k++)
                if (intern_find(&data->agents, agents->items[k]) != INTERN_NONE)
                        html_put_agent(data, agents->items[k]);
        json_end_array(data->json);
}

static void put_ok(struct html_data *data, enum view_ok ok) {
        if (ok == VIEW_OK_UNKNOWN)
                json_null(data->json);
        else
                json_number(data->json, ok == VIEW_OK_YES);
}

/* Its chain, and three numbers a step. */
static void finding_steps(struct html_data *data, size_t i) {
        const struct view_steps *steps = &finding_at(data, i)->timing;

        json_begin_inline_array(data->json);
        pack_put(data->json, pack_chain(&data->pack, steps));
        for (size_t k = 0; k < steps->count; k++) {
                html_put_moment(data, steps->items[k].at);
                html_put_number(data, steps->items[k].after_ms);
                put_ok(data, steps->items[k].ok);
        }
        json_end_array(data->json);
}

static void finding_evidence(struct html_data *data, size_t i) {
        const struct view_records *evidence = &finding_at(data, i)->evidence;

        json_begin_inline_array(data->json);
        for (size_t k = 0; k < evidence->count; k++)
                pack_put(data->json, pack_record(&data->pack, &evidence->items[k], false));
        json_end_array(data->json);
}

static void finding_missing(struct html_data *data, size_t i) {
        html_put_texts(data, &finding_at(data, i)->missing);
}

static void finding_next(struct html_data *data, size_t i) {
        html_put_texts(data, &finding_at(data, i)->next_steps);
}

static void finding_links(struct html_data *data, size_t i) {
        html_put_texts(data, &finding_at(data, i)->links);
}

/* The raw lines of the most severe first, until there is no room for more. */
static void pack_records(struct html_data *data) {
        size_t kept = 0, all = 0;

        for (int rank = 0; rank <= html_severity_rank(STR("info")); rank++) {
                for (size_t i = 0; i < data->view->findings.count; i++) {
                        const struct view_finding *finding = finding_at(data, i);

                        if (!data->cut.findings[i] || html_severity_rank(finding->severity) != rank)
                                continue;
                        for (size_t k = 0; k < finding->evidence.count; k++)
                                pack_record(&data->pack, &finding->evidence.items[k],
                                            data->pack.bytes < HTML_TEXT_BYTES);
                }
        }
        for (uint32_t id = 0; id < data->pack.records.count && data->pack.error == 0; id++, all++)
                kept += data->pack.record_text[id] != PACK_NONE;
        html_cut_note(&data->cut, "quoted records", "those of the most severe findings; the others have file and line",
                      kept, all);
}

static const struct {
        const char *key;
        html_put_fn *put;
} columns[] = {
        { "id", finding_id },
        { "kind", finding_kind },
        { "severity", finding_severity },
        { "confidence", finding_confidence },
        { "rule", finding_rule },
        { "node", finding_node },
        { "agent", finding_agent },
        { "session", finding_session },
        { "start", finding_start },
        { "end", finding_end },
        { "cause", finding_cause },
        { "outcome", finding_outcome },
        { "why", finding_why },
        { "facts", finding_facts },
        { "agents", finding_agents },
        { "steps", finding_steps },
        { "evidence", finding_evidence },
        { "missing", finding_missing },
        { "next", finding_next },
        { "links", finding_links },
};

void html_write_findings(struct html_data *data) {
        pack_records(data);
        json_key(data->json, "findings");
        json_begin_inline_object(data->json);
        for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
                html_column(data, columns[i].key, data->view->findings.count, data->cut.findings, columns[i].put);
        json_end_object(data->json);
}

/* ---------------------------------------------------------------- records */

static void record_input(struct html_data *data, size_t i) {
        html_put_number(data, data->pack.record_of[i]->input);
}

static void record_line(struct html_data *data, size_t i) {
        html_put_number(data, data->pack.record_of[i]->line);
}

static void record_at(struct html_data *data, size_t i) {
        html_put_moment(data, data->pack.record_of[i]->time);
}

static void record_text(struct html_data *data, size_t i) {
        pack_put(data->json, data->pack.record_text[i]);
}

void html_write_records(struct html_data *data) {
        const size_t count = data->pack.error ? 0 : data->pack.records.count;

        json_key(data->json, "records");
        json_begin_inline_object(data->json);
        html_column(data, "input", count, NULL, record_input);
        html_column(data, "line", count, NULL, record_line);
        html_column(data, "at", count, NULL, record_at);
        html_column(data, "text", count, NULL, record_text);
        json_end_object(data->json);
}
