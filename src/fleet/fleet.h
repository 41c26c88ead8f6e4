/*
 * fleet: what many reports say together.
 *
 * What is kept of the reports are sets, each with a key; two values of one key leave the one
 * that says more, by an order that is total. So it makes no difference in which order reports
 * are added, how often, or by way of which fleet reports: the sets are the same. All else
 * (incidents, bursts, days, sites, agents, the verdict) is made of the sets when it is asked
 * for, and passed over when a fleet report is read back.
 *
 *      reports --fold--> sets --derive--> struct fleet_report --> JSON and the other forms
 *                          ^                        |
 *                          +---------- read --------+
 */
#ifndef FLEET_FLEET_H
#define FLEET_FLEET_H

#include "base/intern.h"
#include "batch/reports.h"
#include "render/view.h"

/* ---------------------------------------------------------------- sets */

struct fleet_counts {
        int64_t agents, sessions, idle_escalations, idle_closures, forced_logouts, mass_disconnects, server_restarts,
                recoveries;
};

/* One analysis of one bundle, or one that came to nothing. Key: id. */
struct fleet_bundle {
        struct str id; /* of path, content, rules and options; of path and fault where there is no report */
        struct str path, kind;
        struct str content; /* of the inputs' checksums, whatever they are packed in; empty without a report */
        struct str ruleset, options, tool_version;
        int64_t bytes;
        bool redacted;
        struct str product, notification_service;
        int16_t offset; /* of the notification service with most records */
        int64_t skew_ms;
        struct view_texts nodes, missing;
        int64_t first, last;
        int64_t lines, records, matched;
        bool complete;
        int64_t exit_status;
        struct str verdict, confidence;
        struct fleet_counts counts;
        struct view_rules rules; /* that hit, by id */
        struct str code, fault;  /* why there is no report */
        struct str same_as;      /* derived: another bundle of the same content */
};

/* Where a bundle shows a finding. Key: the finding's, and the bundle. */
struct fleet_seen {
        struct str id, kind, node, agent, sid;
        struct str bundle, file;
        int64_t line;
};
struct fleet_seens {
        struct fleet_seen *items;
        size_t count;
};

/* Key: id, kind, node, agent and sid; the id alone is short. */
struct fleet_finding {
        struct str id, kind, node, agent, sid;
        struct str severity, confidence, cause, outcome, scope, title;
        int64_t start, end;
        int64_t since; /* of a stop or crash: when the sessions were lost */
        struct view_texts agents;
        struct str address; /* of the session, where there is one */
        struct fleet_seens seen;
};

/* An agent, on a node, from an address. All of it is the key. */
struct fleet_person {
        struct str agent, node, address;
};

/* When logs speak. Those of one node and family do not touch each other. */
struct fleet_span {
        struct str node, family;
        int64_t from, to;
};

/* Records of one event, of one day (UTC) and node. Key: these three; the prints of two are joined. */
struct fleet_events {
        struct str day, node, event;
        int64_t count; /* derived */
        struct view_words prints;
        size_t capacity;
};

/* ------------------------------------------------------------- derived */

/* What happened to one agent at one time, whoever saw it. */
struct fleet_incident {
        struct str id, kind, agent;
        int64_t start, end;
        struct str cause;
        struct str joined_from; /* the bundle that told a cause which another did not know; mostly empty */
        struct str confidence, address, burst;
        struct view_texts nodes, bundles, findings;
        struct str who;
        bool forced, closed; /* is a finding of that kind among them? */
        bool of_a_segment;   /* of a burst whose cause is that */
        size_t in_burst;     /* index, or SIZE_MAX */
};

struct fleet_burst {
        struct str id;
        int64_t start, end;
        struct str cause, scope, source; /* source: reports | fleet */
        struct view_texts nodes, agents, findings;
};

struct fleet_day {
        struct str day;
        int64_t incidents, forced_logouts, idle_closures, idle_escalations, agents, bursts, restarts, events,
                notification_s, webservices_s;
};

struct fleet_site {
        struct str prefix;
        int64_t agents, agents_lost, incidents, forced_logouts;
};

struct fleet_agent {
        struct str agent;
        int64_t incidents, forced_logouts, idle_closures, idle_escalations, first, last;
        struct view_texts nodes, addresses;
};

struct fleet_rule {
        struct str id;
        int64_t bundles, hits;
};

struct fleet_gap {
        struct str node, family;
        int64_t from, to, seconds;
};

struct fleet_summary {
        int64_t bundles, distinct, unread, incomplete, nodes, agents, findings, incidents, forced_logouts,
                idle_closures, idle_escalations, bursts, restarts, events;
        struct view_fields by_cause;
};

#define FLEET_ARRAY(type)                                                                                              \
        struct {                                                                                                       \
                struct type *items;                                                                                    \
                size_t count;                                                                                          \
        }

/* What is written, and read back. The arrays of sets are the fleet's own where it was derived. */
struct fleet_report {
        struct str schema;
        bool complete;
        int64_t exit_status;
        int64_t first, last;
        struct fleet_summary summary;
        struct view_diagnosis diagnosis;
        struct view_texts notes;
        FLEET_ARRAY(fleet_incident) incidents;
        FLEET_ARRAY(fleet_burst) bursts;
        FLEET_ARRAY(fleet_day) days;
        FLEET_ARRAY(fleet_site) sites;
        FLEET_ARRAY(fleet_agent) agents;
        FLEET_ARRAY(fleet_rule) rules;
        FLEET_ARRAY(fleet_gap) gaps;
        /* Sets. */
        FLEET_ARRAY(fleet_bundle) bundles;
        FLEET_ARRAY(fleet_finding) findings;
        FLEET_ARRAY(fleet_person) people;
        FLEET_ARRAY(fleet_span) coverage;
        FLEET_ARRAY(fleet_events) events;
};

extern const struct document fleet_document;
struct table;
extern const struct table fleet_bundle_table, fleet_finding_table, fleet_seen_table, fleet_person_table,
        fleet_span_table, fleet_events_table;
extern const struct table fleet_page_table; /* of a report: what the HTML page holds */

/* --------------------------------------------------------------- state */

struct set {
        const struct table *table;
        size_t size, keys; /* keys: how many of the table's members are the key */
        char *items;
        size_t count, capacity;
        size_t settled; /* items that are in order and each of its own key */
};

struct fleet {
        struct intern names;
        struct arena arena; /* of what items hold beside strings */
        struct set bundles, findings, seen, people, coverage;
        struct fleet_events *events;
        size_t event_count, event_capacity;
        struct intern event_keys; /* the number is the index in `events` */
};

void fleet_init(struct fleet *fleet);
void fleet_release(struct fleet *fleet);

/* Add what a report says. 0, -ENOMEM, or -EBADMSG for one that lacks a name; the text then says which. */
int fleet_fold(struct fleet *fleet, const struct view *view, char ret_wrong[static VIEW_WRONG_BYTES]);
/* What a fleet report says, whose text is changed. 0, -ENOMEM or -EBADMSG and `ret_wrong`. */
int fleet_read(struct fleet *fleet, char *text, size_t bytes, char ret_wrong[static VIEW_WRONG_BYTES]);
/* A bundle or report that nothing is known of but why. */
int fleet_add_unread(struct fleet *fleet, const struct report_fault *fault);

/* All sets in order, each key once. */
void fleet_settle(struct fleet *fleet);

/* What they come to. The report lives as long as the arena, and as the fleet is not added to. 0 or -ENOMEM. */
int fleet_derive(struct fleet *fleet, struct arena *arena, struct fleet_report *ret_report);

#endif
