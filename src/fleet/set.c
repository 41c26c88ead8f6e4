#define _GNU_SOURCE /* qsort_r */
#include "fleet/set.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/order.h"
#include "base/prints.h"
#include "render/table.h"

/* ---------------------------------------------------------------- sets */

void set_init(struct set *set, const struct table *table, size_t keys) {
        *set = (struct set){ .table = table, .size = table->size, .keys = keys };
}

void set_release(struct set *set) {
        free(set->items);
        set_init(set, set->table, set->keys);
}

/* Less where more is known: a cause before none, an end before none. */
static int finding_rank(const struct fleet_finding *finding) {
        return 2 * str_eq(finding->cause, STR("undetermined")) + str_eq(finding->outcome, STR("open"));
}

static int confidence_rank(const struct fleet_finding *finding) {
        return 2 * str_eq(finding->confidence, STR("low")) + str_eq(finding->confidence, STR("medium"));
}

/* Which of two findings of one key says more. A bundle that ends in the middle of a burst knows fewer
 * who were in it, one that ends before a server is back no end. */
static int compare_findings(const struct fleet_finding *a, const struct fleet_finding *b) {
        int r = finding_rank(a) - finding_rank(b);

        if (r == 0)
                r = (a->agents.count < b->agents.count) - (a->agents.count > b->agents.count);
        if (r == 0)
                r = (a->end < b->end) - (a->end > b->end); /* an unknown one is the least */
        return r ? r : confidence_rank(a) - confidence_rank(b);
}

static int compare_bundles(const struct fleet_bundle *a, const struct fleet_bundle *b) {
        return b->complete - a->complete;
}

static int compare_items(const void *a, const void *b, void *userdata) {
        const struct set *set = userdata;
        int r = table_compare(set->table, set->keys, a, b);

        if (r == 0 && set->table == &fleet_finding_table)
                r = compare_findings(a, b);
        if (r == 0 && set->table == &fleet_bundle_table)
                r = compare_bundles(a, b);
        return r ? r : table_compare(set->table, set->table->count, a, b);
}

/* Where findings were seen is told when a report is derived, and is no part of the set. */
static void forget_seen(struct set *set) {
        struct fleet_finding *findings = (struct fleet_finding *)(void *)set->items;

        for (size_t i = 0; i < set->count; i++)
                findings[i].seen = (struct fleet_seens){ 0 };
}

void set_settle(struct set *set) {
        size_t left = 0;

        if (set->table == &fleet_finding_table)
                forget_seen(set);
        if (set->settled == set->count)
                return;
        qsort_r(set->items, set->count, set->size, compare_items, set);
        for (size_t i = 0; i < set->count; i++) {
                char *item = set->items + i * set->size, *to = set->items + left * set->size;

                if (left && table_compare(set->table, set->keys, to - set->size, item) == 0)
                        continue;
                if (to != item)
                        memcpy(to, item, set->size);
                left++;
        }
        set->count = set->settled = left;
}

int set_add(struct set *set, const void *item) {
        enum { FEW = 1024 };
        int r;

        if (set->count == set->capacity && set->count >= FEW && set->count >= 2 * set->settled)
                set_settle(set);
        r = array_reserve(&set->items, &set->capacity, set->count + 1, set->size);
        if (r < 0)
                return r;
        memcpy(set->items + set->count++ * set->size, item, set->size);
        return 0;
}

/* --------------------------------------------------------------- texts */

int fleet_text(struct fleet *fleet, struct str text, struct str *ret_text) {
        uint32_t id;
        int r;

        if (text.n == 0) {
                *ret_text = (struct str){ 0 };
                return 0;
        }
        r = intern_add(&fleet->names, text, &id);
        if (r == 0)
                *ret_text = intern_str(&fleet->names, id);
        return r;
}

int texts_of(struct arena *arena, const struct str *items, size_t count, struct view_texts *ret_texts) {
        struct str *copies = count ? arena_alloc(arena, count * sizeof(*copies)) : NULL;
        size_t left = 0;

        *ret_texts = (struct view_texts){ 0 };
        if (count == 0)
                return 0;
        if (!copies)
                return -ENOMEM;
        memcpy(copies, items, count * sizeof(*copies));
        qsort(copies, count, sizeof(*copies), compare_strs);
        for (size_t i = 0; i < count; i++)
                if (copies[i].n && (left == 0 || !str_eq(copies[left - 1], copies[i])))
                        copies[left++] = copies[i];
        *ret_texts = (struct view_texts){ copies, left };
        return 0;
}

int fleet_texts(struct fleet *fleet, const struct str *items, size_t count, struct view_texts *ret_texts) {
        int r = texts_of(&fleet->arena, items, count, ret_texts);

        for (size_t i = 0; i < ret_texts->count && r == 0; i++)
                r = fleet_text(fleet, ret_texts->items[i], &ret_texts->items[i]);
        return r;
}

/* -------------------------------------------------------------- events */

static int find_events(struct fleet *fleet, struct str day, struct str node, struct str event,
                       struct fleet_events **ret_events) {
        struct fleet_events made = { 0 };
        struct str parts[3];
        uint32_t number;
        int r = fleet_text(fleet, day, &made.day);

        if (r == 0)
                r = fleet_text(fleet, node, &made.node);
        if (r == 0)
                r = fleet_text(fleet, event, &made.event);
        /* Interned strings are told by where they lie. */
        parts[0] = made.day;
        parts[1] = made.node;
        parts[2] = made.event;
        if (r == 0)
                r = intern_add(&fleet->event_keys, (struct str){ (const char *)parts, sizeof(parts) }, &number);
        if (r == 0)
                r = array_reserve(&fleet->events, &fleet->event_capacity, (size_t)number + 1, sizeof(made));
        if (r < 0)
                return r;
        if (number == fleet->event_count)
                fleet->events[fleet->event_count++] = made;
        *ret_events = &fleet->events[number];
        return 0;
}

static void settle_prints(struct fleet_events *events) {
        events->prints.count = prints_sort(events->prints.items, events->prints.count);
        events->count = (int64_t)events->prints.count;
}

int fleet_add_events(struct fleet *fleet, struct str day, struct str node, struct str event, const uint64_t *prints,
                     size_t count) {
        struct fleet_events *events;
        int r = find_events(fleet, day, node, event, &events);

        if (r < 0 || count == 0)
                return r;
        if (events->prints.count + count > events->capacity) {
                settle_prints(events);
                r = array_reserve(&events->prints.items, &events->capacity, 2 * events->prints.count + count,
                                  sizeof(*prints));
        }
        if (r < 0)
                return r;
        memcpy(events->prints.items + events->prints.count, prints, count * sizeof(*prints));
        events->prints.count += count;
        return 0;
}

/* --------------------------------------------------------------- fleet */

void fleet_init(struct fleet *fleet) {
        *fleet = (struct fleet){ 0 };
        intern_init(&fleet->names);
        intern_init(&fleet->event_keys);
        arena_init(&fleet->arena);
        set_init(&fleet->bundles, &fleet_bundle_table, 1);
        set_init(&fleet->findings, &fleet_finding_table, 5);
        set_init(&fleet->seen, &fleet_seen_table, 6);
        set_init(&fleet->people, &fleet_person_table, 3);
        set_init(&fleet->coverage, &fleet_span_table, 4);
}

void fleet_release(struct fleet *fleet) {
        for (size_t i = 0; i < fleet->event_count; i++)
                free(fleet->events[i].prints.items);
        free(fleet->events);
        set_release(&fleet->bundles);
        set_release(&fleet->findings);
        set_release(&fleet->seen);
        set_release(&fleet->people);
        set_release(&fleet->coverage);
        intern_release(&fleet->names);
        intern_release(&fleet->event_keys);
        arena_release(&fleet->arena);
}

/* Spans of one node and family that touch are one. */
static void join_spans(struct set *coverage) {
        struct fleet_span *spans = (struct fleet_span *)(void *)coverage->items;
        size_t left = 0;

        for (size_t i = 0; i < coverage->count; i++) {
                struct fleet_span *last = left ? &spans[left - 1] : NULL;

                if (last && str_eq(last->node, spans[i].node) && str_eq(last->family, spans[i].family) &&
                    spans[i].from <= last->to)
                        last->to = spans[i].to > last->to ? spans[i].to : last->to;
                else
                        spans[left++] = spans[i];
        }
        coverage->count = coverage->settled = left;
}

void fleet_settle(struct fleet *fleet) {
        set_settle(&fleet->bundles);
        set_settle(&fleet->findings);
        set_settle(&fleet->seen);
        set_settle(&fleet->people);
        set_settle(&fleet->coverage);
        join_spans(&fleet->coverage);
        for (size_t i = 0; i < fleet->event_count; i++)
                settle_prints(&fleet->events[i]);
}
