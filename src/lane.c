#include "lane.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/crc32.h"

/* A few more than threads, so that none waits for another for long; not many more,
 * for each holds a block. */
enum { SPARE_SLOTS = 2, MOST_SLOTS = 10 };

struct slot {
        struct task task;
        struct lane *lane;
        struct scan scan;
        bool scanned; /* under the lock; it may be folded */
        int result;   /* of the scan */
};

struct lane {
        struct pool *pool;
        struct slot slots[MOST_SLOTS];
        size_t slot_count;

        /* Of the log at hand. */
        pthread_t reader;
        struct fold *fold;
        struct scan_wish wish;
        struct lane_result *found;

        /* Under the pool's lock; the reading thread alone changes `filled` and `folded`. Of the blocks those from
         * `folded` to `filled` are in a slot, block n in slot n % slot_count. */
        size_t filled, folded;
        bool folding; /* somebody does */
        int result;   /* the first that failed */
};

/* --------------------------------------------------------------- folding */

static void note_gave_up(struct lane_result *found, const struct hit *hit) {
        if (!found->rule)
                found->rule = hit->gave_up;
        oddity_note(&found->gave_up, 1, hit->record.line, hit->record.offset);
}

/* Only the log's first of a kind has its line counted. */
static void note_secrets(struct lane_result *found, const struct scan *scan) {
        const struct block *block = &scan->block;

        for (int kind = 0; scan->secrets.total && kind < SECRET_KIND_COUNT; kind++) {
                const struct secret_count *secrets = &scan->secrets.kinds[kind];
                uint64_t line = found->counts.lines + 1;

                if (secrets->count == 0)
                        continue;
                for (size_t i = 0; found->secrets[kind].count == 0 && i < secrets->first; i++)
                        line += block->bytes[i] == '\n';
                /* The rest of a line that an earlier block has counted. */
                line -= block->in_line;
                oddity_note(&found->secrets[kind], secrets->count, line, block->offset + secrets->first);
        }
}

/* Most of a block has left the nearest cache since it was scanned. */
enum { HITS_AHEAD = 6 };

static void fetch(const struct hit *hit) {
        enum { CACHE_LINE = 64 };

        __builtin_prefetch(hit->record.text.p);
        __builtin_prefetch(hit->record.text.p + CACHE_LINE);
}

/* The next block, in order. */
static int fold_block(struct lane *lane, struct scan *scan) {
        const uint64_t lines_before = lane->found->counts.lines;
        int r = 0;

        for (size_t i = 0; i < scan->hit_count && r == 0; i++) {
                struct hit *hit = &scan->hits[i];

                if (i + HITS_AHEAD < scan->hit_count)
                        fetch(&scan->hits[i + HITS_AHEAD]);
                hit->record.line += lines_before;
                if (hit->gave_up)
                        note_gave_up(lane->found, hit);
                r = fold_record(lane->fold, &hit->record, hit->rule,
                                scan->value_count ? &scan->values[hit->values] : NULL);
        }
        for (size_t i = 0; i < scan->ruleset->count; i++)
                if (scan->counted[i].count)
                        fold_counted(lane->fold, &scan->ruleset->rules[i], scan->counted[i].count);
        note_secrets(lane->found, scan);
        line_counts_add(&lane->found->counts, &scan->counts);
        if (lane->wish.sum)
                lane->found->crc32 = crc32_join(lane->found->crc32, scan->crc32, scan->block.n);
        return r;
}

static bool is_reader(const struct lane *lane) {
        return pthread_equal(lane->reader, pthread_self());
}

static bool may_fold(const struct lane *lane) {
        return !lane->folding && lane->folded < lane->filled && lane->slots[lane->folded % lane->slot_count].scanned;
}

/* Fold what is scanned and next, unless somebody else does. Under the lock, which is
 * given up meanwhile. */
static void fold_scanned(struct lane *lane) {
        while (may_fold(lane)) {
                struct slot *slot = &lane->slots[lane->folded % lane->slot_count];
                int r = slot->result;

                lane->folding = true;
                pool_unlock(lane->pool);
                if (r == 0)
                        r = fold_block(lane, &slot->scan);
                pool_lock(lane->pool);
                lane->folding = slot->scanned = false;
                lane->folded++;
                if (lane->result == 0)
                        lane->result = r;
                /* Nobody but the reading thread waits for it. */
                if (!is_reader(lane))
                        pool_tell(lane->pool);
        }
}

static void scan_slot(struct task *task) {
        struct slot *slot = (struct slot *)task; /* its first member */
        struct lane *lane = slot->lane;
        int r = scan_run(&slot->scan, &lane->wish);

        pool_lock(lane->pool);
        slot->result = r;
        slot->scanned = true;
        if (!is_reader(lane))
                fold_scanned(lane);
        pool_unlock(lane->pool);
}

/* --------------------------------------------------------------- filling */

/* Where nobody would help, a block is scanned at once, while it is in the cache. */
static bool has_room(const struct lane *lane) {
        return lane->filled - lane->folded < (pool_has_helpers(lane->pool) ? lane->slot_count : 1);
}

/* The reading thread folds where there is nothing else that it could do. */
static bool should_fold(const struct lane *lane) {
        return may_fold(lane) && !pool_has_task(lane->pool, TASK_SCAN);
}

static bool has_room_or_folds(const void *userdata) {
        const struct lane *lane = userdata;

        return has_room(lane) || should_fold(lane);
}

static bool is_empty_or_folds(const void *userdata) {
        const struct lane *lane = userdata;

        return lane->filled == lane->folded || should_fold(lane);
}

/* The slot that is filled next; NULL once something has failed. */
static struct slot *wait_for_slot(struct lane *lane) {
        bool failed;

        pool_lock(lane->pool);
        for (;;) {
                pool_wait_until(lane->pool, has_room_or_folds, lane, TASK_SCAN, NULL, NULL);
                if (has_room(lane))
                        break;
                fold_scanned(lane);
        }
        failed = lane->result < 0;
        pool_unlock(lane->pool);
        return failed ? NULL : &lane->slots[lane->filled % lane->slot_count];
}

/* Scanned sooner than somebody is awake. */
enum { TINY_BLOCK_BYTES = 8 * 1024 };

static void hand_over(struct lane *lane, struct slot *slot) {
        pool_lock(lane->pool);
        slot->task = (struct task){ .run = scan_slot, .kind = TASK_SCAN };
        lane->filled++;
        if (slot->scan.block.n < TINY_BLOCK_BYTES)
                pool_add_quietly(lane->pool, &slot->task);
        else
                pool_add(lane->pool, &slot->task);
        pool_unlock(lane->pool);
}

static void finish(struct lane *lane) {
        pool_lock(lane->pool);
        while (lane->filled > lane->folded) {
                pool_wait_until(lane->pool, is_empty_or_folds, lane, TASK_SCAN, NULL, NULL);
                fold_scanned(lane);
        }
        lane->filled = lane->folded = 0; /* a short log takes the first slot's memory again */
        pool_unlock(lane->pool);
}

int lane_run(struct lane *lane, struct cutter *cutter, struct fold *fold, bool unmatched, struct lane_result *ret) {
        struct slot *slot;
        int r = 1;

        *ret = (struct lane_result){ .crc32 = 0 };
        lane->reader = pthread_self();
        lane->fold = fold;
        lane->wish =
                (struct scan_wish){ .family = cutter->family, .unmatched = unmatched, .sum = !cutter->stream->sums };
        lane->found = ret;
        lane->result = 0;
        while (r > 0 && (slot = wait_for_slot(lane))) {
                r = cutter_next(cutter, &slot->scan.block);
                if (r > 0)
                        hand_over(lane, slot);
        }
        finish(lane);
        if (!lane->wish.sum)
                ret->crc32 = cutter->stream->crc32;
        return lane->result < 0 ? lane->result : r;
}

/* ----------------------------------------------------------- life cycle */

struct lane *lane_new(struct pool *pool, const struct ruleset *ruleset, const struct limits *limits) {
        const size_t threads = pool_threads(pool);
        struct lane *lane = calloc(1, sizeof(*lane));

        if (!lane)
                return NULL;
        lane->pool = pool;
        /* One thread alone scans each block while it is in the cache. */
        lane->slot_count = threads == 1 ? 1 : threads + SPARE_SLOTS < MOST_SLOTS ? threads + SPARE_SLOTS : MOST_SLOTS;
        for (size_t i = 0; i < lane->slot_count; i++) {
                lane->slots[i].lane = lane;
                if (scan_init(&lane->slots[i].scan, ruleset, limits) == 0)
                        continue;
                lane_free(lane);
                return NULL;
        }
        return lane;
}

struct matcher *lane_matcher(struct lane *lane) {
        return lane->slots[0].scan.matcher;
}

struct block *lane_memory(struct lane *lane) {
        return &lane->slots[0].scan.block;
}

void lane_free(struct lane *lane) {
        if (!lane)
                return;
        for (size_t i = 0; i < lane->slot_count; i++)
                scan_release(&lane->slots[i].scan);
        free(lane);
}
