#include "timeline/server.h"

#include <stdlib.h>

#include "base/order.h"
#include "rules/foreign.h"
#include "timeline/places.h"
#include "timeline/stall.h"
#include "timeline/timeline.h"

/* ------------------------------------------------------- which server */

/* The node of the only cover of a family; false where there are none or several. */
static bool only_node(const struct timeline *timeline, enum family family, struct str *ret_node) {
        size_t count = 0;

        for (size_t i = 0; i < timeline->coverage.cover_count; i++) {
                if (timeline->coverage.covers[i].family != family)
                        continue;
                *ret_node = timeline->coverage.covers[i].node;
                count++;
        }
        return count == 1;
}

bool server_is_same(const struct timeline *timeline, struct str node, struct str notification_node) {
        struct str service = { 0 }, web = { 0 };

        if (str_eq(node, notification_node))
                return true;
        if (!only_node(timeline, FAMILY_NOTIFICATION, &service) || !str_eq(service, notification_node))
                return false;
        return node.n == 0 || (only_node(timeline, FAMILY_WEBSERVICES, &web) && str_eq(node, web));
}

/* ------------------------------------------------------------ gathering */

static int add(struct server_events *events, struct server_event event) {
        int r = array_reserve(&events->items, &events->capacity, events->count + 1, sizeof(*events->items));

        if (r == 0)
                events->items[events->count++] = event;
        return r;
}

static int add_records(struct server_events *events, const struct timeline *timeline) {
        int r = 0;

        for (size_t i = 0; i < timeline->event_count && r == 0; i++) {
                const struct event *event = timeline->events[i];
                const struct input *input = event_input(timeline, event);

                if (event->rule->server != SERVER_NOTHING && !event->unlisted)
                        r = add(events, (struct server_event){ .at_ms = event->utc_ms,
                                                               .name = event->rule->event,
                                                               .node = input->node,
                                                               .input = input,
                                                               .line = event->line,
                                                               .duration_ms = -1,
                                                               .event = event });
        }
        return r;
}

static int add_dumps(struct server_events *events, const struct timeline *timeline) {
        const struct inputs *inputs = timeline->inputs;
        struct places places;
        int r = places_init(&places, inputs);

        for (size_t i = 0; i < inputs->count && r == 0; i++) {
                const struct input *input = inputs->items[i];
                struct dump dump;

                if (input->summary || !dump_by_name(input->name, &dump))
                        continue;
                r = add(events, (struct server_event){ .at_ms = dump.at_ms,
                                                       .name = dump.heap ? STR("heap_dump") : STR("core_file"),
                                                       .node = places_find(&places, input->path),
                                                       .input = input,
                                                       .duration_ms = -1 });
        }
        places_release(&places);
        return r;
}

static int compare(const void *a, const void *b) {
        const struct server_event *x = a, *y = b;
        int r = (x->at_ms == TIME_UNKNOWN) - (y->at_ms == TIME_UNKNOWN);

        if (r == 0)
                r = x->at_ms < y->at_ms ? -1 : x->at_ms > y->at_ms;
        if (r == 0)
                r = compare_u64(x->input->index, y->input->index);
        if (r == 0)
                r = compare_u64(x->line, y->line);
        return r ? r : str_cmp(x->name, y->name);
}

int server_events_find(struct server_events *events, const struct timeline *timeline) {
        int r = add_records(events, timeline);

        if (r == 0)
                r = add_dumps(events, timeline);
        if (r == 0)
                r = stalls_find(events, timeline);
        if (r == 0 && events->count)
                qsort(events->items, events->count, sizeof(*events->items), compare);
        return r;
}

void server_events_release(struct server_events *events) {
        free(events->items);
        *events = (struct server_events){ 0 };
}
