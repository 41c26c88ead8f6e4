/*
 * spans: when a log wrote. Records that follow each other within `reach` make one
 * span; the pauses between spans are what a gap may be.
 *
 *      records   | || |  |              | | |
 *      spans     [--------]             [---]
 */
#ifndef TIMELINE_SPANS_H
#define TIMELINE_SPANS_H

#include "base/buf.h"
#include "base/time.h"

/* Pauses shorter than this between a notification log's records are not kept: what a
 * crash needs to be dated by. */
enum { SPAN_REACH_MS = 5000 };

struct time_span {
        int64_t from_ms, to_ms;
};

struct spans {
        struct time_span *items; /* in the order of the records */
        size_t count, capacity;
};

/* An all-zero one is empty. 0 or -ENOMEM. Where stamps run back (a clock was set)
 * the log wrote on without a pause, whatever the stamps say: the last span is
 * widened to hold them. A log that pauses more often than any real one has its last
 * span widened as well. Either way a pause may be missed, none is made up. */
int spans_add(struct spans *spans, int64_t at_ms, int64_t reach_ms);
/* One behind them, as it is. 0 or -ENOMEM. */
int spans_append(struct spans *spans, int64_t from_ms, int64_t to_ms);
void spans_release(struct spans *spans);

/* Of spans that lie apart, in order: the last that has begun by then, or NULL. */
const struct time_span *spans_begun(const struct spans *spans, int64_t at_ms);

/* Bring them into the order of time and join those within reach. */
void spans_merge(struct spans *spans, int64_t reach_ms);

#endif
