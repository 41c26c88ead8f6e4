/*
 * Presence-driven logouts that led to nothing: the web service decided to log an agent
 * out, and no request went to the CTI server although its log would show one.
 */
#include "findings/finding.h"

enum {
        REQUEST_MS = 10 * 1000, /* as soon a request follows, if one does */
        BEFORE_MS = 1000,       /* threads write their records a little out of order */
};

/* A request for the agent, or the state that answers one, near the decision. */
static bool was_answered(const struct agent *agent, const struct event *decision) {
        for (size_t i = agent_events_from(agent, decision->utc_ms - BEFORE_MS); i < agent->event_count; i++) {
                const struct event *event = agent->events[i];

                if (event->utc_ms > decision->utc_ms + REQUEST_MS)
                        break;
                if (event_kind(event) == EVENT_CTI_REQUEST || event_kind(event) == EVENT_CTI_STATE)
                        return true;
        }
        return false;
}

static int add(struct findings *findings, const struct timeline *timeline, const struct agent *agent,
               const struct event *decision) {
        struct finding *finding;
        int r = findings_add(findings, FINDING_UNANSWERED_LOGOUT, SEVERITY_MEDIUM, &finding);

        if (r < 0)
                return r;
        finding->rule = decision->rule->id;
        finding->node = event_input(timeline, decision)->node;
        finding->agent = agent->name;
        finding->agent_index = (size_t)(agent - timeline->agents.items);
        finding->start_ms = finding->end_ms = decision->utc_ms;
        r = finding_quote(finding, decision);
        return r < 0 ? r
                     : finding_explain(
                               findings, finding,
                               "The web service decided to log the agent out for lack of presence, and no request "
                               "to the CTI server followed within %d s.",
                               REQUEST_MS / MS_PER_SECOND);
}

int detect_unanswered_logouts(struct findings *findings, const struct timeline *timeline) {
        for (size_t i = 0; i < timeline->agents.count; i++) {
                const struct agent *agent = &timeline->agents.items[i];

                for (size_t k = 0; k < agent->event_count; k++) {
                        const struct event *event = agent->events[k];
                        const struct cover *cover;
                        int r;

                        if (event_kind(event) != EVENT_PRESENCE_LOGOUT || was_answered(agent, event))
                                continue;
                        cover = coverage_of(&timeline->coverage, FAMILY_WEBSERVICES,
                                            event_input(timeline, event)->node);
                        /* A log that ends here says nothing of what came next. */
                        if (!cover || cover->to_ms < event->utc_ms + REQUEST_MS)
                                continue;
                        r = add(findings, timeline, agent, event);
                        if (r < 0)
                                return r;
                }
        }
        return 0;
}
