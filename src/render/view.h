/*
 * view: a report as its readers know it: what the JSON of a report says, typed, and
 * nothing else. Every form but the JSON itself is written from a view, also when the
 * analysis has only just been made, so that a form made later is the same to the byte.
 *
 * A string is empty where the report says null. A number that is null or missing is
 * VIEW_NONE, a time TIME_UNKNOWN, an offset ZONE_UNKNOWN. Keys that this version does not
 * know are passed over, but for an event's and a finding's own fields, which are all kept.
 *
 * All strings and arrays live as long as the view. Read-only: writers may share one.
 */
#ifndef RENDER_VIEW_H
#define RENDER_VIEW_H

#include "base/arena.h"
#include "base/time.h"

#define VIEW_NONE INT64_MIN

enum { VIEW_WRONG_BYTES = 256 };

struct view_texts {
        struct str *items;
        size_t count;
};

/* Numbers of 64 bits without a sign: base64 of their bytes, the highest first. */
struct view_words {
        uint64_t *items;
        size_t count;
};

/* A key and its value. */
enum view_kind { VIEW_TEXT, VIEW_RAW }; /* RAW: a number, a word, an object or an array, as JSON writes it */
struct view_field {
        struct str key, value;
        enum view_kind kind;
};
struct view_fields {
        struct view_field *items;
        size_t count;
};

/* The value under `key`; empty without one, and where it is null. */
struct str view_field(const struct view_fields *fields, const char *key);
/* The same as a number, VIEW_NONE where it is none. */
int64_t view_field_number(const struct view_fields *fields, const char *key);

/* One event of a session: `fields` has all that the rule took out of the record. */
struct view_event {
        int64_t time;
        struct str event;
        int64_t input, line; /* input: index into inputs */
        struct view_fields fields;
};
struct view_events {
        struct view_event *items;
        size_t count;
};

struct view_session {
        struct str sid, node, agent, jid, resource;
        struct view_texts client_ips;
        int64_t opened, closed;
        struct str ended_by;
        int64_t wait_s, inactivity_s, last_request, peak_idle_ms, polls;
        struct view_events timeline; /* in order of time */
};
struct view_sessions {
        struct view_session *items;
        size_t count;
};

/* A duration between steps and what was to be expected of it. */
enum view_ok { VIEW_OK_UNKNOWN, VIEW_OK_NO, VIEW_OK_YES };
struct view_step {
        struct str step;
        int64_t at, after_ms;
        int64_t expected_min_ms, expected_max_ms; /* VIEW_NONE: not known, or no bound on that side */
        enum view_ok ok;
        struct str after; /* the step that after_ms counts from */
};
struct view_steps {
        struct view_step *items;
        size_t count;
};

/* A record as it stands in its log. */
struct view_record {
        int64_t input, line, offset, time;
        struct str text;
};
struct view_records {
        struct view_record *items;
        size_t count;
};

struct view_finding {
        struct str id, kind, rule, severity, node, agent, sid;
        int64_t start, end;
        struct str cause;          /* forced_logout, mass_disconnect */
        struct view_texts agents;  /* mass_disconnect */
        struct view_fields fields; /* all of the kind's own but these two, as they stand in the report */
        struct str confidence, why;
        struct view_steps timing;
        struct view_records evidence;
        struct view_texts missing, next_steps, links;
};
struct view_findings {
        struct view_finding *items;
        size_t count;
};

struct view_agent {
        struct str agent;
        struct view_texts sessions, client_ips; /* sessions: their sids */
        int64_t idle_escalations, idle_closures, forced_logouts, recoveries;
        struct view_fields recovery_hours; /* "09" of the server's day: how many */
        int64_t replaced_same, replaced_other, replaced_unknown;
        struct view_events timeline; /* of the web service's logs; sessions have their own */
};
struct view_agents {
        struct view_agent *items;
        size_t count;
};

struct view_server_event {
        int64_t time;
        struct str node, event, rule;
        int64_t input, line, duration_ms;
        struct str text;
};
struct view_server_events {
        struct view_server_event *items;
        size_t count;
};

struct view_input {
        struct str path, node, family, status, reason;
        int64_t bytes, crc32, lines, records, matched, unmatched, first, last, duplicate_of;
        struct str leaf;     /* of the path: what stands behind the last '!' or '/' */
        bool leaf_is_shared; /* another input has a leaf of that name */
};
struct view_inputs {
        struct view_input *items;
        size_t count;
};

struct view_container {
        struct str path, kind;
        int64_t bytes, entries;
        struct str status, reason;
};
struct view_containers {
        struct view_container *items;
        size_t count;
};

struct view_diagnostic {
        struct str code, level;
        int64_t input, line, offset;
        struct str text, advice, path;
        int64_t count;
};
struct view_diagnostics {
        struct view_diagnostic *items;
        size_t count;
};

struct view_rule {
        struct str id;
        int64_t hits;
};
struct view_rules {
        struct view_rule *items;
        size_t count;
};

struct view_gap {
        struct str node, family;
        int64_t from, to;
};
struct view_gaps {
        struct view_gap *items;
        size_t count;
};

struct view_coverage {
        int64_t inputs, bytes, lines, records, matched, unmatched;
        struct view_gaps gaps;
        struct view_texts missing;
};

/* The offset from `at` on. */
struct view_change {
        int64_t at;
        int16_t offset;
};
struct view_changes {
        struct view_change *items;
        size_t count;
};

struct view_clock {
        struct str node; /* empty at the top */
        int16_t offset;
        struct str method, confidence;
        int64_t votes, skew_ms;
        struct view_changes changes;
};
struct view_clocks {
        struct view_clock *items;
        size_t count;
};

struct view_reason {
        struct str product, state, name;
        int64_t code, agents, count;
};
struct view_reasons {
        struct view_reason *items;
        size_t count;
};

struct view_summary {
        int64_t agents, sessions, idle_escalations, idle_closures, forced_logouts, mass_disconnects, server_restarts,
                recoveries;
        struct view_fields by_cause; /* forced logouts */
        struct view_reasons by_reason;
};

struct view_diagnosis {
        struct str verdict, confidence;
        struct view_texts why, next_steps;
};

struct view {
        struct arena arena;
        char *text; /* the JSON itself, in which the strings lie */

        struct str schema;
        struct str tool_version;
        struct str ruleset_name, ruleset_version, ruleset_sha256;
        int64_t from, to;           /* the window that was asked for */
        struct view_fields options; /* the others */
        bool redacted, complete;
        int64_t exit_status;
        struct str bundle_path, bundle_kind;
        int64_t bundle_bytes;
        struct view_containers containers;
        struct view_inputs inputs;
        struct view_coverage coverage;
        struct view_clock clock; /* that of the node with most records */
        struct view_clocks clocks;
        struct str product, product_evidence, notification_service;
        struct view_rules rules;
        struct view_summary summary;
        struct view_diagnosis diagnosis;
        struct view_findings findings;
        struct view_sessions sessions;
        struct view_agents agents;
        struct view_server_events server_events;
        struct view_diagnostics diagnostics;
};

/*
 * `text`, which malloc gave, is the view's from now on, also where it fails. 0, -ENOMEM, or
 * -EBADMSG where it is no report that this version reads, and `ret_wrong` says why.
 */
int view_read(struct view *view, char *text, size_t bytes, char ret_wrong[static VIEW_WRONG_BYTES]);
void view_release(struct view *view);

/* How many records it rests on beside those that the report quotes. */
int64_t view_unquoted(const struct view_finding *finding);

/* The finding of that id, or NULL. */
const struct view_finding *view_find(const struct view *view, struct str id);

/* The leaf of the file that a record lies in; "-" where that is not known. */
struct str view_leaf(const struct view *view, int64_t input);
/* The same, or its whole path where two files have that leaf: those of two servers do. */
struct str view_place(const struct view *view, int64_t input);

#endif
