/*
 * What pairs tell together: the time by which most endings are apart from a loss.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/order.h"
#include "timeline/pairs.h"
#include "timeline/tally.h"

enum {
        WINDOW_MS = 4000,       /* right pairs differ by no more than this from each other */
        NEAR_MS = 5000,         /* clocks that agree */
        FAR_MS = 5 * 60 * 1000, /* clocks that do not; a larger skew could as well be another offset's */
        FAR_ENDINGS = 4,        /* it takes that many to believe in it: chance brings three together */
        SKEW_ENDINGS = 3,       /* it takes that many to say what the skew is */
};

/* Pairs that are as far apart, [begin, end) in the order of that. */
struct cluster {
        size_t begin, end, endings;
        int16_t minutes; /* the offset that is nearest, */
        int64_t skew_ms; /* and what it leaves */
};

/* What a pair is sorted by: how far it is apart, or what an offset leaves of that. */
static int64_t apart(const struct pair *pair) {
        return pair->apart_ms;
}

static int64_t rest(const struct pair *pair) {
        return pair->rest_ms;
}

static int compare_apart(const void *a, const void *b) {
        const struct pair *x = a, *y = b;
        int r = compare_i64(x->apart_ms, y->apart_ms);

        return r ? r : compare_i64(x->ending, y->ending);
}

static int compare_rest(const void *a, const void *b) {
        const struct pair *x = a, *y = b;
        int r = compare_i64(x->rest_ms, y->rest_ms);

        return r ? r : compare_i64(x->ending, y->ending);
}

static bool is_credible(const struct cluster *cluster) {
        return llabs(cluster->skew_ms) <= NEAR_MS ||
               (llabs(cluster->skew_ms) <= FAR_MS && cluster->endings >= FAR_ENDINGS);
}

/* More endings; the likely offset; clocks that agree better. */
static bool is_better(const struct cluster *a, const struct cluster *b, int16_t likely) {
        if (a->endings != b->endings)
                return a->endings > b->endings;
        if ((a->minutes == likely) != (b->minutes == likely))
                return a->minutes == likely;
        return llabs(a->skew_ms) < llabs(b->skew_ms);
}

/*
 * The credible cluster of most endings among `count` sorted pairs; every ending
 * counts once. 1, 0 when there is none, -ENOMEM.
 */
static int densest(const struct pair *items, size_t count, uint32_t endings, int64_t (*value)(const struct pair *),
                   int16_t likely, struct cluster *ret_cluster) {
        uint32_t *times = calloc(endings ? endings : 1, sizeof(*times)); /* an ending stands in the window */
        struct cluster at = { 0 };
        bool found = false;

        if (!times)
                return -ENOMEM;
        for (at.end = 1; at.end <= count; at.end++) {
                at.endings += times[items[at.end - 1].ending]++ == 0;
                for (; value(&items[at.end - 1]) - value(&items[at.begin]) > WINDOW_MS; at.begin++)
                        at.endings -= --times[items[at.begin].ending] == 0;
                if (!offset_nearest(value(&items[(at.begin + at.end) / 2]), &at.minutes, &at.skew_ms) ||
                    !is_credible(&at) || (found && !is_better(&at, ret_cluster, likely)))
                        continue;
                *ret_cluster = at;
                found = true;
        }
        free(times);
        return found;
}

/* --------------------------------------------------------------- votes */

/* An ending's vote: as far apart as the others, give or take whole offsets. */
struct ballot {
        uint32_t ending;
        int64_t utc_ms, written_ms;
        int16_t minutes;
};

static int compare_ballots(const void *a, const void *b) {
        const struct ballot *x = a, *y = b;
        int r = compare_i64(x->ending, y->ending);

        if (r == 0)
                r = compare_i64(x->minutes, y->minutes);
        return r ? r : compare_i64(x->utc_ms, y->utc_ms);
}

static int compare_ballots_in_time(const void *a, const void *b) {
        const struct ballot *x = a, *y = b;
        int r = compare_i64(x->utc_ms, y->utc_ms);

        return r ? r : compare_i64(x->ending, y->ending);
}

/* All that each ending could vote for, each offset once. */
static size_t list_ballots(const struct pairs *pairs, const struct cluster *main, struct ballot *ballots) {
        size_t count = 0, kept = 0;

        for (size_t i = 0; i < pairs->count; i++) {
                const struct pair *pair = &pairs->items[i];
                int16_t minutes;
                int64_t left_ms;

                if (offset_nearest(pair->apart_ms - main->skew_ms, &minutes, &left_ms) && llabs(left_ms) <= WINDOW_MS)
                        ballots[count++] = (struct ballot){ pair->ending, pair->utc_ms, pair->written_ms, minutes };
        }
        if (count)
                qsort(ballots, count, sizeof(*ballots), compare_ballots);
        for (size_t i = 0; i < count; i++)
                if (!kept || ballots[i].ending != ballots[kept - 1].ending ||
                    ballots[i].minutes != ballots[kept - 1].minutes)
                        ballots[kept++] = ballots[i];
        return kept;
}

static uint64_t support(const struct tally *offsets, int16_t minutes) {
        for (size_t i = 0; i < offsets->count; i++)
                if (tally_votes(offsets)[i].key == minutes)
                        return tally_votes(offsets)[i].count;
        return 0;
}

/* Each ending is for the offset that most of the others could be for. */
static int choose_ballots(struct ballot *ballots, size_t *count) {
        struct tally offsets = { 0 };
        size_t kept = 0;
        int r = 0;

        for (size_t i = 0; i < *count && r == 0; i++)
                r = tally_add(&offsets, ballots[i].minutes, 1);
        for (size_t i = 0; i < *count && r == 0; i++) {
                if (!kept || ballots[kept - 1].ending != ballots[i].ending)
                        ballots[kept++] = ballots[i];
                else if (support(&offsets, ballots[i].minutes) > support(&offsets, ballots[kept - 1].minutes))
                        ballots[kept - 1] = ballots[i];
        }
        *count = kept;
        tally_release(&offsets);
        return r;
}

static int cast(const struct pairs *pairs, const struct cluster *main, struct offset_runs *votes) {
        struct ballot *ballots = calloc(pairs->count, sizeof(*ballots));
        size_t count;
        int r;

        if (!ballots)
                return -ENOMEM;
        count = list_ballots(pairs, main, ballots);
        r = choose_ballots(ballots, &count);
        if (count)
                qsort(ballots, count, sizeof(*ballots), compare_ballots_in_time);
        for (size_t i = 0; i < count && r == 0; i++)
                r = offset_runs_add(votes, ballots[i].written_ms, ballots[i].minutes);
        free(ballots);
        return r;
}

int pairs_vote(struct pairs *pairs, int16_t likely, struct offset_runs *ret_votes) {
        struct cluster main;
        int r;

        if (pairs->count)
                qsort(pairs->items, pairs->count, sizeof(*pairs->items), compare_apart);
        r = densest(pairs->items, pairs->count, pairs->endings, apart, likely, &main);
        return r > 0 ? cast(pairs, &main, ret_votes) : r;
}

/* Those that pass go to the front. */
static size_t select_pairs(struct pairs *pairs, const struct offsets *offsets, bool others) {
        size_t count = 0;

        for (size_t i = 0; i < pairs->count; i++) {
                struct pair pair = pairs->items[i];
                int16_t minutes;
                int64_t left_ms;
                bool selected = offset_nearest(pair.apart_ms, &minutes, &left_ms);

                pair.rest_ms = pair.apart_ms - offset_ms(offsets->items[offsets_at_utc(offsets, pair.utc_ms)].minutes);
                if (others)
                        selected = selected && !offsets_have(offsets, minutes);
                else
                        selected = llabs(pair.rest_ms) <= FAR_MS;
                if (!selected)
                        continue;
                pairs->items[i] = pairs->items[count];
                pairs->items[count++] = pair;
        }
        return count;
}

int pairs_rival(struct pairs *pairs, const struct offsets *offsets, size_t *ret_endings) {
        size_t count = select_pairs(pairs, offsets, true);
        struct cluster rival;
        int r;

        if (count)
                qsort(pairs->items, count, sizeof(*pairs->items), compare_apart);
        r = densest(pairs->items, count, pairs->endings, apart, ZONE_UNKNOWN, &rival);
        *ret_endings = r > 0 ? rival.endings : 0;
        return r < 0 ? r : 0;
}

int pairs_skew(struct pairs *pairs, const struct offsets *offsets, int64_t *ret_skew_ms) {
        size_t count = select_pairs(pairs, offsets, false);
        struct cluster cluster = { 0 };
        int r;

        if (count)
                qsort(pairs->items, count, sizeof(*pairs->items), compare_rest);
        r = densest(pairs->items, count, pairs->endings, rest, 0, &cluster);
        if (r <= 0 || cluster.endings < SKEW_ENDINGS)
                return r < 0 ? r : 0;
        *ret_skew_ms = rest(&pairs->items[(cluster.begin + cluster.end) / 2]);
        return 1;
}
