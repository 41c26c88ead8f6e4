#include "findings/correlation.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/buf.h"

/* One group at work: occurrences [begin, end). */
struct group {
        const struct signature *signature;
        struct occurrence *items;
        size_t begin, end;
        struct bursts_of_hits *bursts;
        size_t *scratch; /* windows: by key, how many are inside */
};

static int compare_occurrences(const void *a, const void *b) {
        const struct occurrence *x = a, *y = b;

        if (x->group != y->group)
                return x->group < y->group ? -1 : 1;
        return x->order < y->order ? -1 : x->order > y->order;
}

static bool within(const struct group *group, size_t first, size_t last) {
        return group->items[last].at_ms - group->items[first].at_ms <= group->signature->timespan_ms;
}

/* Hits come in the order of their first events, those of a group behind all of the
 * groups before. */
static int add_hit(struct group *group, size_t first, size_t last, uint64_t count) {
        struct bursts_of_hits *bursts = group->bursts;
        struct burst_of_hits *burst = bursts->count ? &bursts->items[bursts->count - 1] : NULL;
        int r;

        if (burst && first <= burst->last) {
                burst->last = last > burst->last ? last : burst->last;
                burst->count = count > burst->count ? count : burst->count;
                return 0;
        }
        r = array_reserve(&bursts->items, &bursts->capacity, bursts->count + 1, sizeof(*bursts->items));
        if (r == 0)
                bursts->items[bursts->count++] = (struct burst_of_hits){ .first = first, .last = last, .count = count };
        return r;
}

/* ------------------------------------------------------------- windows */

static int add_window(struct group *group, size_t first, size_t last, uint64_t count) {
        if (count < group->signature->least || count > group->signature->most)
                return 0;
        return add_hit(group, first, last, count);
}

/* Both ends only move forward. */
static int slide(struct group *group) {
        const struct occurrence *items = group->items;
        size_t *inside = group->scratch;
        size_t next = group->begin; /* the first behind the window */
        uint64_t distinct = 0;
        int r = 0;

        for (size_t first = group->begin; first < group->end; first++) {
                const size_t reached = next;

                for (; next < group->end && within(group, first, next); next++)
                        distinct += inside[items[next].key]++ == 0;
                /* What ends where the one before ended lies in it. */
                if (next > reached && r == 0)
                        r = add_window(group, first, next - 1,
                                       group->signature->type == CORRELATION_EVENTS ? next - first : distinct);
                distinct -= --inside[items[first].key] == 0;
        }
        return r;
}

static void take_all(struct group *group, size_t known) {
        for (size_t i = known; i < group->bursts->count; i++)
                for (size_t k = group->bursts->items[i].first; k <= group->bursts->items[i].last; k++)
                        group->items[k].taken = true;
}

static int find_windows(struct group *group) {
        const size_t known = group->bursts->count; /* of the groups before */
        int r = slide(group);

        take_all(group, known);
        return r;
}

/* ------------------------------------------------------------- in order */

enum { NOWHERE = -1 };

/*
 * Of the chains through each occurrence, the one that begins latest and the one that
 * ends earliest make the shortest: it takes part in a hit if that is short enough.
 * `begins` and `ends` are by occurrence of the group; NOWHERE: no chain.
 */
static void find_begins(const struct group *group, ptrdiff_t *begins) {
        ptrdiff_t latest[SIGNATURE_MAX_RULES];

        for (size_t i = 0; i < SIGNATURE_MAX_RULES; i++)
                latest[i] = NOWHERE;
        for (size_t i = group->begin; i < group->end; i++) {
                const uint32_t place = group->items[i].key;

                begins[i - group->begin] = latest[place] = place == 0 ? (ptrdiff_t)i : latest[place - 1];
        }
}

static void find_ends(const struct group *group, ptrdiff_t *ends) {
        const size_t last = group->signature->rule_count - 1;
        ptrdiff_t earliest[SIGNATURE_MAX_RULES];

        for (size_t i = 0; i < SIGNATURE_MAX_RULES; i++)
                earliest[i] = NOWHERE;
        for (size_t i = group->end; i-- > group->begin;) {
                const uint32_t place = group->items[i].key;

                ends[i - group->begin] = earliest[place] = place == last ? (ptrdiff_t)i : earliest[place + 1];
        }
}

static void take_chains(struct group *group, const ptrdiff_t *begins, const ptrdiff_t *ends) {
        for (size_t i = group->begin; i < group->end; i++) {
                const ptrdiff_t begin = begins[i - group->begin], end = ends[i - group->begin];

                group->items[i].taken = begin != NOWHERE && end != NOWHERE && within(group, (size_t)begin, (size_t)end);
        }
}

/* Each event of the first rule that takes part, up to the latest end within reach:
 * where one chain fits, the same with a later end fits too. */
static int add_chains(struct group *group) {
        const size_t rules = group->signature->rule_count;
        size_t next = group->begin, end = group->begin;
        int r = 0;

        for (size_t i = group->begin; i < group->end && r == 0; i++) {
                if (group->items[i].key != 0 || !group->items[i].taken)
                        continue;
                for (; next < group->end && within(group, i, next); next++)
                        if (group->items[next].key == rules - 1)
                                end = next;
                r = add_hit(group, i, end, rules);
        }
        return r;
}

static int find_chains(struct group *group) {
        const size_t count = group->end - group->begin;
        ptrdiff_t *begins = calloc(count, 2 * sizeof(*begins));

        if (!begins)
                return -ENOMEM;
        find_begins(group, begins);
        find_ends(group, begins + count);
        take_chains(group, begins, begins + count);
        free(begins);
        return add_chains(group);
}

/* ------------------------------------------------------------ the whole */

static void count_taken(const struct occurrence *items, struct bursts_of_hits *bursts) {
        for (size_t i = 0; i < bursts->count; i++)
                for (size_t k = bursts->items[i].first; k <= bursts->items[i].last; k++)
                        bursts->items[i].taken += items[k].taken;
}

static int find_groups(struct group *group, size_t count) {
        int r = 0;

        for (size_t i = 0; i < count && r == 0; i = group->end) {
                group->begin = i;
                group->end = i + 1;
                while (group->end < count && group->items[group->end].group == group->items[i].group)
                        group->end++;
                r = group->signature->type == CORRELATION_ORDERED ? find_chains(group) : find_windows(group);
        }
        return r;
}

int correlate(const struct signature *signature, struct occurrence *items, size_t count,
              struct bursts_of_hits *bursts) {
        struct group group = { .signature = signature, .items = items, .bursts = bursts };
        uint32_t keys = 0;
        int r;

        *bursts = (struct bursts_of_hits){ 0 };
        if (count == 0)
                return 0;
        for (size_t i = 0; i < count; i++) {
                items[i].taken = false;
                keys = items[i].key > keys ? items[i].key : keys;
        }
        group.scratch = calloc((size_t)keys + 1, sizeof(*group.scratch));
        if (!group.scratch)
                return -ENOMEM;
        qsort(items, count, sizeof(*items), compare_occurrences);
        r = find_groups(&group, count);
        free(group.scratch);
        count_taken(items, bursts);
        return r;
}
