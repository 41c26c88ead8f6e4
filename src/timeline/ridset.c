#include "timeline/ridset.h"

#include <stdlib.h>

/* The first range that ends at or behind `rid` - 1: the one to grow or to stand
 * before. Searched from the back, since new ids are the largest. */
static size_t find_place(const struct ridset *set, int64_t rid) {
        size_t i = set->count;

        while (i > 0 && set->ranges[i - 1].last >= rid - 1)
                i--;
        return i;
}

static int insert_range(struct ridset *set, size_t at, struct rid_range range) {
        int r = array_reserve(&set->ranges, &set->capacity, set->count + 1, sizeof(*set->ranges));

        if (r < 0)
                return r;
        memmove(&set->ranges[at + 1], &set->ranges[at], (set->count - at) * sizeof(*set->ranges));
        set->ranges[at] = range;
        set->count++;
        return 0;
}

/* Range `at` was made longer: it may now touch the ones behind it. */
static void swallow_next(struct ridset *set, size_t at) {
        size_t next = at + 1;

        while (next < set->count && set->ranges[next].first <= set->ranges[at].last + 1) {
                if (set->ranges[next].last > set->ranges[at].last)
                        set->ranges[at].last = set->ranges[next].last;
                next++;
        }
        memmove(&set->ranges[at + 1], &set->ranges[next], (set->count - next) * sizeof(*set->ranges));
        set->count -= next - at - 1;
}

static int add_range(struct ridset *set, struct rid_range range) {
        size_t at = find_place(set, range.first);
        struct rid_range *here;

        if (at == set->count || set->ranges[at].first > range.last + 1)
                return insert_range(set, at, range);
        here = &set->ranges[at];
        if (range.first < here->first)
                here->first = range.first;
        if (range.last > here->last)
                here->last = range.last;
        swallow_next(set, at);
        return 0;
}

int ridset_add(struct ridset *set, int64_t rid) {
        size_t at = find_place(set, rid);
        int r;

        if (at < set->count && set->ranges[at].first <= rid && rid <= set->ranges[at].last)
                return 0;
        r = add_range(set, (struct rid_range){ rid, rid });
        return r < 0 ? r : 1;
}

int ridset_merge(struct ridset *set, const struct ridset *from) {
        for (size_t i = 0; i < from->count; i++) {
                int r = add_range(set, from->ranges[i]);

                if (r < 0)
                        return r;
        }
        return 0;
}

uint64_t ridset_size(const struct ridset *set) {
        uint64_t size = 0;

        for (size_t i = 0; i < set->count; i++)
                size += (uint64_t)(set->ranges[i].last - set->ranges[i].first) + 1;
        return size;
}

void ridset_release(struct ridset *set) {
        free(set->ranges);
        *set = (struct ridset){ 0 };
}
