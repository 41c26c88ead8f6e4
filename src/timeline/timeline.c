#include "timeline/timeline.h"

#include <errno.h>
#include <stdlib.h>

#include "base/order.h"
#include "timeline/fold.h"
#include "timeline/node.h"
#include "timeline/twins.h"
#include "timeline/versions.h"

int64_t event_to_utc(const struct timeline *timeline, const struct event *event, int64_t local_ms) {
        if (event->stamp.zone != ZONE_UNKNOWN)
                return time_to_utc(local_ms, event->stamp.zone);
        return input_to_utc(event_input(timeline, event), local_ms);
}

/* ------------------------------------------------- across file borders */

/* A file's first samples may belong to a run of the reaper that began in the file
 * before: then they share its time. */
static void join_tick(const struct input *before, struct input *input) {
        const struct tick *last = &before->summary->last_tick, *first = &input->summary->first_tick;
        const int64_t own = first->exact_ms, back_ms = wall_back_ms(&before->summary->wall);

        if (first->first_ms == TIME_UNKNOWN || last->first_ms == TIME_UNKNOWN ||
            !same_tick(last->first_ms - back_ms, last->last_ms - back_ms, first->first_ms))
                return;
        for (size_t i = 0; i < input->summary->event_count; i++) {
                struct event *event = &input->summary->events[i];

                if (event_kind(event) == EVENT_SAMPLE && event->tick_ms == own)
                        event->tick_ms = last->exact_ms - back_ms;
        }
}

/* Inputs are in the order of their times, so the file before is a close neighbour. */
static void join_ticks(struct inputs *inputs) {
        enum { NEIGHBOURS = 8 };

        for (size_t i = 0; i < inputs->count; i++) {
                struct input *input = inputs->items[i];

                if (!input->summary || input->family != FAMILY_NOTIFICATION || input->duplicate_of >= 0)
                        continue;
                for (size_t k = i > NEIGHBOURS ? i - NEIGHBOURS : 0; k < i; k++) {
                        const struct input *before = inputs->items[k];

                        if (before->summary && before->family == input->family && before->duplicate_of < 0 &&
                            str_eq(before->node, input->node))
                                join_tick(before, input);
                }
        }
}

/* ------------------------------------------------------------- events */

static int gather_events(struct timeline *timeline) {
        struct inputs *inputs = timeline->inputs;
        size_t count = 0, n = 0;

        for (size_t i = 0; i < inputs->count; i++)
                if (inputs->items[i]->summary)
                        count += inputs->items[i]->summary->event_count;
        timeline->events = calloc(count ? count : 1, sizeof(*timeline->events));
        if (!timeline->events)
                return -ENOMEM;
        for (size_t i = 0; i < inputs->count; i++) {
                const struct summary *summary = inputs->items[i]->summary;

                for (size_t k = 0; summary && k < summary->event_count; k++) {
                        struct event *event = &summary->events[k];

                        event->input = (uint32_t)i;
                        event->node = inputs->items[i]->node_number;
                        event->utc_ms = event_to_utc(timeline, event, event->stamp.local_ms);
                        timeline->events[n++] = event;
                }
        }
        timeline->event_count = n;
        return 0;
}

/* Inputs are numbered by (family, time ...), so the number stands for both. */
int event_compare(const struct event *a, const struct event *b) {
        if (a->utc_ms != b->utc_ms)
                return a->utc_ms < b->utc_ms ? -1 : 1;
        if (a->input != b->input)
                return a->input < b->input ? -1 : 1;
        return compare_u64(a->line, b->line);
}

static int compare_in_time(const void *a, const void *b) {
        return event_compare(*(const struct event *const *)a, *(const struct event *const *)b);
}

/* Equal records next to each other, input by input. */
static int compare_equal_records(const void *a, const void *b) {
        const struct event *x = *(const struct event *const *)a, *y = *(const struct event *const *)b;

        if (x->utc_ms != y->utc_ms)
                return x->utc_ms < y->utc_ms ? -1 : 1;
        if (x->fingerprint != y->fingerprint)
                return x->fingerprint < y->fingerprint ? -1 : 1;
        if (x->rule != y->rule) /* a record and the name of its file may each make an event of it */
                return x->rule->index < y->rule->index ? -1 : 1;
        if (x->node != y->node)
                return x->node < y->node ? -1 : 1;
        return event_compare(x, y);
}

static bool equal_records(const struct event *a, const struct event *b) {
        return a->utc_ms == b->utc_ms && a->fingerprint == b->fingerprint && a->node == b->node && a->rule == b->rule;
}

/* Of [begin, end), all equal, keep those of the input that has most of them (the
 * first such input), moved to `to`. Gives the new end. */
static size_t keep_fullest(struct event **events, size_t begin, size_t end, size_t to) {
        size_t best = begin, best_count = 0;

        for (size_t i = begin, next; i < end; i = next) {
                for (next = i + 1; next < end && events[next]->input == events[i]->input;)
                        next++;
                if (next - i > best_count) {
                        best = i;
                        best_count = next - i;
                }
        }
        memmove(&events[to], &events[best], best_count * sizeof(*events));
        return to + best_count;
}

static void drop_copies(struct timeline *timeline) {
        struct event **events = timeline->events;
        size_t kept = 0;

        if (timeline->event_count)
                qsort(events, timeline->event_count, sizeof(*events), compare_equal_records);
        for (size_t i = 0, next; i < timeline->event_count; i = next) {
                for (next = i + 1; next < timeline->event_count && equal_records(events[i], events[next]);)
                        next++;
                kept = keep_fullest(events, i, next, kept);
        }
        timeline->event_count = kept;
        if (kept)
                qsort(events, kept, sizeof(*events), compare_in_time);
}

/* ------------------------------------------------------------- joining */

static int name_nodes(struct inputs *inputs, struct diags *diags) {
        struct diag place = { .code = DIAG_KEPT_LIMITED, .offset = UINT64_MAX };
        int r = nodes_name(inputs, &place.count);

        if (r < 0 || place.count == 0)
                return r;
        return diags_add(diags, &place, "more than %d servers; the logs of further ones count as those of one",
                         NODES_MOST);
}

/* Once for all logs, with the first place: where the limit was hit, it was in each that came later. */
static int tell_kept(const struct inputs *inputs, struct diags *diags) {
        struct diag place = { .code = DIAG_KEPT_LIMITED, .offset = UINT64_MAX };
        size_t cut = 0, unread = 0;

        for (size_t i = 0; i < inputs->count; i++) {
                const struct input *input = inputs->items[i];
                const struct oddity *dropped = input->summary ? &input->summary->kept_dropped : NULL;

                unread += input->no_room;
                if (!dropped || dropped->count == 0)
                        continue;
                if (cut++ == 0) {
                        place.input = input;
                        place.line = dropped->line;
                        place.offset = dropped->offset;
                }
                place.count += dropped->count;
        }
        if (cut + unread == 0)
                return 0;
        place.count = place.count ? place.count : unread;
        return diags_add(diags, &place, "%s (logs that are cut: %zu; not read at all: %zu)",
                         diag_infos[DIAG_KEPT_LIMITED].meaning, cut, unread);
}

int timeline_join(struct timeline *timeline, const struct ruleset *ruleset, const struct limits *limits,
                  struct inputs *inputs, int16_t tz_option, struct diags *diags) {
        int r;

        *timeline = (struct timeline){ .ruleset = ruleset, .limits = limits, .inputs = inputs };
        arena_init(&timeline->arena);
        intern_init(&timeline->words);
        inputs_order(inputs);
        r = name_nodes(inputs, diags);
        if (r < 0)
                return r;
        r = clocks_decide(&timeline->clocks, inputs, tz_option, diags);
        if (r < 0)
                return r;
        inputs_reorder(inputs);
        r = tell_kept(inputs, diags);
        if (r < 0)
                return r;
        join_ticks(inputs);
        r = gather_events(timeline);
        if (r < 0)
                return r;
        drop_copies(timeline);
        r = coverage_find(&timeline->coverage, timeline);
        if (r < 0)
                return r;
        r = outages_find(&timeline->outages, timeline);
        if (r == 0)
                r = sessions_build(timeline);
        if (r < 0)
                return r;
        r = agents_build(timeline);
        if (r == 0)
                r = twins_count(inputs, ruleset->count, &timeline->hits);
        if (r == 0)
                r = server_events_find(&timeline->server, timeline);
        for (size_t i = 0; i < inputs->count; i++)
                if (inputs->items[i]->summary)
                        summary_drop_segments(inputs->items[i]->summary);
        if (r == 0)
                r = coverage_find_gaps(&timeline->coverage, timeline);
        return r < 0 ? r : versions_find(timeline, &timeline->service_versions, &timeline->newest_version);
}

void timeline_release(struct timeline *timeline) {
        clocks_release(&timeline->clocks);
        coverage_release(&timeline->coverage);
        outages_release(&timeline->outages);
        server_events_release(&timeline->server);
        free(timeline->hits);
        free(timeline->events);
        for (size_t i = 0; i < timeline->session_count; i++)
                session_release(&timeline->sessions[i]);
        free(timeline->sessions);
        agents_release(&timeline->agents);
        intern_release(&timeline->words);
        arena_release(&timeline->arena);
        *timeline = (struct timeline){ 0 };
}
