#include "render/lines.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"

struct gathering {
        struct lines *lines;
        size_t capacity;
        int64_t from, to;
};

static int add(struct gathering *gathering, struct line_of line) {
        struct lines *lines = gathering->lines;

        if (line.time == TIME_UNKNOWN || (gathering->from != TIME_UNKNOWN && line.time < gathering->from) ||
            (gathering->to != TIME_UNKNOWN && line.time > gathering->to))
                return 0;
        if (array_reserve(&lines->items, &gathering->capacity, lines->count + 1, sizeof(*lines->items)) < 0)
                return -ENOMEM;
        line.place = lines->count;
        lines->items[lines->count++] = line;
        return 0;
}

/* A session's, or an agent's: `whose` says. */
static int add_events(struct gathering *gathering, const struct view_events *events, struct line_of whose) {
        int r = 0;

        for (size_t i = 0; i < events->count && r == 0; i++) {
                whose.event = &events->items[i];
                whose.time = whose.event->time;
                r = add(gathering, whose);
        }
        return r;
}

static int add_all(struct gathering *gathering, const struct view *view, const struct style *style) {
        int r = 0;

        for (size_t i = 0; i < view->server_events.count && r == 0; i++) {
                const struct view_server_event *event = &view->server_events.items[i];

                r = add(gathering, (struct line_of){ .time = event->time, .server_event = event });
        }
        for (size_t i = 0; i < view->sessions.count && r == 0; i++)
                if (style_shows_session(style, &view->sessions.items[i]))
                        r = add_events(gathering, &view->sessions.items[i].timeline,
                                       (struct line_of){ .session = &view->sessions.items[i] });
        for (size_t i = 0; i < view->agents.count && r == 0; i++)
                if (style_shows_agent(style, view->agents.items[i].agent))
                        r = add_events(gathering, &view->agents.items[i].timeline,
                                       (struct line_of){ .agent = &view->agents.items[i] });
        for (size_t i = 0; i < view->findings.count && r == 0; i++) {
                const struct view_finding *finding = &view->findings.items[i];
                const int64_t time = finding->end == TIME_UNKNOWN ? finding->start : finding->end;

                if (style_shows_finding(style, finding))
                        r = add(gathering, (struct line_of){ .time = time, .finding = finding });
        }
        return r;
}

static int compare(const void *a, const void *b) {
        const struct line_of *x = a, *y = b;

        if (x->time != y->time)
                return x->time < y->time ? -1 : 1;
        return x->place < y->place ? -1 : x->place > y->place;
}

int lines_gather(struct lines *lines, const struct view *view, const struct style *style, int64_t from, int64_t to) {
        struct gathering gathering = { .lines = lines, .from = from, .to = to };
        int r;

        *lines = (struct lines){ 0 };
        r = add_all(&gathering, view, style);
        if (r == 0 && lines->count)
                qsort(lines->items, lines->count, sizeof(*lines->items), compare);
        return r;
}

void lines_release(struct lines *lines) {
        free(lines->items);
        *lines = (struct lines){ 0 };
}
