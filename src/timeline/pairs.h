/*
 * pairs: two services log one incident in the same second: a session ends in the
 * notification service's log, in its wall clock's time, and the web service notes
 * the loss of the agent's presence, in UTC.
 *
 *      session ends (written)    16:04        21:40        33:12
 *      presence lost (UTC)       16:04:00.6   21:40:00.5   33:12:00.7   and others
 *
 * Who pairs with whom nobody says, and an agent may be lost many times. But right
 * pairs all differ by the same time, which is the offset and the skew of the two
 * clocks, and wrong ones by anything.
 */
#ifndef TIMELINE_PAIRS_H
#define TIMELINE_PAIRS_H

#include "base/intern.h"
#include "timeline/input.h"

struct loss {
        uint32_t agent; /* id in losses.agents */
        int64_t utc_ms;
};

/* Every web service's; the presence of an agent may be another node's. */
struct losses {
        struct intern agents; /* JIDs' local parts, without escapes, in lower case */
        struct loss *items;   /* by agent and time */
        size_t count, capacity;
};

/* 0 or -ENOMEM; released in either case. */
int losses_list(struct losses *losses, const struct inputs *inputs);
void losses_release(struct losses *losses);

/* How many of a file's closures come with a loss of presence, by a reading of its stamps?
 * `skew_ms` is how far its clock is ahead. 0 or -ENOMEM. */
int losses_beside(const struct losses *losses, const struct input *input, const struct reading *reading,
                  int64_t skew_ms, size_t *ret_closures);

struct pair {
        uint32_t ending;
        int64_t written_ms, utc_ms;
        int64_t apart_ms; /* written - UTC; a stamp of whole seconds stands for their middle */
        int64_t rest_ms;  /* of that, what an offset leaves */
};

struct pairs {
        struct pair *items;
        size_t count, capacity;
        uint32_t endings;
};

/* All that can be one incident, of the node's logs. 0 or -ENOMEM; released in either case. */
int pairs_list(struct pairs *pairs, const struct losses *losses, const struct inputs *inputs, struct str node);
void pairs_release(struct pairs *pairs);

/* The offset of every ending that has one, as local times in time order; none where the
 * pairs agree on nothing. Among equals `likely` is taken. 0 or -ENOMEM. */
int pairs_vote(struct pairs *pairs, int16_t likely, struct offset_runs *ret_votes);

/* How many endings would be explained by an offset that is not among these. 0 or -ENOMEM. */
int pairs_rival(struct pairs *pairs, const struct offsets *offsets, size_t *ret_endings);

/* By how much the notification service's clock is ahead, once its offset is known. 1
 * when three or more endings say so, 0 when not, -ENOMEM. */
int pairs_skew(struct pairs *pairs, const struct offsets *offsets, int64_t *ret_skew_ms);

#endif
