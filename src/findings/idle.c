/*
 * Idle escalations and idle closures: what the reaper of the notification
 * service saw of a session that no longer polled.
 */
#include <stdio.h>
#include <stdlib.h>

#include "findings/finding.h"
#include "timeline/fold.h"

static void take_session(struct finding *finding, const struct timeline *timeline, const struct session *session) {
        finding->session = session;
        finding->node = session->node;
        finding->sid = session->sid;
        finding->agent_index = session->agent;
        if (session->agent != SIZE_MAX)
                finding->agent = timeline->agents.items[session->agent].name;
}

/* To a tenth of a second, which is more than whole-second stamps can bear. */
static void format_seconds(int64_t ms, char text[static 32]) {
        long long tenths = (llabs(ms) + 50) / 100;

        snprintf(text, 32, "%lld.%lld s", tenths / 10, tenths % 10);
}

/* -------------------------------------------------------- escalations */

static const char *outcome_sentence(enum outcome outcome) {
        static const char *const sentences[] = {
                [OUTCOME_OPEN] = "and no later record tells how it ended",
                [OUTCOME_CLOSED] = "until the server closed the session",
                [OUTCOME_RECOVERED] = "before the client polled again",
                [OUTCOME_REPLACED] = "until a new session took its place",
                [OUTCOME_TERMINATED] = "until the client ended the session itself",
        };

        return sentences[outcome];
}

/* "3 samples agree" is what makes a time worth quoting. */
static int explain_escalation(struct findings *findings, struct finding *finding, const struct run *run) {
        char peak[32], worst[32], doubt[80] = "";

        format_seconds(run->peak_idle_ms, peak);
        format_seconds(run->worst_ms, worst);
        if (run->disagreeing)
                snprintf(doubt, sizeof(doubt), ", %zu %s by up to %s", run->disagreeing,
                         run->disagreeing == 1 ? "disagrees" : "disagree", worst);
        return finding_explain(
                findings, finding,
                "Without a poll the server's samples rose to %s (%zu sample%s, %zu agree on the time%s) %s.", peak,
                run->count, run->count == 1 ? "" : "s", run->agreeing, doubt, outcome_sentence(run->outcome));
}

static int quote_run(struct finding *finding, const struct run *run) {
        int r = finding_quote(finding, run->last_request);

        /* A run has each sample once, and none of them ends it. */
        for (size_t i = 0; i < run->count && r == 0; i++)
                r = finding_quote_new(finding, run->samples[i]);
        if (r < 0 || !run->ender || run->ender == run->last_request)
                return r;
        return finding_quote_new(finding, run->ender);
}

static int add_escalation(struct findings *findings, const struct timeline *timeline, const struct session *session,
                          const struct run *run) {
        struct finding *finding;
        int r;

        r = findings_add(findings, FINDING_IDLE_ESCALATION,
                         run->outcome == OUTCOME_OPEN ? SEVERITY_MEDIUM : SEVERITY_LOW, &finding);
        if (r < 0)
                return r;
        take_session(finding, timeline, session);
        finding->run = run;
        finding->rule = run->samples[0]->rule->id;
        finding->start_ms = run->silent_since_ms;
        finding->end_ms = run->ended_ms;
        if (session->sid.n == 0 || (run->count > 1 && run->agreeing < 2))
                finding->confidence = CONFIDENCE_MEDIUM;
        r = quote_run(finding, run);
        return r < 0 ? r : explain_escalation(findings, finding, run);
}

/* ----------------------------------------------------------- closures */

static int explain_closure(struct findings *findings, struct finding *finding, const struct timeline *timeline,
                           const struct session *session) {
        long long threshold_s = session_threshold_s(timeline, session);
        char idle[32];

        if (finding->run) {
                format_seconds(finding->end_ms - finding->start_ms, idle);
                return finding_explain(findings, finding,
                                       "The server closed the session %s after the client last held a poll (limit %lld "
                                       "s).",
                                       idle, threshold_s);
        }
        return finding_explain(findings, finding,
                               "The server closed the session for more than %lld s without a poll; no samples tell "
                               "since when.",
                               threshold_s);
}

static int add_closure(struct findings *findings, const struct timeline *timeline, const struct session *session) {
        const struct run *run = session->closure_run == SIZE_MAX ? NULL : &session->runs[session->closure_run];
        struct finding *finding;
        int r = findings_add(findings, FINDING_IDLE_CLOSURE, SEVERITY_MEDIUM, &finding);

        if (r < 0)
                return r;
        take_session(finding, timeline, session);
        finding->run = run;
        finding->rule = session->closure->rule->id;
        finding->start_ms = run ? run->silent_since_ms : TIME_UNKNOWN;
        finding->end_ms = session->closure->utc_ms;
        if (session->sid.n == 0)
                finding->confidence = CONFIDENCE_MEDIUM;
        if (!run)
                finding->missing[0] = "samples of the notification service's debug log (\"was last active\")";
        r = run ? quote_run(finding, run) : 0;
        if (r == 0)
                r = finding_quote(finding, session->closure);
        return r < 0 ? r : explain_closure(findings, finding, timeline, session);
}

int detect_idle(struct findings *findings, const struct timeline *timeline) {
        int r = 0;

        for (size_t i = 0; i < timeline->session_count && r == 0; i++) {
                const struct session *session = &timeline->sessions[i];

                if (session->service)
                        continue;
                for (size_t k = 0; k < session->run_count && r == 0; k++) {
                        const struct run *run = &session->runs[k];

                        if (run->peak_idle_ms >= REPORTED_IDLE_MS || run->outcome == OUTCOME_CLOSED)
                                r = add_escalation(findings, timeline, session, run);
                }
                if (r == 0 && session->closure)
                        r = add_closure(findings, timeline, session);
        }
        return r;
}
