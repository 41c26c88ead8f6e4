/*
 * report_parts: the blocks of a JSON report, each a value without its key. Other
 * JSON documents over the same report (info, unmatched) have the same blocks.
 */
#ifndef REPORT_REPORT_PARTS_H
#define REPORT_REPORT_PARTS_H

#include "report/json.h"
#include "report/report.h"

/* report_json.c */
void write_ruleset(struct json *json, const struct ruleset *ruleset);
void write_bundle(struct json *json, const struct report *report);
void write_containers(struct json *json, const struct bundle *bundle);
/* What was read, with their keys: `inputs`, `coverage`, `clock`, `product`. */
void write_what_was_read(struct json *json, const struct report *report);
void write_diagnostics(struct json *json, const struct report *report);

/* report_findings.c, report_sessions.c, report_server.c */
void write_finding(struct json *json, const struct report *report, const struct finding *finding);
void write_verdict_steps(struct json *json, const struct report *report);
void write_sessions(struct json *json, const struct report *report);
void write_agents(struct json *json, const struct report *report);
void write_server_events(struct json *json, const struct server_events *events);
void write_event_place(struct json *json, const struct event *event);
/* A record as evidence quotes it. */
void write_record(struct json *json, const struct event *event);

#endif
