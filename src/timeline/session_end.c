/*
 * How sessions end where no record of their own says so: another session took
 * the JID, the service stopped, or the logs end first.
 */
#include <stdlib.h>

#include "timeline/binding.h"
#include "timeline/timeline.h"

enum {
        SEEN_MS = 65000,       /* a session is there if it was seen in the 65 s before */
        SAME_MOMENT_MS = 2000, /* records of one incident in a log of whole seconds */
};

static const struct event *binding_record(const struct session *session) {
        for (size_t i = 0; i < session->event_count; i++)
                if (session->events[i]->utc_ms >= session->bound_ms)
                        return session->events[i];
        return NULL;
}

static bool was_there(const struct session *session, int64_t at_ms) {
        return session->first_ms <= at_ms + SAME_MOMENT_MS && session->last_ms >= at_ms - SEEN_MS;
}

/* Its first stop at which the session was there; a service that came up and was stopped
 * again loses those who had signed in between. TIME_UNKNOWN: at none. */
static int64_t lost_at(const struct outage *outage, const struct session *session) {
        if (was_there(session, outage->heard_ms))
                return outage->down_ms;
        for (size_t i = 0; i < outage->marker_count; i++) {
                const struct event *marker = outage->markers[i];

                if (event_kind(marker) == EVENT_SERVER_STOPPED && was_there(session, marker->utc_ms))
                        return marker->utc_ms;
        }
        return TIME_UNKNOWN;
}

/* The first outage of its node at which the session was there. No session outlives
 * one: what is logged of it later are requests that no longer find it. */
static struct outage *outage_of(const struct timeline *timeline, const struct session *session, int64_t *ret_lost_ms) {
        for (size_t i = 0; i < timeline->outages.count; i++) {
                struct outage *outage = &timeline->outages.items[i];

                if (!str_eq(outage->node, session->node))
                        continue;
                *ret_lost_ms = lost_at(outage, session);
                if (*ret_lost_ms != TIME_UNKNOWN)
                        return outage;
        }
        return NULL;
}

/* The session that took this one's place while it was there: a sign-in long after
 * its last record replaced nobody. */
static const struct session *successor_of(const struct timeline *timeline, const struct bindings *bindings,
                                          const struct session *session) {
        size_t next = session->jid_key.n ? bindings_successor(bindings, session) : SIZE_MAX;
        int64_t limit_ms = SEEN_MS + session_wait_s(timeline, session) * MS_PER_SECOND;

        if (next == SIZE_MAX || timeline->sessions[next].bound_ms - session->last_ms > limit_ms)
                return NULL;
        return &timeline->sessions[next];
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
                /* Of a log whose clock was set back, the record at its end. */
                last = input_to_utc(input, input->summary->last_ms);
                if (end == TIME_UNKNOWN || last > end)
                        end = last;
        }
        return end;
}

/* A run that would have gone on ends where the session does. */
static void end_runs(struct session *session, int64_t at_ms, enum outcome outcome, const struct event *ender) {
        for (size_t i = 0; i < session->run_count; i++) {
                struct run *run = &session->runs[i];
                bool went_on =
                        run->outcome == OUTCOME_OPEN || (run->outcome == OUTCOME_RECOVERED && run->ended_ms > at_ms);

                if (!went_on || run->silent_since_ms > at_ms)
                        continue;
                run->outcome = outcome;
                run->ender = ender;
                if (outcome != OUTCOME_OPEN)
                        run->ended_ms = at_ms;
        }
}

static void end_session(struct session *session, int64_t at_ms, enum ended_by ended_by) {
        if (session->ended_by != ENDED_OPEN)
                return;
        session->ended_by = ended_by;
        session->closed_ms = at_ms;
}

static void lose(struct session *session, struct outage *outage, int64_t lost_ms) {
        if (session->ended_by != ENDED_OPEN)
                return;
        end_session(session, lost_ms, ENDED_SERVER_STOP);
        outage->sessions_lost += session->desktop && !session->service;
}

/* Whichever came first while the session was there: a stop of the service, or
 * another session with its JID. With neither it is open, or nobody knows. */
static void find_end(const struct timeline *timeline, const struct bindings *bindings, struct session *session) {
        int64_t lost_ms = TIME_UNKNOWN;
        struct outage *outage = outage_of(timeline, session, &lost_ms);
        const struct session *next = successor_of(timeline, bindings, session);

        if (outage && (!next || lost_ms <= next->bound_ms)) {
                lose(session, outage, lost_ms);
        } else if (next) {
                /* "A session is closed" is what the server says of it as well. */
                if (session->ended_by == ENDED_UNKNOWN && llabs(next->bound_ms - session->closed_ms) <= SAME_MOMENT_MS)
                        session->ended_by = ENDED_OPEN;
                end_runs(session, next->bound_ms, OUTCOME_REPLACED, binding_record(next));
                end_session(session, next->bound_ms, ENDED_REPLACED);
        } else if (session->ended_by == ENDED_OPEN && node_end(timeline, session->node) - session->last_ms > SEEN_MS) {
                session->ended_by = ENDED_UNKNOWN;
        }
}

int sessions_end(struct timeline *timeline) {
        struct bindings bindings = { 0 };
        int r = bindings_list(&bindings, timeline);

        for (size_t i = 0; i < timeline->session_count && r == 0; i++)
                find_end(timeline, &bindings, &timeline->sessions[i]);
        bindings_release(&bindings);
        return r;
}
