/*
 * outage: a node's notification service stopped, or died, and came back.
 *
 *      clean    ... records | stop markers | (nothing) | start markers | ...
 *      crash    ... records |                (nothing) | start markers | ...
 *
 * Markers of a node within OUTAGE_MARKERS_MS of each other are one stop, one start,
 * or both. A start without a stop is a crash only where the node's logs hold earlier
 * records; else the logs merely begin with it.
 */
#ifndef TIMELINE_OUTAGE_H
#define TIMELINE_OUTAGE_H

#include "events/event.h"

struct timeline;

enum {
        OUTAGE_MARKERS_MS = 120 * 1000,
        /* What a service logs before the first marker of its start is no earlier record. */
        OUTAGE_START_MS = 60 * 1000,
};

struct outage {
        struct str node;    /* empty when unknown */
        int64_t stopped_ms; /* UTC of the first stop marker; TIME_UNKNOWN: a crash */
        int64_t started_ms; /* UTC of the last start marker; TIME_UNKNOWN: not in the logs */
        int64_t heard_ms;   /* the last that was heard of the service: what was there then was lost */
        int64_t down_ms; /* since when it was gone: the stop; of a crash, when the web service lost it, or heard_ms */
        int64_t back_ms; /* ... until here: the first start marker; TIME_UNKNOWN without */
        const struct event **markers; /* in time order */
        size_t marker_count, capacity;
        uint64_t sessions_lost; /* filled as the sessions get their ends */
};

struct outages {
        struct outage *items; /* by (node, time) */
        size_t count, capacity;
        uint64_t dropped; /* markers beyond the most */
};

/* Wants the events in order and the coverage; an all-zero one is
 * empty. 0 or -ENOMEM. */
int outages_find(struct outages *outages, const struct timeline *timeline);
void outages_release(struct outages *outages);

static inline bool outage_is_clean(const struct outage *outage) {
        return outage->stopped_ms != TIME_UNKNOWN;
}

/* Is this when sessions ended with it? */
bool outage_ended_at(const struct outage *outage, int64_t at_ms);

/* The outage at whose beginning, or within `after_ms` after it, an instant lies; of
 * any node where `node` is NULL. Who died without a word may have died at any moment
 * between the last record and the start. NULL when there is none. */
const struct outage *outage_at(const struct outages *outages, const struct str *node, int64_t at_ms, int64_t after_ms);

#endif
