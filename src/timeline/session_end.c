/*
 * How sessions end where no record of their own says so: another session took
 * the JID, the service stopped, or the logs end first.
 */
#include <stdlib.h>

#include "timeline/binding.h"
#include "timeline/timeline.h"

enum {
        SEEN_MS = 65000,       /* REPORT: "open" is seen in the 65 s before */
        SAME_MOMENT_MS = 2000, /* records of one incident in a log of whole seconds */
};

static const struct event *binding_record(const struct session *session) {
        for (size_t i = 0; i < session->event_count; i++)
                if (session->events[i]->utc_ms >= session->bound_ms)
                        return session->events[i];
        return NULL;
}

static void end_by_successor(struct session *session, const struct session *next) {
        int64_t at = next->bound_ms;

        for (size_t i = 0; i < session->run_count; i++) {
                struct run *run = &session->runs[i];
                bool went_on =
                        run->outcome == OUTCOME_OPEN || (run->outcome == OUTCOME_RECOVERED && run->ended_ms > at);

                if (!went_on || run->silent_since_ms > at)
                        continue;
                run->outcome = OUTCOME_REPLACED;
                run->ended_ms = at;
                run->ender = binding_record(next);
        }
        if (session->ended_by != ENDED_OPEN)
                return;
        session->ended_by = ENDED_REPLACED;
        session->closed_ms = at;
}

/* The stops of every node's service, in time order. */
struct stops {
        const struct event **items;
        size_t count, capacity;
};

static int list_stops(const struct timeline *timeline, struct stops *stops) {
        *stops = (struct stops){ 0 };
        for (size_t i = 0; i < timeline->event_count; i++) {
                int r;

                if (event_kind(timeline->events[i]) != EVENT_SERVER_STOPPED)
                        continue;
                r = array_reserve(&stops->items, &stops->capacity, stops->count + 1, sizeof(*stops->items));
                if (r < 0)
                        return r;
                stops->items[stops->count++] = timeline->events[i];
        }
        return 0;
}

static const struct event *next_stop(const struct timeline *timeline, const struct stops *stops,
                                     const struct session *session) {
        for (size_t i = 0; i < stops->count; i++)
                if (stops->items[i]->utc_ms >= session->last_ms - SAME_MOMENT_MS &&
                    str_eq(event_input(timeline, stops->items[i])->node, session->node))
                        return stops->items[i];
        return NULL;
}

/* The latest record of the node's notification logs: what "now" is to it. */
static int64_t node_end(const struct timeline *timeline, struct str node) {
        int64_t end = TIME_UNKNOWN;

        for (size_t i = 0; i < timeline->inputs->count; i++) {
                const struct input *input = timeline->inputs->items[i];
                int64_t last;

                if (!input->summary || input->family != FAMILY_NOTIFICATION || !str_eq(input->node, node) ||
                    input->summary->last_ms == TIME_UNKNOWN)
                        continue;
                last = time_to_utc(input->summary->last_ms, input->zone);
                if (end == TIME_UNKNOWN || last > end)
                        end = last;
        }
        return end;
}

/* No record of its own says how the session ended: did the service stop, or do
 * the logs end first? */
static void end_by_silence(const struct timeline *timeline, const struct stops *stops, struct session *session) {
        const struct event *stop = next_stop(timeline, stops, session);

        if (stop && stop->utc_ms - session->last_ms <= SEEN_MS) {
                session->ended_by = ENDED_SERVER_STOP;
                session->closed_ms = stop->utc_ms;
                return;
        }
        if (node_end(timeline, session->node) - session->last_ms > SEEN_MS)
                session->ended_by = ENDED_UNKNOWN;
}

int sessions_end(struct timeline *timeline) {
        struct bindings bindings = { 0 };
        struct stops stops;
        int r = list_stops(timeline, &stops);

        if (r == 0)
                r = bindings_list(&bindings, timeline);
        for (size_t i = 0; i < timeline->session_count && r == 0; i++) {
                struct session *session = &timeline->sessions[i];
                size_t next = session->jid_key.n ? bindings_successor(&bindings, session) : SIZE_MAX;

                if (next != SIZE_MAX)
                        end_by_successor(session, &timeline->sessions[next]);
                if (session->ended_by == ENDED_OPEN)
                        end_by_silence(timeline, &stops, session);
        }
        bindings_release(&bindings);
        free(stops.items);
        return r;
}
