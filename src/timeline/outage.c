#include "timeline/outage.h"

#include <errno.h>
#include <stdlib.h>

#include "timeline/timeline.h"

/* How long before a start without a stop the crash may have been, where nothing was
 * logged in between. */
enum { CRASH_WINDOW_MS = 10 * 60 * 1000 };

/* No server was ever restarted as often: each restart is held against all that happened around it. */
enum { MOST_MARKERS = 2000 };

/* How long it may write after its connections broke. */
enum { DYING_MS = 60 * 1000 };

static bool is_stop(const struct event *event) {
        return event_kind(event) == EVENT_SERVER_STOPPED;
}

static bool is_marker(const struct event *event) {
        return is_stop(event) || event_kind(event) == EVENT_SERVER_STARTED;
}

/* ------------------------------------------------- when a crash happened */

/* When any of the node's logs wrote, to within a few seconds. */
static int spans_of_node(const struct timeline *timeline, struct str node, struct spans *spans) {
        int r = 0;

        for (size_t i = 0; i < timeline->inputs->count && r == 0; i++) {
                const struct input *input = timeline->inputs->items[i];

                if (input->summary && input->family == FAMILY_NOTIFICATION && str_eq(input->node, node))
                        r = input_add_spans(input, spans);
        }
        spans_merge(spans, SPAN_REACH_MS);
        return r;
}

static size_t first_span(const struct spans *spans, int64_t from_ms) {
        size_t low = 0, high = spans->count;

        while (low < high) {
                const size_t middle = low + (high - low) / 2;

                if (spans->items[middle].from_ms < from_ms)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

/* Did the node write without a pause to speak of until the end of this span? A log of
 * rare records, as without debug logging, is silent while all is well. */
static bool wrote_steadily(const struct spans *spans, size_t i) {
        enum { STEADY_MS = 3 * 60 * 1000, PAUSE_MS = 65 * 1000 };
        const int64_t to_ms = spans->items[i].to_ms;

        while (i > 0 && to_ms - spans->items[i].from_ms < STEADY_MS &&
               spans->items[i].from_ms - spans->items[i - 1].to_ms <= PAUSE_MS)
                i--;
        return to_ms - spans->items[i].from_ms >= STEADY_MS;
}

/* Nobody writes down a crash: it came after the last that was logged before the pause
 * in front of the start, the longest where the start has pauses of its own. Where that
 * was long ago, and the node wrote rarely, it may have been at any time since.
 * `ret_last_ms`: the last record. */
static void last_heard(const struct spans *spans, struct outage *outage, int64_t *ret_last_ms) {
        int64_t longest_ms = 0;

        outage->heard_ms = *ret_last_ms = outage->back_ms - CRASH_WINDOW_MS;
        for (size_t i = first_span(spans, outage->back_ms - OUTAGE_START_MS);
             i < spans->count && spans->items[i].from_ms <= outage->back_ms; i++) {
                const int64_t before_ms = i ? spans->items[i - 1].to_ms : 0;
                const int64_t pause_ms = i ? spans->items[i].from_ms - before_ms : 0;

                if (i == 0 || pause_ms < longest_ms)
                        continue;
                longest_ms = pause_ms;
                *ret_last_ms = before_ms;
                if (before_ms >= outage->back_ms - CRASH_WINDOW_MS || wrote_steadily(spans, i - 1))
                        outage->heard_ms = before_ms;
        }
}

/* The first that is not before a moment. */
static size_t first_event(const struct timeline *timeline, int64_t from_ms) {
        size_t low = 0, high = timeline->event_count;

        while (low < high) {
                const size_t middle = low + (high - low) / 2;

                if (timeline->events[middle]->utc_ms < from_ms)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

/* The web service had a connection to it, which broke for good. What is dying may
 * write on for a while after that. */
static int64_t moment_of_crash(const struct timeline *timeline, const struct outage *outage, int64_t last_ms) {
        int64_t lost_ms = TIME_UNKNOWN, from_ms = last_ms - DYING_MS;

        for (size_t i = first_event(timeline, from_ms); i < timeline->event_count; i++) {
                const struct event *event = timeline->events[i];
                const enum event_kind kind = event_kind(event);

                if (event->utc_ms >= outage->back_ms)
                        break;
                if ((kind != EVENT_XMPP_DOWN && kind != EVENT_XMPP_UP) ||
                    !server_is_same(timeline, event_input(timeline, event)->node, outage->node))
                        continue;
                if (kind == EVENT_XMPP_UP)
                        lost_ms = TIME_UNKNOWN;
                else if (lost_ms == TIME_UNKNOWN)
                        lost_ms = event->utc_ms;
        }
        return lost_ms != TIME_UNKNOWN ? lost_ms : outage->heard_ms;
}

static bool has_earlier_records(const struct timeline *timeline, struct str node, int64_t start_ms) {
        const struct cover *cover = coverage_of(&timeline->coverage, FAMILY_NOTIFICATION, node);

        return cover && cover->from_ms != TIME_UNKNOWN && cover->from_ms < start_ms - OUTAGE_START_MS;
}

/* ------------------------------------------------------------ gathering */

static int begin(struct outages *outages, const struct timeline *timeline, const struct event *marker,
                 struct outage **ret_outage) {
        int r = array_reserve(&outages->items, &outages->capacity, outages->count + 1, sizeof(*outages->items));

        if (r < 0)
                return r;
        *ret_outage = &outages->items[outages->count++];
        **ret_outage = (struct outage){
                .node = event_input(timeline, marker)->node,
                .stopped_ms = TIME_UNKNOWN,
                .started_ms = TIME_UNKNOWN,
                .back_ms = TIME_UNKNOWN,
                .down_ms = marker->utc_ms,
        };
        return 0;
}

/* Does the marker go on with what is being told? A start belongs to the stop before
 * it however long that was ago. */
static bool goes_on(const struct outage *outage, const struct event *marker) {
        const struct event *last = outage->markers[outage->marker_count - 1];

        return marker->utc_ms - last->utc_ms <= OUTAGE_MARKERS_MS ||
               (!is_stop(marker) && outage->started_ms == TIME_UNKNOWN);
}

static int add_marker(struct outage *outage, const struct event *marker) {
        int r = array_reserve(&outage->markers, &outage->capacity, outage->marker_count + 1, sizeof(*outage->markers));

        if (r < 0)
                return r;
        outage->markers[outage->marker_count++] = marker;
        if (is_stop(marker)) {
                if (outage->stopped_ms == TIME_UNKNOWN && outage->started_ms == TIME_UNKNOWN)
                        outage->stopped_ms = marker->utc_ms;
                /* Down again: what had started is gone. */
                outage->started_ms = TIME_UNKNOWN;
                return 0;
        }
        if (outage->back_ms == TIME_UNKNOWN)
                outage->back_ms = marker->utc_ms;
        outage->started_ms = marker->utc_ms;
        return 0;
}

static int find_of_node(struct outages *outages, const struct timeline *timeline, const struct event *const *markers,
                        size_t count, uint32_t node) {
        struct outage *outage = NULL;

        for (size_t i = 0; i < count; i++) {
                const struct event *event = markers[i];
                int r = 0;

                if (event->node != node)
                        continue;
                if (!outage || !goes_on(outage, event))
                        r = begin(outages, timeline, event, &outage);
                if (r == 0)
                        r = add_marker(outage, event);
                if (r < 0)
                        return r;
        }
        return 0;
}

/* Starts with which the logs merely begin are no outages. */
static int judge_starts(struct outages *outages, const struct timeline *timeline) {
        struct spans spans = { 0 };
        const struct outage *crash = NULL; /* whose node's they are */
        size_t kept = 0;
        int r = 0;

        for (size_t i = 0; i < outages->count; i++) {
                struct outage *outage = &outages->items[i];
                int64_t last_ms;

                if (!outage_is_clean(outage) && !has_earlier_records(timeline, outage->node, outage->back_ms)) {
                        free(outage->markers);
                        continue;
                }
                outage->heard_ms = outage->down_ms;
                if (!outage_is_clean(outage) && r == 0) {
                        if (!crash || !str_eq(crash->node, outage->node)) {
                                spans.count = 0;
                                r = spans_of_node(timeline, outage->node, &spans);
                        }
                        last_heard(&spans, outage, &last_ms);
                        outage->down_ms = moment_of_crash(timeline, outage, last_ms);
                        crash = &outages->items[kept];
                }
                outages->items[kept++] = *outage;
        }
        spans_release(&spans);
        outages->count = kept;
        return r;
}

/* All markers, and of which nodes there are some, by their numbers. */
static int list_markers(const struct timeline *timeline, const struct event ***ret_markers, size_t *ret_count,
                        uint64_t *ret_dropped, bool *marked) {
        size_t capacity = 0;
        int r = 0;

        for (size_t i = 0; i < timeline->event_count && r == 0; i++) {
                const struct event *event = timeline->events[i];

                if (!is_marker(event))
                        continue;
                if (*ret_count == MOST_MARKERS) {
                        (*ret_dropped)++;
                        continue;
                }
                r = array_reserve(ret_markers, &capacity, *ret_count + 1, sizeof(**ret_markers));
                if (r == 0)
                        (*ret_markers)[(*ret_count)++] = event;
                marked[event->node] = true;
        }
        return r;
}

int outages_find(struct outages *outages, const struct timeline *timeline) {
        bool *marked = calloc(timeline->inputs->count + 1, sizeof(*marked));
        const struct event **markers = NULL;
        size_t count = 0;
        int r = marked ? list_markers(timeline, &markers, &count, &outages->dropped, marked) : -ENOMEM;

        for (size_t i = 0; i < timeline->inputs->count && r == 0; i++) {
                const struct input *input = timeline->inputs->items[i];

                if (!input->summary || input->family != FAMILY_NOTIFICATION || !marked[input->node_number])
                        continue;
                marked[input->node_number] = false;
                r = find_of_node(outages, timeline, markers, count, input->node_number);
        }
        free(marked);
        free(markers);
        return r < 0 ? r : judge_starts(outages, timeline);
}

void outages_release(struct outages *outages) {
        for (size_t i = 0; i < outages->count; i++)
                free(outages->items[i].markers);
        free(outages->items);
        *outages = (struct outages){ 0 };
}

/* ------------------------------------------------------------- questions */

/* Did the instant come with one of the outage's stops? */
static bool came_with_stop(const struct outage *outage, int64_t at_ms, int64_t after_ms) {
        for (size_t i = 0; i < outage->marker_count; i++) {
                const struct event *marker = outage->markers[i];

                if (is_stop(marker) && at_ms >= marker->utc_ms - MS_PER_SECOND && at_ms <= marker->utc_ms + after_ms)
                        return true;
        }
        return false;
}

bool outage_ended_at(const struct outage *outage, int64_t at_ms) {
        bool ended = at_ms == outage->down_ms;

        for (size_t i = 0; i < outage->marker_count && !ended; i++)
                ended = is_stop(outage->markers[i]) && outage->markers[i]->utc_ms == at_ms;
        return ended;
}

/* A service that dies may still write for a few seconds. */
static bool came_with_crash(const struct outage *outage, int64_t at_ms, int64_t after_ms) {
        return !outage_is_clean(outage) && at_ms >= outage->down_ms - SPAN_REACH_MS &&
               at_ms <= outage->back_ms + after_ms;
}

const struct outage *outage_at(const struct outages *outages, const struct str *node, int64_t at_ms, int64_t after_ms) {
        for (size_t i = 0; i < outages->count; i++) {
                const struct outage *outage = &outages->items[i];

                if (at_ms < outage->down_ms - SPAN_REACH_MS || (node && !str_eq(outage->node, *node)))
                        continue;
                if (came_with_stop(outage, at_ms, after_ms) || came_with_crash(outage, at_ms, after_ms))
                        return outage;
        }
        return NULL;
}
