#include "findings/aftermath.h"

#include <errno.h>
#include <stdlib.h>

#include "findings/cause.h"
#include "findings/reason.h"

enum {
        /* Finesse waits 60 s before it forces an agent out; what came within that, and the
         * answer, counts. */
        AFTERMATH_MS = 70 * 1000,
        BY_A_SUPERVISOR = 22,
};

const char *aftermath_name(enum aftermath aftermath) {
        static const char *const names[] = { NULL,         "forced_out", "back",      "other_node",
                                             "signed_out", "supervisor", "not_forced" };

        return names[aftermath];
}

/* The sessions that begin with a sign-in at a desktop, by agent and time. */
struct arrivals {
        const struct session **items;
        size_t count;
};

/* What an agent's events tell of the time after a closure. */
struct outlook {
        const struct timeline *timeline;
        const struct arrivals *arrivals;
        const struct session *closed;
        const struct agent *agent;
        enum aftermath aftermath;
        int64_t at_ms; /* when it came; TIME_UNKNOWN without */
};

static bool is_after(const struct outlook *outlook, int64_t at_ms) {
        int64_t closed_ms = outlook->closed->closure->utc_ms;

        return at_ms >= closed_ms - CLOSED_AFTER_MS && at_ms <= closed_ms + AFTERMATH_MS;
}

/* Whatever came first decides. */
static void note(struct outlook *outlook, enum aftermath aftermath, int64_t at_ms) {
        if (!is_after(outlook, at_ms) || (outlook->at_ms != TIME_UNKNOWN && outlook->at_ms <= at_ms))
                return;
        outlook->aftermath = aftermath;
        outlook->at_ms = at_ms;
}

static int compare_arrivals(const void *a, const void *b) {
        const struct session *x = *(const struct session *const *)a, *y = *(const struct session *const *)b;

        if (x->agent != y->agent)
                return x->agent < y->agent ? -1 : 1;
        if (x->bound_ms != y->bound_ms)
                return x->bound_ms < y->bound_ms ? -1 : 1;
        return (x > y) - (x < y); /* they stand in one array, in their order */
}

static int list_arrivals(const struct timeline *timeline, struct arrivals *arrivals) {
        arrivals->items = calloc(timeline->session_count + 1, sizeof(*arrivals->items));
        if (!arrivals->items)
                return -ENOMEM;
        for (size_t i = 0; i < timeline->session_count; i++) {
                const struct session *session = &timeline->sessions[i];

                if (session->agent != SIZE_MAX && session->desktop && session->born)
                        arrivals->items[arrivals->count++] = session;
        }
        qsort(arrivals->items, arrivals->count, sizeof(*arrivals->items), compare_arrivals);
        return 0;
}

/* The agent's first arrival that is not before a moment, or what stands behind it. */
static size_t first_arrival(const struct arrivals *arrivals, size_t agent, int64_t from_ms) {
        size_t low = 0, high = arrivals->count;

        while (low < high) {
                const size_t middle = low + (high - low) / 2;
                const struct session *session = arrivals->items[middle];

                if (session->agent < agent || (session->agent == agent && session->bound_ms < from_ms))
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

static void look_at_sessions(struct outlook *outlook) {
        const struct arrivals *arrivals = outlook->arrivals;
        const struct session *closed = outlook->closed;

        for (size_t i = first_arrival(arrivals, closed->agent, closed->closure->utc_ms - CLOSED_AFTER_MS);
             i < arrivals->count && arrivals->items[i]->agent == closed->agent; i++) {
                const struct session *session = arrivals->items[i];

                if (session == closed)
                        continue;
                note(outlook, str_eq(session->node, closed->node) ? AFTERMATH_BACK : AFTERMATH_OTHER_NODE,
                     session->bound_ms);
                return; /* whatever comes later does not decide */
        }
}

static void look_at_event(struct outlook *outlook, const struct event *event) {
        int64_t state = -1, reason = -1;

        event_number(event, FIELD_STATE, &state);
        event_number(event, FIELD_REASON, &reason);
        if (desktop_presence(outlook->timeline, event) == PRESENCE_BACK) {
                note(outlook, AFTERMATH_BACK, event->utc_ms);
        } else if ((event_kind(event) == EVENT_CTI_STATE || event_kind(event) == EVENT_CTI_REQUEST) &&
                   state == STATE_LOGOUT && reason != FORCED_REASON) {
                note(outlook, reason == BY_A_SUPERVISOR ? AFTERMATH_SUPERVISOR : AFTERMATH_SIGNED_OUT, event->utc_ms);
        }
}

static struct outlook look(const struct timeline *timeline, const struct arrivals *arrivals,
                           const struct session *closed) {
        struct outlook outlook = {
                .timeline = timeline,
                .arrivals = arrivals,
                .closed = closed,
                .agent = &timeline->agents.items[closed->agent],
                .at_ms = TIME_UNKNOWN,
        };

        look_at_sessions(&outlook);
        for (size_t i = agent_events_from(outlook.agent, closed->closure->utc_ms - CLOSED_AFTER_MS);
             i < outlook.agent->event_count && is_after(&outlook, outlook.agent->events[i]->utc_ms); i++)
                look_at_event(&outlook, outlook.agent->events[i]);
        if (outlook.at_ms == TIME_UNKNOWN &&
            coverage_spans(&timeline->coverage, FAMILY_WEBSERVICES, closed->closure->utc_ms,
                           closed->closure->utc_ms + AFTERMATH_MS))
                outlook.aftermath = AFTERMATH_NOT_FORCED;
        return outlook;
}

static const char *words(enum aftermath aftermath) {
        static const char *const words[] = {
                [AFTERMATH_FORCED_OUT] = "the agent was forced out",
                [AFTERMATH_BACK] = "the agent was back",
                [AFTERMATH_OTHER_NODE] = "the agent had signed in on the other node",
                [AFTERMATH_SIGNED_OUT] = "the agent was signed out with another reason than 255",
                [AFTERMATH_SUPERVISOR] = "a supervisor signed the agent out",
                [AFTERMATH_NOT_FORCED] = "no forced logout followed",
        };

        return words[aftermath];
}

/* "The server closed ... (limit 60 s); the agent was back 12.0 s later." */
static int tell(struct findings *findings, struct finding *finding, int64_t at_ms) {
        const struct str why = str_first(finding->why, finding->why.n ? finding->why.n - 1 : 0);
        long long ms = at_ms == TIME_UNKNOWN || at_ms < finding->end_ms ? 0 : at_ms - finding->end_ms;
        const char *what = words(finding->aftermath);

        if (!what)
                return 0;
        if (at_ms == TIME_UNKNOWN)
                return finding_explain(findings, finding, "%.*s; %s.", (int)why.n, why.p, what);
        return finding_explain(findings, finding, "%.*s; %s %lld.%lld s later.", (int)why.n, why.p, what, ms / 1000,
                               ms / 100 % 10);
}

/* By session: the forced logout that its closure led to. */
static const struct finding **map_forced(const struct findings *findings, const struct timeline *timeline) {
        const struct finding **forced = calloc(timeline->session_count + 1, sizeof(*forced));

        for (size_t i = 0; forced && i < findings->count; i++) {
                const struct finding *finding = &findings->items[i];

                if (finding->kind == FINDING_FORCED_LOGOUT && finding->forced->closed)
                        forced[finding->forced->closed - timeline->sessions] = finding;
        }
        return forced;
}

int find_aftermaths(struct findings *findings, const struct timeline *timeline) {
        const struct finding **forced = map_forced(findings, timeline);
        struct arrivals arrivals = { 0 };
        int r = forced ? list_arrivals(timeline, &arrivals) : -ENOMEM;

        for (size_t i = 0; i < findings->count && r == 0; i++) {
                struct finding *finding = &findings->items[i];
                const struct finding *led_to;
                struct outlook outlook;

                if (finding->kind != FINDING_IDLE_CLOSURE || finding->agent_index == SIZE_MAX ||
                    !finding->session->desktop)
                        continue;
                led_to = forced[finding->session - timeline->sessions];
                if (led_to) {
                        finding->aftermath = AFTERMATH_FORCED_OUT;
                        r = tell(findings, finding, led_to->end_ms);
                        continue;
                }
                outlook = look(timeline, &arrivals, finding->session);
                finding->aftermath = outlook.aftermath;
                r = tell(findings, finding, outlook.at_ms);
        }
        free(arrivals.items);
        free(forced);
        return r;
}
