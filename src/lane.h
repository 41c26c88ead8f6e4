/*
 * lane: one log's blocks on their way through scan and fold, by as many threads as
 * have the time.
 *
 *      cutter --block--> slot: scan (any thread, side by side)
 *                          |
 *                          +--> fold (in the order of the blocks, one at a time)
 *
 * The thread that reads the log fills slots; when none is free it scans with the
 * others. The others fold what they have scanned; the reader does so only where there
 * is nothing else to do. So what the fold is given, and its order, do not depend on
 * the number of threads; and of two threads one folds nearly always, which is for the
 * cache's sake: what is remembered of a few hundred sessions fills it, and would move
 * from core to core with each block.
 */
#ifndef LANE_H
#define LANE_H

#include "base/diag.h"
#include "base/pool.h"
#include "events/scan.h"
#include "timeline/fold.h"

struct lane;

/* For log after log of a run. NULL when out of memory. */
struct lane *lane_new(struct pool *pool, const struct ruleset *ruleset, const struct limits *limits);
void lane_free(struct lane *lane);

/* One for the thread that reads the log, while no log is on its way. */
struct matcher *lane_matcher(struct lane *lane);

/* Memory for the log's cutter to begin with, likewise. */
struct block *lane_memory(struct lane *lane);

/* What came of a log beside its fold. */
struct lane_result {
        struct line_counts counts;
        uint32_t crc32;
        struct oddity secrets[SECRET_KIND_COUNT];
        struct oddity gave_up;   /* records on which a rule gave up */
        const struct rule *rule; /* the first that did */
};

/* All that the cutter gives goes to the fold. 0, or negative as cutter_next or
 * fold_record; `ret` is filled in any case. */
int lane_run(struct lane *lane, struct cutter *cutter, struct fold *fold, bool unmatched, struct lane_result *ret);

#endif
