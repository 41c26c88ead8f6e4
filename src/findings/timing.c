#include "findings/timing.h"

#include "findings/cause.h"
#include "findings/reason.h"

enum {
        /* Stamps of whole seconds, and closures and samples of one round of the reaper. */
        STEP_SLACK_MS = 1000,
        ANSWERED_MS = 10 * 1000,
};

/* A chain under construction. */
struct chain {
        const struct timeline *timeline;
        const struct finding *finding;
        struct finding *lacking;       /* the same where it is to be told what is missing, or NULL */
        const struct session *session; /* whose waits count; NULL: the pack's */
        struct step *steps;            /* MOST_STEPS of them */
        size_t count;
};

/* ------------------------------------------------------------- windows */

static int64_t base_ms(const struct chain *chain, enum window_base base) {
        const struct ruleset *ruleset = chain->timeline->ruleset;

        switch (base) {
        case BASE_WAIT:
                return MS_PER_SECOND *
                       (chain->session ? session_wait_s(chain->timeline, chain->session) : ruleset->default_wait_s);
        case BASE_THRESHOLD:
                return MS_PER_SECOND * (chain->session ? session_threshold_s(chain->timeline, chain->session)
                                                       : ruleset->default_inactivity_s);
        default:
                return 0;
        }
}

/* Of a repeated step, the latest. */
static const struct step *find_step(const struct chain *chain, struct str name) {
        for (size_t i = chain->count; i-- > 0;)
                if (str_eq(str_from(chain->steps[i].name), name))
                        return &chain->steps[i];
        return NULL;
}

/* Measured against the step that the pack says it follows, else the one before. */
static void measure(const struct chain *chain, struct step *step) {
        const struct chain_window *window = chain_window_of(&chain->timeline->ruleset->knowledge, str_from(step->name));
        const struct step *from = window ? find_step(chain, window->after) : NULL;

        for (size_t i = chain->count; !from && i-- > 0;)
                if (!window && chain->steps[i].at_ms != TIME_UNKNOWN)
                        from = &chain->steps[i];
        if (window) {
                step->has_window = true;
                step->min_ms = window->min_ms + base_ms(chain, window->min_beyond);
                step->max_ms = window->max_ms + base_ms(chain, window->max_beyond);
        }
        if (!from)
                return;
        step->after = from->name;
        if (from->at_ms == TIME_UNKNOWN || step->at_ms == TIME_UNKNOWN)
                return;
        step->after_ms = step->at_ms - from->at_ms;
        if (window)
                step->ok =
                        step->after_ms >= step->min_ms - STEP_SLACK_MS && step->after_ms <= step->max_ms + STEP_SLACK_MS
                                ? STEP_IN_WINDOW
                                : STEP_OUT_OF_WINDOW;
}

static struct step *add_step(struct chain *chain, const char *name, int64_t at_ms) {
        struct step *step = &chain->steps[chain->count];

        *step = (struct step){ .name = name, .at_ms = at_ms, .after_ms = TIME_UNKNOWN };
        measure(chain, step);
        chain->count++;
        return step;
}

static int64_t time_of(const struct event *event) {
        return event ? event->utc_ms : TIME_UNKNOWN;
}

/* A step that is not there: out of its window where its log would show it, one more
 * thing missing where it would not. */
static void judge_absence(struct chain *chain, struct step *step, bool would_show, const char *what) {
        if (step->at_ms != TIME_UNKNOWN)
                return;
        if (would_show)
                step->ok = STEP_OUT_OF_WINDOW;
        else if (chain->lacking)
                finding_lacks(chain->lacking, what);
}

/* --------------------------------------------------- steps of the session */

static void add_silence(struct chain *chain, const struct run *run) {
        if (!run)
                return;
        if (run->last_request)
                add_step(chain, "last_request", run->last_request->utc_ms);
        add_step(chain, "silent_since", run->silent_since_ms);
}

static const struct run *closing_run(const struct session *session) {
        return session->closure_run == SIZE_MAX ? NULL : &session->runs[session->closure_run];
}

/* The desktop's loss of presence that came with a closure, in the web service's log. */
static const struct event *loss_with(const struct chain *chain, const struct session *session) {
        const struct agent *agent = session->agent == SIZE_MAX ? NULL : &chain->timeline->agents.items[session->agent];
        const int64_t closed_ms = session->closure->utc_ms;

        for (size_t i = agent ? agent_events_from(agent, closed_ms - CLOSED_AFTER_MS) : 0;
             agent && i < agent->event_count; i++) {
                const struct event *event = agent->events[i];

                if (event->utc_ms > closed_ms + CLOSED_BEFORE_MS)
                        break;
                if (desktop_presence(chain->timeline, event) == PRESENCE_LOST)
                        return event;
        }
        return NULL;
}

static bool web_covers(const struct chain *chain, int64_t at_ms) {
        return coverage_spans(&chain->timeline->coverage, FAMILY_WEBSERVICES, at_ms, at_ms);
}

static void chain_closure(struct chain *chain) {
        const struct session *session = chain->finding->session;
        struct step *step;

        add_silence(chain, closing_run(session));
        add_step(chain, "closure", session->closure->utc_ms);
        if (session->agent == SIZE_MAX || !session->desktop)
                return;
        step = add_step(chain, "presence_unavailable", time_of(loss_with(chain, session)));
        judge_absence(chain, step, web_covers(chain, session->closure->utc_ms),
                      "the web service's log at the closure, which tells what became of the agent");
}

static void chain_escalation(struct chain *chain) {
        const struct run *run = chain->finding->run;

        add_silence(chain, run);
        add_step(chain, "last_sample", run->samples[run->count - 1]->utc_ms);
        if (run->outcome != OUTCOME_OPEN)
                add_step(chain, outcome_name(run->outcome), run->ended_ms);
}

/* ----------------------------------------------- steps of a forced logout */

/* The agent's first event of a kind within [from, to]. */
static const struct event *first_within(const struct agent *agent, enum event_kind kind, int64_t from_ms,
                                        int64_t to_ms) {
        for (size_t i = agent_events_from(agent, from_ms); i < agent->event_count && agent->events[i]->utc_ms <= to_ms;
             i++)
                if (event_kind(agent->events[i]) == kind)
                        return agent->events[i];
        return NULL;
}

static void chain_loss(struct chain *chain, const struct agent *agent, const struct forced_logout *forced) {
        int64_t loss_ms = forced->loss->utc_ms, end_ms = chain->finding->end_ms;

        if (forced->closed) {
                add_silence(chain, closing_run(forced->closed));
                add_step(chain, "closure", forced->closed->closure->utc_ms);
        }
        add_step(chain, "presence_unavailable", loss_ms);
        add_step(chain, "presence_monitor", time_of(first_within(agent, EVENT_PRESENCE_MONITOR, loss_ms, end_ms)));
        add_step(chain, "presence_logout",
                 time_of(first_within(agent, EVENT_PRESENCE_LOGOUT, loss_ms, end_ms + STEP_SLACK_MS)));
}

/* The request that the answer came to: the last before it. */
static const struct event *answered_request(const struct agent *agent, const struct forced_logout *forced) {
        const struct event *found = forced->request;
        uint64_t seen = 0;

        for (size_t i = agent_events_from(agent, forced->request->utc_ms);
             i < agent->event_count && seen < forced->attempts; i++) {
                const struct event *event = agent->events[i];

                if (forced->result && event->utc_ms > forced->result->utc_ms)
                        break;
                if (!is_forced_request(event))
                        continue;
                found = event;
                seen++;
        }
        return found;
}

/* Another attempt follows no timer of its own. */
static void repeat_request(struct chain *chain, const struct event *request) {
        const struct step *first = find_step(chain, STR("forced_request"));
        struct step *step;

        if (request->utc_ms == first->at_ms)
                return;
        step = add_step(chain, "forced_request", request->utc_ms);
        step->after = first->name;
        step->after_ms = step->at_ms - first->at_ms;
        step->has_window = false;
        step->ok = STEP_UNKNOWN;
}

static void chain_forced(struct chain *chain) {
        const struct forced_logout *forced = chain->finding->forced;
        const struct agent *agent = &chain->timeline->agents.items[chain->finding->agent_index];
        int64_t end_ms = chain->finding->end_ms;
        struct step *step;

        if (forced->loss)
                chain_loss(chain, agent, forced);
        add_step(chain, "forced_request", time_of(forced->request));
        if (forced->attempts > 1)
                repeat_request(chain, answered_request(agent, forced));
        step = add_step(chain, "state_event", time_of(forced->result));
        judge_absence(chain, step, web_covers(chain, end_ms + ANSWERED_MS),
                      "the web service's log in the 10 s after, where the state event would be");
        add_step(chain, "next_sign_in", agent_signs_in(agent, end_ms));
}

static size_t follow(const struct timeline *timeline, const struct finding *finding, struct finding *lacking,
                     struct step steps[static MOST_STEPS]) {
        const struct session *closed = finding->forced ? finding->forced->closed : NULL;
        struct chain chain = {
                .timeline = timeline,
                .finding = finding,
                .lacking = lacking,
                .session = closed ? closed : finding->session,
                .steps = steps,
        };

        switch (finding->kind) {
        case FINDING_IDLE_ESCALATION:
                chain_escalation(&chain);
                break;
        case FINDING_IDLE_CLOSURE:
                chain_closure(&chain);
                break;
        case FINDING_FORCED_LOGOUT:
                chain_forced(&chain);
                break;
        default:
                break;
        }
        return chain.count;
}

size_t find_steps(const struct timeline *timeline, const struct finding *finding,
                  struct step steps[static MOST_STEPS]) {
        return follow(timeline, finding, NULL, steps);
}

void find_missing_steps(const struct timeline *timeline, struct finding *finding) {
        struct step steps[MOST_STEPS];

        follow(timeline, finding, finding, steps);
}
