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

void summary_pack_hits(struct summary *summary) {
        struct rule_hits *packed;
        size_t count = 0;

        for (size_t i = 0; i < summary->rule_count; i++)
                if (summary->rule_hits[i].count)
                        summary->rule_hits[count++] = summary->rule_hits[i];
        summary->rule_count = count;
        /* Where there is no memory for less, what there was stays. */
        packed = realloc(summary->rule_hits, (count ? count : 1) * sizeof(*packed));
        if (packed)
                summary->rule_hits = packed;
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
enum { EVENT_AFTER_BYTES = 440, SESSION_AFTER_BYTES = 400 };

uint64_t summary_weight(const struct summary *summary) {
        return sizeof(*summary) + summary->rule_count * sizeof(*summary->rule_hits) + summary->arena.bytes +
               intern_bytes(&summary->words) + summary->event_count * (sizeof(*summary->events) + EVENT_AFTER_BYTES) +
               summary->segment_count * (sizeof(*summary->segments) + SESSION_AFTER_BYTES) + summary->segment_bytes +
               summary->error_count * sizeof(*summary->errors) + summary->pause_count * sizeof(*summary->pauses) +
               summary->spans.count * sizeof(*summary->spans.items);
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
