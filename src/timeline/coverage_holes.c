/*
 * Where a file of a log that would hold closures was not collected: its neighbours' numbers
 * leave one out, or between two of its files no debug log wrote either.
 *
 *      info.log.3  [-------]                       [-----]  info.log.1
 *      holes                |---------------------|         (where is info.log.2?)
 */
#include <errno.h>
#include <stdlib.h>

#include "base/order.h"
#include "timeline/coverage.h"
#include "timeline/timeline.h"

enum { NO_NUMBER = -1 };

/* A file of a log: "info.log", "info.log.1", "info_1.log", "info.log-1", packed or not. */
struct part {
        struct str log; /* "info" */
        int number;     /* the older the larger */
        int64_t from_ms, to_ms;
};

static size_t word_length(struct str name) {
        size_t n = 0;

        while (n < name.n && byte_lower(name.p[n]) >= 'a' && byte_lower(name.p[n]) <= 'z')
                n++;
        return n;
}

static int number_of(struct str rest) {
        int number = 0;
        size_t at = 0;

        if (str_starts(rest, STR(".log")))
                at = 4;
        if (at == rest.n)
                return 0;
        if (rest.p[at] != '.' && rest.p[at] != '-' && rest.p[at] != '_')
                return NO_NUMBER;
        if (++at == rest.n || !byte_is_digit(rest.p[at]))
                return str_eq(str_skip(rest, at), STR("gz")) ? 0 : NO_NUMBER;
        for (; at < rest.n && byte_is_digit(rest.p[at]) && number < 1000; at++)
                number = number * 10 + (rest.p[at] - '0');
        return number;
}

static int compare_parts(const void *a, const void *b) {
        const struct part *x = a, *y = b;
        const int r = compare_i64(x->from_ms, y->from_ms);

        return r ? r : compare_i64(x->to_ms, y->to_ms);
}

/* The node's debug logs and markers, passed over once: what lies between files comes in order. */
struct walk {
        const struct timeline *timeline;
        struct cover *cover;
        size_t next_span, next_event;
        bool down; /* the service had been stopped, as far as the logs tell */
};

static bool is_down(struct walk *walk, int64_t at_ms) {
        const struct timeline *timeline = walk->timeline;

        for (; walk->next_event < timeline->event_count; walk->next_event++) {
                const struct event *event = timeline->events[walk->next_event];
                const bool stops = event_kind(event) == EVENT_SERVER_STOPPED;

                if (event->utc_ms > at_ms)
                        break;
                if ((stops || event_kind(event) == EVENT_SERVER_STARTED) &&
                    str_eq(event_input(timeline, event)->node, walk->cover->node))
                        walk->down = stops;
        }
        return walk->down;
}

/* What the debug logs leave out of the time between two files. Who was stopped had
 * nothing to log. */
static int add_silence(struct walk *walk, int64_t from_ms, int64_t to_ms) {
        const struct spans *spans = &walk->cover->spans;
        int r = 0;

        while (walk->next_span < spans->count && spans->items[walk->next_span].from_ms <= from_ms)
                walk->next_span++;
        for (size_t i = walk->next_span; i > 0 && i < spans->count && spans->items[i - 1].to_ms < to_ms && r == 0;
             i++) {
                const int64_t last_ms = spans->items[i - 1].to_ms, next_ms = spans->items[i].from_ms;
                const int64_t begin_ms = last_ms > from_ms ? last_ms : from_ms,
                              end_ms = next_ms < to_ms ? next_ms : to_ms;

                if (begin_ms < end_ms && !is_down(walk, begin_ms + MS_PER_SECOND))
                        r = spans_append(&walk->cover->holes, begin_ms, end_ms);
        }
        return r;
}

static int add_between(struct walk *walk, const struct part *last, const struct part *next) {
        const bool numbered = str_eq(last->log, next->log) && last->number != NO_NUMBER && next->number != NO_NUMBER;

        if (next->from_ms <= last->to_ms || (numbered && last->number == next->number + 1))
                return 0;
        if (numbered && last->number > next->number)
                return spans_append(&walk->cover->holes, last->to_ms, next->from_ms);
        return add_silence(walk, last->to_ms, next->from_ms);
}

static int find_holes(struct walk *walk, struct part *parts, size_t count) {
        const struct part *last = parts;
        int r = 0;

        if (count)
                qsort(parts, count, sizeof(*parts), compare_parts);
        for (size_t i = 1; i < count && r == 0; i++) {
                r = add_between(walk, last, &parts[i]);
                if (parts[i].to_ms > last->to_ms)
                        last = &parts[i];
        }
        return r;
}

int coverage_find_holes(struct cover *cover, const struct timeline *timeline) {
        const struct inputs *inputs = timeline->inputs;
        struct walk walk = { .timeline = timeline, .cover = cover };
        struct part *parts = calloc(inputs->count + 1, sizeof(*parts));
        size_t count = 0;
        int r;

        if (!parts)
                return -ENOMEM;
        for (size_t i = 0; i < inputs->count; i++) {
                const struct input *input = inputs->items[i];
                const size_t word = word_length(input->name);

                if (!input->summary || input->duplicate_of >= 0 || input->family != cover->family ||
                    input->summary->first_ms == TIME_UNKNOWN || !str_eq(input->node, cover->node) ||
                    !coverage_is_info_log(input))
                        continue;
                parts[count++] = (struct part){ .log = str_first(input->name, word),
                                                .number = number_of(str_skip(input->name, word)),
                                                .from_ms = input_first_utc(input),
                                                .to_ms = input_last_utc(input) };
        }
        r = find_holes(&walk, parts, count);
        free(parts);
        return r;
}
