/*
 * Restarts of a node's notification service: everybody on it loses the desktop.
 * README, The report: server_restart.
 */
#include <stdio.h>

#include "findings/circumstance.h"

enum { WORDS_BYTES = 320 };

static int explain(struct findings *findings, struct finding *finding, const struct circumstances *around) {
        const struct outage *outage = finding->outage;
        unsigned long long lost = outage->sessions_lost;
        char words[WORDS_BYTES], down[64] = "and no start of it is logged";

        circumstances_say(outage, around, words, sizeof(words));
        if (outage->started_ms != TIME_UNKNOWN && outage_is_clean(outage))
                snprintf(down, sizeof(down), "and was up again after %lld s",
                         (long long)((outage->started_ms - outage->stopped_ms) / MS_PER_SECOND));
        if (outage_is_clean(outage))
                return finding_explain(
                        findings, finding,
                        "The notification service was stopped %s; %llu desktop session%s ended with it%s.", down, lost,
                        lost == 1 ? "" : "s", words);
        return finding_explain(findings, finding,
                               "The notification service started without having been stopped: it had crashed or was "
                               "killed; %llu desktop session%s ended with it%s.",
                               lost, lost == 1 ? "" : "s", words);
}

/* An orderly stop with a boot behind it is one of the whole server; a boot after a
 * crash is what a power cut looks like. */
static bool is_by_administrator(const struct outage *outage, const struct circumstances *around) {
        return around->planned || (around->boot && outage_is_clean(outage));
}

static int add_restart(struct findings *findings, const struct timeline *timeline, const struct outage *outage) {
        struct circumstances around;
        struct finding *finding;
        int r;

        circumstances_find(timeline, outage, &around);
        r = findings_add(findings, FINDING_SERVER_RESTART,
                         is_by_administrator(outage, &around) ? SEVERITY_MEDIUM : SEVERITY_CRITICAL, &finding);

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
        if (r == 0)
                r = circumstances_quote(timeline, finding, &around);
        return r < 0 ? r : explain(findings, finding, &around);
}

int detect_server_restarts(struct findings *findings, const struct timeline *timeline) {
        int r = 0;

        for (size_t i = 0; i < timeline->outages.count && r == 0; i++)
                r = add_restart(findings, timeline, &timeline->outages.items[i]);
        return r;
}
