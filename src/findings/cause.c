#include "findings/cause.h"

/* ---------------------------------------------- the session behind it */

/* The closure that explains a loss came from 10 s before to 2 s after it, on one clock. */
static bool closed_with_loss(const struct timeline *timeline, const struct session *session, const struct event *loss) {
        int64_t closed_ms;

        if (!loss || !session->closure)
                return false;
        closed_ms = session->closure->utc_ms - clock_skew_ms(&timeline->clocks, session->node);
        return closed_ms >= loss->utc_ms - CLOSED_BEFORE_MS && closed_ms <= loss->utc_ms + CLOSED_AFTER_MS;
}

/* What links records of two services is no surer than the clock between them. */
static void limit_confidence(const struct timeline *timeline, struct finding *finding) {
        const struct session *closed = finding->forced.closed;
        enum confidence clock = closed ? clock_confidence(&timeline->clocks, closed->node) : CONFIDENCE_HIGH;

        if (clock > finding->confidence)
                finding->confidence = clock;
}

/* Could the agent have lost this session at that moment? */
static bool is_there(const struct session *session, int64_t at_ms) {
        return session->desktop && session->bound_ms <= at_ms + CLOSED_AFTER_MS &&
               (session->closed_ms == TIME_UNKNOWN || session->closed_ms >= at_ms - LOSS_MS);
}

/* The desktop that was lost: the one closed with the loss, else the latest there. */
static void find_session(const struct timeline *timeline, struct finding *finding) {
        const struct agent *agent = &timeline->agents.items[finding->agent_index];
        struct forced_logout *forced = &finding->forced;
        int64_t at_ms = forced->loss ? forced->loss->utc_ms : finding->end_ms;

        for (size_t i = 0; i < agent->session_count; i++) {
                const struct session *session = &timeline->sessions[agent->sessions[i]];

                if (!is_there(session, at_ms) || forced->closed)
                        continue;
                if (!finding->session || session->bound_ms >= finding->session->bound_ms)
                        finding->session = session;
                if (closed_with_loss(timeline, session, forced->loss))
                        forced->closed = finding->session = session;
        }
        if (finding->session)
                finding->sid = finding->session->sid;
        limit_confidence(timeline, finding);
}

/* ------------------------------------------------------ what would be logged */

/* Openfire closes idle sessions in silence before 3.8.2 (OF-453). */
static bool closures_are_logged(const struct timeline *timeline) {
        return timeline->newest_version == 0 || timeline->newest_version >= version_parse(STR("3.8.2"));
}

/* Would a closure of the agent's session, or a stop of its server, be in the logs? Where
 * the agent's server is not known, the logs of any do. */
static bool closure_would_show(const struct timeline *timeline, const struct finding *finding) {
        int64_t at_ms = finding->forced.loss->utc_ms;

        if (!closures_are_logged(timeline))
                return false;
        if (finding->session)
                return cover_tells(coverage_of(&timeline->coverage, FAMILY_NOTIFICATION, finding->session->node),
                                   at_ms);
        return coverage_tells(&timeline->coverage, at_ms);
}

/* Would a loss of presence be in the logs of the web service that asked? */
static bool loss_would_show(const struct timeline *timeline, const struct finding *finding) {
        const struct cover *cover = coverage_of(&timeline->coverage, FAMILY_WEBSERVICES, finding->node);

        return cover_spans(cover, finding->end_ms - LOSS_MS, finding->end_ms);
}

static const struct str *server_of(const struct finding *finding) {
        return finding->session ? &finding->session->node : NULL;
}

/* ------------------------------------------------------------- causes */

void finding_lacks(struct finding *finding, const char *what) {
        for (size_t i = 0; i < FINDING_MISSING; i++) {
                if (finding->missing[i])
                        continue;
                finding->missing[i] = what;
                return;
        }
}

static enum cause cause_of_loss(const struct timeline *timeline, struct finding *finding) {
        if (finding->forced.closed)
                return CAUSE_IDLE_CLOSURE;
        finding->outage =
                outage_at(&timeline->outages, server_of(finding), finding->forced.loss->utc_ms, OUTAGE_LOSS_MS);
        if (finding->outage)
                return CAUSE_SERVER_EVENT;
        if (closure_would_show(timeline, finding))
                return CAUSE_PRESENCE_LOSS;
        finding_lacks(finding,
                      closures_are_logged(timeline)
                              ? "the notification service's info log at the moment when presence was lost"
                              : "closures of idle sessions, which this version of the notification service does not "
                                "log");
        return CAUSE_UNDETERMINED;
}

static enum cause cause_without_loss(const struct timeline *timeline, struct finding *finding) {
        if (finding->forced.back)
                return CAUSE_UNEXPLAINED;
        finding->outage = outage_at(&timeline->outages, server_of(finding), finding->end_ms, LOSS_MS);
        if (finding->outage)
                return CAUSE_SERVER_EVENT;
        if (loss_would_show(timeline, finding))
                return CAUSE_UNEXPLAINED;
        finding_lacks(finding, "the web service's log in the 185 s before");
        return CAUSE_UNDETERMINED;
}

void find_cause(const struct timeline *timeline, struct finding *finding) {
        struct forced_logout *forced = &finding->forced;

        find_session(timeline, finding);
        forced->cause = forced->loss ? cause_of_loss(timeline, finding) : cause_without_loss(timeline, finding);
}
