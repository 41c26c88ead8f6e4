/*
 * explain: one agent, one moment: was it the connection, and whose side was it on?
 *
 *      what befell the agent        v   v            v            v
 *      the moment asked about              t
 *      what a person's "14:05" is       [------]              MOMENT_MS either side
 *      what is looked through        [------------]           NEAR_MS either side
 *
 * What befell the agent is a list of matters. Of those near the moment one decides: one
 * within MOMENT_MS before one further away, a logout before a lost connection, a lost
 * connection before anything less, then the nearest. Where there is none the logs must
 * cover the moment for the answer to be "no".
 */
#ifndef FINDINGS_EXPLAIN_H
#define FINDINGS_EXPLAIN_H

#include "findings/finding.h"
#include "findings/similar.h"

enum { MOMENT_MS = 90 * 1000, NEAR_MS = 5 * 60 * 1000 };

enum answer { ANSWER_YES, ANSWER_NO, ANSWER_UNKNOWN };

/* What the answer rests on: matters in the order of their weight, then their absence. */
enum ground {
        GROUND_FORCED_OUT,    /* a forced logout */
        GROUND_OTHER_LOGOUT,  /* another reason code, or none */
        GROUND_LOST,          /* the connection was lost; no logout came of it */
        GROUND_SILENT,        /* it went silent, and no log says how that ended */
        GROUND_SIGNED_OFF,    /* the desktop ended its session, or its presence went, without a silence */
        GROUND_RECOVERED,     /* it was silent, and came back */
        GROUND_NOT_READY,     /* not logged out, but made not ready */
        GROUND_CONNECTED,     /* nothing, and the logs show it at work */
        GROUND_NOT_SIGNED_IN, /* nothing, and the agent was not there */
        GROUND_NOT_COVERED,   /* nothing, and the logs would not show it */
        GROUND_UNKNOWN_AGENT,
        GROUND_COUNT,
};

/* Something that befell the agent. */
struct matter {
        enum ground ground;
        int64_t from_ms, to_ms;
        const struct finding *finding; /* NULL: its record alone tells it */
        const struct event *event;     /* the record that decides; may be NULL with a finding */
        const struct event *request;   /* other logout: the request that asked for it, or NULL */
        const struct session *session; /* or NULL */
};

/* A log that does not speak for the moment. */
struct lack {
        enum family family;
        bool debug;                /* the notification service's debug log, else its info log */
        const struct cover *cover; /* the log as far as it is there; NULL: not at all */
};

enum { MOST_LACKS = 3 };

struct explanation {
        struct arena arena;
        struct str asked;
        int64_t at_ms;
        const struct agent *agent; /* NULL: unknown */

        enum answer answer;
        enum ground ground;
        enum confidence confidence;
        bool faulted;       /* `fault` says something */
        enum verdict fault; /* client_side, server_side, network_segment or undetermined */

        struct matter *matters; /* all of the agent's; the one that decides first, then by distance */
        size_t count, capacity, near_count;
        bool decided;                       /* by matters[0] */
        const struct finding *held_by;      /* the burst or restart that it was part of, or NULL */
        const struct event *before, *after; /* the agent's records around the moment, or NULL */
        const struct session *session;      /* that was open at the moment, or NULL */
        const struct session *back;         /* lost: the session that came after it, or NULL */
        bool web, info, samples;            /* do these logs speak for the moment? lost: `web` for what came of it */
        struct lack lacks[MOST_LACKS];      /* those that do not */
        size_t lack_count;
        const struct agent **others; /* who else was closed, forced out or lost with the server at the time */
        size_t other_count;
        const struct agent *similar[MOST_SIMILAR]; /* unknown agent */
        size_t similar_count;
        int16_t zone;       /* of the server's clock, ZONE_UNKNOWN without */
        bool local_instead; /* the time fits something as the server's local time, and nothing as UTC */
};

/* `explanation` is released by the caller even when this fails. 0 or -ENOMEM. */
int explain_find(struct explanation *explanation, const struct timeline *timeline, const struct findings *findings,
                 struct str agent, int64_t at_ms);
void explain_release(struct explanation *explanation);

/* explain_matters.c: fill `matters`, in no order. 0 or -ENOMEM. */
int explain_gather(struct explanation *explanation, const struct timeline *timeline, const struct findings *findings);

/* How far the moment is from a matter; 0 inside it. */
int64_t matter_distance(const struct matter *matter, int64_t at_ms);

const char *answer_name(enum answer answer);
const char *ground_name(enum ground ground);

#endif
