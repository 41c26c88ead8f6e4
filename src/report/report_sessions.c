/*
 * The JSON report's sessions[] and agents[].
 */
#include "report/report_parts.h"

/* --------------------------------------------------- one event's fields */

void write_event_place(struct json *json, const struct event *event) {
        json_put_number(json, "input", event->input);
        json_put_number(json, "line", (int64_t)event->line);
}

static void write_event_fields(struct json *json, const struct event *event) {
        for (size_t i = 0; i < event->rule->field_count; i++) {
                const struct rule_field *field = &event->rule->fields[i];

                if (!event->values[i].set)
                        continue;
                json_key_plain(json, field->name);
                if (field->type == FIELD_TYPE_TEXT)
                        json_string(json, event->values[i].text);
                else
                        json_number(json, event->values[i].number);
        }
}

static void write_timeline_entry(struct json *json, const struct event *event) {
        json_begin_inline_object(json);
        json_put_time(json, "time", event->utc_ms);
        json_put_string(json, "event", event->rule->event);
        write_event_place(json, event);
        write_event_fields(json, event);
        json_end_object(json);
}

static void write_timeline(struct json *json, const struct report *report, const struct session *session) {
        size_t limit = (size_t)report->options.limits.max_session_events;

        json_begin_array(json);
        for (size_t i = 0; i < session->event_count && i < limit; i++)
                write_timeline_entry(json, session->events[i]);
        json_end_array(json);
}

/* ------------------------------------------------------------ sessions */

static void write_seconds(struct json *json, int64_t seconds) {
        if (seconds < 0)
                json_null(json);
        else
                json_number(json, seconds);
}

static void write_session_ips(struct json *json, const struct session *session) {
        json_begin_inline_array(json);
        for (size_t i = 0; i < session->ip_count; i++)
                json_string(json, session->ips[i].address);
        json_end_array(json);
}

static void write_session_identity(struct json *json, const struct report *report, const struct session *session) {
        const struct agents *agents = &report->timeline.agents;

        json_put_name(json, "sid", session->sid);
        json_put_name(json, "node", session->node);
        json_put_name(json, "agent", session->agent == SIZE_MAX ? STR("") : agents->items[session->agent].name);
        json_put_name(json, "jid", session->jid.n ? session->jid : session->address);
        json_put_name(json, "resource", jid_split(session->jid).resource);
        json_key(json, "client_ips");
        write_session_ips(json, session);
}

static void write_session(struct json *json, const struct report *report, const struct session *session) {
        json_begin_object(json);
        write_session_identity(json, report, session);
        json_put_time(json, "opened", session->opened_ms);
        json_put_time(json, "closed", session->closed_ms);
        json_put_text(json, "ended_by", ended_by_name(session->ended_by));
        json_key(json, "wait_s");
        write_seconds(json, session->wait_s);
        json_key(json, "inactivity_s");
        write_seconds(json, session->inactivity_s);
        json_put_time(json, "last_request", session->last_request_ms);
        json_key(json, "peak_idle_ms");
        write_seconds(json, session->peak_idle_ms);
        json_put_number(json, "polls", (int64_t)session->polls);
        json_key(json, "timeline");
        write_timeline(json, report, session);
        json_end_object(json);
}

void write_sessions(struct json *json, const struct report *report) {
        json_begin_array(json);
        for (size_t i = 0; i < report->timeline.session_count; i++)
                if (!report->timeline.sessions[i].service)
                        write_session(json, report, &report->timeline.sessions[i]);
        json_end_array(json);
}

/* -------------------------------------------------------------- agents */

static bool seen_before(const struct report *report, const struct agent *agent, size_t session, size_t ip) {
        struct str address = report->timeline.sessions[agent->sessions[session]].ips[ip].address;

        for (size_t i = 0; i < session; i++) {
                const struct session *before = &report->timeline.sessions[agent->sessions[i]];

                for (size_t k = 0; k < before->ip_count; k++)
                        if (str_eq(before->ips[k].address, address))
                                return true;
        }
        return false;
}

static void write_agent_ips(struct json *json, const struct report *report, const struct agent *agent) {
        json_begin_inline_array(json);
        for (size_t i = 0; i < agent->session_count; i++) {
                const struct session *session = &report->timeline.sessions[agent->sessions[i]];

                for (size_t k = 0; k < session->ip_count; k++)
                        if (!seen_before(report, agent, i, k))
                                json_string(json, session->ips[k].address);
        }
        json_end_array(json);
}

/* {"09": 2, "14": 1}: what comes at certain hours has its reason there. */
static void write_hours(struct json *json, const uint64_t *hours) {
        json_begin_inline_object(json);
        for (unsigned hour = 0; hours && hour < DAY_HOURS; hour++) {
                const char name[] = { (char)('0' + hour / 10), (char)('0' + hour % 10), '\0' };

                if (hours[hour])
                        json_put_number(json, name, (int64_t)hours[hour]);
        }
        json_end_object(json);
}

static void write_replaced(struct json *json, const struct agent_counts *counts) {
        json_begin_inline_object(json);
        json_put_number(json, "same_address", (int64_t)counts->replaced_same);
        json_put_number(json, "other_address", (int64_t)counts->replaced_other);
        json_put_number(json, "unknown", (int64_t)counts->replaced_unknown);
        json_end_object(json);
}

static void write_agent_timeline(struct json *json, const struct report *report, const struct agent *agent) {
        uint64_t left = report_agent_events(report);

        json_begin_array(json);
        for (size_t i = 0; i < agent->event_count && left > 0; i++)
                if (report_tells(report, agent->events[i])) {
                        write_timeline_entry(json, agent->events[i]);
                        left--;
                }
        json_end_array(json);
}

static void write_agent(struct json *json, const struct report *report, const struct agent *agent) {
        const struct agent_counts *counts = &report->agent_counts[agent - report->timeline.agents.items];

        json_begin_object(json);
        json_put_string(json, "agent", agent->name);
        json_key(json, "sessions");
        json_begin_inline_array(json);
        for (size_t i = 0; i < agent->session_count; i++)
                if (report->timeline.sessions[agent->sessions[i]].sid.n)
                        json_string(json, report->timeline.sessions[agent->sessions[i]].sid);
        json_end_array(json);
        json_key(json, "client_ips");
        write_agent_ips(json, report, agent);
        json_put_number(json, "idle_escalations", (int64_t)counts->escalations);
        json_put_number(json, "idle_closures", (int64_t)counts->closures);
        json_put_number(json, "forced_logouts", (int64_t)counts->forced);
        json_put_number(json, "recoveries", (int64_t)counts->recoveries);
        json_key(json, "recovery_hours");
        write_hours(json, counts->recovery_hours);
        json_key(json, "replaced");
        write_replaced(json, counts);
        json_key(json, "timeline");
        write_agent_timeline(json, report, agent);
        json_end_object(json);
}

void write_agents(struct json *json, const struct report *report) {
        json_begin_array(json);
        for (size_t i = 0; i < report->timeline.agents.count; i++)
                if (report->timeline.agents.items[i].listed)
                        write_agent(json, report, &report->timeline.agents.items[i]);
        json_end_array(json);
}
