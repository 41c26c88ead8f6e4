#include "timeline/tally.h"

#include <stdlib.h>

/* Each vote looks through all: nothing that is voted on in earnest has so many. */
enum { MOST_KEYS = 512 };

static int reserve(struct tally *tally, size_t need) {
        size_t capacity = tally->capacity;
        int r = array_reserve(&tally->votes, &capacity, need, sizeof(*tally->votes));

        if (r < 0)
                return r;
        if (tally->capacity == 0)
                tally->votes[0] = tally->only;
        tally->capacity = (uint32_t)capacity;
        return 0;
}

int tally_add(struct tally *tally, int64_t key, uint64_t count) {
        struct vote *votes = tally->capacity ? tally->votes : &tally->only;
        int r;

        for (size_t i = 0; i < tally->count; i++) {
                if (votes[i].key == key) {
                        votes[i].count += count;
                        return 0;
                }
        }
        if (tally->count == MOST_KEYS)
                return 0;
        r = tally->count ? reserve(tally, (size_t)tally->count + 1) : 0;
        if (r < 0)
                return r;
        votes = tally->capacity ? tally->votes : &tally->only;
        votes[tally->count++] = (struct vote){ key, count };
        return 0;
}

void tally_release(struct tally *tally) {
        free(tally->votes);
        *tally = (struct tally){ 0 };
}

bool tally_winner(const struct tally *tally, struct vote *ret_winner) {
        const struct vote *best = NULL;

        for (size_t i = 0; i < tally->count; i++) {
                const struct vote *vote = &tally_votes(tally)[i];

                if (!best || vote->count > best->count || (vote->count == best->count && vote->key < best->key))
                        best = vote;
        }
        if (best)
                *ret_winner = *best;
        return best;
}

uint64_t tally_total(const struct tally *tally) {
        uint64_t total = 0;

        for (size_t i = 0; i < tally->count; i++)
                total += tally_votes(tally)[i].count;
        return total;
}
