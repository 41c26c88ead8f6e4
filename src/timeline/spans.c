#include "timeline/spans.h"

#include <errno.h>
#include <stdlib.h>

#include "base/order.h"

/* A month of nothing but a record every minute and a half. */
enum { MAX_SPANS = 32 * 1024 };

static void widen(struct time_span *span, int64_t from_ms, int64_t to_ms) {
        if (from_ms < span->from_ms)
                span->from_ms = from_ms;
        if (to_ms > span->to_ms)
                span->to_ms = to_ms;
}

int spans_append(struct spans *spans, int64_t from_ms, int64_t to_ms) {
        int r = array_reserve(&spans->items, &spans->capacity, spans->count + 1, sizeof(*spans->items));

        if (r == 0)
                spans->items[spans->count++] = (struct time_span){ from_ms, to_ms };
        return r;
}

int spans_add(struct spans *spans, int64_t at_ms, int64_t reach_ms) {
        struct time_span *last = spans->count ? &spans->items[spans->count - 1] : NULL;

        if (last && (at_ms <= last->to_ms + reach_ms || spans->count == MAX_SPANS)) {
                widen(last, at_ms, at_ms);
                return 0;
        }
        return spans_append(spans, at_ms, at_ms);
}

const struct time_span *spans_begun(const struct spans *spans, int64_t at_ms) {
        size_t low = 0, high = spans->count;

        while (low < high) {
                const size_t middle = low + (high - low) / 2;

                if (spans->items[middle].from_ms <= at_ms)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low ? &spans->items[low - 1] : NULL;
}

void spans_release(struct spans *spans) {
        free(spans->items);
        *spans = (struct spans){ 0 };
}

static int compare(const void *a, const void *b) {
        const struct time_span *x = a, *y = b;
        const int r = compare_i64(x->from_ms, y->from_ms);

        return r ? r : compare_i64(x->to_ms, y->to_ms);
}

void spans_merge(struct spans *spans, int64_t reach_ms) {
        size_t kept = 0;

        if (spans->count)
                qsort(spans->items, spans->count, sizeof(*spans->items), compare);
        for (size_t i = 0; i < spans->count; i++) {
                if (kept && spans->items[i].from_ms <= spans->items[kept - 1].to_ms + reach_ms)
                        widen(&spans->items[kept - 1], spans->items[i].from_ms, spans->items[i].to_ms);
                else
                        spans->items[kept++] = spans->items[i];
        }
        spans->count = kept;
}
