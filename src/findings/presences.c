#include "findings/presences.h"

#include <stdlib.h>

#include "base/order.h"
#include "findings/reason.h"

/* Does the event say that the agent is there, or is not? */
static bool tells(const struct timeline *timeline, const struct event *event, bool *ret_there) {
        const enum presence presence = desktop_presence(timeline, event);
        int64_t state;

        if (presence != PRESENCE_NONE)
                *ret_there = presence == PRESENCE_BACK;
        else if (event_kind(event) == EVENT_CTI_STATE && event_number(event, FIELD_STATE, &state))
                *ret_there = state != STATE_LOGOUT;
        else
                return false;
        return true;
}

static int add_edge(struct presences *presences, int64_t at_ms, int64_t change) {
        int r = array_reserve(&presences->items, &presences->capacity, presences->count + 1, sizeof(*presences->items));

        if (r == 0)
                presences->items[presences->count++] = (struct presence_edge){ .at_ms = at_ms, .change = change };
        return r;
}

/* The first that is heard of an agent is the loss, or the return, of what was there before. */
static int add_agent(struct presences *presences, const struct timeline *timeline, const struct agent *agent) {
        bool present = false, heard = false;
        int r = 0;

        for (size_t i = 0; i < agent->event_count && r == 0; i++) {
                bool there;

                if (!tells(timeline, agent->events[i], &there))
                        continue;
                if (!heard)
                        presences->before += present = !there;
                if (there != present)
                        r = add_edge(presences, agent->events[i]->utc_ms + 1, there ? 1 : -1);
                present = there;
                heard = true;
        }
        return r;
}

static int compare_edges(const void *a, const void *b) {
        const struct presence_edge *x = a, *y = b;

        return compare_i64(x->at_ms, y->at_ms);
}

int presences_make(struct presences *presences, const struct timeline *timeline) {
        int64_t present;
        int r = 0;

        *presences = (struct presences){ 0 };
        for (size_t i = 0; i < timeline->agents.count && r == 0; i++)
                r = add_agent(presences, timeline, &timeline->agents.items[i]);
        if (presences->count)
                qsort(presences->items, presences->count, sizeof(*presences->items), compare_edges);
        present = presences->before;
        for (size_t i = 0; i < presences->count; i++)
                presences->items[i].present = present += presences->items[i].change;
        return r;
}

void presences_release(struct presences *presences) {
        free(presences->items);
        *presences = (struct presences){ 0 };
}

uint64_t presences_at(const struct presences *presences, int64_t at_ms) {
        size_t low = 0, high = presences->count;

        while (low < high) {
                const size_t middle = low + (high - low) / 2;

                if (presences->items[middle].at_ms <= at_ms)
                        low = middle + 1;
                else
                        high = middle;
        }
        return (uint64_t)(low ? presences->items[low - 1].present : presences->before);
}
