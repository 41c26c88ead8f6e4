/*
 * The JSON report's findings[]: what all kinds share, and each kind's own fields.
 */
#include <stdio.h>

#include "findings/aftermath.h"
#include "findings/burst.h"
#include "findings/timing.h"
#include "findings/topic.h"
#include "report/inventory.h"
#include "report/report_parts.h"

static void write_escalation(struct json *json, const struct finding *finding) {
        const struct run *run = finding->run;
        int64_t request_ms = run->last_request ? run->last_request->utc_ms : TIME_UNKNOWN;

        /* Stamps of whole seconds, or a clock that stood: no request came after it. */
        if (request_ms != TIME_UNKNOWN && request_ms > run->silent_since_ms)
                request_ms = run->silent_since_ms;
        json_put_time(json, "silent_since", run->silent_since_ms);
        json_key(json, "vanished_between");
        json_begin_inline_array(json);
        json_time(json, request_ms);
        json_time(json, run->silent_since_ms);
        json_end_array(json);
        json_put_number(json, "peak_idle_ms", run->peak_idle_ms);
        json_put_number(json, "samples", (int64_t)run->count);
        json_put_text(json, "outcome", outcome_name(run->outcome));
}

/* Without samples the closure alone bounds the silence: it came once the limit
 * was passed, at the reaper's next round. */
static void write_silent_between(struct json *json, const struct finding *finding, int64_t threshold_s) {
        enum { REAPER_PERIOD_MS = 30000 };
        int64_t latest = finding->end_ms - threshold_s * MS_PER_SECOND;

        json_key(json, "silent_between");
        if (finding->run) {
                json_null(json);
                return;
        }
        json_begin_inline_array(json);
        json_time(json, latest - REAPER_PERIOD_MS);
        json_time(json, latest);
        json_end_array(json);
}

/* What the server printed at the closure's own round; computed where that sample
 * is not there. */
static void write_idle_ms(struct json *json, const struct report *report, const struct finding *finding) {
        enum { SAME_ROUND_MS = 2000 };
        const struct event *last = finding->run ? finding->run->samples[finding->run->count - 1] : NULL;

        json_key(json, "idle_ms");
        if (!last)
                json_null(json);
        else if (finding->end_ms - sample_tick_utc(&report->timeline, last) <= SAME_ROUND_MS)
                json_number(json, sample_idle_ms(last));
        else
                json_number(json, finding->end_ms - finding->start_ms);
}

static void write_closure(struct json *json, const struct report *report, const struct finding *finding) {
        int64_t threshold_s = session_threshold_s(&report->timeline, finding->session);

        json_put_number(json, "threshold_s", threshold_s);
        json_put_time(json, "silent_since", finding->start_ms);
        write_silent_between(json, finding, threshold_s);
        write_idle_ms(json, report, finding);
        json_put_text(json, "aftermath", aftermath_name(finding->aftermath));
}

static void write_forced_logout(struct json *json, const struct finding *finding) {
        const struct forced_logout *forced = finding->forced;
        struct str state = { 0 };
        int64_t reason = 0;

        json_key(json, "requested_reason");
        if (forced->requested)
                json_number(json, FORCED_REASON);
        else
                json_null(json);
        json_put_number(json, "attempts", (int64_t)forced->attempts);
        if (forced->result) {
                event_text(forced->result, FIELD_STATE_NAME, &state);
                event_number(forced->result, FIELD_REASON, &reason);
        }
        json_put_name(json, "resulting_state", state);
        json_key(json, "resulting_reason");
        if (forced->result)
                json_number(json, reason);
        else
                json_null(json);
        json_put_text(json, "cause", cause_name(forced->cause));
        json_put_name(json, "idle_closure", str_from(forced->closure_id));
}

static void write_mass_disconnect(struct json *json, const struct finding *finding) {
        const struct burst *burst = finding->burst;
        int64_t sessions = 0;

        for (size_t i = 0; i < burst->count; i++)
                sessions += burst->victims[i]->session != NULL;
        json_key(json, "agents");
        json_begin_inline_array(json);
        for (size_t i = 0; i < burst->agent_count; i++)
                json_string(json, burst->agents[i]);
        json_end_array(json);
        json_put_number(json, "sessions", sessions);
        json_put_number(json, "window_ms", finding->end_ms - finding->start_ms);
        json_put_text(json, "shape", shape_name(burst->shape));
        json_put_name(json, "scope", str_from(burst->scope));
        json_put_text(json, "cause", burst_cause(burst));
}

static void write_server_restart(struct json *json, const struct finding *finding) {
        json_put_time(json, "stopped", finding->outage->stopped_ms);
        json_put_time(json, "started", finding->outage->started_ms);
        json_put_bool(json, "clean", outage_is_clean(finding->outage));
        json_put_number(json, "sessions_lost", (int64_t)finding->outage->sessions_lost);
}

static void write_signature(struct json *json, const struct finding *finding) {
        const struct signature_hit *hit = &finding->hit;

        json_put_string(json, "signature", hit->signature->id);
        json_put_string(json, "title", hit->signature->title);
        json_put_number(json, "count", (int64_t)hit->count);
        json_put_number(json, "events", (int64_t)hit->events);
        json_key(json, "group");
        json_begin_inline_object(json);
        for (size_t i = 0; i < hit->signature->key_count; i++)
                json_put_string(json, hit->signature->keys[i].p, hit->group[i]);
        json_end_object(json);
}

static void write_own_fields(struct json *json, const struct report *report, const struct finding *finding) {
        switch (finding->kind) {
        case FINDING_IDLE_ESCALATION:
                write_escalation(json, finding);
                break;
        case FINDING_IDLE_CLOSURE:
                write_closure(json, report, finding);
                break;
        case FINDING_FORCED_LOGOUT:
                write_forced_logout(json, finding);
                break;
        case FINDING_MASS_DISCONNECT:
                write_mass_disconnect(json, finding);
                break;
        case FINDING_SERVER_RESTART:
                write_server_restart(json, finding);
                break;
        case FINDING_SIGNATURE:
                write_signature(json, finding);
                break;
        case FINDING_UNANSWERED_LOGOUT:
                break;
        }
}

void write_record(struct json *json, const struct event *event) {
        json_begin_object(json);
        write_event_place(json, event);
        json_put_number(json, "offset", (int64_t)event->offset);
        json_put_time(json, "time", event->utc_ms);
        json_put_string(json, "text", event->text);
        json_end_object(json);
}

static void write_evidence(struct json *json, const struct finding *finding) {
        json_begin_array(json);
        for (size_t i = 0; i < finding->evidence_count; i++)
                write_record(json, finding->evidence[i]);
        json_end_array(json);
}

static void write_timing(struct json *json, const struct timeline *timeline, const struct finding *finding) {
        struct step steps[MOST_STEPS];
        const size_t count = find_steps(timeline, finding, steps);

        json_begin_array(json);
        for (size_t i = 0; i < count; i++) {
                const struct step *step = &steps[i];

                json_begin_inline_object(json);
                json_put_text(json, "step", step->name);
                json_put_time(json, "at", step->at_ms);
                json_key(json, "after_ms");
                if (step->after_ms == TIME_UNKNOWN)
                        json_null(json);
                else
                        json_number(json, step->after_ms);
                json_key(json, "expected_ms");
                if (step->has_window) {
                        json_begin_inline_array(json);
                        json_number(json, step->min_ms);
                        json_number(json, step->max_ms);
                        json_end_array(json);
                } else {
                        json_null(json);
                }
                json_key(json, "ok");
                if (step->ok == STEP_UNKNOWN)
                        json_null(json);
                else
                        json_bool(json, step->ok == STEP_IN_WINDOW);
                json_put_text(json, "after", step->after);
                json_end_object(json);
        }
        json_end_array(json);
}

/* Each step with its source, so that it can be looked up. */
static void write_step(struct json *json, const struct advice *advice) {
        char text[1024];

        snprintf(text, sizeof(text), "%.*s (%.*s)", (int)advice->step.n, advice->step.p, (int)advice->source.n,
                 advice->source.p);
        json_cstr(json, text);
}

static bool is_first_link(const struct knowledge *knowledge, const bool *fits, size_t at) {
        for (size_t i = 0; i < at; i++)
                if (fits[i] && str_eq(knowledge->advice[i].link, knowledge->advice[at].link))
                        return false;
        return knowledge->advice[at].link.n > 0;
}

static void write_advice(struct json *json, const struct report *report, const struct finding *finding) {
        const struct knowledge *knowledge = &report->ruleset->knowledge;
        const struct str product = inventory_known_product(report);
        bool fits[MAX_ADVICE];

        json_key(json, "next_steps");
        json_begin_array(json);
        for (size_t i = 0; i < knowledge->advice_count; i++) {
                fits[i] = advice_fits(&knowledge->advice[i], finding, product);
                if (fits[i])
                        write_step(json, &knowledge->advice[i]);
        }
        json_end_array(json);
        json_key(json, "links");
        json_begin_array(json);
        for (size_t i = 0; i < knowledge->advice_count; i++)
                if (fits[i] && is_first_link(knowledge, fits, i))
                        json_string(json, knowledge->advice[i].link);
        json_end_array(json);
}

void write_verdict_steps(struct json *json, const struct report *report) {
        const struct knowledge *knowledge = &report->ruleset->knowledge;
        const struct str product = inventory_known_product(report);

        json_begin_array(json);
        for (size_t i = 0; i < knowledge->advice_count; i++)
                if (advice_fits_verdict(&knowledge->advice[i], report->findings.diagnosis.verdict, product))
                        write_step(json, &knowledge->advice[i]);
        json_end_array(json);
}

static void write_identity(struct json *json, const struct finding *finding) {
        json_put_text(json, "id", finding->id);
        json_put_text(json, "kind", finding_kind_name(finding->kind));
        json_put_name(json, "rule", finding->rule);
        json_put_text(json, "severity", severity_name(finding->severity));
        json_put_name(json, "node", finding->node);
        json_put_name(json, "agent", finding->agent);
        json_put_name(json, "sid", finding->sid);
        json_put_time(json, "start", finding->start_ms);
        json_put_time(json, "end", finding->end_ms);
}

void write_finding(struct json *json, const struct report *report, const struct finding *finding) {
        json_begin_object(json);
        write_identity(json, finding);
        write_own_fields(json, report, finding);
        json_put_text(json, "confidence", confidence_name(finding->confidence));
        json_put_string(json, "why", finding->why);
        json_key(json, "timing");
        write_timing(json, &report->timeline, finding);
        json_key(json, "evidence");
        write_evidence(json, finding);
        if (finding->evidence_dropped)
                json_put_number(json, "evidence_total", (int64_t)(finding->evidence_count + finding->evidence_dropped));
        json_key(json, "missing");
        json_begin_array(json);
        for (size_t i = 0; i < FINDING_MISSING && finding->missing[i]; i++)
                json_cstr(json, finding->missing[i]);
        json_end_array(json);
        write_advice(json, report, finding);
        json_end_object(json);
}
