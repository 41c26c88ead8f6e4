/*
 * lost_desktop: which of an agent's sessions was there at a moment, and which was closed
 * with a loss of presence. An agent may have very many, and be forced out as often: they
 * are put into order once an agent.
 *
 *      by_bound:  bound ...            their ends in a tree of maxima: the latest that was
 *                 end   ...            bound by then and had not ended is found in its depth
 *      closures:  by time, on the web service's clock
 */
#ifndef FINDINGS_LOST_DESKTOP_H
#define FINDINGS_LOST_DESKTOP_H

#include "timeline/timeline.h"

struct lost_closure {
        int64_t at_ms;
        size_t order; /* of its session among the agent's */
};

struct lost_desktops {
        const struct timeline *timeline;
        size_t agent;                    /* index in timeline.agents, SIZE_MAX: none yet */
        const struct session **by_bound; /* the agent's desktops */
        int64_t *latest;                 /* ends: leaves behind the inner nodes, of which there are `leaves` */
        size_t count, capacity, leaves, latest_capacity;
        struct lost_closure *closures;
        size_t closure_count, closure_capacity;
};

/* All zero but for the timeline and SIZE_MAX it is empty. */
void lost_desktops_release(struct lost_desktops *desktops);

/* Turn to an agent, which may be the one at hand. 0 or -ENOMEM. */
int lost_desktops_of(struct lost_desktops *desktops, size_t agent);

/* The session whose idle closure came with the loss, NULL without. */
const struct session *lost_desktop_closed(const struct lost_desktops *desktops, int64_t loss_ms);

/* The one that was bound last of those that were there, NULL without. */
const struct session *lost_desktop_there(const struct lost_desktops *desktops, int64_t at_ms);

#endif
