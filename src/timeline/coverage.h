/*
 * coverage: for which times a node's logs speak, and for which they do not
 * although logs of the same family lie before and behind: a rotated file that was
 * not collected, debug logging that was switched off and on, a server that stood
 * still.
 *
 *      notification   a record of the debug logs speaks for the 65 s after it while
 *                     sessions are open: the reaper samples each every 30 s, and a
 *                     held poll lasts 60 s at most. Info, warn and error logs are
 *                     silent as a rule: they speak as long as any log of the node's
 *                     service runs, but where a file of them was not collected.
 *      webservices    a record speaks for the 300 s after it
 *
 * What lies before the first and behind the last record of a family is no gap:
 * `first` and `last` of the inputs tell it.
 */
#ifndef TIMELINE_COVERAGE_H
#define TIMELINE_COVERAGE_H

#include "timeline/input.h"
#include "timeline/session.h"
#include "timeline/spans.h"

/* How far a record of the family speaks for the time after it. */
int64_t coverage_reach_ms(enum family family);

/* All logs of one family and node, in UTC. */
struct cover {
        struct str node; /* empty when unknown */
        enum family family;
        bool sampled;           /* notification: a log with the reaper's samples is there */
        bool info;              /* notification: a log that would hold closures, starts and stops is there */
        struct spans spans;     /* notification: of debug logs; joined within reach */
        struct spans holes;     /* notification: times of files of such a log that are not there, in order */
        int64_t from_ms, to_ms; /* first and last record of any of the logs */
};

struct gap {
        struct str node; /* empty when unknown */
        enum family family;
        int64_t from_ms, to_ms; /* UTC: the last record before it, the first behind it */
};

struct coverage {
        struct cover *covers; /* by (family, node) */
        size_t cover_count, cover_capacity;
        struct gap *gaps; /* by (node, family, time) */
        size_t gap_count, gap_capacity;
};

/* Wants the inputs' nodes and zones; an all-zero one is empty. 0 or -ENOMEM. */
int coverage_find(struct coverage *coverage, const struct timeline *timeline);
/* Wants the sessions. 0 or -ENOMEM. */
int coverage_find_gaps(struct coverage *coverage, const struct timeline *timeline);
void coverage_release(struct coverage *coverage);

/* Would the log hold closures, by its name or because it does? */
bool coverage_is_info_log(const struct input *input);
/* coverage_holes.c: a step of coverage_find. */
int coverage_find_holes(struct cover *cover, const struct timeline *timeline);

/* NULL where the bundle has no such log. */
const struct cover *coverage_of(const struct coverage *coverage, enum family family, struct str node);

/* Would a closure, a start or a stop at that moment be logged? */
bool cover_tells(const struct cover *cover, int64_t at_ms);

/* Do records speak for all of that time? Debug logs and the web service's. */
bool cover_spans(const struct cover *cover, int64_t from_ms, int64_t to_ms);

/* The same of any node's logs of that family. */
bool coverage_spans(const struct coverage *coverage, enum family family, int64_t from_ms, int64_t to_ms);
bool coverage_tells(const struct coverage *coverage, int64_t at_ms);

#endif
