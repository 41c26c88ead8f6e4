/*
 * server: what befell the servers as a whole, in order of time.
 *
 *      records   whose rule has a role (rules/README.md: server)
 *      dumps     core files and heap dumps that lie in the bundle, by their names
 *      stalls    rounds of the reaper that came late (stall.h)
 */
#ifndef TIMELINE_SERVER_H
#define TIMELINE_SERVER_H

#include "events/event.h"
#include "timeline/input.h"

struct timeline;

struct server_event {
        int64_t at_ms; /* UTC; TIME_UNKNOWN */
        struct str name, node;
        const struct input *input;
        uint64_t line;             /* 0: the file as a whole */
        int64_t duration_ms;       /* of a stall, else -1 */
        const struct event *event; /* NULL: no record says it */
};

struct server_events {
        struct server_event *items; /* unknown times last */
        size_t count, capacity;
};

/* Wants the events in order and the coverage; an all-zero one is empty. 0 or -ENOMEM. */
int server_events_find(struct server_events *events, const struct timeline *timeline);
void server_events_release(struct server_events *events);

/* Is a node that some log names the server of that notification service? One server
 * may be known by two names: to its web service by its address, to others by its domain. */
bool server_is_same(const struct timeline *timeline, struct str node, struct str notification_node);

#endif
