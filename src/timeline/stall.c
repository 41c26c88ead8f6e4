#include "timeline/stall.h"

#include "timeline/timeline.h"

static bool has_rounds(const struct input *input) {
        return input->summary && input->family == FAMILY_NOTIFICATION && input->duplicate_of < 0 &&
               input->summary->rounds > 0 && input->summary->samples_all;
}

/* What several files hold (debug.log and all.log) is told once. */
static bool is_told(const struct server_events *events, size_t first, struct str node, int64_t from_ms) {
        for (size_t i = first; i < events->count; i++)
                if (events->items[i].at_ms == from_ms && str_eq(events->items[i].node, node))
                        return true;
        return false;
}

static int add(struct server_events *events, size_t first, const struct input *input, const struct pause *pause,
               const struct input *from) {
        int64_t from_ms = input_to_utc(from, pause->from_ms), to_ms = input_to_utc(input, pause->to_ms);
        int r;

        /* The clock was put forward, or back: that is no pause. */
        if (to_ms - from_ms != pause->to_ms - pause->from_ms)
                return 0;
        r = array_reserve(&events->items, &events->capacity, events->count + 1, sizeof(*events->items));

        if (r < 0 || is_told(events, first, input->node, from_ms))
                return r;
        events->items[events->count++] = (struct server_event){ .at_ms = from_ms,
                                                                .name = STR("reaper_stalled"),
                                                                .node = input->node,
                                                                .input = input,
                                                                .line = pause->line,
                                                                .duration_ms = to_ms - from_ms };
        return 0;
}

static bool is_whole(const struct pause *pause) {
        return pause->whole > pause->skipped;
}

static int add_of_input(struct server_events *events, size_t first, const struct input *input) {
        const struct summary *summary = input->summary;
        size_t whole = 0;
        int r = 0;

        for (size_t i = 0; i < summary->pause_count; i++)
                whole += is_whole(&summary->pauses[i]);
        /* A server whose period is another one. */
        if (2 * whole > summary->rounds - 1)
                return 0;
        for (size_t i = 0; i < summary->pause_count && r == 0; i++)
                if (is_whole(&summary->pauses[i]))
                        r = add(events, first, input, &summary->pauses[i], input);
        return r;
}

/* ------------------------------------------------------- between two files */

/* The file with the last round before an input's first one. */
static const struct input *before_it(const struct inputs *inputs, const struct input *input) {
        const struct input *best = NULL;

        for (size_t i = 0; i < inputs->count; i++) {
                const struct input *other = inputs->items[i];

                if (other == input || !has_rounds(other) || !str_eq(other->node, input->node) ||
                    other->summary->first_tick.first_ms >= input->summary->first_tick.first_ms)
                        continue;
                if (!best || other->summary->last_tick.first_ms > best->summary->last_tick.first_ms)
                        best = other;
        }
        return best;
}

static void vote_of_session(struct pause *pause, const struct segment *before, const struct segment *after) {
        const struct ridset *old = &before->rids, *new = &after->rids;
        bool whole;

        if (old->count == 0 || new->count == 0)
                return;
        whole = ridset_ranges(new)[0].first <= ridset_ranges(old)[old->count - 1].last + 1;
        pause->whole += whole;
        pause->skipped += !whole;
}

/* The sessions that both files know. */
static int vote_of_sessions(struct pause *pause, const struct summary *before, const struct summary *after) {
        struct intern keys; /* of the file before, numbered as its segments are */
        uint32_t id;
        int r = 0;

        intern_init(&keys);
        for (size_t i = 0; i < before->segment_count && r == 0; i++)
                r = intern_add(&keys, before->segments[i].key, &id);
        for (size_t i = 0; i < after->segment_count && r == 0; i++) {
                const struct segment *segment = &after->segments[i];

                id = segment->sid.n ? intern_find(&keys, segment->sid) : INTERN_NONE;
                if (id != INTERN_NONE)
                        vote_of_session(pause, &before->segments[id], segment);
        }
        intern_release(&keys);
        return r;
}

static int add_between(struct server_events *events, size_t first, const struct timeline *timeline,
                       const struct input *input) {
        const struct server_times *times = &timeline->ruleset->server_times;
        const struct input *before = before_it(timeline->inputs, input);
        struct pause pause = { .line = input->summary->first_tick_line };
        int r;

        if (!before)
                return 0;
        pause.from_ms = before->summary->last_tick.first_ms;
        pause.to_ms = input->summary->first_tick.first_ms;
        if (pause.to_ms - pause.from_ms <= (times->round_s + times->round_late_s) * MS_PER_SECOND ||
            pause.to_ms - pause.from_ms > times->stall_max_s * MS_PER_SECOND)
                return 0;
        r = vote_of_sessions(&pause, before->summary, input->summary);
        if (r < 0)
                return r;
        return is_whole(&pause) ? add(events, first, input, &pause, before) : 0;
}

int stalls_find(struct server_events *events, const struct timeline *timeline) {
        const size_t first = events->count;
        int r = 0;

        for (size_t i = 0; i < timeline->inputs->count && r == 0; i++) {
                const struct input *input = timeline->inputs->items[i];

                if (!has_rounds(input))
                        continue;
                r = add_of_input(events, first, input);
                if (r == 0)
                        r = add_between(events, first, timeline, input);
        }
        return r;
}
