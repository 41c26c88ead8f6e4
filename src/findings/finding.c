#include "findings/aftermath.h"
#include "findings/timing.h"
#include "findings/verdict.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static int (*const detectors[])(struct findings *, const struct timeline *) = {
        detect_server_restarts, detect_mass_disconnects,   detect_idle,
        detect_forced_logouts,  detect_unanswered_logouts, detect_signatures,
};

const char *finding_kind_name(enum finding_kind kind) {
        static const char *const names[] = { "idle_escalation", "idle_closure",      "forced_logout", "mass_disconnect",
                                             "server_restart",  "unanswered_logout", "signature" };

        return names[kind];
}

const char *cause_name(enum cause cause) {
        static const char *const names[] = { "undetermined", "idle_closure", "server_event", "presence_loss",
                                             "unexplained" };

        return names[cause];
}

/* ------------------------------------------------------ for detectors */

int findings_add(struct findings *findings, enum finding_kind kind, enum severity severity,
                 struct finding **ret_finding) {
        struct forced_logout *forced = NULL;
        int r = array_reserve(&findings->items, &findings->capacity, findings->count + 1, sizeof(*findings->items));

        if (r == 0 && kind == FINDING_FORCED_LOGOUT) {
                forced = arena_zalloc(&findings->arena, sizeof(*forced));
                r = forced ? 0 : -ENOMEM;
        }
        if (r < 0)
                return r;
        *ret_finding = &findings->items[findings->count++];
        **ret_finding = (struct finding){
                .kind = kind,
                .severity = severity,
                .confidence = CONFIDENCE_HIGH,
                .agent_index = SIZE_MAX,
                .start_ms = TIME_UNKNOWN,
                .end_ms = TIME_UNKNOWN,
                .forced = forced,
        };
        return 0;
}

int finding_quote_new(struct finding *finding, const struct event *event) {
        int r = array_reserve(&finding->evidence, &finding->evidence_capacity, finding->evidence_count + 1,
                              sizeof(*finding->evidence));

        if (r == 0)
                finding->evidence[finding->evidence_count++] = event;
        return r;
}

int finding_quote(struct finding *finding, const struct event *event) {
        if (!event)
                return 0;
        return finding_quote_new(finding, event);
}

int finding_explain(struct findings *findings, struct finding *finding, const char *format, ...) {
        char text[512];
        va_list args;

        va_start(args, format);
        vsnprintf(text, sizeof(text), format, args);
        va_end(args);
        return arena_str(&findings->arena, str_from(text), &finding->why);
}

/* ------------------------------------------------------------- orders */

static int64_t finding_time(const struct finding *finding) {
        return finding->start_ms != TIME_UNKNOWN ? finding->start_ms : finding->end_ms;
}

static struct str signature_id(const struct finding *finding) {
        return finding->hit.signature ? finding->hit.signature->id : (struct str){ 0 };
}

static int compare_findings(const void *a, const void *b) {
        const struct finding *x = a, *y = b;
        int64_t x_time = finding_time(x), y_time = finding_time(y);
        int r = x_time < y_time ? -1 : x_time > y_time;

        if (r == 0)
                r = str_cmp(str_from(finding_kind_name(x->kind)), str_from(finding_kind_name(y->kind)));
        if (r == 0)
                r = str_cmp(x->agent, y->agent);
        if (r == 0)
                r = str_cmp(x->sid, y->sid);
        if (r == 0)
                r = str_cmp(x->node, y->node);
        if (r == 0)
                r = x->end_ms < y->end_ms ? -1 : x->end_ms > y->end_ms;
        if (r == 0)
                r = str_cmp(signature_id(x), signature_id(y));
        for (size_t i = 0; r == 0 && x->hit.signature && i < x->hit.signature->key_count; i++)
                r = str_cmp(x->hit.group[i], y->hit.group[i]);
        return r;
}

static int compare_evidence(const void *a, const void *b) {
        const struct event *x = *(const struct event *const *)a, *y = *(const struct event *const *)b;

        const int r = event_compare(x, y);

        /* A record and the name of its file may each make an event of it. */
        return r ? r : (x->rule->index > y->rule->index) - (x->rule->index < y->rule->index);
}

/* Each record once. */
static void drop_copies(struct finding *finding) {
        size_t kept = 0;

        for (size_t i = 0; i < finding->evidence_count; i++)
                if (kept == 0 || finding->evidence[kept - 1] != finding->evidence[i])
                        finding->evidence[kept++] = finding->evidence[i];
        finding->evidence_count = kept;
}

/* The first records and the last ones say most: what lies between is left out
 * where the limit demands it. */
static void order_evidence(struct finding *finding, size_t limit) {
        size_t count, tail;

        if (finding->evidence_count == 0)
                return;
        qsort(finding->evidence, finding->evidence_count, sizeof(*finding->evidence), compare_evidence);
        drop_copies(finding);
        count = finding->evidence_count;
        if (count <= limit)
                return;
        tail = limit / 2;
        memmove(&finding->evidence[limit - tail], &finding->evidence[count - tail], tail * sizeof(*finding->evidence));
        finding->evidence_count = limit;
        finding->evidence_dropped = count - limit;
}

static bool in_window(const struct finding *finding, int64_t from_ms, int64_t to_ms) {
        int64_t start = finding_time(finding);
        int64_t end = finding->end_ms != TIME_UNKNOWN ? finding->end_ms : start;

        return (from_ms == TIME_UNKNOWN || end >= from_ms) && (to_ms == TIME_UNKNOWN || start <= to_ms);
}

static void finding_release(struct finding *finding) {
        free(finding->evidence);
        finding->evidence = NULL;
}

static void apply_window(struct findings *findings, int64_t from_ms, int64_t to_ms) {
        size_t kept = 0;

        for (size_t i = 0; i < findings->count; i++) {
                if (in_window(&findings->items[i], from_ms, to_ms))
                        findings->items[kept++] = findings->items[i];
                else
                        finding_release(&findings->items[i]);
        }
        findings->count = kept;
}

/* -------------------------------------------------------- identities */

/* The second that the server's own clock showed: the same however the offset was
 * found. */
static int64_t local_second(const struct finding *finding) {
        const struct event *event = finding->evidence_count ? finding->evidence[finding->evidence_count - 1] : NULL;
        int64_t offset_ms = event ? event->stamp.local_ms - event->utc_ms : 0;

        return time_floor_second(finding_time(finding) + offset_ms) / MS_PER_SECOND;
}

/* What tells a finding from others of its bundle, whatever the packing. */
static int make_identity(struct buf *identity, const struct finding *finding) {
        const struct str parts[] = { str_from(finding_kind_name(finding->kind)), finding->node, finding->agent,
                                     finding->sid, signature_id(finding) };
        const size_t count = sizeof(parts) / sizeof(parts[0]) - !finding->hit.signature;
        int r = 0;

        identity->n = 0;
        for (size_t i = 0; i < count && r == 0; i++) {
                r = buf_add(identity, parts[i]);
                if (r == 0)
                        r = buf_add_byte(identity, '\0');
        }
        return r < 0 ? r : buf_printf(identity, "%lld/", (long long)local_second(finding));
}

static int name_finding(struct finding *finding, struct buf *identity, uint64_t occurrence) {
        char hex[SHA256_HEX_BYTES];
        struct sha256 sha;
        int r = buf_printf(identity, "%llu", (unsigned long long)occurrence);

        if (r < 0)
                return r;
        sha256_init(&sha);
        sha256_add(&sha, buf_str(identity));
        sha256_hex(&sha, hex);
        memcpy(finding->id, hex, FINDING_ID_BYTES - 1);
        finding->id[FINDING_ID_BYTES - 1] = '\0';
        return 0;
}

/* Findings that nothing tells apart are numbered in their order. */
static int name_findings(struct findings *findings) {
        uint64_t *counts = calloc(findings->count + 1, sizeof(*counts));
        struct buf identity;
        struct intern seen;
        int r = counts ? 0 : -ENOMEM;

        intern_init(&seen);
        buf_init(&identity, 1024 * 1024);
        for (size_t i = 0; i < findings->count && r == 0; i++) {
                uint32_t id = 0;

                r = make_identity(&identity, &findings->items[i]);
                if (r == 0)
                        r = intern_add(&seen, buf_str(&identity), &id);
                if (r == 0)
                        r = name_finding(&findings->items[i], &identity, counts[id]++);
        }
        buf_release(&identity);
        intern_release(&seen);
        free(counts);
        return r;
}

/* So that a forced logout can name the closure that explains it, also where the
 * window leaves that one out. */
static int link_closures(struct findings *findings, const struct timeline *timeline) {
        const char **ids = calloc(timeline->session_count + 1, sizeof(*ids));

        if (!ids)
                return -ENOMEM;
        for (size_t i = 0; i < findings->count; i++)
                if (findings->items[i].kind == FINDING_IDLE_CLOSURE)
                        ids[findings->items[i].session - timeline->sessions] = findings->items[i].id;
        for (size_t i = 0; i < findings->count; i++) {
                struct forced_logout *forced = findings->items[i].forced;
                const char *id = forced && forced->closed ? ids[forced->closed - timeline->sessions] : NULL;

                if (id)
                        memcpy(forced->closure_id, id, FINDING_ID_BYTES);
        }
        free(ids);
        return 0;
}

int findings_detect(struct findings *findings, const struct timeline *timeline, int64_t from_ms, int64_t to_ms) {
        int r;

        *findings = (struct findings){ 0 };
        arena_init(&findings->arena);
        for (size_t i = 0; i < sizeof(detectors) / sizeof(detectors[0]); i++) {
                r = detectors[i](findings, timeline);
                if (r < 0)
                        return r;
        }
        r = find_aftermaths(findings, timeline);
        if (r < 0)
                return r;
        for (size_t i = 0; i < findings->count; i++)
                find_missing_steps(timeline, &findings->items[i]);
        for (size_t i = 0; i < findings->count; i++)
                order_evidence(&findings->items[i], (size_t)timeline->limits->max_evidence);
        if (findings->count)
                qsort(findings->items, findings->count, sizeof(*findings->items), compare_findings);
        r = name_findings(findings);
        if (r == 0)
                r = link_closures(findings, timeline);
        if (r < 0)
                return r;
        apply_window(findings, from_ms, to_ms);
        return find_verdict(findings, timeline, from_ms, to_ms);
}

void findings_release(struct findings *findings) {
        for (size_t i = 0; i < findings->count; i++)
                finding_release(&findings->items[i]);
        free(findings->items);
        arena_release(&findings->arena);
        *findings = (struct findings){ 0 };
}
