/*
 * coverage: times that a node's logs do not cover although logs of the same
 * family lie before and behind: a rotated file that was not collected, debug
 * logging that was switched off and on, a server that stood still.
 *
 *      notification   more than 65 s between records of the debug logs while
 *                     sessions are open: the reaper samples each every 30 s, and a
 *                     held poll lasts 60 s at most. Without debug logs nothing is
 *                     known: info, warn and error logs are silent as a rule.
 *      webservices    more than 300 s between records
 *
 * What lies before the first and behind the last record of a family is no gap:
 * `first` and `last` of the inputs tell it.
 */
#ifndef TIMELINE_COVERAGE_H
#define TIMELINE_COVERAGE_H

#include "timeline/session.h"
#include "timeline/spans.h"

/* How far a record of the family speaks for the time after it. */
int64_t coverage_reach_ms(enum family family);

struct gap {
        struct str node; /* empty when unknown */
        enum family family;
        int64_t from_ms, to_ms; /* UTC: the last record before it, the first behind it */
};

struct gaps {
        struct gap *items; /* by (node, family, time) */
        size_t count, capacity;
};

/* Wants the sessions. An all-zero one is empty. 0 or -ENOMEM. */
int gaps_find(struct gaps *gaps, const struct timeline *timeline);
void gaps_release(struct gaps *gaps);

#endif
