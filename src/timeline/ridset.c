#include "timeline/ridset.h"

#include <errno.h>
#include <stdlib.h>

static struct rid_range *ranges_of(struct ridset *set) {
        return set->capacity ? set->ranges : &set->only;
}

/* The first range that ends at or behind `rid` - 1: the one to grow or to stand
 * before. New ids are mostly the largest. */
static size_t find_place(const struct ridset *set, int64_t rid) {
        const struct rid_range *ranges = ridset_ranges(set);
        size_t low = 0, high = set->count;

        if (high && ranges[high - 1].last < rid - 1)
                return high;
        while (low < high) {
                const size_t middle = low + (high - low) / 2;

                if (ranges[middle].last < rid - 1)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

static int reserve(struct ridset *set, size_t need) {
        size_t capacity = set->capacity;
        int r = array_reserve(&set->ranges, &capacity, need, sizeof(*set->ranges));

        if (r < 0)
                return r;
        if (set->capacity == 0 && set->count)
                set->ranges[0] = set->only;
        set->capacity = (uint32_t)capacity;
        return 0;
}

static int insert_range(struct ridset *set, size_t at, struct rid_range range) {
        struct rid_range *ranges;
        int r = set->count ? reserve(set, (size_t)set->count + 1) : 0;

        if (r < 0)
                return r;
        ranges = ranges_of(set);
        memmove(&ranges[at + 1], &ranges[at], (set->count - at) * sizeof(*ranges));
        ranges[at] = range;
        set->count++;
        return 0;
}

/* Range `at` was made longer: it may now touch the ones behind it. */
static void swallow_next(struct ridset *set, size_t at) {
        struct rid_range *ranges = ranges_of(set);
        size_t next = at + 1;

        while (next < set->count && ranges[next].first <= ranges[at].last + 1) {
                if (ranges[next].last > ranges[at].last)
                        ranges[at].last = ranges[next].last;
                next++;
        }
        memmove(&ranges[at + 1], &ranges[next], (set->count - next) * sizeof(*ranges));
        set->count -= (uint32_t)(next - at - 1);
}

static int add_range(struct ridset *set, struct rid_range range) {
        size_t at = find_place(set, range.first);
        struct rid_range *here;

        if (at == set->count || ridset_ranges(set)[at].first > range.last + 1)
                return insert_range(set, at, range);
        here = &ranges_of(set)[at];
        if (range.first < here->first)
                here->first = range.first;
        if (range.last > here->last)
                here->last = range.last;
        if (at + 1 < set->count)
                swallow_next(set, at);
        return 0;
}

int ridset_add(struct ridset *set, int64_t rid) {
        struct rid_range *last = set->count ? &ranges_of(set)[set->count - 1] : NULL;
        size_t at;
        int r;

        /* The next id, or one that another record of the same request has told. */
        if (last && rid == last->last + 1) {
                last->last = rid;
                return 1;
        }
        if (last && rid >= last->first && rid <= last->last)
                return 0;
        at = find_place(set, rid);
        if (at < set->count && ridset_ranges(set)[at].first <= rid && rid <= ridset_ranges(set)[at].last)
                return 0;
        r = add_range(set, (struct rid_range){ rid, rid });
        return r < 0 ? r : 1;
}

bool ridset_is_deep(const struct ridset *set, int64_t rid) {
        enum { DEEPEST = 4096 };
        size_t at;

        if (set->count <= DEEPEST)
                return false;
        at = find_place(set, rid);
        return set->count - at > DEEPEST && ridset_ranges(set)[at].first > rid + 1;
}

/* Behind the last, which it may touch. `range` begins no earlier than any before. */
static void append(struct rid_range *ranges, uint32_t *count, struct rid_range range) {
        struct rid_range *last = *count ? &ranges[*count - 1] : NULL;

        if (!last || range.first > last->last + 1)
                ranges[(*count)++] = range;
        else if (range.last > last->last)
                last->last = range.last;
}

static int merge_many(struct ridset *set, const struct ridset *from) {
        const struct rid_range *a = ridset_ranges(set), *b = ridset_ranges(from);
        const struct rid_range *a_end = a + set->count, *b_end = b + from->count;
        struct ridset merged = { .capacity = set->count + from->count };

        merged.ranges = malloc(merged.capacity * sizeof(*merged.ranges));
        if (!merged.ranges)
                return -ENOMEM;
        while (a < a_end || b < b_end)
                append(merged.ranges, &merged.count, b == b_end || (a < a_end && a->first <= b->first) ? *a++ : *b++);
        ridset_release(set);
        *set = merged;
        return 0;
}

int ridset_merge(struct ridset *set, const struct ridset *from) {
        enum { FEW = 16 };
        const struct rid_range *ranges = ridset_ranges(from);
        int r = 0;

        if (from->count > FEW)
                return merge_many(set, from);
        for (size_t i = 0; i < from->count && r == 0; i++)
                r = add_range(set, ranges[i]);
        return r;
}

uint64_t ridset_size(const struct ridset *set) {
        const struct rid_range *ranges = ridset_ranges(set);
        uint64_t size = 0;

        for (size_t i = 0; i < set->count; i++)
                size += (uint64_t)(ranges[i].last - ranges[i].first) + 1;
        return size;
}

void ridset_release(struct ridset *set) {
        free(set->ranges);
        *set = (struct ridset){ 0 };
}
