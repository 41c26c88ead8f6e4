/*
 * finding: something an engineer would put into a case, with the records that
 * show it. One file a detector, one row each in the table in finding.c.
 * README, The report, and the JSON Schema fix what each means.
 */
#ifndef FINDINGS_FINDING_H
#define FINDINGS_FINDING_H

#include "timeline/timeline.h"

enum finding_kind {
        FINDING_IDLE_ESCALATION,
        FINDING_IDLE_CLOSURE,
        FINDING_FORCED_LOGOUT,
        FINDING_MASS_DISCONNECT,
        FINDING_SERVER_RESTART,
        FINDING_UNANSWERED_LOGOUT,
        FINDING_SIGNATURE,
};

enum cause {
        CAUSE_UNDETERMINED,
        CAUSE_IDLE_CLOSURE,
        CAUSE_SERVER_EVENT,
        CAUSE_PRESENCE_LOSS,
        CAUSE_UNEXPLAINED,
        CAUSE_COUNT,
};

/* What became of an agent after an idle closure. */
enum aftermath {
        AFTERMATH_UNKNOWN,
        AFTERMATH_FORCED_OUT,
        AFTERMATH_BACK,       /* signed in, or present, again */
        AFTERMATH_OTHER_NODE, /* ... on another node */
        AFTERMATH_SIGNED_OUT, /* logged out with another reason than 255 */
        AFTERMATH_SUPERVISOR,
        AFTERMATH_NOT_FORCED, /* the web service's log covers it, and nothing followed */
};

enum verdict {
        VERDICT_CLIENT_SIDE,
        VERDICT_SERVER_SIDE,
        VERDICT_NETWORK_SEGMENT,
        VERDICT_MIXED,
        VERDICT_NONE,
        VERDICT_UNDETERMINED,
};

enum { DIAGNOSIS_WHY = 12 };

struct diagnosis {
        enum verdict verdict;
        enum confidence confidence;
        struct str why[DIAGNOSIS_WHY]; /* sentences, in the findings' arena */
        size_t why_count;
};

/* What only a forced logout has. */
enum { FINDING_ID_BYTES = 13, FINDING_MISSING = 4 };

struct forced_logout {
        bool requested; /* false: only its state event was logged */
        uint64_t attempts;
        const struct event *request;       /* the first, or NULL */
        const struct event *loss;          /* presence unavailable, or NULL */
        const struct event *result;        /* the state event that counts, or NULL */
        const struct event *back;          /* without a loss: presence had come back from one, or NULL */
        const struct event *away;          /* after the loss the agent had signed in on another node: there, or NULL */
        const struct session *closed;      /* the agent's session whose idle closure came with the loss, or NULL */
        char closure_id[FINDING_ID_BYTES]; /* of the finding of that closure, shown or not; else empty */
        enum cause cause;
};

/* What only a signature has. */
struct signature_hit {
        const struct signature *signature;
        uint64_t count;          /* what its condition counts, where it is largest */
        uint64_t events;         /* that take part, from the first to the last */
        const struct str *group; /* values, parallel to signature->keys; in the findings' arena */
};

struct burst; /* findings/burst.h */

struct finding {
        enum finding_kind kind;
        enum severity severity;
        enum confidence confidence;
        char id[FINDING_ID_BYTES];
        struct str rule;               /* id of the rule whose event decided */
        struct str node, agent, sid;   /* empty: null */
        size_t agent_index;            /* in timeline.agents, SIZE_MAX without */
        int64_t start_ms, end_ms;      /* UTC, TIME_UNKNOWN: null */
        struct str why;                /* one sentence, in the findings' arena */
        const struct event **evidence; /* in time order */
        size_t evidence_count, evidence_capacity;
        size_t evidence_dropped;              /* records left out by max_evidence */
        const char *missing[FINDING_MISSING]; /* what would have told more; NULL-filled */

        const struct outage *outage;   /* server_restart; forced_logout with that cause, or NULL */
        const struct burst *burst;     /* mass_disconnect */
        const struct session *session; /* idle_*; forced_logout: the desktop that was lost, or NULL */
        const struct run *run;         /* idle_escalation; idle_closure where there is one */
        enum aftermath aftermath;      /* idle_closure of an agent's desktop */
        struct forced_logout *forced;  /* forced_logout; in the findings' arena */
        struct signature_hit hit;
};

struct findings {
        struct arena arena;
        struct finding *items; /* by (start or end, kind, agent, sid) */
        size_t count, capacity;
        struct diagnosis diagnosis;
};

/* Run all detectors; keep what overlaps [from, to] (TIME_UNKNOWN leaves a side
 * open). The caller releases, also after a failure. 0 or -ENOMEM. */
int findings_detect(struct findings *findings, const struct timeline *timeline, int64_t from_ms, int64_t to_ms);
void findings_release(struct findings *findings);

/* For detectors: a new finding, all unknown. */
int findings_add(struct findings *findings, enum finding_kind kind, enum severity severity,
                 struct finding **ret_finding);
int finding_quote(struct finding *finding, const struct event *event);     /* NULL is passed over */
int finding_quote_new(struct finding *finding, const struct event *event); /* of which there are many: none twice */
__attribute__((format(printf, 3, 4))) int finding_explain(struct findings *findings, struct finding *finding,
                                                          const char *format, ...);

int detect_server_restarts(struct findings *findings, const struct timeline *timeline);
int detect_mass_disconnects(struct findings *findings, const struct timeline *timeline);
int detect_idle(struct findings *findings, const struct timeline *timeline);
int detect_forced_logouts(struct findings *findings, const struct timeline *timeline);
int detect_unanswered_logouts(struct findings *findings, const struct timeline *timeline);
int detect_signatures(struct findings *findings, const struct timeline *timeline);

const char *finding_kind_name(enum finding_kind kind);
const char *cause_name(enum cause cause);
const char *verdict_name(enum verdict verdict);

#endif
