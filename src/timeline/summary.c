#include "timeline/summary.h"

#include <stdlib.h>

#include "timeline/unmatched.h"

struct summary *summary_new(size_t rule_count) {
        struct summary *summary = calloc(1, sizeof(*summary));

        if (!summary)
                return NULL;
        summary->rule_hits = calloc(rule_count ? rule_count : 1, sizeof(*summary->rule_hits));
        if (!summary->rule_hits) {
                free(summary);
                return NULL;
        }
        summary->rule_count = rule_count;
        for (size_t i = 0; i < rule_count; i++)
                summary->rule_hits[i] = (struct rule_hits){ i, 0, TIME_UNKNOWN, TIME_UNKNOWN };
        summary->first_ms = summary->last_ms = TIME_UNKNOWN;
        summary->first_tick = summary->last_tick = (struct tick){ TIME_UNKNOWN, TIME_UNKNOWN, TIME_UNKNOWN };
        arena_init(&summary->arena);
        intern_init(&summary->words);
        return summary;
}

static void pack_hits(struct summary *summary) {
        size_t capacity = summary->rule_count, count = 0;

        for (size_t i = 0; i < summary->rule_count; i++)
                if (summary->rule_hits[i].count)
                        summary->rule_hits[count++] = summary->rule_hits[i];
        summary->rule_count = count;
        array_fit(&summary->rule_hits, &capacity, count ? count : 1, sizeof(*summary->rule_hits));
}

void summary_pack(struct summary *summary) {
        pack_hits(summary);
        intern_settle(&summary->words);
        array_fit(&summary->spans.items, &summary->spans.capacity, summary->spans.count, sizeof(struct time_span));
        array_fit(&summary->wall.steps, &summary->wall.capacity, summary->wall.count, sizeof(struct wall_step));
        array_fit(&summary->zones.items, &summary->zones.capacity, summary->zones.count, sizeof(struct offset_run));
        array_fit(&summary->epochs.items, &summary->epochs.capacity, summary->epochs.count, sizeof(struct offset_run));
        array_fit(&summary->pauses, &summary->pause_capacity, summary->pause_count, sizeof(*summary->pauses));
        array_fit(&summary->errors, &summary->error_capacity, summary->error_count, sizeof(*summary->errors));
        array_fit(&summary->events, &summary->event_capacity, summary->event_count, sizeof(*summary->events));
        array_fit(&summary->segments, &summary->segment_capacity, summary->segment_count, sizeof(*summary->segments));
}

static int compare_rules(const void *a, const void *b) {
        const struct rule_hits *x = a, *y = b;

        return x->rule < y->rule ? -1 : x->rule > y->rule;
}

const struct rule_hits *summary_hits(const struct summary *summary, size_t rule) {
        const struct rule_hits key = { .rule = rule };

        return bsearch(&key, summary->rule_hits, summary->rule_count, sizeof(key), compare_rules);
}

/* Beside what it is itself: of an event the places where it is listed, and its part of a finding with its words and
 * quotations; of a session the joined one, its agent, and what the fold knows of it meanwhile. */
enum { EVENT_AFTER_BYTES = 440, SESSION_AFTER_BYTES = 640 };

uint64_t summary_weight(const struct summary *summary) {
        return sizeof(*summary) + summary->rule_count * sizeof(*summary->rule_hits) + summary->arena.bytes +
               intern_bytes(&summary->words) + summary->event_count * (sizeof(*summary->events) + EVENT_AFTER_BYTES) +
               summary->segment_count * (sizeof(*summary->segments) + SESSION_AFTER_BYTES) + summary->segment_bytes +
               summary->error_count * sizeof(*summary->errors) + summary->pause_count * sizeof(*summary->pauses) +
               summary->spans.count * sizeof(struct time_span) + summary->wall.count * sizeof(struct wall_step) +
               (summary->unmatched ? unmatched_weight(summary->unmatched) : 0) +
               (summary->zones.count + summary->epochs.count) * sizeof(struct offset_run);
}

void summary_drop_segments(struct summary *summary) {
        for (size_t i = 0; i < summary->segment_count; i++) {
                ridset_release(&summary->segments[i].rids);
                tally_release(&summary->segments[i].client_ips);
                tally_release(&summary->segments[i].named_ips);
        }
        free(summary->segments);
        summary->segments = NULL;
        summary->segment_count = summary->segment_capacity = 0;
}

void summary_free(struct summary *summary) {
        if (!summary)
                return;
        summary_drop_segments(summary);
        spans_release(&summary->spans);
        wall_release(&summary->wall);
        offset_runs_release(&summary->zones);
        offset_runs_release(&summary->epochs);
        tally_release(&summary->nodes);
        tally_release(&summary->products);
        unmatched_free(summary->unmatched);
        free(summary->rule_hits);
        free(summary->errors);
        free(summary->pauses);
        free(summary->events);
        intern_release(&summary->words);
        arena_release(&summary->arena);
        free(summary);
}
