/*
 * tally: votes. Which host, which offset, which address was said how often.
 * Keys are numbers (an interned string's id, an offset in minutes). Merging is
 * adding, so the order of the parts never matters; among equals the smallest
 * key wins. Votes for more keys than a tally has room for do not count. Most have one key, which needs no memory of its
 * own.
 */
#ifndef TIMELINE_TALLY_H
#define TIMELINE_TALLY_H

#include "base/buf.h"

struct vote {
        int64_t key;
        uint64_t count;
};

struct tally {
        struct vote *votes;       /* for all keys, once there was a second one */
        uint32_t count, capacity; /* of `votes`; 0: there was none */
        struct vote only;         /* for the first key until then */
};

static inline const struct vote *tally_votes(const struct tally *tally) {
        return tally->capacity ? tally->votes : &tally->only;
}

/* 0 or -ENOMEM. An all-zero tally is an empty one. */
int tally_add(struct tally *tally, int64_t key, uint64_t count);
void tally_release(struct tally *tally);

/* The key with most votes; false when there are none. */
bool tally_winner(const struct tally *tally, struct vote *ret_winner);
uint64_t tally_total(const struct tally *tally);

#endif
