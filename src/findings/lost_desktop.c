#include "findings/lost_desktop.h"

#include <stdlib.h>

#include "findings/cause.h"

void lost_desktops_release(struct lost_desktops *desktops) {
        free(desktops->by_bound);
        free(desktops->latest);
        free(desktops->closures);
}

static const struct session *session_at(const struct lost_desktops *desktops, size_t order) {
        const struct timeline *timeline = desktops->timeline;

        return &timeline->sessions[timeline->agents.items[desktops->agent].sessions[order]];
}

/* ------------------------------------------------------------ listing */

/* Of those bound together the later one of the timeline stands last. */
static int compare_bound(const void *a, const void *b) {
        const struct session *x = *(const struct session *const *)a, *y = *(const struct session *const *)b;

        if (x->bound_ms != y->bound_ms)
                return x->bound_ms < y->bound_ms ? -1 : 1;
        return (x > y) - (x < y);
}

static int compare_closures(const void *a, const void *b) {
        const struct lost_closure *x = a, *y = b;

        if (x->at_ms != y->at_ms)
                return x->at_ms < y->at_ms ? -1 : 1;
        return (x->order > y->order) - (x->order < y->order);
}

static int add(struct lost_desktops *desktops, size_t order) {
        const struct session *session = session_at(desktops, order);
        int r = array_reserve(&desktops->by_bound, &desktops->capacity, desktops->count + 1,
                              sizeof(*desktops->by_bound));

        if (r == 0)
                r = array_reserve(&desktops->closures, &desktops->closure_capacity, desktops->closure_count + 1,
                                  sizeof(*desktops->closures));
        if (r < 0)
                return r;
        desktops->by_bound[desktops->count++] = session;
        if (session->closure)
                desktops->closures[desktops->closure_count++] = (struct lost_closure){
                        session->closure->utc_ms - clock_skew_ms(&desktops->timeline->clocks, session->node), order
                };
        return 0;
}

static int64_t later(int64_t a, int64_t b) {
        return a > b ? a : b;
}

/* More leaves than sessions, so that there is always one behind the last. */
static int plant(struct lost_desktops *desktops) {
        int64_t *latest;
        int r;

        desktops->leaves = 1;
        while (desktops->leaves <= desktops->count)
                desktops->leaves *= 2;
        r = array_reserve(&desktops->latest, &desktops->latest_capacity, 2 * desktops->leaves, sizeof(*latest));
        if (r < 0)
                return r;
        latest = desktops->latest;
        for (size_t i = 0; i < desktops->leaves; i++) {
                const struct session *session = i < desktops->count ? desktops->by_bound[i] : NULL;

                latest[desktops->leaves + i] = !session                             ? INT64_MIN
                                               : session->closed_ms == TIME_UNKNOWN ? INT64_MAX
                                                                                    : session->closed_ms;
        }
        for (size_t i = desktops->leaves; i-- > 1;)
                latest[i] = later(latest[2 * i], latest[2 * i + 1]);
        return 0;
}

int lost_desktops_of(struct lost_desktops *desktops, size_t agent) {
        const struct agent *of = &desktops->timeline->agents.items[agent];
        int r = 0;

        if (desktops->agent == agent)
                return 0;
        desktops->agent = agent;
        desktops->count = desktops->closure_count = 0;
        for (size_t i = 0; i < of->session_count && r == 0; i++)
                if (session_at(desktops, i)->desktop)
                        r = add(desktops, i);
        if (desktops->count)
                qsort(desktops->by_bound, desktops->count, sizeof(*desktops->by_bound), compare_bound);
        if (desktops->closure_count)
                qsort(desktops->closures, desktops->closure_count, sizeof(*desktops->closures), compare_closures);
        return r < 0 ? r : plant(desktops);
}

/* ---------------------------------------------------------- questions */

/* Could the agent have lost this session at that moment? */
static bool is_there(const struct session *session, int64_t at_ms) {
        return session->bound_ms <= at_ms + CLOSED_AFTER_MS &&
               (session->closed_ms == TIME_UNKNOWN || session->closed_ms >= at_ms - LOSS_MS);
}

const struct session *lost_desktop_closed(const struct lost_desktops *desktops, int64_t loss_ms) {
        size_t low = 0, high = desktops->closure_count, first = SIZE_MAX;

        while (low < high) {
                const size_t middle = low + (high - low) / 2;

                if (desktops->closures[middle].at_ms < loss_ms - CLOSED_BEFORE_MS)
                        low = middle + 1;
                else
                        high = middle;
        }
        for (; low < desktops->closure_count && desktops->closures[low].at_ms <= loss_ms + CLOSED_AFTER_MS; low++) {
                const size_t order = desktops->closures[low].order;

                if (order < first && is_there(session_at(desktops, order), loss_ms))
                        first = order;
        }
        return first == SIZE_MAX ? NULL : session_at(desktops, first);
}

/* How many were bound by then. */
static size_t bound_by(const struct lost_desktops *desktops, int64_t at_ms) {
        size_t low = 0, high = desktops->count;

        while (low < high) {
                const size_t middle = low + (high - low) / 2;

                if (desktops->by_bound[middle]->bound_ms <= at_ms)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

const struct session *lost_desktop_there(const struct lost_desktops *desktops, int64_t at_ms) {
        const int64_t *latest = desktops->latest, least = at_ms - LOSS_MS;
        size_t node = desktops->leaves + bound_by(desktops, at_ms + CLOSED_AFTER_MS);

        /* Up to the first subtree on the left that holds one; down on its right side. */
        while (node > 1 && (node % 2 == 0 || latest[node - 1] < least))
                node /= 2;
        if (node <= 1)
                return NULL;
        for (node--; node < desktops->leaves;)
                node = 2 * node + (latest[2 * node + 1] >= least);
        return desktops->by_bound[node - desktops->leaves];
}
