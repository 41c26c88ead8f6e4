/*
 * Bursts over a fleet: those that the reports found on single nodes, joined where they are near
 * each other in time, and those that no node shows alone: many agents of several nodes lost
 * within a few seconds.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/order.h"
#include "base/prints.h"
#include "fleet/derive.h"
#include "fleet/set.h"

struct texts {
        struct str *items;
        size_t count, capacity;
};

/* While it is made. */
struct making {
        int64_t start, end;
        struct str cause, scope;
        bool same_cause, same_scope; /* all that were joined have it */
        bool from_reports;
        struct view_texts named; /* in lower case, by the reports */
        struct texts agents, nodes, findings;
};

struct makings {
        struct making *items;
        size_t count, capacity;
};

static int add_text(struct texts *texts, struct str text) {
        int r = array_reserve(&texts->items, &texts->capacity, texts->count + 1, sizeof(text));

        if (r == 0)
                texts->items[texts->count++] = text;
        return r;
}

static void release(struct makings *makings) {
        for (size_t i = 0; i < makings->count; i++) {
                free(makings->items[i].agents.items);
                free(makings->items[i].nodes.items);
                free(makings->items[i].findings.items);
        }
        free(makings->items);
}

static int begin(struct makings *makings, struct making making) {
        int r = array_reserve(&makings->items, &makings->capacity, makings->count + 1, sizeof(making));

        if (r == 0)
                makings->items[makings->count++] = making;
        return r;
}

/* ----------------------------------------------------- of the reports */

static int compare_findings(const void *a, const void *b) {
        const struct fleet_finding *x = *(const struct fleet_finding *const *)a;
        const struct fleet_finding *y = *(const struct fleet_finding *const *)b;
        int r = (x->start > y->start) - (x->start < y->start);

        return r ? r : (x > y) - (x < y);
}

static int join_finding(struct makings *makings, const struct fleet_finding *finding) {
        struct making *last = makings->count ? &makings->items[makings->count - 1] : NULL;
        const int64_t end = finding->end > finding->start ? finding->end : finding->start;
        int r = 0;

        if (!last || finding->start > last->end + POLL_MS + SKEW_MS) {
                r = begin(makings, (struct making){ .start = finding->start,
                                                    .end = end,
                                                    .cause = finding->cause,
                                                    .scope = finding->scope,
                                                    .same_cause = true,
                                                    .same_scope = true,
                                                    .from_reports = true });
                last = &makings->items[makings->count - 1];
        }
        if (r < 0)
                return r;
        last->end = end > last->end ? end : last->end;
        last->same_cause &= str_eq(last->cause, finding->cause);
        last->same_scope &= str_eq(last->scope, finding->scope);
        for (size_t i = 0; i < finding->agents.count && r == 0; i++)
                r = add_text(&last->agents, finding->agents.items[i]);
        if (r == 0)
                r = add_text(&last->nodes, finding->node);
        return r < 0 ? r : add_text(&last->findings, finding->id);
}

static int join_findings(struct derive *derive, struct makings *makings) {
        const struct fleet_report *report = derive->report;
        const struct fleet_finding **found = calloc(report->findings.count + 1, sizeof(struct fleet_finding *));
        size_t count = 0;
        int r = found ? 0 : -ENOMEM;

        for (size_t i = 0; i < report->findings.count && r == 0; i++)
                if (str_eq(report->findings.items[i].kind, STR("mass_disconnect")) &&
                    report->findings.items[i].start != TIME_UNKNOWN)
                        found[count++] = &report->findings.items[i];
        if (count)
                qsort(found, count, sizeof(struct fleet_finding *), compare_findings);
        for (size_t i = 0; i < count && r == 0; i++)
                r = join_finding(makings, found[i]);
        free(found);
        return r;
}

/* ----------------------------------------------------------- members */

static int add_member(struct makings *makings, size_t number, struct fleet_incident *incident) {
        struct making *making = &makings->items[number];
        int r = add_text(&making->agents, incident->agent);

        incident->in_burst = number;
        for (size_t i = 0; i < incident->nodes.count && r == 0; i++)
                r = add_text(&making->nodes, incident->nodes.items[i]);
        return r;
}

static int list_named(struct derive *derive, struct making *making) {
        struct str *lower = calloc(making->agents.count + 1, sizeof(*lower));
        int r = lower ? 0 : -ENOMEM;

        for (size_t i = 0; i < making->agents.count && r == 0; i++)
                r = derive_lower(derive, making->agents.items[i], &lower[i]);
        if (r == 0)
                r = texts_of(derive->arena, lower, making->agents.count, &making->named);
        free(lower);
        return r;
}

static bool names(const struct making *making, struct str who) {
        return making->named.count &&
               bsearch(&who, making->named.items, making->named.count, sizeof(who), compare_strs);
}

/* Who was lost while a burst ran is of it; whom its report names, also a little beside it. */
static int take_members(struct derive *derive, struct makings *makings) {
        size_t at = 0;
        int r = 0;

        for (size_t i = 0; i < makings->count && r == 0; i++)
                r = list_named(derive, &makings->items[i]);
        for (size_t i = 0; i < derive->report->incidents.count && r == 0; i++) {
                struct fleet_incident *incident = &derive->report->incidents.items[i];
                const struct making *making;

                while (at < makings->count && makings->items[at].end + POLL_MS < incident->start)
                        at++;
                making = at < makings->count ? &makings->items[at] : NULL;
                if (!making || incident->start < making->start - POLL_MS)
                        continue;
                if ((incident->start >= making->start - SKEW_MS && incident->start <= making->end + SKEW_MS &&
                     fleet_incident_is_loss(incident)) ||
                    names(making, incident->who))
                        r = add_member(makings, at, incident);
        }
        return r;
}

/* -------------------------------------------------- across the fleet */

static bool is_among(const struct view_texts *texts, struct str text) {
        for (size_t i = 0; i < texts->count; i++)
                if (str_eq(texts->items[i], text))
                        return true;
        return false;
}

/* How many agents the nodes have; people are in order of agents. */
static size_t agents_of(const struct fleet_report *report, const struct view_texts *nodes) {
        struct str last = STR("");
        size_t count = 0;

        for (size_t i = 0; i < report->people.count; i++) {
                const struct fleet_person *person = &report->people.items[i];

                if (!is_among(nodes, person->node) || str_eq(person->agent, last))
                        continue;
                last = person->agent;
                count++;
        }
        return count;
}

/* Do those from `first` to `end` make a burst that no node shows alone? */
static int is_burst(struct derive *derive, size_t *members, size_t count, bool *ret_is) {
        struct fleet_incident *incidents = derive->report->incidents.items;
        struct view_texts agents = { 0 }, nodes = { 0 };
        struct str *texts;
        size_t total = 0;
        int r;

        *ret_is = false;
        if (count < BURST_MIN)
                return 0;
        for (size_t i = 0; i < count; i++)
                total += incidents[members[i]].nodes.count;
        texts = calloc(total + count, sizeof(*texts));
        if (!texts)
                return -ENOMEM;
        for (size_t i = 0; i < count; i++)
                texts[i] = incidents[members[i]].who;
        r = texts_of(derive->arena, texts, count, &agents);
        total = 0;
        for (size_t i = 0; i < count; i++)
                for (size_t k = 0; k < incidents[members[i]].nodes.count; k++)
                        texts[total++] = incidents[members[i]].nodes.items[k];
        if (r == 0)
                r = texts_of(derive->arena, texts, total, &nodes);
        free(texts);
        *ret_is = agents.count >= BURST_MIN && nodes.count >= 2 &&
                  agents.count * 100 >= agents_of(derive->report, &nodes) * BURST_PERCENT;
        return r;
}

static int make_burst(struct derive *derive, struct makings *makings, const size_t *members, size_t count) {
        struct fleet_incident *incidents = derive->report->incidents.items;
        int r = begin(makings, (struct making){ .start = incidents[members[0]].start,
                                                .end = incidents[members[count - 1]].start });

        for (size_t i = 0; i < count && r == 0; i++)
                r = add_member(makings, makings->count - 1, &incidents[members[i]]);
        return r;
}

/* Whom a stop or crash of their server took are told of with that. */
static bool may_be_of_one(const struct fleet_incident *incident) {
        return fleet_incident_is_loss(incident) && incident->in_burst == SIZE_MAX &&
               !str_eq(incident->cause, STR("server_event"));
}

static int find_across(struct derive *derive, struct makings *makings) {
        const struct fleet_report *report = derive->report;
        size_t *members = calloc(report->incidents.count + 1, sizeof(*members));
        size_t count = 0, end;
        int r = members ? 0 : -ENOMEM;

        for (size_t i = 0; i < report->incidents.count && r == 0; i++)
                if (may_be_of_one(&report->incidents.items[i]))
                        members[count++] = i;
        for (size_t i = 0; i < count && r == 0; i = end) {
                const int64_t until = report->incidents.items[members[i]].start + INSTANT_MS;
                bool is = false;

                for (end = i + 1; end < count && report->incidents.items[members[end]].start <= until;)
                        end++;
                r = is_burst(derive, members + i, end - i, &is);
                if (r == 0 && is)
                        r = make_burst(derive, makings, members + i, end - i);
                else /* in a crowd that is no burst, the next few see the same */
                        end = i + 1 + (end - i) / 8;
        }
        free(members);
        return r;
}

/* ----------------------------------------------------------- telling */

/* The whole octets that both have, with the last dot, at most three. */
static struct str shared_prefix(struct str a, struct str b) {
        size_t n = 0, dots = 0;

        for (size_t i = 0; i < a.n && i < b.n && a.p[i] == b.p[i] && dots < 3; i++)
                if (a.p[i] == '.' && ++dots)
                        n = i + 1;
        return str_first(a, n);
}

/* Agents known to have an address there; people are in order of agents. */
static size_t agents_at(const struct fleet_report *report, struct str prefix) {
        struct str last = STR("");
        size_t count = 0;

        for (size_t i = 0; i < report->people.count; i++) {
                const struct fleet_person *person = &report->people.items[i];

                if (!str_starts(person->address, prefix) || str_eq(person->agent, last))
                        continue;
                last = person->agent;
                count++;
        }
        return count;
}

/* "10.5.210": what the addresses of the lost share, if they are at least half of those known
 * there. A single octet says nothing. */
static struct str scope_of(const struct fleet_report *report, size_t number) {
        struct str prefix = STR("");
        size_t dots = 0, known = 0;

        for (size_t i = 0; i < report->incidents.count; i++) {
                const struct fleet_incident *incident = &report->incidents.items[i];

                if (incident->in_burst == number && incident->address.n)
                        prefix = shared_prefix(known++ ? prefix : incident->address, incident->address);
        }
        for (size_t i = 0; i < prefix.n; i++)
                dots += prefix.p[i] == '.';
        if (dots < 2 || known < BURST_MIN || known * 2 < agents_at(report, prefix))
                return STR("");
        return str_first(prefix, prefix.n - 1);
}

static int tell(struct derive *derive, struct making *making, size_t number, struct fleet_burst *burst) {
        uint64_t print = PRINT_BEGIN;
        int r;

        *burst = (struct fleet_burst){ .start = making->start, .end = making->end };
        burst->source = making->from_reports ? STR("reports") : STR("fleet");
        burst->scope = making->from_reports && making->same_scope && making->scope.n ? making->scope
                                                                                     : scope_of(derive->report, number);
        if (making->from_reports && making->same_cause)
                burst->cause = making->cause;
        else if (burst->scope.n)
                burst->cause = str_eq(burst->scope, STR("all")) ? STR("server_side") : STR("network_segment");
        r = texts_of(derive->arena, making->agents.items, making->agents.count, &burst->agents);
        if (r == 0)
                r = texts_of(derive->arena, making->nodes.items, making->nodes.count, &burst->nodes);
        if (r == 0)
                r = texts_of(derive->arena, making->findings.items, making->findings.count, &burst->findings);
        for (size_t i = 0; i < burst->agents.count && r == 0; i++)
                print = print_add(print_add(print, burst->agents.items[i]), STR("\n"));
        for (int i = 0; i < 8; i++)
                print = print_add(print, (struct str){ (const char[]){ (char)(making->start >> 8 * i & 0xff) }, 1 });
        return r < 0 ? r : derive_id(derive, print_end(print), &burst->id);
}

static int compare_bursts(const void *a, const void *b) {
        const struct fleet_burst *x = a, *y = b;
        int r = (x->start > y->start) - (x->start < y->start);

        return r ? r : str_cmp(x->id, y->id);
}

static int tell_all(struct derive *derive, struct makings *makings) {
        struct fleet_report *report = derive->report;
        int r = 0;

        report->bursts.items = arena_alloc(derive->arena, (makings->count + 1) * sizeof(struct fleet_burst));
        if (!report->bursts.items)
                return -ENOMEM;
        for (size_t i = 0; i < makings->count && r == 0; i++)
                r = tell(derive, &makings->items[i], i, &report->bursts.items[report->bursts.count++]);
        for (size_t i = 0; i < report->incidents.count && r == 0; i++) {
                struct fleet_incident *incident = &report->incidents.items[i];
                const struct fleet_burst *burst =
                        incident->in_burst != SIZE_MAX ? &report->bursts.items[incident->in_burst] : NULL;

                if (!burst)
                        continue;
                incident->burst = burst->id;
                incident->of_a_segment = str_eq(burst->cause, STR("network_segment"));
        }
        if (makings->count)
                qsort(report->bursts.items, report->bursts.count, sizeof(struct fleet_burst), compare_bursts);
        return r;
}

int derive_bursts(struct derive *derive) {
        struct makings makings = { 0 };
        int r = join_findings(derive, &makings);

        if (r == 0)
                r = take_members(derive, &makings);
        if (r == 0)
                r = find_across(derive, &makings);
        if (r == 0)
                r = tell_all(derive, &makings);
        release(&makings);
        return r;
}
