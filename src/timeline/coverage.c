#include "timeline/coverage.h"

#include <stdlib.h>

#include "timeline/timeline.h"

int64_t coverage_reach_ms(enum family family) {
        return family == FAMILY_NOTIFICATION ? 65 * MS_PER_SECOND : 300 * MS_PER_SECOND;
}

/* ------------------------------------------------------------- covers */

static bool name_begins(const struct input *input, const char *const *names) {
        for (; *names; names++)
                if (str_starts(input->name, str_from(*names)))
                        return true;
        return false;
}

/* One that would show that sessions are there: by its samples, or by the name of
 * a file that happened to be rotated between two runs of the reaper. */
static bool is_debug_log(const struct input *input) {
        static const char *const names[] = { "debug", "all.log", "openfire.log", NULL };

        return name_begins(input, names) || input->summary->first_tick.first_ms != TIME_UNKNOWN;
}

/* One that would show a closure: by its name, or because it does show one. */
bool coverage_is_info_log(const struct input *input) {
        static const char *const names[] = { "info", "all.log", "openfire.log", NULL };

        if (name_begins(input, names))
                return true;
        for (size_t i = 0; i < input->summary->event_count; i++)
                if (event_kind(&input->summary->events[i]) == EVENT_IDLE_CLOSED)
                        return true;
        return false;
}

static int find_cover(struct coverage *coverage, const struct input *input, struct cover **ret_cover) {
        int r;

        for (size_t i = 0; i < coverage->cover_count; i++) {
                *ret_cover = &coverage->covers[i];
                if ((*ret_cover)->family == input->family && str_eq((*ret_cover)->node, input->node))
                        return 0;
        }
        r = array_reserve(&coverage->covers, &coverage->cover_capacity, coverage->cover_count + 1,
                          sizeof(*coverage->covers));
        if (r < 0)
                return r;
        *ret_cover = &coverage->covers[coverage->cover_count++];
        **ret_cover = (struct cover){
                .node = input->node, .family = input->family, .from_ms = TIME_UNKNOWN, .to_ms = TIME_UNKNOWN
        };
        return 0;
}

static void widen(struct cover *cover, const struct input *input) {
        for (size_t i = 0; i < input->summary->spans.count; i++) {
                int64_t from_ms = input_to_utc(input, input->summary->spans.items[i].from_ms);
                int64_t to_ms = input_to_utc(input, input->summary->spans.items[i].to_ms);

                if (cover->from_ms == TIME_UNKNOWN || from_ms < cover->from_ms)
                        cover->from_ms = from_ms;
                if (cover->to_ms == TIME_UNKNOWN || to_ms > cover->to_ms)
                        cover->to_ms = to_ms;
        }
}

static int add_input(struct coverage *coverage, const struct input *input) {
        struct cover *cover;
        int r = find_cover(coverage, input, &cover);

        if (r < 0)
                return r;
        widen(cover, input);
        if (input->family == FAMILY_NOTIFICATION) {
                cover->info |= coverage_is_info_log(input);
                cover->sampled |= input->summary->first_tick.first_ms != TIME_UNKNOWN;
                if (!is_debug_log(input))
                        return 0;
        }
        return input_add_spans(input, &cover->spans);
}

static int compare_covers(const void *a, const void *b) {
        const struct cover *x = a, *y = b;

        return x->family != y->family ? (int)x->family - (int)y->family : str_cmp(x->node, y->node);
}

int coverage_find(struct coverage *coverage, const struct timeline *timeline) {
        const struct inputs *inputs = timeline->inputs;
        int r = 0;

        for (size_t i = 0; i < inputs->count && r == 0; i++)
                if (inputs->items[i]->summary && family_tells_story(inputs->items[i]->family) &&
                    inputs->items[i]->duplicate_of < 0)
                        r = add_input(coverage, inputs->items[i]);
        for (size_t i = 0; i < coverage->cover_count; i++)
                spans_merge(&coverage->covers[i].spans, coverage_reach_ms(coverage->covers[i].family));
        for (size_t i = 0; i < coverage->cover_count && r == 0; i++)
                if (coverage->covers[i].family == FAMILY_NOTIFICATION && coverage->covers[i].info)
                        r = coverage_find_holes(&coverage->covers[i], timeline);
        if (coverage->cover_count)
                qsort(coverage->covers, coverage->cover_count, sizeof(*coverage->covers), compare_covers);
        return r;
}

const struct cover *coverage_of(const struct coverage *coverage, enum family family, struct str node) {
        for (size_t i = 0; i < coverage->cover_count; i++)
                if (coverage->covers[i].family == family && str_eq(coverage->covers[i].node, node))
                        return &coverage->covers[i];
        return NULL;
}

static bool is_in_a_hole(const struct cover *cover, int64_t at_ms) {
        const struct time_span *hole = spans_begun(&cover->holes, at_ms);

        return hole && at_ms > hole->from_ms && at_ms < hole->to_ms;
}

bool cover_tells(const struct cover *cover, int64_t at_ms) {
        int64_t reach = cover && cover->spans.count ? coverage_reach_ms(cover->family) : MS_PER_SECOND;

        return cover && cover->info && cover->from_ms != TIME_UNKNOWN && at_ms >= cover->from_ms &&
               at_ms <= cover->to_ms + reach && !is_in_a_hole(cover, at_ms);
}

bool cover_spans(const struct cover *cover, int64_t from_ms, int64_t to_ms) {
        const struct time_span *span = cover ? spans_begun(&cover->spans, from_ms) : NULL;

        return span && to_ms <= span->to_ms + coverage_reach_ms(cover->family);
}

bool coverage_spans(const struct coverage *coverage, enum family family, int64_t from_ms, int64_t to_ms) {
        for (size_t i = 0; i < coverage->cover_count; i++)
                if (coverage->covers[i].family == family && cover_spans(&coverage->covers[i], from_ms, to_ms))
                        return true;
        return false;
}

bool coverage_tells(const struct coverage *coverage, int64_t at_ms) {
        for (size_t i = 0; i < coverage->cover_count; i++)
                if (coverage->covers[i].family == FAMILY_NOTIFICATION && cover_tells(&coverage->covers[i], at_ms))
                        return true;
        return false;
}

/* --------------------------------------------------------------- gaps */

/* Until when a session that the last record before a gap knew is there when that record's word has run out. */
static int64_t open_until(const struct session *session) {
        const int64_t reach = coverage_reach_ms(FAMILY_NOTIFICATION);
        const int64_t known_ms = session->last_ms + reach;

        if (session->closed_ms == TIME_UNKNOWN || session->closed_ms - reach > known_ms)
                return known_ms;
        return session->closed_ms - reach - 1;
}

static int add_gap(struct coverage *coverage, const struct gap *gap) {
        int r = array_reserve(&coverage->gaps, &coverage->gap_capacity, coverage->gap_count + 1,
                              sizeof(*coverage->gaps));

        if (r == 0)
                coverage->gaps[coverage->gap_count++] = *gap;
        return r;
}

/* Sessions are in the order of their first records, spans in that of time: both are passed over once. */
static int find_between(struct coverage *coverage, const struct timeline *timeline, const struct cover *cover) {
        int64_t until_ms = INT64_MIN;
        size_t next = 0;
        int r = 0;

        for (size_t i = 1; i < cover->spans.count && r == 0; i++) {
                const struct gap gap = { .node = cover->node,
                                         .family = cover->family,
                                         .from_ms = cover->spans.items[i - 1].to_ms,
                                         .to_ms = cover->spans.items[i].from_ms };

                for (; next < timeline->session_count && timeline->sessions[next].first_ms <= gap.from_ms; next++) {
                        const struct session *session = &timeline->sessions[next];

                        if (str_eq(session->node, cover->node) && open_until(session) > until_ms)
                                until_ms = open_until(session);
                }
                if (cover->family != FAMILY_NOTIFICATION || until_ms >= gap.from_ms)
                        r = add_gap(coverage, &gap);
        }
        return r;
}

static int compare_gaps(const void *a, const void *b) {
        const struct gap *x = a, *y = b;
        int r = str_cmp(x->node, y->node);

        if (r == 0)
                r = (int)x->family - (int)y->family;
        return r ? r : x->from_ms < y->from_ms ? -1 : x->from_ms > y->from_ms;
}

int coverage_find_gaps(struct coverage *coverage, const struct timeline *timeline) {
        int r = 0;

        for (size_t i = 0; i < coverage->cover_count && r == 0; i++) {
                const struct cover *cover = &coverage->covers[i];

                if (cover->sampled || cover->family != FAMILY_NOTIFICATION)
                        r = find_between(coverage, timeline, cover);
        }
        if (r == 0 && coverage->gap_count)
                qsort(coverage->gaps, coverage->gap_count, sizeof(*coverage->gaps), compare_gaps);
        return r;
}

void coverage_release(struct coverage *coverage) {
        for (size_t i = 0; i < coverage->cover_count; i++) {
                spans_release(&coverage->covers[i].spans);
                spans_release(&coverage->covers[i].holes);
        }
        free(coverage->covers);
        free(coverage->gaps);
        *coverage = (struct coverage){ 0 };
}
