#include "fleet/derive.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "boshscope.h"
#include "fleet/set.h"
#include "render/table.h"

/* ------------------------------------------------------------- helpers */

int derive_text(struct derive *derive, struct str text, struct str *ret_text) {
        return arena_str(derive->arena, text, ret_text);
}

int derive_say(struct derive *derive, struct view_texts *texts, const char *format, ...) {
        enum { MOST = 32 };
        char text[1024];
        va_list args;
        int n;

        if (!texts->items)
                texts->items = arena_alloc(derive->arena, MOST * sizeof(*texts->items));
        if (!texts->items)
                return -ENOMEM;
        if (texts->count == MOST)
                return 0;
        va_start(args, format);
        n = vsnprintf(text, sizeof(text), format, args);
        va_end(args);
        return n < 0 ? -EINVAL : derive_text(derive, str_from(text), &texts->items[texts->count++]);
}

int derive_lower(struct derive *derive, struct str text, struct str *ret_lower) {
        struct buf lower;
        int r = 0;

        buf_init(&lower, SIZE_MAX / 2);
        for (size_t i = 0; i < text.n && r == 0; i++)
                r = buf_add_byte(&lower, byte_lower(text.p[i]));
        if (r == 0)
                r = fleet_text(derive->fleet, buf_str(&lower), ret_lower);
        buf_release(&lower);
        return r;
}

int derive_id(struct derive *derive, uint64_t print, struct str *ret_id) {
        char text[24];

        snprintf(text, sizeof(text), "%012llx", (unsigned long long)(print & UINT64_C(0xffffffffffff)));
        return derive_text(derive, str_from(text), ret_id);
}

static int compare_to_bundle(const void *id, const void *bundle) {
        return str_cmp(*(const struct str *)id, ((const struct fleet_bundle *)bundle)->id);
}

const struct fleet_bundle *derive_bundle(const struct fleet_report *report, struct str id) {
        if (report->bundles.count == 0)
                return NULL;
        return bsearch(&id, report->bundles.items, report->bundles.count, sizeof(*report->bundles.items),
                       compare_to_bundle);
}

bool fleet_bundle_is_read(const struct fleet_bundle *bundle) {
        return bundle->fault.n == 0 && bundle->code.n == 0 && bundle->exit_status != BOSHSCOPE_EXIT_NOTHING;
}

bool fleet_incident_is_loss(const struct fleet_incident *incident) {
        return incident->forced || incident->closed;
}

int64_t fleet_finding_time(const struct fleet_finding *finding) {
        return finding->start != TIME_UNKNOWN ? finding->start : finding->end;
}

/* ---------------------------------------------------------------- sets */

/* Both are in the order of the finding's key. */
static void attach_seen(struct fleet *fleet) {
        struct fleet_finding *findings = (struct fleet_finding *)(void *)fleet->findings.items;
        struct fleet_seen *seen = (struct fleet_seen *)(void *)fleet->seen.items;
        size_t at = 0;

        for (size_t i = 0; i < fleet->findings.count; i++) {
                struct fleet_finding *finding = &findings[i];

                while (at < fleet->seen.count && table_compare(&fleet_seen_table, 5, &seen[at],
                                                               &(struct fleet_seen){ .id = finding->id,
                                                                                     .kind = finding->kind,
                                                                                     .node = finding->node,
                                                                                     .agent = finding->agent,
                                                                                     .sid = finding->sid }) == 0) {
                        if (finding->seen.count == 0)
                                finding->seen.items = &seen[at];
                        finding->seen.count++;
                        at++;
                }
        }
}

/* By content, the first of them in the order of ids stands for the others. */
static int find_same(struct derive *derive) {
        struct fleet_report *report = derive->report;
        struct fleet_bundle **first = calloc(report->bundles.count + 1, sizeof(struct fleet_bundle *));
        struct intern contents;
        int r = first ? 0 : -ENOMEM;

        intern_init(&contents);
        for (size_t i = 0; i < report->bundles.count && r == 0; i++) {
                struct fleet_bundle *bundle = &report->bundles.items[i];
                uint32_t number;

                bundle->same_as = (struct str){ 0 };
                if (bundle->content.n == 0)
                        continue;
                r = intern_add(&contents, bundle->content, &number);
                if (r == 0 && first[number])
                        bundle->same_as = first[number]->id;
                else if (r == 0)
                        first[number] = bundle;
        }
        intern_release(&contents);
        free(first);
        return r;
}

static int compare_events(const void *a, const void *b) {
        return table_compare(&fleet_events_table, 3, a, b);
}

static int list_events(struct derive *derive) {
        struct fleet *fleet = derive->fleet;
        struct fleet_events *events = arena_alloc(derive->arena, (fleet->event_count + 1) * sizeof(*events));

        if (!events)
                return -ENOMEM;
        if (fleet->event_count) {
                memcpy(events, fleet->events, fleet->event_count * sizeof(*events));
                qsort(events, fleet->event_count, sizeof(*events), compare_events);
        }
        derive->report->events.items = events;
        derive->report->events.count = fleet->event_count;
        return 0;
}

static int list_sets(struct derive *derive) {
        struct fleet_report *report = derive->report;
        struct fleet *fleet = derive->fleet;
        int r;

        fleet_settle(fleet);
        attach_seen(fleet);
        report->schema = STR("boshscope.fleet/1");
        report->bundles.items = (void *)fleet->bundles.items;
        report->bundles.count = fleet->bundles.count;
        report->findings.items = (void *)fleet->findings.items;
        report->findings.count = fleet->findings.count;
        report->people.items = (void *)fleet->people.items;
        report->people.count = fleet->people.count;
        report->coverage.items = (void *)fleet->coverage.items;
        report->coverage.count = fleet->coverage.count;
        r = find_same(derive);
        return r < 0 ? r : list_events(derive);
}

static int compare_restarts(const void *a, const void *b) {
        const struct fleet_finding *x = *(const struct fleet_finding *const *)a;
        const struct fleet_finding *y = *(const struct fleet_finding *const *)b;
        const int64_t left = fleet_finding_time(x), right = fleet_finding_time(y);

        return left != right ? (left > right) - (left < right) : (x > y) - (x < y);
}

static int list_restarts(struct derive *derive) {
        struct fleet_report *report = derive->report;
        size_t count = 0;

        for (size_t i = 0; i < report->findings.count; i++)
                count += str_eq(report->findings.items[i].kind, STR("server_restart"));
        derive->restarts = arena_alloc(derive->arena, (count + 1) * sizeof(struct fleet_finding *));
        if (!derive->restarts)
                return -ENOMEM;
        for (size_t i = 0; i < report->findings.count; i++)
                if (str_eq(report->findings.items[i].kind, STR("server_restart")))
                        derive->restarts[derive->restart_count++] = &report->findings.items[i];
        if (count)
                qsort(derive->restarts, count, sizeof(struct fleet_finding *), compare_restarts);
        return 0;
}

int fleet_derive(struct fleet *fleet, struct arena *arena, struct fleet_report *ret_report) {
        static int (*const steps[])(struct derive *) = { list_sets,   list_restarts, derive_incidents, derive_bursts,
                                                         derive_days, derive_sites,  derive_agents,    derive_rules,
                                                         derive_gaps, derive_verdict };
        struct derive derive = { .fleet = fleet, .arena = arena, .report = ret_report };
        int r = 0;

        *ret_report = (struct fleet_report){ .first = TIME_UNKNOWN, .last = TIME_UNKNOWN };
        for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && r == 0; i++)
                r = steps[i](&derive);
        return r;
}
