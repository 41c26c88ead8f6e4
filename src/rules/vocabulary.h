/*
 * vocabulary: the words that rules and the analysis share.
 *
 * A rule names the event that it makes and the fields that it captures. The
 * words listed here mean something to the C code; a rule may make other events
 * with other fields, which are counted, and otherwise left alone unless a signature
 * names them.
 */
#ifndef RULES_VOCABULARY_H
#define RULES_VOCABULARY_H

#include "base/str.h"

/*
 * X(NAME, "name in rules and reports")
 *
 * notification service
 *   session_sample       the reaper's "was last active": idle_ms, and sid or jid; client_ip
 *   session_idle_closed  the reaper's "Closing idle session": sid or jid, threshold_s, client_ip
 *   session_closed       "A session is closed for": jid
 *   session_request      a request arrived (or was answered): sid, rid, jid
 *   session_created      the answer that opens a session: sid, wait_s, inactivity_s
 *   session_bound        the answer that binds a resource: sid, jid
 *   session_terminated   the client said type='terminate': sid, rid
 *   client_address       an HTTP request's record with the client's address: client_ip
 *   statistics           a record with an epoch: epoch_ms, jid
 *   server_started, server_stopped   markers of the service's life cycle: version
 *   session_unknown      a request for a session that the server does not know: sid
 *
 * web service
 *   presence             jid, presence (available | unavailable)
 *   presence_monitor     agent
 *   presence_logout      agent: a presence-driven logout begins
 *   cti_request          agent, state, reason, force
 *   cti_state            agent, state, reason, product, epoch_ms
 *   web_started          the web service came up
 *   xmpp_down, xmpp_up   the web service lost the notification service, and has it again
 */
#define EVENT_KINDS(X)                                                                                                 \
        X(SAMPLE, "session_sample")                                                                                    \
        X(IDLE_CLOSED, "session_idle_closed")                                                                          \
        X(CLOSED, "session_closed")                                                                                    \
        X(REQUEST, "session_request")                                                                                  \
        X(CREATED, "session_created")                                                                                  \
        X(BOUND, "session_bound")                                                                                      \
        X(TERMINATED, "session_terminated")                                                                            \
        X(CLIENT_ADDRESS, "client_address")                                                                            \
        X(STATISTICS, "statistics")                                                                                    \
        X(SERVER_STARTED, "server_started")                                                                            \
        X(SERVER_STOPPED, "server_stopped")                                                                            \
        X(PRESENCE, "presence")                                                                                        \
        X(PRESENCE_MONITOR, "presence_monitor")                                                                        \
        X(PRESENCE_LOGOUT, "presence_logout")                                                                          \
        X(CTI_REQUEST, "cti_request")                                                                                  \
        X(CTI_STATE, "cti_state")                                                                                      \
        X(WEB_STARTED, "web_started")                                                                                  \
        X(SESSION_UNKNOWN, "session_unknown")                                                                          \
        X(XMPP_DOWN, "xmpp_down")                                                                                      \
        X(XMPP_UP, "xmpp_up")

enum event_kind {
#define X(name, text) EVENT_##name,
        EVENT_KINDS(X)
#undef X
                EVENT_KNOWN_COUNT,
        EVENT_OTHER = EVENT_KNOWN_COUNT,
};

enum severity { SEVERITY_INFO, SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITY_CRITICAL, SEVERITY_COUNT };

/* How a field's text becomes its value. A duration ("PT1M3.2S", base/duration.h) is
 * a whole number of milliseconds: one more way to write an integer. */
enum field_type { FIELD_TYPE_TEXT, FIELD_TYPE_INTEGER, FIELD_TYPE_DURATION };

/* X(NAME, "name in rules and reports", type) */
#define FIELDS(X)                                                                                                      \
        X(SID, "sid", TEXT)                                                                                            \
        X(JID, "jid", TEXT)                                                                                            \
        X(IDLE_MS, "idle_ms", INTEGER)                                                                                 \
        X(THRESHOLD_S, "threshold_s", INTEGER)                                                                         \
        X(RID, "rid", INTEGER)                                                                                         \
        X(WAIT_S, "wait_s", INTEGER)                                                                                   \
        X(INACTIVITY_S, "inactivity_s", INTEGER)                                                                       \
        X(CLIENT_IP, "client_ip", TEXT)                                                                                \
        X(EPOCH_MS, "epoch_ms", INTEGER)                                                                               \
        X(VERSION, "version", TEXT)                                                                                    \
        X(AGENT, "agent", TEXT)                                                                                        \
        X(PRESENCE, "presence", TEXT)                                                                                  \
        X(STATE, "state", INTEGER)                                                                                     \
        X(STATE_NAME, "state_name", TEXT)                                                                              \
        X(REASON, "reason", INTEGER)                                                                                   \
        X(FORCE, "force", INTEGER)                                                                                     \
        X(PRODUCT, "product", TEXT)

enum field {
#define X(name, text, type) FIELD_##name,
        FIELDS(X)
#undef X
                FIELD_KNOWN_COUNT,
};

const char *event_kind_name(enum event_kind kind);
enum event_kind event_kind_by_name(struct str name); /* EVENT_OTHER when unknown */
bool event_kind_is_of_session(enum event_kind kind); /* it tells of one BOSH session's life */
bool event_kind_is_heartbeat(enum event_kind kind);  /* most of them are counted and folded away */

const char *severity_name(enum severity severity);
enum severity severity_by_name(struct str name); /* SEVERITY_COUNT when unknown */

const char *field_name(enum field field);
enum field_type field_type(enum field field);
int field_by_name(struct str name); /* enum field, or -1 for a word of a pack's own */

/*
 * The fields that a rule must capture to make an event of this kind, as sets of
 * 1 << enum field: every one of `all`, and at least one of `any` where that is
 * not empty. A capture may still stay out of a match: the C code knows unset.
 */
struct event_needs {
        uint32_t all, any;
};
struct event_needs event_kind_needs(enum event_kind kind);

#endif
