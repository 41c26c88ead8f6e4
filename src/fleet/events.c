#include "fleet/events.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/prints.h"
#include "fleet/set.h"

/* One of a report's records. */
struct told {
        struct str node, event;
        int64_t day; /* since 1970; INT64_MIN without a time */
        uint64_t print;
        int64_t input, line;
};

struct tells {
        struct told *items;
        size_t count, capacity;
};

static uint64_t add_number(uint64_t print, int64_t number) {
        char bytes[8];

        for (int i = 0; i < 8; i++)
                bytes[i] = (char)((uint64_t)number >> (56 - 8 * i) & 0xff);
        return print_add(print, (struct str){ bytes, sizeof(bytes) });
}

static int64_t day_of(int64_t time) {
        return time == TIME_UNKNOWN ? INT64_MIN : time_day(time);
}

static int add(struct tells *tells, const struct told *told) {
        int r = array_reserve(&tells->items, &tells->capacity, tells->count + 1, sizeof(*told));

        if (r == 0)
                tells->items[tells->count++] = *told;
        return r;
}

static int tell_event(struct tells *tells, const struct view *view, struct str node, const struct view_event *event) {
        struct told told = { node, event->event, day_of(event->time), PRINT_BEGIN, event->input, event->line };

        if (node.n == 0 && event->input != VIEW_NONE)
                told.node = view->inputs.items[event->input].node;
        told.print = add_number(told.print, event->time);
        for (size_t i = 0; i < event->fields.count; i++) {
                told.print = print_add(print_add(told.print, event->fields.items[i].key), STR("\n"));
                told.print = print_add(print_add(told.print, event->fields.items[i].value), STR("\n"));
        }
        return add(tells, &told);
}

static int tell_server(struct tells *tells, const struct view_server_event *event) {
        struct told told = { event->node, event->event, day_of(event->time), PRINT_BEGIN, event->input, event->line };

        told.print = print_add(add_number(told.print, event->time), event->text);
        return add(tells, &told);
}

static int tell_all(struct tells *tells, const struct view *view) {
        int r = 0;

        for (size_t i = 0; i < view->sessions.count; i++)
                for (size_t k = 0; k < view->sessions.items[i].timeline.count && r == 0; k++)
                        r = tell_event(tells, view, view->sessions.items[i].node,
                                       &view->sessions.items[i].timeline.items[k]);
        for (size_t i = 0; i < view->agents.count; i++)
                for (size_t k = 0; k < view->agents.items[i].timeline.count && r == 0; k++)
                        r = tell_event(tells, view, STR(""), &view->agents.items[i].timeline.items[k]);
        for (size_t i = 0; i < view->server_events.count && r == 0; i++)
                r = tell_server(tells, &view->server_events.items[i]);
        return r;
}

/* ------------------------------------------------------------- groups */

static int compare_groups(const struct told *a, const struct told *b) {
        int r = (a->day > b->day) - (a->day < b->day);

        if (r == 0)
                r = str_cmp(a->event, b->event);
        return r ? r : str_cmp(a->node, b->node);
}

static int compare_told(const void *a, const void *b) {
        const struct told *x = a, *y = b;
        int r = compare_groups(x, y);

        if (r == 0)
                r = (x->print > y->print) - (x->print < y->print);
        if (r == 0)
                r = (x->input > y->input) - (x->input < y->input);
        return r ? r : (x->line > y->line) - (x->line < y->line);
}

static bool same_record(const struct told *a, const struct told *b) {
        return a->print == b->print && a->input == b->input && a->line == b->line;
}

/* `prints` has room for all of them. */
static int add_group(struct fleet *fleet, const struct told *items, size_t count, uint64_t *prints) {
        char text[TIME_RFC3339_BYTES];
        struct str day = STR("");
        size_t left = 0;
        int64_t alike = 0;

        for (size_t i = 0; i < count; i++) {
                if (i && same_record(&items[i - 1], &items[i]))
                        continue;
                alike = i && items[i - 1].print == items[i].print ? alike + 1 : 0;
                prints[left++] = print_end(alike ? add_number(items[i].print, alike) : items[i].print);
        }
        if (items->day != INT64_MIN)
                day = time_format_day(items->day * MS_PER_DAY, text);
        return fleet_add_events(fleet, day, items->node, items->event, prints, left);
}

static int add_groups(struct fleet *fleet, const struct tells *tells) {
        uint64_t *prints = calloc(tells->count + 1, sizeof(*prints));
        int r = prints ? 0 : -ENOMEM;

        for (size_t i = 0, end; i < tells->count && r == 0; i = end) {
                for (end = i + 1; end < tells->count && compare_groups(&tells->items[i], &tells->items[end]) == 0;)
                        end++;
                r = add_group(fleet, &tells->items[i], end - i, prints);
        }
        free(prints);
        return r;
}

int fleet_fold_events(struct fleet *fleet, const struct view *view) {
        struct tells tells = { 0 };
        int r = tell_all(&tells, view);

        if (r == 0 && tells.count) {
                qsort(tells.items, tells.count, sizeof(*tells.items), compare_told);
                r = add_groups(fleet, &tells);
        }
        free(tells.items);
        return r;
}
