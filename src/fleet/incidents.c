/*
 * Incidents: what happened to one agent at one time, whichever server or bundle tells of it.
 *
 *      silence    |---------------|                       a notification log (one bundle)
 *      closure    |---------------x
 *      forced                     |-----------x           a web service's log (maybe another)
 *                 start                       end         one incident
 *
 * A forced logout goes with a closure from 10 s before to 2 s after its loss, as within one
 * report. Servers' clocks may differ by SKEW_MS, and by what the reports measured.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/prints.h"
#include "fleet/causes.h"
#include "fleet/set.h"

enum {
        UNSEEN_MS = 90 * 1000,  /* a closure without samples: its silence began about so long before */
        SLACK_MOST = 60 * 1000, /* clocks that differ by more are not bridged */
};

struct parts {
        struct part *items;
        size_t count;
};

static enum strength strength_of(struct str kind) {
        static const char *const kinds[] = { [SILENCE] = "idle_escalation",
                                             [UNANSWERED] = "unanswered_logout",
                                             [CLOSURE] = "idle_closure",
                                             [FORCED] = "forced_logout" };

        for (enum strength i = SILENCE; i <= FORCED; i++)
                if (str_eq(kind, str_from(kinds[i])))
                        return i;
        return OF_NO_AGENT;
}

/* ---------------------------------------------------------------- parts */

static void place(struct part *part) {
        const struct fleet_finding *finding = part->finding;

        part->to = finding->end != TIME_UNKNOWN ? finding->end : finding->start;
        part->from = finding->start != TIME_UNKNOWN ? finding->start : part->to;
        if (part_has_no_loss(part))
                part->from = part->to - LOSS_MS;
        else if (finding->start == TIME_UNKNOWN && part->strength == CLOSURE)
                part->from = part->to - UNSEEN_MS;
        if (part->to < part->from)
                part->to = part->from;
}

static int64_t slack_of(const struct fleet_report *report, const struct fleet_finding *finding) {
        int64_t slack = 0;

        for (size_t i = 0; i < finding->seen.count; i++) {
                const struct fleet_bundle *bundle = derive_bundle(report, finding->seen.items[i].bundle);
                int64_t skew = bundle && bundle->skew_ms != VIEW_NONE ? bundle->skew_ms : 0;

                skew = skew < -SLACK_MOST || skew > SLACK_MOST ? SLACK_MOST : skew < 0 ? -skew : skew;
                slack = skew > slack ? skew : slack;
        }
        return slack;
}

static int compare_parts(const void *a, const void *b) {
        const struct part *x = a, *y = b;
        int r = x->who.p == y->who.p ? 0 : str_cmp(x->who, y->who);

        if (r == 0)
                r = (x->from > y->from) - (x->from < y->from);
        if (r == 0)
                r = (x->to > y->to) - (x->to < y->to);
        /* The findings are in the order of their keys. */
        return r ? r : (x->finding > y->finding) - (x->finding < y->finding);
}

static int list_parts(struct derive *derive, struct parts *parts) {
        struct fleet_report *report = derive->report;
        int r = 0;

        parts->items = calloc(report->findings.count + 1, sizeof(*parts->items));
        if (!parts->items)
                return -ENOMEM;
        for (size_t i = 0; i < report->findings.count && r == 0; i++) {
                struct fleet_finding *finding = &report->findings.items[i];
                struct part part = { .finding = finding, .strength = strength_of(finding->kind) };

                if (part.strength == OF_NO_AGENT || finding->agent.n == 0 ||
                    (finding->start == TIME_UNKNOWN && finding->end == TIME_UNKNOWN))
                        continue;
                r = derive_lower(derive, finding->agent, &part.who);
                part.slack = slack_of(report, finding);
                place(&part);
                parts->items[parts->count++] = part;
        }
        qsort(parts->items, parts->count, sizeof(*parts->items), compare_parts);
        return r;
}

/* ------------------------------------------------------------- joining */

/* Does the part go with those before it, which reach to `reach`? */
static bool goes_with(const struct part *first, const struct part *part, int64_t reach, int64_t slack) {
        const int64_t before = part->strength == FORCED || part->strength == UNANSWERED ? CLOSED_BEFORE_MS : 0;

        return part->who.p == first->who.p &&
               part->from - before - SKEW_MS - (part->slack > slack ? part->slack : slack) <= reach;
}

static size_t end_of_group(const struct parts *parts, size_t first) {
        int64_t reach = parts->items[first].to, slack = parts->items[first].slack;
        size_t end = first + 1;

        for (; end < parts->count && goes_with(&parts->items[first], &parts->items[end], reach, slack); end++) {
                reach = parts->items[end].to > reach ? parts->items[end].to : reach;
                slack = parts->items[end].slack > slack ? parts->items[end].slack : slack;
        }
        return end;
}

static void take_part(struct fleet_incident *incident, const struct part *part, enum strength *strength) {
        const struct fleet_finding *finding = part->finding;
        const int64_t start = fleet_finding_time(finding);

        if (incident->start == TIME_UNKNOWN || start < incident->start)
                incident->start = start;
        incident->end = part->to > incident->end ? part->to : incident->end;
        if (part->strength > *strength) {
                *strength = part->strength;
                incident->kind = finding->kind;
                incident->confidence = finding->confidence;
        }
        incident->forced |= part->strength == FORCED;
        incident->closed |= part->strength == CLOSURE;
        if (incident->agent.n == 0 || str_cmp(finding->agent, incident->agent) < 0)
                incident->agent = finding->agent;
        if (finding->address.n && (incident->address.n == 0 || str_cmp(finding->address, incident->address) < 0))
                incident->address = finding->address;
}

static int name_all(struct derive *derive, struct fleet_incident *incident, const struct part *parts, size_t count) {
        size_t sightings = 0, at = 0;
        struct str *texts;
        uint64_t print = print_add(PRINT_BEGIN, incident->who);
        int r;

        for (size_t i = 0; i < count; i++)
                sightings += parts[i].finding->seen.count;
        texts = calloc(sightings + count + 1, sizeof(*texts));
        if (!texts)
                return -ENOMEM;
        for (size_t i = 0; i < count; i++)
                for (size_t k = 0; k < parts[i].finding->seen.count; k++)
                        texts[at++] = parts[i].finding->seen.items[k].bundle;
        r = texts_of(derive->arena, texts, at, &incident->bundles);
        for (size_t i = 0; i < count; i++)
                texts[i] = parts[i].finding->node;
        if (r == 0)
                r = texts_of(derive->arena, texts, count, &incident->nodes);
        for (size_t i = 0; i < count; i++)
                texts[i] = parts[i].finding->id;
        if (r == 0)
                r = texts_of(derive->arena, texts, count, &incident->findings);
        free(texts);
        for (size_t i = 0; i < incident->findings.count; i++)
                print = print_add(print, incident->findings.items[i]);
        return r < 0 ? r : derive_id(derive, print_end(print), &incident->id);
}

static int add_incident(struct derive *derive, const struct part *parts, size_t count) {
        struct fleet_incident *incident = &derive->report->incidents.items[derive->report->incidents.count++];
        enum strength strength = OF_NO_AGENT;

        *incident = (struct fleet_incident){
                .who = parts->who, .start = TIME_UNKNOWN, .end = TIME_UNKNOWN, .in_burst = SIZE_MAX
        };
        for (size_t i = 0; i < count; i++)
                take_part(incident, &parts[i], &strength);
        incident_find_cause(derive, incident, parts, count);
        return name_all(derive, incident, parts, count);
}

static int compare_incidents(const void *a, const void *b) {
        const struct fleet_incident *x = a, *y = b;
        int r = (x->start > y->start) - (x->start < y->start);

        if (r == 0)
                r = str_cmp(x->agent, y->agent);
        return r ? r : str_cmp(x->id, y->id);
}

int derive_incidents(struct derive *derive) {
        struct parts parts = { 0 };
        size_t groups = 0;
        int r = list_parts(derive, &parts);

        for (size_t i = 0; i < parts.count; i = end_of_group(&parts, i))
                groups++;
        derive->report->incidents.items =
                r < 0 ? NULL : arena_alloc(derive->arena, (groups + 1) * sizeof(struct fleet_incident));
        if (r == 0 && !derive->report->incidents.items)
                r = -ENOMEM;
        for (size_t i = 0, end; i < parts.count && r == 0; i = end) {
                end = end_of_group(&parts, i);
                r = add_incident(derive, &parts.items[i], end - i);
        }
        if (r == 0)
                qsort(derive->report->incidents.items, derive->report->incidents.count, sizeof(struct fleet_incident),
                      compare_incidents);
        free(parts.items);
        return r;
}
