/*
 * session: one BOSH session over all members, with its silent runs.
 *
 *      opened                                             closed
 *        |--polls--polls--x . . . . . . . . . . . . . . . . |
 *                         silent_since  13230  43230  63231 idle closure
 *                         |------------- run --------------|
 *
 * All times are UTC milliseconds, TIME_UNKNOWN where nothing tells.
 */
#ifndef TIMELINE_SESSION_H
#define TIMELINE_SESSION_H

#include "timeline/jid.h"
#include "timeline/run.h"
#include "timeline/summary.h"

struct timeline;

enum ended_by { ENDED_OPEN, ENDED_IDLE_CLOSURE, ENDED_TERMINATE, ENDED_SERVER_STOP, ENDED_REPLACED, ENDED_UNKNOWN };

/* An address that enough of a session's polls came from, or that its records name. */
struct session_ip {
        struct str address;
        uint64_t votes;
};

struct session {
        struct str sid;     /* empty where no record ties the agent to an id */
        struct str node;    /* empty when unknown */
        struct str jid;     /* with a local part, as first written; empty before sign-in */
        struct str address; /* `domain/SID`, its address before sign-in; empty when not seen */
        struct str jid_key; /* jid in lower case: for comparing */
        bool desktop;       /* its resource is one that the pack lists as a desktop */
        bool service;       /* an account of the server's own */
        size_t agent;       /* index in timeline.agents, SIZE_MAX without */

        int64_t first_ms, last_ms; /* of all records of the session */
        int64_t bound_ms;          /* first record with its JID */
        bool born;                 /* its creation or its binding was logged: it did not exist before */
        int64_t opened_ms;         /* the creation exchange, when it was logged */
        int64_t closed_ms;
        int64_t idle_closed_ms; /* the latest closure among its events */
        enum ended_by ended_by;
        int64_t wait_s, inactivity_s; /* -1 where the creation exchange was not logged */
        int64_t last_request_ms;
        int64_t peak_idle_ms;   /* -1 without samples */
        uint64_t polls;         /* request ids */
        struct session_ip *ips; /* in timeline.arena */
        size_t ip_count;

        const struct event **events; /* its own, in time order */
        size_t event_count, event_capacity;
        struct run *runs;
        size_t run_count, run_capacity;
        const struct event *closure; /* "Closing idle session", or NULL */
        size_t closure_run;          /* index of the run that it ended, SIZE_MAX without */
};

/* Fill timeline->sessions from the segments and events. 0 or -ENOMEM. */
int sessions_build(struct timeline *timeline);
/* session_end.c: give every session an end. A step of sessions_build. */
int sessions_end(struct timeline *timeline);
void session_release(struct session *session);

/* The idle limit that a closure names, else the session's own, else the pack's. */
int64_t session_threshold_s(const struct timeline *timeline, const struct session *session);
int64_t session_wait_s(const struct timeline *timeline, const struct session *session);

const char *ended_by_name(enum ended_by ended_by);

#endif
