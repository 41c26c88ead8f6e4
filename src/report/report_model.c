/*
 * What follows from an analysis before any writer runs: the order of the
 * diagnostics, the reasons that state events gave, the exit status.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/order.h"
#include "boshscope.h"
#include "findings/burst.h"
#include "findings/reason.h"
#include "report/inventory.h"
#include "report/report_parts.h"

bool report_has_analysed(const struct report *report) {
        for (size_t i = 0; i < report->inputs.count; i++)
                if (report->inputs.items[i]->summary && family_tells_story(report->inputs.items[i]->family))
                        return true;
        return false;
}

/* -------------------------------------------------------- diagnostics */

static uint64_t input_rank(const struct diag *diag) {
        return diag->input ? ((const struct input *)diag->input)->index : UINT64_MAX;
}

static int compare_diags(const void *a, const void *b) {
        const struct diag *x = *(const struct diag *const *)a, *y = *(const struct diag *const *)b;
        int r = compare_u64(input_rank(x), input_rank(y));

        if (r == 0)
                r = str_cmp(x->path, y->path);
        if (r == 0)
                r = compare_u64(x->line, y->line);
        if (r == 0)
                r = compare_u64(x->offset, y->offset);
        return r ? r : compare_u64(x->code, y->code);
}

uint64_t report_agent_events(const struct report *report) {
        enum { SESSIONS = 10 };

        return report->options.limits.max_session_events * SESSIONS;
}

bool report_tells(const struct report *report, const struct event *event) {
        struct reason reason;
        int64_t state = -1;

        if (event_kind(event) != EVENT_CTI_STATE && event_kind(event) != EVENT_CTI_REQUEST)
                return true;
        if (is_forced_request(event))
                return true;
        if (event_number(event, FIELD_STATE, &state) && (state == STATE_LOGIN || state == STATE_LOGOUT))
                return true;
        return reason_of(event, &reason) &&
               reason_name(&report->ruleset->knowledge, reason.product, reason.code, reason.state_name).n > 0;
}

static uint64_t long_agents(const struct report *report) {
        uint64_t count = 0;

        for (size_t i = 0; i < report->timeline.agents.count; i++) {
                const struct agent *agent = &report->timeline.agents.items[i];
                uint64_t told = 0;

                /* Few have as many at all. */
                if (!agent->listed || agent->event_count <= report_agent_events(report))
                        continue;
                for (size_t k = 0; k < agent->event_count; k++)
                        told += report_tells(report, agent->events[k]);
                count += told > report_agent_events(report);
        }
        return count;
}

/* ----------------------------------------------------- what is listed */

static int count_bytes(void *userdata, const void *data, size_t bytes) {
        uint64_t *count = userdata;

        (void)data;
        *count += bytes;
        return 0;
}

/* A finding is 2 KB of the report, and up to a hundred times that: of a small bundle they must not come to hundreds of
 * MB. They may take half as many bytes as what is kept may take of memory (base/limits.h). */
static uint64_t most_bytes(const struct report *report) {
        const uint64_t bytes = report->bundle.bytes, most = UINT64_MAX / KEPT_PER_BYTE / 2;

        return report->options.limits.max_kept_bytes / 2 + (bytes < most ? bytes : most) * (KEPT_PER_BYTE / 2);
}

/* It surely takes no more than that: each byte of a text may need six, and there are keys, numbers and advice. */
static uint64_t bytes_at_most(const struct finding *finding) {
        enum { ESCAPED = 6, OF_FINDING = 4096, OF_RECORD = 256, OF_NAME = 8 };
        uint64_t texts = finding->why.n + finding->node.n + finding->agent.n + finding->sid.n, names = 0;

        for (size_t i = 0; i < finding->evidence_count; i++)
                texts += finding->evidence[i]->text.n;
        for (; finding->burst && names < finding->burst->agent_count; names++)
                texts += finding->burst->agents[names].n;
        for (size_t i = 0; finding->hit.signature && i < finding->hit.signature->key_count; i++)
                texts += finding->hit.group[i].n;
        return OF_FINDING + finding->evidence_count * OF_RECORD + names * OF_NAME + texts * ESCAPED;
}

static bool surely_fit(const struct report *report, uint64_t bytes) {
        uint64_t sum = 0;

        for (size_t i = 0; i < report->findings.count && sum <= bytes; i++)
                sum += bytes_at_most(&report->findings.items[i]);
        return sum <= bytes;
}

/* Where they may be too long together, they are written to see how long they are. */
static void list_findings(struct report *report) {
        const uint64_t most = report->options.limits.max_findings, bytes = most_bytes(report);
        uint64_t written = 0;
        struct json json;

        report->listed = report->findings.count < most ? report->findings.count : (size_t)most;
        if (surely_fit(report, bytes))
                return;
        json_init(&json, count_bytes, &written);
        json_begin_array(&json);
        for (report->listed = 0; report->listed < report->findings.count && report->listed < most; report->listed++) {
                write_finding(&json, report, &report->findings.items[report->listed]);
                if (written + json.writer.used > bytes)
                        return;
        }
}

/* A limit that was hit is said, also where it only shortens the report. */
static int tell_limit(struct report *report, enum diag_code code, uint64_t count) {
        struct diag place = { .code = code, .offset = UINT64_MAX, .count = count };

        return count ? diags_add(&report->diags, &place, NULL) : 0;
}

static int tell_stops(struct report *report) {
        struct diag place = { .code = DIAG_KEPT_LIMITED, .offset = UINT64_MAX };

        place.count = report->timeline.outages.dropped;
        return place.count ? diags_add(&report->diags, &place,
                                       "there are more stops of servers than are kept; what came first was kept")
                           : 0;
}

static int tell_limits(struct report *report) {
        uint64_t long_timelines = long_agents(report), long_evidence = 0, cut_texts = 0, many_hits = 0, signatures = 0;
        int r;

        for (size_t i = 0; i < report->timeline.session_count; i++)
                long_timelines += report->timeline.sessions[i].event_count > report->options.limits.max_session_events;
        for (size_t i = 0; i < report->findings.count; i++) {
                const struct finding *finding = &report->findings.items[i];

                long_evidence += finding->evidence_dropped > 0;
                for (size_t k = 0; k < finding->evidence_count; k++)
                        cut_texts += finding->evidence[k]->text_cut;
        }
        for (size_t i = 0; i < report->inputs.count; i++) {
                const struct summary *summary = report->inputs.items[i]->summary;

                many_hits += summary && summary->server_dropped > 0;
                signatures += summary && summary->signature_dropped > 0;
        }
        r = tell_limit(report, DIAG_SESSIONS_LIMITED, report->timeline.sessions_dropped);
        if (r == 0)
                r = tell_limit(report, DIAG_FINDINGS_LIMITED, report->findings.count - report->listed);
        if (r == 0)
                r = tell_limit(report, DIAG_EVENTS_LIMITED, long_timelines);
        if (r == 0)
                r = tell_stops(report);
        if (r == 0)
                r = tell_limit(report, DIAG_EVIDENCE_LIMITED, long_evidence);
        if (r == 0)
                r = tell_limit(report, DIAG_EVIDENCE_CUT, cut_texts);
        if (r == 0)
                r = tell_limit(report, DIAG_SERVER_LIMITED, many_hits);
        if (r == 0)
                r = tell_limit(report, DIAG_SIGNATURE_LIMITED, signatures);
        return r < 0 ? r : tell_limit(report, DIAG_UNMATCHED_LIMITED, report->unmatched.limited_inputs);
}

static int order_diags(struct report *report) {
        size_t count = report->diags.count;

        report->ordered = arena_alloc(&report->arena, (count + 1) * sizeof(struct diag *));
        if (!report->ordered)
                return -ENOMEM;
        for (size_t i = 0; i < count; i++)
                report->ordered[i] = &report->diags.items[i];
        if (count)
                qsort(report->ordered, count, sizeof(struct diag *), compare_diags);
        return 0;
}

/* ------------------------------------------------------------ reasons */

/* One agent's state event with a reason. */
struct reason_use {
        struct reason_count key;
        const struct agent *agent;
};

static int compare_uses(const void *a, const void *b) {
        const struct reason_use *x = a, *y = b;
        int r = str_cmp(x->key.product, y->key.product);

        if (r == 0)
                r = x->key.code < y->key.code ? -1 : x->key.code > y->key.code;
        if (r == 0)
                r = x->key.state < y->key.state ? -1 : x->key.state > y->key.state;
        return r ? r : (x->agent < y->agent ? -1 : x->agent > y->agent);
}

/* A state event that gives a reason. */
static bool key_of(const struct event *event, struct reason_count *ret_key) {
        struct reason reason;

        if (!reason_of(event, &reason))
                return false;
        *ret_key = (struct reason_count){
                .product = reason.product, .code = reason.code, .state = reason.state, .state_name = reason.state_name
        };
        return true;
}

static size_t list_uses(const struct report *report, struct reason_use *uses) {
        const struct agents *agents = &report->timeline.agents;
        size_t count = 0;

        for (size_t i = 0; i < agents->count; i++) {
                for (size_t k = 0; k < agents->items[i].event_count; k++) {
                        struct reason_count key;

                        if (!key_of(agents->items[i].events[k], &key))
                                continue;
                        if (uses)
                                uses[count] = (struct reason_use){ key, &agents->items[i] };
                        count++;
                }
        }
        return count;
}

static bool same_reason(const struct reason_count *a, const struct reason_count *b) {
        return str_eq(a->product, b->product) && a->code == b->code && a->state == b->state;
}

static int count_reasons(struct report *report) {
        size_t count = list_uses(report, NULL);
        struct reason_use *uses = arena_alloc(&report->arena, (count + 1) * sizeof(*uses));

        report->reasons = arena_alloc(&report->arena, (count + 1) * sizeof(*report->reasons));
        if (!uses || !report->reasons)
                return -ENOMEM;
        list_uses(report, uses);
        if (count)
                qsort(uses, count, sizeof(*uses), compare_uses);
        for (size_t i = 0; i < count; i++) {
                struct reason_count *last = report->reason_count ? &report->reasons[report->reason_count - 1] : NULL;

                if (!last || !same_reason(last, &uses[i].key)) {
                        last = &report->reasons[report->reason_count++];
                        *last = uses[i].key;
                        last->agents = 1;
                } else if (uses[i].agent != uses[i - 1].agent) {
                        last->agents++;
                }
                last->count++;
        }
        return 0;
}

/* ------------------------------------------------------------- agents */

/* The hour that the server's own clock showed. */
static size_t server_hour(const struct run *run) {
        const struct event *sample = run->samples[0];
        int64_t local_ms = run->silent_since_ms + (sample->stamp.local_ms - sample->utc_ms);

        return (size_t)((local_ms % MS_PER_DAY + MS_PER_DAY) % MS_PER_DAY / (60 * MS_PER_MINUTE));
}

/* By node and by when they were bound, then in their own order. */
static int compare_bound(const void *a, const void *b) {
        const struct session *x = *(const struct session *const *)a, *y = *(const struct session *const *)b;
        int r = str_cmp(x->node, y->node);

        if (r == 0)
                r = x->bound_ms < y->bound_ms ? -1 : x->bound_ms > y->bound_ms;
        return r ? r : (x > y) - (x < y);
}

/* The first that was bound on the session's node as it ended: behind it, else of all. */
static const struct session *successor_of(const struct session *session, const struct session *const *bound,
                                          size_t count, bool behind) {
        size_t low = 0, high = count;

        while (low < high) {
                const size_t middle = low + (high - low) / 2;
                int r = str_cmp(bound[middle]->node, session->node);

                if (r == 0)
                        r = bound[middle]->bound_ms < session->closed_ms ? -1
                                                                         : bound[middle]->bound_ms > session->closed_ms;
                if (r == 0)
                        r = behind && bound[middle] <= session ? -1 : 1;
                if (r < 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        if (low == count || bound[low] == session || bound[low]->bound_ms != session->closed_ms ||
            !str_eq(bound[low]->node, session->node))
                return NULL;
        return bound[low];
}

static void count_replaced(const struct report *report, const struct agent *agent, const struct session **bound,
                           struct agent_counts *counts) {
        for (size_t i = 0; i < agent->session_count; i++)
                bound[i] = &report->timeline.sessions[agent->sessions[i]];
        if (agent->session_count)
                qsort(bound, agent->session_count, sizeof(*bound), compare_bound);
        for (size_t i = 0; i < agent->session_count; i++) {
                const struct session *session = &report->timeline.sessions[agent->sessions[i]], *next;

                if (session->ended_by != ENDED_REPLACED)
                        continue;
                next = successor_of(session, bound, agent->session_count, true);
                if (!next)
                        next = successor_of(session, bound, agent->session_count, false);
                if (!next || session->ip_count == 0 || next->ip_count == 0)
                        counts->replaced_unknown++;
                else if (str_eq(session->ips[0].address, next->ips[0].address))
                        counts->replaced_same++;
                else
                        counts->replaced_other++;
        }
}

static int count_by_agent(struct report *report) {
        const size_t agents = report->timeline.agents.count;
        const struct session **bound;

        report->agent_counts = arena_zalloc(&report->arena, (agents + 1) * sizeof(*report->agent_counts));
        if (!report->agent_counts)
                return -ENOMEM;
        for (size_t i = 0; i < report->findings.count; i++) {
                const struct finding *finding = &report->findings.items[i];
                struct agent_counts *counts;

                if (finding->agent_index == SIZE_MAX)
                        continue;
                counts = &report->agent_counts[finding->agent_index];
                counts->escalations += finding->kind == FINDING_IDLE_ESCALATION;
                counts->closures += finding->kind == FINDING_IDLE_CLOSURE;
                counts->forced += finding->kind == FINDING_FORCED_LOGOUT;
                if (finding->kind == FINDING_IDLE_ESCALATION && finding->run->outcome == OUTCOME_RECOVERED) {
                        if (counts->recoveries++ == 0)
                                counts->recovery_hours = arena_zalloc(&report->arena, DAY_HOURS * sizeof(uint64_t));
                        if (!counts->recovery_hours)
                                return -ENOMEM;
                        counts->recovery_hours[server_hour(finding->run)]++;
                }
        }
        bound = malloc((report->timeline.session_count + 1) * sizeof(struct session *));
        for (size_t i = 0; i < agents && bound; i++)
                count_replaced(report, &report->timeline.agents.items[i], bound, &report->agent_counts[i]);
        free(bound);
        return bound ? 0 : -ENOMEM;
}

/* -------------------------------------------------------- exit status */

/* The order in which boshscope.h has them. */
static int exit_status(const struct report *report) {
        int fail_on = report->options.fail_on;
        bool at_or_above = false;

        for (size_t i = 0; i < report->findings.count; i++)
                at_or_above |= (int)report->findings.items[i].severity >= fail_on;
        if (report->interrupted)
                return BOSHSCOPE_EXIT_INTERRUPTED;
        if (!report_has_analysed(report))
                return BOSHSCOPE_EXIT_NOTHING;
        if (fail_on != FAIL_ON_NOTHING && at_or_above)
                return BOSHSCOPE_EXIT_AT_LEVEL;
        if (!report->complete)
                return BOSHSCOPE_EXIT_PARTIAL;
        return fail_on != FAIL_ON_NOTHING && report->findings.count ? BOSHSCOPE_EXIT_BELOW_LEVEL : BOSHSCOPE_EXIT_OK;
}

int report_finish(struct report *report) {
        int r = unmatched_join(&report->inputs, &report->unmatched);

        if (r == 0)
                r = count_reasons(report);
        if (r == 0)
                r = count_by_agent(report);
        inventory_product(report, &report->product);
        if (r == 0) {
                list_findings(report);
                r = tell_limits(report);
        }
        if (r == 0)
                r = order_diags(report);
        report->complete = !report->interrupted && !diags_lose(&report->diags);
        report->exit_status = exit_status(report);
        return r;
}
