/*
 * agent: a person at a desktop, over all nodes and sessions.
 *
 * The name is a JID's local part without its escapes, compared without case, and
 * spelt as the CTI messages spell it where they do. The server's own accounts
 * are none.
 */
#ifndef TIMELINE_AGENT_H
#define TIMELINE_AGENT_H

#include "base/intern.h"
#include "events/event.h"

struct timeline;

/* Reason code and flag of a forced request (Cisco document 211376). */
enum { FORCED_REASON = 255, FORCED_FLAG = 1 };

struct agent {
        struct str name;
        bool listed;      /* has a session, a presence or a forced logout: the report lists those */
        size_t *sessions; /* indices in timeline.sessions, in their order */
        size_t session_count, session_capacity;
        /* Presences, presence-driven logouts, CTI requests and states, in time order. */
        const struct event **events;
        size_t event_count, event_capacity;
        int64_t *sign_ins; /* when: states, presences that came back, sessions that were bound; in order */
        size_t sign_in_count, sign_in_capacity;
};

struct agents {
        struct agent *items; /* everyone whom a record names, by folded name */
        size_t count, capacity;
        size_t listed_count;
};

/* Fill timeline->agents, and every session's `agent`. 0 or -ENOMEM. */
int agents_build(struct timeline *timeline);
void agents_release(struct agents *agents);

/* The agent that a person names: as the reports spell it, as a JID, or a JID's local
 * part; without case. NULL where no record names one. `ret_agent` is untouched after a
 * failure. 0 or -ENOMEM. */
int agents_find(const struct agents *agents, struct str asked, const struct agent **ret_agent);

/* The first of an agent's events that is not before a moment, or event_count. */
size_t agent_events_from(const struct agent *agent, int64_t from_ms);

/* The agent's first sign-in behind a moment, or TIME_UNKNOWN. */
int64_t agent_signs_in(const struct agent *agent, int64_t after_ms);

/* A request with reason code 255 and force flag 1. */
bool is_forced_request(const struct event *event);

/* What a record says of a desktop's presence. A bare JID is taken for a desktop's: some
 * versions print no resource. NONE: it is no such record. */
enum presence { PRESENCE_NONE, PRESENCE_LOST, PRESENCE_BACK };
enum presence desktop_presence(const struct timeline *timeline, const struct event *event);

#endif
