/*
 * What befell one agent: from the findings, and from the records that are no finding: a
 * logout with another reason code, a desktop that signed off, a presence that went.
 */
#include <errno.h>

#include "findings/burst.h"
#include "findings/cause.h"
#include "findings/explain.h"
#include "findings/reason.h"

enum {
        ANSWERED_MS = 10 * 1000, /* a state event this soon after a request answers it */
        SKEW_MS = 1000,          /* between the clocks of two logs */
};

struct gathering {
        struct explanation *explanation;
        const struct timeline *timeline;
        const struct findings *findings;
        const struct agent *agent;
        size_t index; /* of the agent */
};

static int add(struct gathering *gathering, const struct matter *matter) {
        struct explanation *explanation = gathering->explanation;
        int r = array_reserve(&explanation->matters, &explanation->capacity, explanation->count + 1,
                              sizeof(*explanation->matters));

        if (r == 0)
                explanation->matters[explanation->count++] = *matter;
        return r;
}

static bool within(int64_t at_ms, int64_t from_ms, int64_t to_ms) {
        return at_ms >= from_ms && at_ms <= to_ms;
}

/* ------------------------------------------------------------- findings */

static const struct run *closing_run(const struct session *session) {
        return session->closure_run == SIZE_MAX ? NULL : &session->runs[session->closure_run];
}

static int64_t end_of_forced(const struct finding *finding) {
        const struct event *result = finding->forced->result;

        return result && result->utc_ms > finding->end_ms ? result->utc_ms : finding->end_ms;
}

/* From the moment when the client was silent to the CTI server's answer. */
static int add_forced(struct gathering *gathering, const struct finding *finding) {
        const struct session *closed = finding->forced->closed;
        struct matter matter = { .ground = GROUND_FORCED_OUT,
                                 .from_ms = finding->start_ms,
                                 .to_ms = end_of_forced(finding),
                                 .finding = finding,
                                 .event = finding->forced->request ? finding->forced->request : finding->forced->result,
                                 .session = finding->session };

        if (closed && closing_run(closed))
                matter.from_ms = closing_run(closed)->silent_since_ms;
        return add(gathering, &matter);
}

/* Does a forced logout tell the closure, or the outage, already? */
static bool is_told(const struct gathering *gathering, const struct session *closed, const struct outage *outage) {
        for (size_t i = 0; i < gathering->findings->count; i++) {
                const struct finding *finding = &gathering->findings->items[i];

                if (finding->kind == FINDING_FORCED_LOGOUT && finding->agent_index == gathering->index &&
                    ((closed && finding->forced->closed == closed) || (outage && finding->outage == outage)))
                        return true;
        }
        return false;
}

static int add_closure(struct gathering *gathering, const struct finding *finding) {
        const struct matter matter = {
                .ground = GROUND_LOST,
                .from_ms = finding->start_ms != TIME_UNKNOWN ? finding->start_ms : finding->end_ms,
                .to_ms = finding->end_ms,
                .finding = finding,
                .event = finding->session->closure,
                .session = finding->session,
        };

        return is_told(gathering, finding->session, NULL) ? 0 : add(gathering, &matter);
}

/* A closure tells its own silence. One that the client ended by signing off is told there. */
static int add_escalation(struct gathering *gathering, const struct finding *finding) {
        const struct run *run = finding->run;
        const struct matter matter = {
                .ground = run->outcome == OUTCOME_OPEN ? GROUND_SILENT : GROUND_RECOVERED,
                .from_ms = finding->start_ms,
                .to_ms = finding->end_ms,
                .finding = finding,
                .event = run->samples[run->count - 1],
                .session = finding->session,
        };

        if (run->outcome == OUTCOME_CLOSED || run->outcome == OUTCOME_TERMINATED)
                return 0;
        return add(gathering, &matter);
}

/* A session that ended with the service. */
static int add_restart(struct gathering *gathering, const struct finding *finding) {
        const struct outage *outage = finding->outage;

        for (size_t i = 0; i < gathering->agent->session_count; i++) {
                const struct session *session = &gathering->timeline->sessions[gathering->agent->sessions[i]];
                const struct matter matter = { .ground = GROUND_LOST,
                                               .from_ms = session->closed_ms,
                                               .to_ms = session->closed_ms,
                                               .finding = finding,
                                               .event = outage->markers[0],
                                               .session = session };

                if (!session->desktop || session->ended_by != ENDED_SERVER_STOP ||
                    !str_eq(session->node, outage->node) || !outage_ended_at(outage, session->closed_ms))
                        continue;
                return is_told(gathering, NULL, outage) ? 0 : add(gathering, &matter);
        }
        return 0;
}

/* Of a burst only what nothing else tells: a presence that went, without a closure. */
static int add_victim(struct gathering *gathering, const struct finding *finding) {
        for (size_t i = 0; i < finding->burst->count; i++) {
                const struct victim *victim = finding->burst->victims[i];
                const struct matter matter = { .ground = GROUND_LOST,
                                               .from_ms = victim->at_ms,
                                               .to_ms = victim->at_ms,
                                               .finding = finding,
                                               .event = victim->event };
                bool forced = false;

                if (victim->agent != gathering->index || victim->session)
                        continue;
                for (size_t k = 0; k < gathering->findings->count; k++)
                        forced |= gathering->findings->items[k].kind == FINDING_FORCED_LOGOUT &&
                                  gathering->findings->items[k].forced->loss == victim->event;
                return forced ? 0 : add(gathering, &matter);
        }
        return 0;
}

static int add_finding(struct gathering *gathering, const struct finding *finding) {
        if (finding->kind == FINDING_SERVER_RESTART)
                return add_restart(gathering, finding);
        if (finding->kind == FINDING_MASS_DISCONNECT)
                return add_victim(gathering, finding);
        if (finding->agent_index != gathering->index)
                return 0;
        if (finding->kind == FINDING_FORCED_LOGOUT)
                return add_forced(gathering, finding);
        if (!finding->session->desktop)
                return 0;
        return finding->kind == FINDING_IDLE_CLOSURE ? add_closure(gathering, finding)
                                                     : add_escalation(gathering, finding);
}

/* ------------------------------------------------------------- records */

/* Does a matter that is there already account for a record of that moment? */
static bool is_part_of(const struct gathering *gathering, enum ground ground, int64_t at_ms, int64_t before_ms,
                       int64_t after_ms) {
        for (size_t i = 0; i < gathering->explanation->count; i++) {
                const struct matter *matter = &gathering->explanation->matters[i];

                if (matter->ground == ground && within(at_ms, matter->from_ms - before_ms, matter->to_ms + after_ms))
                        return true;
        }
        return false;
}

static int64_t state_of(const struct event *event) {
        int64_t state = -1;

        event_number(event, FIELD_STATE, &state);
        return state;
}

static bool is_logout(const struct event *event, enum event_kind kind) {
        return event_kind(event) == kind && state_of(event) == STATE_LOGOUT && !is_forced_request(event);
}

/* The agent's logout of that kind nearest before a record, or after it. */
static const struct event *logout_within(const struct agent *agent, enum event_kind kind, int64_t from_ms,
                                         int64_t to_ms) {
        const struct event *found = NULL;

        for (size_t i = 0; i < agent->event_count; i++)
                if (is_logout(agent->events[i], kind) && within(agent->events[i]->utc_ms, from_ms, to_ms))
                        found = agent->events[i];
        return found;
}

/* A state event, or a request that none answered. */
static int add_logout(struct gathering *gathering, const struct event *event) {
        const bool asked = event_kind(event) == EVENT_CTI_REQUEST;
        struct matter matter = {
                .ground = GROUND_OTHER_LOGOUT, .from_ms = event->utc_ms, .to_ms = event->utc_ms, .event = event
        };

        if (is_part_of(gathering, GROUND_FORCED_OUT, event->utc_ms, 0, ANSWERED_MS))
                return 0;
        if (asked &&
            logout_within(gathering->agent, EVENT_CTI_STATE, event->utc_ms - SKEW_MS, event->utc_ms + ANSWERED_MS))
                return 0;
        matter.request = asked ? event
                               : logout_within(gathering->agent, EVENT_CTI_REQUEST, event->utc_ms - ANSWERED_MS,
                                               event->utc_ms + SKEW_MS);
        return add(gathering, &matter);
}

/* Which codes an agent chooses for a break nobody knows; those with a name tell something. */
static int add_not_ready(struct gathering *gathering, const struct event *event) {
        const struct matter matter = {
                .ground = GROUND_NOT_READY, .from_ms = event->utc_ms, .to_ms = event->utc_ms, .event = event
        };
        struct reason reason;

        if (!reason_of(event, &reason) || reason.state != STATE_NOT_READY ||
            is_part_of(gathering, GROUND_FORCED_OUT, event->utc_ms, 0, ANSWERED_MS) ||
            reason_name(&gathering->timeline->ruleset->knowledge, reason.product, reason.code, reason.state_name).n ==
                    0)
                return 0;
        return add(gathering, &matter);
}

/* The stop or crash that a presence went with, where the session that was lost is in no log. */
static const struct finding *restart_at(const struct gathering *gathering, int64_t at_ms) {
        const struct outage *outage = outage_at(&gathering->timeline->outages, NULL, at_ms, OUTAGE_LOSS_MS);

        for (size_t i = 0; outage && i < gathering->findings->count; i++)
                if (gathering->findings->items[i].outage == outage &&
                    gathering->findings->items[i].kind == FINDING_SERVER_RESTART)
                        return &gathering->findings->items[i];
        return NULL;
}

static int add_presence(struct gathering *gathering, const struct event *event) {
        struct matter matter = {
                .ground = GROUND_SIGNED_OFF, .from_ms = event->utc_ms, .to_ms = event->utc_ms, .event = event
        };

        if (desktop_presence(gathering->timeline, event) != PRESENCE_LOST)
                return 0;
        if (is_part_of(gathering, GROUND_FORCED_OUT, event->utc_ms, 0, 0) ||
            is_part_of(gathering, GROUND_LOST, event->utc_ms, CLOSED_AFTER_MS, CLOSED_BEFORE_MS) ||
            is_part_of(gathering, GROUND_RECOVERED, event->utc_ms, 0, CLOSED_BEFORE_MS) ||
            is_part_of(gathering, GROUND_SIGNED_OFF, event->utc_ms, CLOSED_BEFORE_MS, CLOSED_BEFORE_MS))
                return 0;
        matter.finding = restart_at(gathering, event->utc_ms);
        if (matter.finding)
                matter.ground = GROUND_LOST;
        return add(gathering, &matter);
}

static int add_event(struct gathering *gathering, const struct event *event) {
        if (is_logout(event, EVENT_CTI_STATE) || is_logout(event, EVENT_CTI_REQUEST))
                return add_logout(gathering, event);
        if (event_kind(event) == EVENT_CTI_STATE)
                return add_not_ready(gathering, event);
        return event_kind(event) == EVENT_PRESENCE ? add_presence(gathering, event) : 0;
}

static const struct event *terminate_of(const struct session *session) {
        for (size_t i = session->event_count; i-- > 0;)
                if (event_kind(session->events[i]) == EVENT_TERMINATED)
                        return session->events[i];
        return NULL;
}

static int add_terminate(struct gathering *gathering, const struct session *session) {
        const struct event *event = session->ended_by == ENDED_TERMINATE ? terminate_of(session) : NULL;
        struct matter matter = { .ground = GROUND_SIGNED_OFF, .event = event, .session = session };

        if (!event || !session->desktop || is_part_of(gathering, GROUND_FORCED_OUT, event->utc_ms, CLOSED_BEFORE_MS, 0))
                return 0;
        matter.from_ms = matter.to_ms = event->utc_ms;
        return add(gathering, &matter);
}

int explain_gather(struct explanation *explanation, const struct timeline *timeline, const struct findings *findings) {
        struct gathering gathering = {
                .explanation = explanation,
                .timeline = timeline,
                .findings = findings,
                .agent = explanation->agent,
                .index = (size_t)(explanation->agent - timeline->agents.items),
        };
        int r = 0;

        for (size_t i = 0; i < findings->count && r == 0; i++)
                r = add_finding(&gathering, &findings->items[i]);
        for (size_t i = 0; i < gathering.agent->session_count && r == 0; i++)
                r = add_terminate(&gathering, &timeline->sessions[gathering.agent->sessions[i]]);
        for (size_t i = 0; i < gathering.agent->event_count && r == 0; i++)
                r = add_event(&gathering, gathering.agent->events[i]);
        return r;
}
