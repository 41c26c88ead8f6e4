/*
 * ridset: the request ids that a session has used, as ranges.
 *
 * BOSH request ids go up by one (XEP-0124 section 14), so a day of polling is
 * one range, and that one needs no memory of its own. A set forgets order and
 * repetition, which is what counting polls over several files, some of them
 * copies, needs.
 *
 *      ranges:  [164053266..164053301] [164053303..164053420]   sorted, never touching
 */
#ifndef TIMELINE_RIDSET_H
#define TIMELINE_RIDSET_H

#include "base/buf.h"

struct rid_range {
        int64_t first, last;
};

struct ridset {
        struct rid_range *ranges; /* all of them, once there was a second one */
        uint32_t count, capacity; /* of `ranges`; 0: there was none */
        struct rid_range only;    /* the first one until then */
};

static inline const struct rid_range *ridset_ranges(const struct ridset *set) {
        return set->capacity ? set->ranges : &set->only;
}

/* 1 when `rid` is new, 0 when it was there, or -ENOMEM. All-zero is empty. */
int ridset_add(struct ridset *set, int64_t rid);
/* Would it have to be put in front of very many ranges? Ids go up: one that runs back through thousands of holes is no
 * client's, and to make room for each would take the square of their number. */
bool ridset_is_deep(const struct ridset *set, int64_t rid);
int ridset_merge(struct ridset *set, const struct ridset *from);
uint64_t ridset_size(const struct ridset *set);
void ridset_release(struct ridset *set);

#endif
