/*
 * binding: which session had a JID, and since when. Sorted by (JID, node, time),
 * so the session that a JID was bound to before or after another is its neighbour.
 */
#ifndef TIMELINE_BINDING_H
#define TIMELINE_BINDING_H

#include "base/str.h"

struct timeline;
struct session;

struct binding {
        struct str jid_key, node, sid;
        int64_t bound_ms; /* UTC */
        int64_t first_ms; /* of the session; the older one was there before */
        bool born;        /* see struct session */
        size_t session;   /* index in timeline.sessions */
};

struct bindings {
        struct binding *items;
        size_t count;
};

/* All sessions that have a JID, as they are now. 0 or -ENOMEM. */
int bindings_list(struct bindings *bindings, const struct timeline *timeline);
void bindings_release(struct bindings *bindings);

/*
 * The session that a JID was bound to last at a time, SIZE_MAX without. Where
 * none was yet, the first one after it counts if it is older than its first
 * record (its birth was not logged), or came within the same second.
 */
size_t bindings_find(const struct bindings *bindings, struct str node, struct str jid_key, int64_t at_ms);

/* The next session that took the same JID on the same node, SIZE_MAX without. */
size_t bindings_successor(const struct bindings *bindings, const struct session *session);

#endif
