#include "findings/cause.h"

/* ---------------------------------------------- the session behind it */

/* What links records of two services is no surer than the clock between them. */
static void limit_confidence(const struct timeline *timeline, struct finding *finding) {
        const struct session *closed = finding->forced->closed;
        enum confidence clock = closed ? clock_confidence(&timeline->clocks, closed->node) : CONFIDENCE_HIGH;

        if (clock > finding->confidence)
                finding->confidence = clock;
}

/* The desktop that was lost: the one closed with the loss, else the latest there. */
static int find_session(struct lost_desktops *desktops, struct finding *finding) {
        struct forced_logout *forced = finding->forced;
        int r = lost_desktops_of(desktops, finding->agent_index);

        if (r < 0)
                return r;
        if (forced->loss)
                forced->closed = lost_desktop_closed(desktops, forced->loss->utc_ms);
        finding->session = forced->closed;
        if (!finding->session)
                finding->session = lost_desktop_there(desktops, forced->loss ? forced->loss->utc_ms : finding->end_ms);
        if (finding->session)
                finding->sid = finding->session->sid;
        limit_confidence(desktops->timeline, finding);
        return 0;
}

/* ------------------------------------------------------ what would be logged */

/* Openfire closes idle sessions in silence before 3.8.2 (OF-453). */
static bool closures_are_logged(const struct timeline *timeline) {
        return timeline->newest_version == 0 || timeline->newest_version >= version_parse(STR("3.8.2"));
}

/* Would a closure of the agent's session, or a stop of its server, be in the logs? Where
 * the agent's server is not known, the logs of any do. */
static bool closure_would_show(const struct timeline *timeline, const struct finding *finding) {
        int64_t at_ms = finding->forced->loss->utc_ms;

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
        if (finding->forced->closed)
                return CAUSE_IDLE_CLOSURE;
        finding->outage =
                outage_at(&timeline->outages, server_of(finding), finding->forced->loss->utc_ms, OUTAGE_LOSS_MS);
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
        if (finding->forced->back)
                return CAUSE_UNEXPLAINED;
        finding->outage = outage_at(&timeline->outages, server_of(finding), finding->end_ms, LOSS_MS);
        if (finding->outage)
                return CAUSE_SERVER_EVENT;
        if (loss_would_show(timeline, finding))
                return CAUSE_UNEXPLAINED;
        finding_lacks(finding, "the web service's log in the 185 s before");
        return CAUSE_UNDETERMINED;
}

int find_cause(struct lost_desktops *desktops, struct finding *finding) {
        const struct timeline *timeline = desktops->timeline;
        int r = find_session(desktops, finding);

        if (r == 0)
                finding->forced->cause = finding->forced->loss ? cause_of_loss(timeline, finding)
                                                               : cause_without_loss(timeline, finding);
        return r;
}
