#include "timeline/fold_parts.h"

int fold_round(struct fold *fold, int64_t at_ms, const struct event *sample) {
        const struct server_times *times = &fold->ruleset->server_times;
        struct summary *summary = fold->summary;
        const int64_t before_ms = summary->last_tick.first_ms;
        int r;

        if (summary->rounds++ == 0) {
                summary->first_tick_line = sample->line;
                return 0;
        }
        if (at_ms - before_ms <= (times->round_s + times->round_late_s) * MS_PER_SECOND ||
            at_ms - before_ms > times->stall_max_s * MS_PER_SECOND || !fold_has_room(fold, sample))
                return 0;
        r = array_reserve(&summary->pauses, &summary->pause_capacity, summary->pause_count + 1,
                          sizeof(*summary->pauses));
        if (r == 0)
                summary->pauses[summary->pause_count++] =
                        (struct pause){ .from_ms = before_ms, .to_ms = at_ms, .line = sample->line };
        return r;
}

static void vote(struct pause *pause, bool whole) {
        pause->whole += whole;
        pause->skipped += !whole;
}

void fold_round_sample(struct fold *fold, struct live_segment *live, int64_t tick_ms, int64_t idle_ms) {
        struct summary *summary = fold->summary;
        struct pause *pause = summary->pause_count ? &summary->pauses[summary->pause_count - 1] : NULL;

        summary->samples_all |= idle_ms <= 0;
        live->pause = 0;
        if (pause && live->sampled && live->tick_ms == pause->from_ms && tick_ms == pause->to_ms &&
            live->highest_rid >= 0) {
                if (live->highest_rid > live->sampled_rid)
                        vote(pause, !live->skipped);
                else
                        live->pause = (uint32_t)summary->pause_count;
        }
        live->sampled_rid = live->highest_rid;
        live->skipped = false;
}

void fold_round_request(struct fold *fold, struct live_segment *live, int64_t rid) {
        const bool next = live->highest_rid < 0 || rid == live->highest_rid + 1;

        live->skipped |= !next;
        if (live->pause)
                vote(&fold->summary->pauses[live->pause - 1], next);
        live->pause = 0;
}
