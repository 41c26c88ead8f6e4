/*
 * presences: how many agents were signed in at a moment, by what the web service's log says
 * of their presence and state. As with openings, each moment is looked up.
 */
#ifndef FINDINGS_PRESENCES_H
#define FINDINGS_PRESENCES_H

#include "timeline/timeline.h"

/* From this moment on so many more agents are there, and so many in all. */
struct presence_edge {
        int64_t at_ms, change, present;
};

struct presences {
        struct presence_edge *items; /* by time */
        size_t count, capacity;
        int64_t before; /* how many were there before the first edge */
};

/* To be released whatever the result is. 0 or -ENOMEM. */
int presences_make(struct presences *presences, const struct timeline *timeline);
void presences_release(struct presences *presences);
uint64_t presences_at(const struct presences *presences, int64_t at_ms);

#endif
