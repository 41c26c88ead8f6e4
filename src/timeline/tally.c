#include "timeline/tally.h"

#include <stdlib.h>

int tally_add(struct tally *tally, int64_t key, uint64_t count) {
        int r;

        for (size_t i = 0; i < tally->count; i++) {
                if (tally->votes[i].key == key) {
                        tally->votes[i].count += count;
                        return 0;
                }
        }
        r = array_reserve(&tally->votes, &tally->capacity, tally->count + 1, sizeof(*tally->votes));
        if (r < 0)
                return r;
        tally->votes[tally->count++] = (struct vote){ key, count };
        return 0;
}

void tally_release(struct tally *tally) {
        free(tally->votes);
        *tally = (struct tally){ 0 };
}

bool tally_winner(const struct tally *tally, struct vote *ret_winner) {
        const struct vote *best = NULL;

        for (size_t i = 0; i < tally->count; i++) {
                const struct vote *vote = &tally->votes[i];

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
                total += tally->votes[i].count;
        return total;
}
