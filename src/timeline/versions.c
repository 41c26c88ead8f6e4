#include "timeline/versions.h"

#include <stdlib.h>

#include "timeline/timeline.h"

/* What was seen from `first_ms` to `last_ms`. As a span: what clues have in common. */
struct clue {
        struct version_range range;
        int64_t first_ms, last_ms;
};

struct clues {
        struct clue *items;
        size_t count, capacity;
};

static int add_clue(struct clues *clues, struct clue clue) {
        int r = array_reserve(&clues->items, &clues->capacity, clues->count + 1, sizeof(*clues->items));

        if (r == 0)
                clues->items[clues->count++] = clue;
        return r;
}

static void widen(struct clue *clue, int64_t first_ms, int64_t last_ms) {
        if (first_ms < clue->first_ms)
                clue->first_ms = first_ms;
        if (last_ms > clue->last_ms)
                clue->last_ms = last_ms;
}

/* ------------------------------------------------------------ the clues */

/* Rules in the outer loop: one clue a rule, whatever files it was seen in. */
static int gather_wordings(const struct timeline *timeline, struct clues *clues) {
        for (size_t i = 0; i < timeline->ruleset->count; i++) {
                struct clue clue = { timeline->ruleset->rules[i].versions, INT64_MAX, INT64_MIN };
                int r;

                if (clue.range.first == 0)
                        continue;
                for (size_t k = 0; k < timeline->inputs->count; k++) {
                        const struct input *input = timeline->inputs->items[k];
                        const struct rule_hits *hits = input->summary ? summary_hits(input->summary, i) : NULL;

                        /* Where a clock was set back the first may be the later one. */
                        if (hits && hits->first_ms != TIME_UNKNOWN) {
                                const int64_t first_ms = input_to_utc(input, hits->first_ms);
                                const int64_t last_ms = input_to_utc(input, hits->last_ms);

                                widen(&clue, first_ms, first_ms);
                                widen(&clue, last_ms, last_ms);
                        }
                }
                if (clue.first_ms > clue.last_ms)
                        continue;
                r = add_clue(clues, clue);
                if (r < 0)
                        return r;
        }
        return 0;
}

/* What the service said of itself as it started. */
static int gather_starts(const struct timeline *timeline, struct clues *clues) {
        for (size_t i = 0; i < timeline->event_count; i++) {
                const struct event *event = timeline->events[i];
                struct str text;
                uint64_t version;
                int r;

                if (event_kind(event) != EVENT_SERVER_STARTED || !event_text(event, FIELD_VERSION, &text))
                        continue;
                version = version_parse(text);
                if (version == 0)
                        continue;
                r = add_clue(clues, (struct clue){ { version, version }, event->utc_ms, event->utc_ms });
                if (r < 0)
                        return r;
        }
        return 0;
}

/* Equal ranges next to each other. */
static int compare_ranges(const void *a, const void *b) {
        const struct clue *x = a, *y = b;

        if (x->range.first != y->range.first)
                return x->range.first < y->range.first ? -1 : 1;
        return x->range.last < y->range.last ? -1 : x->range.last > y->range.last;
}

/* What was first seen first; of those of one moment, what says most. */
static int compare_times(const void *a, const void *b) {
        const struct clue *x = a, *y = b;
        const uint64_t x_width = x->range.last - x->range.first, y_width = y->range.last - y->range.first;

        if (x->first_ms != y->first_ms)
                return x->first_ms < y->first_ms ? -1 : 1;
        if (x_width != y_width)
                return x_width < y_width ? -1 : 1;
        return compare_ranges(a, b);
}

/* One clue a range, in time order. */
static void order_clues(struct clues *clues) {
        size_t count = 0;

        if (clues->count == 0)
                return;
        qsort(clues->items, clues->count, sizeof(*clues->items), compare_ranges);
        for (size_t i = 1; i < clues->count; i++) {
                const struct clue *clue = &clues->items[i];

                if (compare_ranges(&clues->items[count], clue) == 0)
                        widen(&clues->items[count], clue->first_ms, clue->last_ms);
                else
                        clues->items[++count] = *clue;
        }
        clues->count = count + 1;
        qsort(clues->items, clues->count, sizeof(*clues->items), compare_times);
}

/* ------------------------------------------------------------ the spans */

static void narrow(struct clue *span, const struct clue *clue) {
        span->range = version_ranges_cut(span->range, clue->range);
        widen(span, clue->first_ms, clue->last_ms);
}

/* The span that a clue belongs to: the latest, or one before it whose clues were
 * still being seen (another node's). NULL where it fits none. */
static struct clue *find_span(struct clues *spans, const struct clue *clue) {
        for (size_t i = spans->count; i-- > 0;) {
                struct clue *span = &spans->items[i];

                if (version_ranges_meet(span->range, clue->range) &&
                    (i + 1 == spans->count || span->last_ms >= clue->first_ms))
                        return span;
        }
        return NULL;
}

/* A clue that fits no span begins one. What was seen before and is still being
 * seen then holds for it as well. */
static int begin_span(struct clues *spans, const struct clues *clues, const struct clue *clue) {
        struct clue span = *clue;

        for (const struct clue *before = clues->items; before < clue; before++)
                if (before->last_ms >= clue->first_ms && version_ranges_meet(span.range, before->range))
                        span.range = version_ranges_cut(span.range, before->range);
        return add_clue(spans, span);
}

static int find_spans(const struct clues *clues, struct clues *spans) {
        for (size_t i = 0; i < clues->count; i++) {
                struct clue *span = find_span(spans, &clues->items[i]);
                int r = 0;

                if (span)
                        narrow(span, &clues->items[i]);
                else
                        r = begin_span(spans, clues, &clues->items[i]);
                if (r < 0)
                        return r;
        }
        return 0;
}

static int write_span(struct buf *buf, struct version_range range) {
        char first[VERSION_TEXT_BYTES], last[VERSION_TEXT_BYTES];
        const char *between = buf->n ? ", " : "";

        version_write(range.first, first);
        if (range.last == VERSION_OPEN)
                return buf_printf(buf, "%s%s or later", between, first);
        if (range.first == range.last)
                return buf_printf(buf, "%s%s", between, first);
        version_write(range.last, last);
        return buf_printf(buf, "%s%s-%s", between, first, last);
}

static int write_spans(struct timeline *timeline, const struct clues *spans, struct str *ret_text) {
        enum { SPAN_BYTES = 2 * VERSION_TEXT_BYTES + 8 };
        struct buf buf;
        int r = 0;

        buf_init(&buf, (spans->count + 1) * SPAN_BYTES);
        for (size_t i = 0; i < spans->count && r == 0; i++)
                r = write_span(&buf, spans->items[i].range);
        if (r == 0)
                r = arena_str(&timeline->arena, buf_str(&buf), ret_text);
        buf_release(&buf);
        return r;
}

static uint64_t newest_of(const struct clues *spans) {
        uint64_t newest = 0;

        for (size_t i = 0; i < spans->count; i++)
                if (spans->items[i].range.last > newest)
                        newest = spans->items[i].range.last;
        return newest;
}

int versions_find(struct timeline *timeline, struct str *ret_text, uint64_t *ret_newest) {
        struct clues clues = { 0 }, spans = { 0 };
        int r = gather_wordings(timeline, &clues);

        if (r == 0)
                r = gather_starts(timeline, &clues);
        if (r == 0) {
                order_clues(&clues);
                r = find_spans(&clues, &spans);
        }
        if (r == 0)
                r = write_spans(timeline, &spans, ret_text);
        if (r == 0)
                *ret_newest = newest_of(&spans);
        free(clues.items);
        free(spans.items);
        return r;
}
