#include "render/view_tables.h"

#include <stddef.h>

/* ------------------------------------------------------------ sessions */

static const struct member event_members[] = {
        { "time", PLACE(view_event, time, MEMBER_TIME) },
        { "event", PLACE(view_event, event, MEMBER_TEXT), .needed = true },
        { "input", PLACE(view_event, input, MEMBER_INPUT) },
        { "line", PLACE(view_event, line, MEMBER_NUMBER) },
        { NULL, PLACE(view_event, fields, MEMBER_FIELDS) },
};
TABLE(event, view_event);

static const struct member session_members[] = {
        { "sid", PLACE(view_session, sid, MEMBER_TEXT) },
        { "node", PLACE(view_session, node, MEMBER_TEXT) },
        { "agent", PLACE(view_session, agent, MEMBER_TEXT) },
        { "jid", PLACE(view_session, jid, MEMBER_TEXT) },
        { "resource", PLACE(view_session, resource, MEMBER_TEXT) },
        { "client_ips", PLACE(view_session, client_ips, MEMBER_TEXTS) },
        { "opened", PLACE(view_session, opened, MEMBER_TIME) },
        { "closed", PLACE(view_session, closed, MEMBER_TIME) },
        { "ended_by", PLACE(view_session, ended_by, MEMBER_TEXT), .needed = true },
        { "wait_s", PLACE(view_session, wait_s, MEMBER_NUMBER) },
        { "inactivity_s", PLACE(view_session, inactivity_s, MEMBER_NUMBER) },
        { "last_request", PLACE(view_session, last_request, MEMBER_TIME) },
        { "peak_idle_ms", PLACE(view_session, peak_idle_ms, MEMBER_NUMBER) },
        { "polls", PLACE(view_session, polls, MEMBER_NUMBER) },
        { "timeline", PLACE(view_session, timeline, MEMBER_ARRAY), &event, .needed = true },
};
TABLE(session, view_session);

/* ------------------------------------------------------------ findings */

static const struct member step_members[] = {
        { "step", PLACE(view_step, step, MEMBER_TEXT), .needed = true },
        { "at", PLACE(view_step, at, MEMBER_TIME) },
        { "after_ms", PLACE(view_step, after_ms, MEMBER_NUMBER) },
        { "expected_ms", PLACE(view_step, expected_min_ms, MEMBER_WINDOW) },
        { "ok", PLACE(view_step, ok, MEMBER_OK) },
        { "after", PLACE(view_step, after, MEMBER_TEXT) },
};
TABLE(step, view_step);

static const struct member record_members[] = {
        { "input", PLACE(view_record, input, MEMBER_INPUT), .needed = true },
        { "line", PLACE(view_record, line, MEMBER_NUMBER), .needed = true },
        { "offset", PLACE(view_record, offset, MEMBER_NUMBER) },
        { "time", PLACE(view_record, time, MEMBER_TIME) },
        { "text", PLACE(view_record, text, MEMBER_TEXT), .needed = true },
};
TABLE(record, view_record);

static const struct member finding_members[] = {
        { "id", PLACE(view_finding, id, MEMBER_TEXT), .needed = true },
        { "kind", PLACE(view_finding, kind, MEMBER_TEXT), .needed = true },
        { "rule", PLACE(view_finding, rule, MEMBER_TEXT) },
        { "severity", PLACE(view_finding, severity, MEMBER_TEXT), .needed = true },
        { "node", PLACE(view_finding, node, MEMBER_TEXT) },
        { "agent", PLACE(view_finding, agent, MEMBER_TEXT) },
        { "sid", PLACE(view_finding, sid, MEMBER_TEXT) },
        { "start", PLACE(view_finding, start, MEMBER_TIME) },
        { "end", PLACE(view_finding, end, MEMBER_TIME) },
        { "cause", PLACE(view_finding, cause, MEMBER_TEXT) },
        { "agents", PLACE(view_finding, agents, MEMBER_TEXTS) },
        { "confidence", PLACE(view_finding, confidence, MEMBER_TEXT), .needed = true },
        { "why", PLACE(view_finding, why, MEMBER_TEXT), .needed = true },
        { "timing", PLACE(view_finding, timing, MEMBER_ARRAY), &step },
        { "evidence", PLACE(view_finding, evidence, MEMBER_ARRAY), &record },
        { "missing", PLACE(view_finding, missing, MEMBER_TEXTS) },
        { "next_steps", PLACE(view_finding, next_steps, MEMBER_TEXTS) },
        { "links", PLACE(view_finding, links, MEMBER_TEXTS) },
        { NULL, PLACE(view_finding, fields, MEMBER_FIELDS) },
};
TABLE(finding, view_finding);

/* ------------------------------------------------------ agents, servers */

static const struct member replaced_members[] = {
        { "same_address", PLACE(view_agent, replaced_same, MEMBER_NUMBER) },
        { "other_address", PLACE(view_agent, replaced_other, MEMBER_NUMBER) },
        { "unknown", PLACE(view_agent, replaced_unknown, MEMBER_NUMBER) },
};
TABLE(replaced, view_agent);

static const struct member agent_members[] = {
        { "agent", PLACE(view_agent, agent, MEMBER_TEXT), .needed = true },
        { "sessions", PLACE(view_agent, sessions, MEMBER_TEXTS) },
        { "client_ips", PLACE(view_agent, client_ips, MEMBER_TEXTS) },
        { "idle_escalations", PLACE(view_agent, idle_escalations, MEMBER_NUMBER) },
        { "idle_closures", PLACE(view_agent, idle_closures, MEMBER_NUMBER) },
        { "forced_logouts", PLACE(view_agent, forced_logouts, MEMBER_NUMBER) },
        { "recoveries", PLACE(view_agent, recoveries, MEMBER_NUMBER) },
        { "recovery_hours", PLACE(view_agent, recovery_hours, MEMBER_FIELDS) },
        { "replaced", MEMBER_OBJECT, 0, &replaced },
        { "timeline", PLACE(view_agent, timeline, MEMBER_ARRAY), &event },
};
TABLE(agent, view_agent);

static const struct member server_event_members[] = {
        { "time", PLACE(view_server_event, time, MEMBER_TIME) },
        { "node", PLACE(view_server_event, node, MEMBER_TEXT) },
        { "event", PLACE(view_server_event, event, MEMBER_TEXT), .needed = true },
        { "rule", PLACE(view_server_event, rule, MEMBER_TEXT) },
        { "input", PLACE(view_server_event, input, MEMBER_INPUT) },
        { "line", PLACE(view_server_event, line, MEMBER_NUMBER) },
        { "duration_ms", PLACE(view_server_event, duration_ms, MEMBER_NUMBER) },
        { "text", PLACE(view_server_event, text, MEMBER_TEXT) },
};
TABLE(server_event, view_server_event);

/* --------------------------------------------------------------- input */

static const struct member input_members[] = {
        { "path", PLACE(view_input, path, MEMBER_TEXT), .needed = true },
        { "node", PLACE(view_input, node, MEMBER_TEXT) },
        { "family", PLACE(view_input, family, MEMBER_TEXT) },
        { "status", PLACE(view_input, status, MEMBER_TEXT), .needed = true },
        { "reason", PLACE(view_input, reason, MEMBER_TEXT) },
        { "bytes", PLACE(view_input, bytes, MEMBER_NUMBER) },
        { "crc32", PLACE(view_input, crc32, MEMBER_NUMBER) },
        { "lines", PLACE(view_input, lines, MEMBER_NUMBER) },
        { "records", PLACE(view_input, records, MEMBER_NUMBER) },
        { "matched", PLACE(view_input, matched, MEMBER_NUMBER) },
        { "unmatched", PLACE(view_input, unmatched, MEMBER_NUMBER) },
        { "first", PLACE(view_input, first, MEMBER_TIME) },
        { "last", PLACE(view_input, last, MEMBER_TIME) },
        { "duplicate_of", PLACE(view_input, duplicate_of, MEMBER_INPUT) },
};
TABLE(input, view_input);

static const struct member container_members[] = {
        { "path", PLACE(view_container, path, MEMBER_TEXT), .needed = true },
        { "kind", PLACE(view_container, kind, MEMBER_TEXT) },
        { "bytes", PLACE(view_container, bytes, MEMBER_NUMBER) },
        { "entries", PLACE(view_container, entries, MEMBER_NUMBER) },
        { "status", PLACE(view_container, status, MEMBER_TEXT), .needed = true },
        { "reason", PLACE(view_container, reason, MEMBER_TEXT) },
};
TABLE(container, view_container);

static const struct member diagnostic_members[] = {
        { "code", PLACE(view_diagnostic, code, MEMBER_TEXT), .needed = true },
        { "level", PLACE(view_diagnostic, level, MEMBER_TEXT), .needed = true },
        { "input", PLACE(view_diagnostic, input, MEMBER_INPUT) },
        { "line", PLACE(view_diagnostic, line, MEMBER_NUMBER) },
        { "offset", PLACE(view_diagnostic, offset, MEMBER_NUMBER) },
        { "text", PLACE(view_diagnostic, text, MEMBER_TEXT), .needed = true },
        { "advice", PLACE(view_diagnostic, advice, MEMBER_TEXT) },
        { "path", PLACE(view_diagnostic, path, MEMBER_TEXT) },
        { "count", PLACE(view_diagnostic, count, MEMBER_NUMBER) },
};
TABLE(diagnostic, view_diagnostic);

static const struct member gap_members[] = {
        { "node", PLACE(view_gap, node, MEMBER_TEXT) },
        { "family", PLACE(view_gap, family, MEMBER_TEXT) },
        { "from", PLACE(view_gap, from, MEMBER_TIME) },
        { "to", PLACE(view_gap, to, MEMBER_TIME) },
};
TABLE(gap, view_gap);

static const struct member coverage_members[] = {
        { "inputs", PLACE(view, coverage.inputs, MEMBER_NUMBER) },
        { "bytes", PLACE(view, coverage.bytes, MEMBER_NUMBER) },
        { "lines", PLACE(view, coverage.lines, MEMBER_NUMBER) },
        { "records", PLACE(view, coverage.records, MEMBER_NUMBER) },
        { "matched", PLACE(view, coverage.matched, MEMBER_NUMBER) },
        { "unmatched", PLACE(view, coverage.unmatched, MEMBER_NUMBER) },
        { "gaps", PLACE(view, coverage.gaps, MEMBER_ARRAY), &gap },
        { "missing", PLACE(view, coverage.missing, MEMBER_TEXTS) },
};
TABLE(coverage, view);

/* --------------------------------------------------------------- clock */

static const struct member change_members[] = {
        { "at", PLACE(view_change, at, MEMBER_TIME), .needed = true },
        { "offset", PLACE(view_change, offset, MEMBER_ZONE), .needed = true },
};
TABLE(change, view_change);

static const struct member node_clock_members[] = {
        { "node", PLACE(view_clock, node, MEMBER_TEXT) },
        { "openfire_utc_offset", PLACE(view_clock, offset, MEMBER_ZONE) },
        { "method", PLACE(view_clock, method, MEMBER_TEXT) },
        { "confidence", PLACE(view_clock, confidence, MEMBER_TEXT) },
        { "votes", PLACE(view_clock, votes, MEMBER_NUMBER) },
        { "skew_ms", PLACE(view_clock, skew_ms, MEMBER_NUMBER) },
        { "changes", PLACE(view_clock, changes, MEMBER_ARRAY), &change },
};
TABLE(node_clock, view_clock);

static const struct member clock_table_members[] = {
        { "openfire_utc_offset", PLACE(view, clock.offset, MEMBER_ZONE) },
        { "method", PLACE(view, clock.method, MEMBER_TEXT) },
        { "confidence", PLACE(view, clock.confidence, MEMBER_TEXT) },
        { "votes", PLACE(view, clock.votes, MEMBER_NUMBER) },
        { "skew_ms", PLACE(view, clock.skew_ms, MEMBER_NUMBER) },
        { "changes", PLACE(view, clock.changes, MEMBER_ARRAY), &change },
        { "nodes", PLACE(view, clocks, MEMBER_ARRAY), &node_clock },
};
TABLE(clock_table, view);

/* ------------------------------------------------------------- summary */

static const struct member reason_members[] = {
        { "product", PLACE(view_reason, product, MEMBER_TEXT) },
        { "code", PLACE(view_reason, code, MEMBER_NUMBER), .needed = true },
        { "state", PLACE(view_reason, state, MEMBER_TEXT) },
        { "agents", PLACE(view_reason, agents, MEMBER_NUMBER) },
        { "count", PLACE(view_reason, count, MEMBER_NUMBER) },
        { "name", PLACE(view_reason, name, MEMBER_TEXT) },
};
TABLE(reason, view_reason);

static const struct member summary_members[] = {
        { "agents", PLACE(view, summary.agents, MEMBER_NUMBER), .needed = true },
        { "sessions", PLACE(view, summary.sessions, MEMBER_NUMBER), .needed = true },
        { "idle_escalations", PLACE(view, summary.idle_escalations, MEMBER_NUMBER), .needed = true },
        { "idle_closures", PLACE(view, summary.idle_closures, MEMBER_NUMBER), .needed = true },
        { "forced_logouts", PLACE(view, summary.forced_logouts, MEMBER_NUMBER), .needed = true },
        { "mass_disconnects", PLACE(view, summary.mass_disconnects, MEMBER_NUMBER), .needed = true },
        { "server_restarts", PLACE(view, summary.server_restarts, MEMBER_NUMBER), .needed = true },
        { "recoveries", PLACE(view, summary.recoveries, MEMBER_NUMBER) },
        { "by_cause", PLACE(view, summary.by_cause, MEMBER_FIELDS) },
        { "by_reason", PLACE(view, summary.by_reason, MEMBER_ARRAY), &reason },
};
TABLE(summary, view);

static const struct member diagnosis_members[] = {
        { "verdict", PLACE(view, diagnosis.verdict, MEMBER_TEXT), .needed = true },
        { "confidence", PLACE(view, diagnosis.confidence, MEMBER_TEXT), .needed = true },
        { "why", PLACE(view, diagnosis.why, MEMBER_TEXTS) },
        { "next_steps", PLACE(view, diagnosis.next_steps, MEMBER_TEXTS) },
};
TABLE(diagnosis, view);

static const struct member product_members[] = {
        { "name", PLACE(view, product, MEMBER_TEXT) },
        { "evidence", PLACE(view, product_evidence, MEMBER_TEXT) },
        { "notification_service", PLACE(view, notification_service, MEMBER_TEXT) },
};
TABLE(product, view);

/* -------------------------------------------------------------- report */

static const struct member run_members[] = {
        { "version", PLACE(view, tool_version, MEMBER_TEXT) },
};
TABLE(run, view);

static const struct member options_members[] = {
        { "from", PLACE(view, from, MEMBER_TIME) },
        { "to", PLACE(view, to, MEMBER_TIME) },
        { "redact", PLACE(view, redacted, MEMBER_BOOL) },
        { NULL, PLACE(view, options, MEMBER_FIELDS) },
};
TABLE(options, view);

static const struct member ruleset_members[] = {
        { "name", PLACE(view, ruleset_name, MEMBER_TEXT) },
        { "version", PLACE(view, ruleset_version, MEMBER_TEXT) },
        { "sha256", PLACE(view, ruleset_sha256, MEMBER_TEXT) },
};
TABLE(ruleset, view);

static const struct member rule_members[] = {
        { "id", PLACE(view_rule, id, MEMBER_TEXT), .needed = true },
        { "hits", PLACE(view_rule, hits, MEMBER_NUMBER) },
};
TABLE(rule, view_rule);

static const struct member bundle_members[] = {
        { "path", PLACE(view, bundle_path, MEMBER_TEXT) },
        { "bytes", PLACE(view, bundle_bytes, MEMBER_NUMBER) },
        { "kind", PLACE(view, bundle_kind, MEMBER_TEXT) },
};
TABLE(bundle, view);

static const struct member report_members[] = {
        { "schema", PLACE(view, schema, MEMBER_SCHEMA), .needed = true },
        { "run", MEMBER_OBJECT, 0, &run },
        { "options", MEMBER_OBJECT, 0, &options },
        { "ruleset", MEMBER_OBJECT, 0, &ruleset },
        { "complete", PLACE(view, complete, MEMBER_BOOL), .needed = true },
        { "exit_status", PLACE(view, exit_status, MEMBER_NUMBER), .needed = true },
        { "bundle", MEMBER_OBJECT, 0, &bundle, .needed = true },
        { "containers", PLACE(view, containers, MEMBER_ARRAY), &container },
        { "inputs", PLACE(view, inputs, MEMBER_ARRAY), &input, .needed = true },
        { "coverage", MEMBER_OBJECT, 0, &coverage, .needed = true },
        { "clock", MEMBER_OBJECT, 0, &clock_table, .needed = true },
        { "product", MEMBER_OBJECT, 0, &product, .needed = true },
        { "rules", PLACE(view, rules, MEMBER_ARRAY), &rule },
        { "summary", MEMBER_OBJECT, 0, &summary, .needed = true },
        { "diagnosis", MEMBER_OBJECT, 0, &diagnosis, .needed = true },
        { "findings", PLACE(view, findings, MEMBER_ARRAY), &finding, .needed = true },
        { "sessions", PLACE(view, sessions, MEMBER_ARRAY), &session, .needed = true },
        { "agents", PLACE(view, agents, MEMBER_ARRAY), &agent, .needed = true },
        { "server_events", PLACE(view, server_events, MEMBER_ARRAY), &server_event },
        { "diagnostics", PLACE(view, diagnostics, MEMBER_ARRAY), &diagnostic },
};

const struct table view_table = TABLE_OF(view, report_members);
