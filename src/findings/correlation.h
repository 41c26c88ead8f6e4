/*
 * correlation: where events of one group stand as a signature of the pack says
 * (rules/signature.h). It knows times, groups and numbers only.
 *
 * A window is a stretch of a group's events, in the order of the timeline, whose
 * last is at most `timespan` later than its first (both count: the limit itself is
 * inside), and which no further event fits into. So a window may begin at any
 * event, and none is longer than the timespan.
 *
 *      event_count       counts a window's events
 *      value_count       its distinct values
 *      temporal          its distinct rules: all of them, where there is no condition
 *
 * A window whose count meets the condition is a hit. A hit of
 *
 *      temporal_ordered  is one event of each rule, in the order of "rules", the last
 *                        at most `timespan` later than the first; events of the same
 *                        time stand in the order of the timeline
 *
 * Hits of a group that overlap are one burst: from the first event of the first to
 * the last event of the last. A burst may so be longer than the timespan, as the
 * window in it is not.
 *
 *      timespan 10m, gte 3       x  x    x   x              x       x
 *                                [------]                          one hit
 *                                   [------]                       another: one burst of 4
 */
#ifndef FINDINGS_CORRELATION_H
#define FINDINGS_CORRELATION_H

#include "rules/ruleset.h"

/* An event as a correlation sees it. */
struct occurrence {
        int64_t at_ms;
        size_t order;   /* place in the timeline: never against at_ms */
        uint32_t group; /* any number; equal for events of one group */
        uint32_t key;   /* value_count: number of its value; temporal*: which of the rules */
        bool taken;     /* filled in: it takes part in a hit */
};

struct burst_of_hits {
        size_t first, last; /* occurrences, as ordered by correlate */
        uint64_t count;     /* what was counted, where it is largest */
        uint64_t taken;     /* occurrences of [first, last] that take part */
};

struct bursts_of_hits {
        struct burst_of_hits *items; /* the caller's to free */
        size_t count, capacity;
};

/* Order the occurrences by (group, order), mark those that take part, list the
 * bursts. O(n log n). 0 or -ENOMEM. */
int correlate(const struct signature *signature, struct occurrence *items, size_t count, struct bursts_of_hits *bursts);

#endif
