/*
 * Which key of a fleet report's JSON is which member. The members that are a set's key come
 * first in its table.
 */
#include "fleet/fleet.h"
#include "render/table.h"

/* ---------------------------------------------------------------- sets */

static const struct member counts_members[] = {
        { "agents", PLACE(fleet_bundle, counts.agents, MEMBER_NUMBER) },
        { "sessions", PLACE(fleet_bundle, counts.sessions, MEMBER_NUMBER) },
        { "idle_escalations", PLACE(fleet_bundle, counts.idle_escalations, MEMBER_NUMBER) },
        { "idle_closures", PLACE(fleet_bundle, counts.idle_closures, MEMBER_NUMBER) },
        { "forced_logouts", PLACE(fleet_bundle, counts.forced_logouts, MEMBER_NUMBER) },
        { "mass_disconnects", PLACE(fleet_bundle, counts.mass_disconnects, MEMBER_NUMBER) },
        { "server_restarts", PLACE(fleet_bundle, counts.server_restarts, MEMBER_NUMBER) },
        { "recoveries", PLACE(fleet_bundle, counts.recoveries, MEMBER_NUMBER) },
};
TABLE(counts, fleet_bundle);

static const struct member hits_members[] = {
        { "id", PLACE(view_rule, id, MEMBER_TEXT), .needed = true },
        { "hits", PLACE(view_rule, hits, MEMBER_NUMBER), .needed = true },
};
TABLE(hits, view_rule);

static const struct member bundle_members[] = {
        { "id", PLACE(fleet_bundle, id, MEMBER_TEXT), .needed = true },
        { "path", PLACE(fleet_bundle, path, MEMBER_TEXT), .needed = true },
        { "kind", PLACE(fleet_bundle, kind, MEMBER_TEXT) },
        { "bytes", PLACE(fleet_bundle, bytes, MEMBER_NUMBER) },
        { "content", PLACE(fleet_bundle, content, MEMBER_TEXT) },
        { "same_as", PLACE(fleet_bundle, same_as, MEMBER_TEXT) },
        { "ruleset", PLACE(fleet_bundle, ruleset, MEMBER_TEXT) },
        { "options", PLACE(fleet_bundle, options, MEMBER_TEXT) },
        { "tool_version", PLACE(fleet_bundle, tool_version, MEMBER_TEXT) },
        { "redacted", PLACE(fleet_bundle, redacted, MEMBER_BOOL) },
        { "product", PLACE(fleet_bundle, product, MEMBER_TEXT) },
        { "notification_service", PLACE(fleet_bundle, notification_service, MEMBER_TEXT) },
        { "utc_offset", PLACE(fleet_bundle, offset, MEMBER_ZONE) },
        { "skew_ms", PLACE(fleet_bundle, skew_ms, MEMBER_NUMBER) },
        { "nodes", PLACE(fleet_bundle, nodes, MEMBER_TEXTS) },
        { "missing", PLACE(fleet_bundle, missing, MEMBER_TEXTS) },
        { "first", PLACE(fleet_bundle, first, MEMBER_TIME) },
        { "last", PLACE(fleet_bundle, last, MEMBER_TIME) },
        { "lines", PLACE(fleet_bundle, lines, MEMBER_NUMBER) },
        { "records", PLACE(fleet_bundle, records, MEMBER_NUMBER) },
        { "matched", PLACE(fleet_bundle, matched, MEMBER_NUMBER) },
        { "complete", PLACE(fleet_bundle, complete, MEMBER_BOOL), .needed = true },
        { "exit_status", PLACE(fleet_bundle, exit_status, MEMBER_NUMBER) },
        { "verdict", PLACE(fleet_bundle, verdict, MEMBER_TEXT) },
        { "confidence", PLACE(fleet_bundle, confidence, MEMBER_TEXT) },
        { "counts", MEMBER_OBJECT, 0, &counts },
        { "rules", PLACE(fleet_bundle, rules, MEMBER_ARRAY), &hits },
        { "code", PLACE(fleet_bundle, code, MEMBER_TEXT) },
        { "fault", PLACE(fleet_bundle, fault, MEMBER_TEXT) },
};
const struct table fleet_bundle_table = TABLE_OF(fleet_bundle, bundle_members);

/* In a set, and inside its finding. */
static const struct member seen_members[] = {
        { "id", PLACE(fleet_seen, id, MEMBER_TEXT) },     { "kind", PLACE(fleet_seen, kind, MEMBER_TEXT) },
        { "node", PLACE(fleet_seen, node, MEMBER_TEXT) }, { "agent", PLACE(fleet_seen, agent, MEMBER_TEXT) },
        { "sid", PLACE(fleet_seen, sid, MEMBER_TEXT) },   { "bundle", PLACE(fleet_seen, bundle, MEMBER_TEXT) },
        { "file", PLACE(fleet_seen, file, MEMBER_TEXT) }, { "line", PLACE(fleet_seen, line, MEMBER_NUMBER) },
};
const struct table fleet_seen_table = TABLE_OF(fleet_seen, seen_members);

static const struct member place_members[] = {
        { "bundle", PLACE(fleet_seen, bundle, MEMBER_TEXT), .needed = true },
        { "file", PLACE(fleet_seen, file, MEMBER_TEXT) },
        { "line", PLACE(fleet_seen, line, MEMBER_NUMBER) },
};
TABLE(place, fleet_seen);

static const struct member finding_members[] = {
        { "id", PLACE(fleet_finding, id, MEMBER_TEXT), .needed = true },
        { "kind", PLACE(fleet_finding, kind, MEMBER_TEXT), .needed = true },
        { "node", PLACE(fleet_finding, node, MEMBER_TEXT) },
        { "agent", PLACE(fleet_finding, agent, MEMBER_TEXT) },
        { "sid", PLACE(fleet_finding, sid, MEMBER_TEXT) },
        { "severity", PLACE(fleet_finding, severity, MEMBER_TEXT), .needed = true },
        { "confidence", PLACE(fleet_finding, confidence, MEMBER_TEXT) },
        { "start", PLACE(fleet_finding, start, MEMBER_TIME) },
        { "end", PLACE(fleet_finding, end, MEMBER_TIME) },
        { "since", PLACE(fleet_finding, since, MEMBER_TIME) },
        { "cause", PLACE(fleet_finding, cause, MEMBER_TEXT) },
        { "outcome", PLACE(fleet_finding, outcome, MEMBER_TEXT) },
        { "scope", PLACE(fleet_finding, scope, MEMBER_TEXT) },
        { "title", PLACE(fleet_finding, title, MEMBER_TEXT) },
        { "agents", PLACE(fleet_finding, agents, MEMBER_TEXTS) },
        { "address", PLACE(fleet_finding, address, MEMBER_TEXT) },
        { "seen", PLACE(fleet_finding, seen, MEMBER_ARRAY), &place },
};
const struct table fleet_finding_table = TABLE_OF(fleet_finding, finding_members);

static const struct member person_members[] = {
        { "agent", PLACE(fleet_person, agent, MEMBER_TEXT), .needed = true },
        { "node", PLACE(fleet_person, node, MEMBER_TEXT) },
        { "address", PLACE(fleet_person, address, MEMBER_TEXT) },
};
const struct table fleet_person_table = TABLE_OF(fleet_person, person_members);

static const struct member span_members[] = {
        { "node", PLACE(fleet_span, node, MEMBER_TEXT) },
        { "family", PLACE(fleet_span, family, MEMBER_TEXT) },
        { "from", PLACE(fleet_span, from, MEMBER_TIME), .needed = true },
        { "to", PLACE(fleet_span, to, MEMBER_TIME), .needed = true },
};
const struct table fleet_span_table = TABLE_OF(fleet_span, span_members);

static const struct member events_members[] = {
        { "day", PLACE(fleet_events, day, MEMBER_TEXT) },
        { "node", PLACE(fleet_events, node, MEMBER_TEXT) },
        { "event", PLACE(fleet_events, event, MEMBER_TEXT) },
        { "count", PLACE(fleet_events, count, MEMBER_NUMBER) },
        { "prints", PLACE(fleet_events, prints, MEMBER_WORDS), .needed = true },
};
const struct table fleet_events_table = TABLE_OF(fleet_events, events_members);

/* ------------------------------------------------------------- derived */

static const struct member incident_members[] = {
        { "id", PLACE(fleet_incident, id, MEMBER_TEXT) },
        { "kind", PLACE(fleet_incident, kind, MEMBER_TEXT) },
        { "agent", PLACE(fleet_incident, agent, MEMBER_TEXT) },
        { "start", PLACE(fleet_incident, start, MEMBER_TIME) },
        { "end", PLACE(fleet_incident, end, MEMBER_TIME) },
        { "cause", PLACE(fleet_incident, cause, MEMBER_TEXT) },
        { "joined_from", PLACE(fleet_incident, joined_from, MEMBER_TEXT) },
        { "confidence", PLACE(fleet_incident, confidence, MEMBER_TEXT) },
        { "address", PLACE(fleet_incident, address, MEMBER_TEXT) },
        { "burst", PLACE(fleet_incident, burst, MEMBER_TEXT) },
        { "nodes", PLACE(fleet_incident, nodes, MEMBER_TEXTS) },
        { "bundles", PLACE(fleet_incident, bundles, MEMBER_TEXTS) },
        { "findings", PLACE(fleet_incident, findings, MEMBER_TEXTS) },
};
TABLE(incident, fleet_incident);

static const struct member burst_members[] = {
        { "id", PLACE(fleet_burst, id, MEMBER_TEXT) },
        { "start", PLACE(fleet_burst, start, MEMBER_TIME) },
        { "end", PLACE(fleet_burst, end, MEMBER_TIME) },
        { "cause", PLACE(fleet_burst, cause, MEMBER_TEXT) },
        { "scope", PLACE(fleet_burst, scope, MEMBER_TEXT) },
        { "source", PLACE(fleet_burst, source, MEMBER_TEXT) },
        { "nodes", PLACE(fleet_burst, nodes, MEMBER_TEXTS) },
        { "agents", PLACE(fleet_burst, agents, MEMBER_TEXTS) },
        { "findings", PLACE(fleet_burst, findings, MEMBER_TEXTS) },
};
TABLE(burst, fleet_burst);

static const struct member day_members[] = {
        { "day", PLACE(fleet_day, day, MEMBER_TEXT) },
        { "incidents", PLACE(fleet_day, incidents, MEMBER_NUMBER) },
        { "forced_logouts", PLACE(fleet_day, forced_logouts, MEMBER_NUMBER) },
        { "idle_closures", PLACE(fleet_day, idle_closures, MEMBER_NUMBER) },
        { "idle_escalations", PLACE(fleet_day, idle_escalations, MEMBER_NUMBER) },
        { "agents", PLACE(fleet_day, agents, MEMBER_NUMBER) },
        { "bursts", PLACE(fleet_day, bursts, MEMBER_NUMBER) },
        { "restarts", PLACE(fleet_day, restarts, MEMBER_NUMBER) },
        { "events", PLACE(fleet_day, events, MEMBER_NUMBER) },
        { "notification_s", PLACE(fleet_day, notification_s, MEMBER_NUMBER) },
        { "webservices_s", PLACE(fleet_day, webservices_s, MEMBER_NUMBER) },
};
TABLE(day, fleet_day);

static const struct member site_members[] = {
        { "prefix", PLACE(fleet_site, prefix, MEMBER_TEXT) },
        { "agents", PLACE(fleet_site, agents, MEMBER_NUMBER) },
        { "agents_lost", PLACE(fleet_site, agents_lost, MEMBER_NUMBER) },
        { "incidents", PLACE(fleet_site, incidents, MEMBER_NUMBER) },
        { "forced_logouts", PLACE(fleet_site, forced_logouts, MEMBER_NUMBER) },
};
TABLE(site, fleet_site);

static const struct member agent_members[] = {
        { "agent", PLACE(fleet_agent, agent, MEMBER_TEXT) },
        { "incidents", PLACE(fleet_agent, incidents, MEMBER_NUMBER) },
        { "forced_logouts", PLACE(fleet_agent, forced_logouts, MEMBER_NUMBER) },
        { "idle_closures", PLACE(fleet_agent, idle_closures, MEMBER_NUMBER) },
        { "idle_escalations", PLACE(fleet_agent, idle_escalations, MEMBER_NUMBER) },
        { "first", PLACE(fleet_agent, first, MEMBER_TIME) },
        { "last", PLACE(fleet_agent, last, MEMBER_TIME) },
        { "nodes", PLACE(fleet_agent, nodes, MEMBER_TEXTS) },
        { "addresses", PLACE(fleet_agent, addresses, MEMBER_TEXTS) },
};
TABLE(agent, fleet_agent);

static const struct member rule_members[] = {
        { "id", PLACE(fleet_rule, id, MEMBER_TEXT) },
        { "bundles", PLACE(fleet_rule, bundles, MEMBER_NUMBER) },
        { "hits", PLACE(fleet_rule, hits, MEMBER_NUMBER) },
};
TABLE(rule, fleet_rule);

static const struct member gap_members[] = {
        { "node", PLACE(fleet_gap, node, MEMBER_TEXT) },         { "family", PLACE(fleet_gap, family, MEMBER_TEXT) },
        { "from", PLACE(fleet_gap, from, MEMBER_TIME) },         { "to", PLACE(fleet_gap, to, MEMBER_TIME) },
        { "seconds", PLACE(fleet_gap, seconds, MEMBER_NUMBER) },
};
TABLE(gap, fleet_gap);

/* -------------------------------------------------------------- report */

static const struct member summary_members[] = {
        { "bundles", PLACE(fleet_report, summary.bundles, MEMBER_NUMBER) },
        { "distinct", PLACE(fleet_report, summary.distinct, MEMBER_NUMBER) },
        { "unread", PLACE(fleet_report, summary.unread, MEMBER_NUMBER) },
        { "incomplete", PLACE(fleet_report, summary.incomplete, MEMBER_NUMBER) },
        { "nodes", PLACE(fleet_report, summary.nodes, MEMBER_NUMBER) },
        { "agents", PLACE(fleet_report, summary.agents, MEMBER_NUMBER) },
        { "findings", PLACE(fleet_report, summary.findings, MEMBER_NUMBER) },
        { "incidents", PLACE(fleet_report, summary.incidents, MEMBER_NUMBER) },
        { "forced_logouts", PLACE(fleet_report, summary.forced_logouts, MEMBER_NUMBER) },
        { "idle_closures", PLACE(fleet_report, summary.idle_closures, MEMBER_NUMBER) },
        { "idle_escalations", PLACE(fleet_report, summary.idle_escalations, MEMBER_NUMBER) },
        { "bursts", PLACE(fleet_report, summary.bursts, MEMBER_NUMBER) },
        { "restarts", PLACE(fleet_report, summary.restarts, MEMBER_NUMBER) },
        { "events", PLACE(fleet_report, summary.events, MEMBER_NUMBER) },
        { "by_cause", PLACE(fleet_report, summary.by_cause, MEMBER_FIELDS) },
};
TABLE(summary, fleet_report);

static const struct member diagnosis_members[] = {
        { "verdict", PLACE(fleet_report, diagnosis.verdict, MEMBER_TEXT) },
        { "confidence", PLACE(fleet_report, diagnosis.confidence, MEMBER_TEXT) },
        { "why", PLACE(fleet_report, diagnosis.why, MEMBER_TEXTS) },
};
TABLE(diagnosis, fleet_report);

static const struct member report_members[] = {
        { "schema", PLACE(fleet_report, schema, MEMBER_SCHEMA), .needed = true },
        { "complete", PLACE(fleet_report, complete, MEMBER_BOOL) },
        { "exit_status", PLACE(fleet_report, exit_status, MEMBER_NUMBER) },
        { "first", PLACE(fleet_report, first, MEMBER_TIME) },
        { "last", PLACE(fleet_report, last, MEMBER_TIME) },
        { "summary", MEMBER_OBJECT, 0, &summary },
        { "diagnosis", MEMBER_OBJECT, 0, &diagnosis },
        { "notes", PLACE(fleet_report, notes, MEMBER_TEXTS) },
        { "incidents", PLACE(fleet_report, incidents, MEMBER_ARRAY), &incident },
        { "bursts", PLACE(fleet_report, bursts, MEMBER_ARRAY), &burst },
        { "days", PLACE(fleet_report, days, MEMBER_ARRAY), &day },
        { "sites", PLACE(fleet_report, sites, MEMBER_ARRAY), &site },
        { "agents", PLACE(fleet_report, agents, MEMBER_ARRAY), &agent },
        { "rules", PLACE(fleet_report, rules, MEMBER_ARRAY), &rule },
        { "gaps", PLACE(fleet_report, gaps, MEMBER_ARRAY), &gap },
        { "bundles", PLACE(fleet_report, bundles, MEMBER_ARRAY), &fleet_bundle_table, .needed = true },
        { "findings", PLACE(fleet_report, findings, MEMBER_ARRAY), &fleet_finding_table, .needed = true },
        { "people", PLACE(fleet_report, people, MEMBER_ARRAY), &fleet_person_table, .needed = true },
        { "coverage", PLACE(fleet_report, coverage, MEMBER_ARRAY), &fleet_span_table, .needed = true },
        { "events", PLACE(fleet_report, events, MEMBER_ARRAY), &fleet_events_table, .needed = true },
};
static const struct table report_table = TABLE_OF(fleet_report, report_members);

/* What a page shows. */
static const struct member page_members[] = {
        { "schema", PLACE(fleet_report, schema, MEMBER_SCHEMA) },
        { "first", PLACE(fleet_report, first, MEMBER_TIME) },
        { "last", PLACE(fleet_report, last, MEMBER_TIME) },
        { "summary", MEMBER_OBJECT, 0, &summary },
        { "diagnosis", MEMBER_OBJECT, 0, &diagnosis },
        { "notes", PLACE(fleet_report, notes, MEMBER_TEXTS) },
        { "incidents", PLACE(fleet_report, incidents, MEMBER_ARRAY), &incident },
        { "bursts", PLACE(fleet_report, bursts, MEMBER_ARRAY), &burst },
        { "days", PLACE(fleet_report, days, MEMBER_ARRAY), &day },
        { "sites", PLACE(fleet_report, sites, MEMBER_ARRAY), &site },
        { "agents", PLACE(fleet_report, agents, MEMBER_ARRAY), &agent },
        { "gaps", PLACE(fleet_report, gaps, MEMBER_ARRAY), &gap },
        { "bundles", PLACE(fleet_report, bundles, MEMBER_ARRAY), &fleet_bundle_table },
};
const struct table fleet_page_table = TABLE_OF(fleet_report, page_members);

const struct document fleet_document = { "boshscope.fleet/", "fleet report of boshscope", &report_table };
