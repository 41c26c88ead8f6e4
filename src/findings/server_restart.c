/*
 * Restarts of a node's notification service: everybody on it loses the desktop.
 * README, The report: server_restart.
 */
#include <stdio.h>

#include "findings/finding.h"

static int explain(struct findings *findings, struct finding *finding, const struct outage *outage) {
        unsigned long long lost = outage->sessions_lost;
        char down[64] = "and no start of it is logged";

        if (outage->started_ms != TIME_UNKNOWN && outage_is_clean(outage))
                snprintf(down, sizeof(down), "and was up again after %lld s",
                         (long long)((outage->started_ms - outage->stopped_ms) / MS_PER_SECOND));
        if (outage_is_clean(outage))
                return finding_explain(findings, finding,
                                       "The notification service was stopped %s; %llu desktop session%s ended with it.",
                                       down, lost, lost == 1 ? "" : "s");
        return finding_explain(findings, finding,
                               "The notification service started without having been stopped: it had crashed or was "
                               "killed; %llu desktop session%s ended with it.",
                               lost, lost == 1 ? "" : "s");
}

static int add_restart(struct findings *findings, const struct outage *outage) {
        struct finding *finding;
        int r = findings_add(findings, FINDING_SERVER_RESTART, SEVERITY_CRITICAL, &finding);

        if (r < 0)
                return r;
        finding->outage = outage;
        finding->node = outage->node;
        finding->rule = outage->markers[0]->rule->id;
        finding->start_ms = outage->stopped_ms;
        finding->end_ms = outage->started_ms;
        if (!outage_is_clean(outage))
                finding->missing[0] = "a stop of the notification service before its start";
        else if (outage->started_ms == TIME_UNKNOWN)
                finding->missing[0] = "a start of the notification service after its stop";
        for (size_t i = 0; i < outage->marker_count && r == 0; i++)
                r = finding_quote(finding, outage->markers[i]);
        return r < 0 ? r : explain(findings, finding, outage);
}

int detect_server_restarts(struct findings *findings, const struct timeline *timeline) {
        int r = 0;

        for (size_t i = 0; i < timeline->outages.count && r == 0; i++)
                r = add_restart(findings, &timeline->outages.items[i]);
        return r;
}
