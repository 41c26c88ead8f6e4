/*
 * desktops: the desktops of somebody, by their node: so that many servers are searched
 * without going through all sessions for each.
 */
#ifndef FINDINGS_DESKTOPS_H
#define FINDINGS_DESKTOPS_H

#include "timeline/timeline.h"

struct desktops {
        const struct session **items; /* by node, in their order */
        size_t count;
};

/* 0 or -ENOMEM. To be released in either case. */
int desktops_make(struct desktops *desktops, const struct timeline *timeline);
void desktops_release(struct desktops *desktops);

/* The first of a node, or where it would stand. */
size_t desktops_first(const struct desktops *desktops, struct str node);

#endif
