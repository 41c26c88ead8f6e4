#include "timeline/coverage.h"

#include <stdlib.h>

#include "timeline/timeline.h"

int64_t coverage_reach_ms(enum family family) {
        return family == FAMILY_NOTIFICATION ? 65 * MS_PER_SECOND : 300 * MS_PER_SECOND;
}

/* One that would show that sessions are there: by its samples, or by the name of
 * a file that happened to be rotated between two runs of the reaper. */
static bool is_debug_log(const struct input *input) {
        static const char *const names[] = { "debug", "all.log", "openfire.log" };

        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                if (str_starts(input->name, str_from(names[i])))
                        return true;
        return input->summary->first_tick.first_ms != TIME_UNKNOWN;
}

static bool speaks_for(const struct input *input, const struct input *of) {
        return input->summary && input->duplicate_of < 0 && input->family == of->family &&
               str_eq(input->node, of->node) && (input->family != FAMILY_NOTIFICATION || is_debug_log(input));
}

/* Is it the first of its node and family? Each is asked once. */
static bool is_first(const struct inputs *inputs, size_t index) {
        for (size_t i = 0; i < index; i++)
                if (inputs->items[i]->summary && inputs->items[i]->family == inputs->items[index]->family &&
                    str_eq(inputs->items[i]->node, inputs->items[index]->node))
                        return false;
        return inputs->items[index]->summary != NULL;
}

/* All spans of the node's logs of that family, in UTC. */
static int gather(const struct inputs *inputs, const struct input *of, struct spans *spans, bool *ret_sampled) {
        *ret_sampled = false;
        for (size_t i = 0; i < inputs->count; i++) {
                const struct input *input = inputs->items[i];
                int r;

                if (!speaks_for(input, of))
                        continue;
                *ret_sampled = *ret_sampled || input->summary->first_tick.first_ms != TIME_UNKNOWN;
                for (size_t k = 0; k < input->summary->spans.count; k++) {
                        const struct time_span *span = &input->summary->spans.items[k];

                        r = array_reserve(&spans->items, &spans->capacity, spans->count + 1, sizeof(*spans->items));
                        if (r < 0)
                                return r;
                        spans->items[spans->count++] = (struct time_span){ input_to_utc(input, span->from_ms),
                                                                           input_to_utc(input, span->to_ms) };
                }
        }
        return 0;
}

/* A session that the last record before the gap knew, and that still was there when
 * that record's word ran out. */
static bool has_open_session(const struct timeline *timeline, struct str node, int64_t at_ms) {
        const int64_t reach = coverage_reach_ms(FAMILY_NOTIFICATION);

        for (size_t i = 0; i < timeline->session_count; i++) {
                const struct session *session = &timeline->sessions[i];

                if (session->first_ms > at_ms)
                        break; /* they are in the order of their first records */
                if (session->last_ms >= at_ms - reach && str_eq(session->node, node) &&
                    (session->closed_ms == TIME_UNKNOWN || session->closed_ms > at_ms + reach))
                        return true;
        }
        return false;
}

static int find_between(struct gaps *gaps, const struct timeline *timeline, const struct input *of,
                        const struct spans *spans) {
        for (size_t i = 1; i < spans->count; i++) {
                const struct gap gap = { .node = of->node,
                                         .family = of->family,
                                         .from_ms = spans->items[i - 1].to_ms,
                                         .to_ms = spans->items[i].from_ms };
                int r;

                if (of->family == FAMILY_NOTIFICATION && !has_open_session(timeline, of->node, gap.from_ms))
                        continue;
                r = array_reserve(&gaps->items, &gaps->capacity, gaps->count + 1, sizeof(*gaps->items));
                if (r < 0)
                        return r;
                gaps->items[gaps->count++] = gap;
        }
        return 0;
}

static int compare(const void *a, const void *b) {
        const struct gap *x = a, *y = b;
        int r = str_cmp(x->node, y->node);

        if (r == 0)
                r = (int)x->family - (int)y->family;
        return r ? r : x->from_ms < y->from_ms ? -1 : x->from_ms > y->from_ms;
}

int gaps_find(struct gaps *gaps, const struct timeline *timeline) {
        const struct inputs *inputs = timeline->inputs;
        int r = 0;

        for (size_t i = 0; i < inputs->count && r == 0; i++) {
                const struct input *of = inputs->items[i];
                struct spans spans = { 0 };
                bool sampled;

                if (!is_first(inputs, i))
                        continue;
                r = gather(inputs, of, &spans, &sampled);
                spans_merge(&spans, coverage_reach_ms(of->family));
                if (r == 0 && (sampled || of->family != FAMILY_NOTIFICATION))
                        r = find_between(gaps, timeline, of, &spans);
                spans_release(&spans);
        }
        if (r == 0 && gaps->count)
                qsort(gaps->items, gaps->count, sizeof(*gaps->items), compare);
        return r;
}

void gaps_release(struct gaps *gaps) {
        free(gaps->items);
        *gaps = (struct gaps){ 0 };
}
