#include "timeline/run.h"

#include <stdlib.h>

#include "base/buf.h"
#include "timeline/fold.h"
#include "timeline/timeline.h"

enum {
        AGREE_MS = 500,       /* samples this close say the same */
        NOTED_MS = 2000,      /* a sample this far off is noted */
        CLOSURE_SLACK_S = 60, /* a closure ends a run that began at most threshold + this before it */
        DATED_SAMPLES = 512,  /* a longer run is dated by its first ones: four hours of them */
};

const char *outcome_name(enum outcome outcome) {
        static const char *const names[] = { "open", "closed", "recovered", "replaced", "terminated" };

        return names[outcome];
}

void run_release(struct run *run) {
        free(run->samples);
        run->samples = NULL;
}

int64_t sample_tick_utc(const struct timeline *timeline, const struct event *sample) {
        return event_to_utc(timeline, sample, sample->tick_ms);
}

int64_t sample_idle_ms(const struct event *sample) {
        int64_t idle_ms = 0;

        event_number(sample, FIELD_IDLE_MS, &idle_ms);
        return idle_ms;
}

/* ------------------------------------------------------- silent_since */

static int64_t sample_silent_since(const struct timeline *timeline, const struct event *sample) {
        return sample_tick_utc(timeline, sample) - sample_idle_ms(sample);
}

static size_t count_agreeing(const struct timeline *timeline, const struct run *run, int64_t with) {
        size_t count = 0;

        for (size_t i = 0; i < run->count && i < DATED_SAMPLES; i++)
                count += llabs(sample_silent_since(timeline, run->samples[i]) - with) <= AGREE_MS;
        return count;
}

/* The value that most samples agree on; where none do, the last one's. */
static void date_run(const struct timeline *timeline, struct run *run) {
        run->silent_since_ms = sample_silent_since(timeline, run->samples[run->count - 1]);
        run->agreeing = 1;
        run->disagreeing = 0;
        run->worst_ms = 0;
        for (size_t i = 0; i < run->count && i < DATED_SAMPLES; i++) {
                int64_t value = sample_silent_since(timeline, run->samples[i]);
                size_t count = count_agreeing(timeline, run, value);

                if (count > run->agreeing) {
                        run->agreeing = count;
                        run->silent_since_ms = value;
                }
        }
        for (size_t i = 0; i < run->count; i++) {
                int64_t off = sample_silent_since(timeline, run->samples[i]) - run->silent_since_ms;

                if (llabs(off) <= NOTED_MS)
                        continue;
                run->disagreeing++;
                if (llabs(off) > llabs(run->worst_ms))
                        run->worst_ms = off;
        }
}

/* ------------------------------------------------------------ the walk */

/* What is known while a session's events are walked in time order. */
struct walk {
        const struct timeline *timeline;
        struct session *session;
        struct run *open; /* the run at hand, or NULL */
        const struct event *request;
        int64_t highest_rid;
        const struct event *sample; /* the latest */
        const struct event *closed; /* "A session is closed for": whose, it does not say for sure */
};

/* A request since the last sample's round of the reaper began stood before it and
 * did not count then. Where a later record shows that the client is back, it was the return. */
static const struct event *real_ender(const struct walk *walk, enum outcome outcome, const struct event *ender) {
        const struct run *run = walk->open;
        const struct event *last = run->samples[run->count - 1];

        if (outcome == OUTCOME_RECOVERED && run->doubt &&
            run->doubt->utc_ms >= time_floor_second(sample_tick_utc(walk->timeline, last)))
                return run->doubt;
        return ender;
}

static void end_run(struct walk *walk, enum outcome outcome, const struct event *ender) {
        if (!walk->open)
                return;
        ender = real_ender(walk, outcome, ender);
        walk->open->outcome = outcome;
        walk->open->ender = ender;
        walk->open->ended_ms = ender->utc_ms;
        walk->open = NULL;
}

static int begin_run(struct walk *walk) {
        struct session *session = walk->session;
        int r = array_reserve(&session->runs, &session->run_capacity, session->run_count + 1, sizeof(*session->runs));

        if (r < 0)
                return r;
        walk->open = &session->runs[session->run_count++];
        *walk->open = (struct run){ .outcome = OUTCOME_OPEN, .last_request = walk->request };
        return 0;
}

static int add_sample(struct walk *walk, const struct event *sample) {
        struct run *run = walk->open;
        int r = array_reserve(&run->samples, &run->capacity, run->count + 1, sizeof(*run->samples));

        if (r < 0)
                return r;
        run->samples[run->count++] = sample;
        if (sample_idle_ms(sample) > run->peak_idle_ms)
                run->peak_idle_ms = sample_idle_ms(sample);
        run->ended_ms = sample->utc_ms;
        return 0;
}

/* A request seemed to end the last run, but the sample counts from before it. */
static void reopen_run(struct walk *walk, const struct event *sample) {
        struct session *session = walk->session;
        struct run *last = session->run_count ? &session->runs[session->run_count - 1] : NULL;
        int64_t tick_ms = sample_tick_utc(walk->timeline, sample);
        const struct event *before;

        if (walk->open || !last || last->outcome != OUTCOME_RECOVERED || event_kind(last->ender) != EVENT_REQUEST)
                return;
        before = last->samples[last->count - 1];
        if (!samples_continue(sample_idle_ms(before), sample_tick_utc(walk->timeline, before), sample_idle_ms(sample),
                              tick_ms) ||
            !sample_outlasts_request(sample_idle_ms(sample), tick_ms, last->ender->utc_ms))
                return;
        last->outcome = OUTCOME_OPEN;
        last->doubt = last->ender;
        last->ender = NULL;
        walk->open = last;
}

/* The closed session is gone. The reaper may still print its sample, and behind it
 * stands what was logged before a clock was set back. A sample by JID alone may be of
 * the agent's next session. */
static bool is_behind_closure(const struct session *session, const struct event *sample) {
        struct str sid;

        return session->closure && (session->closure->utc_ms >= sample->utc_ms || event_text(sample, FIELD_SID, &sid));
}

static int walk_sample(struct walk *walk, const struct event *sample) {
        int64_t idle_ms = sample_idle_ms(sample);
        const struct event *before = walk->sample;
        int r;

        walk->sample = sample;
        if (idle_ms > walk->session->peak_idle_ms || walk->session->peak_idle_ms < 0)
                walk->session->peak_idle_ms = idle_ms > 0 ? idle_ms : 0;
        if (is_behind_closure(walk->session, sample))
                return 0;
        reopen_run(walk, sample);
        if (walk->open && !samples_continue(sample_idle_ms(before), sample_tick_utc(walk->timeline, before), idle_ms,
                                            sample_tick_utc(walk->timeline, sample)))
                end_run(walk, OUTCOME_RECOVERED, sample);
        if (idle_ms <= 0)
                return 0;
        if (!walk->open) {
                r = begin_run(walk);
                if (r < 0)
                        return r;
        }
        return add_sample(walk, sample);
}

static void walk_request(struct walk *walk, const struct event *request) {
        int64_t rid;

        if (!event_number(request, FIELD_RID, &rid) || rid <= walk->highest_rid)
                return;
        walk->highest_rid = rid;
        walk->request = request;
        walk->session->last_request_ms = request->utc_ms;
        end_run(walk, OUTCOME_RECOVERED, request);
}

/* The run that a closure ends: the open one, or the last one when nothing but a
 * request or a goodbye in the closure's own second seemed to end it. */
static struct run *run_of_closure(const struct walk *walk, const struct event *closure) {
        struct session *session = walk->session;
        struct run *last = session->run_count ? &session->runs[session->run_count - 1] : NULL;

        if (walk->open || !last)
                return walk->open;
        if (!last->ender || event_kind(last->ender) == EVENT_SAMPLE ||
            time_floor_second(last->ended_ms) != time_floor_second(closure->utc_ms))
                return NULL;
        return last;
}

/* Was the run still going when the closure's own round of the reaper printed its
 * sample? Then it is the closure's, whatever the limit may have been. */
static bool is_sampled_at(const struct timeline *timeline, const struct run *run, int64_t at_ms) {
        enum { SAME_ROUND_MS = 2000 };

        return at_ms - sample_tick_utc(timeline, run->samples[run->count - 1]) <= SAME_ROUND_MS;
}

static void walk_closure(struct walk *walk, const struct event *closure) {
        struct session *session = walk->session;
        struct run *run = run_of_closure(walk, closure);
        int64_t threshold_s;

        if (session->closure)
                return; /* one a session: a copy in other words */
        session->closure = closure;
        session->closed_ms = closure->utc_ms;
        session->ended_by = ENDED_IDLE_CLOSURE;
        walk->open = NULL;
        if (!run)
                return;
        date_run(walk->timeline, run);
        threshold_s = session_threshold_s(walk->timeline, session);
        if (!is_sampled_at(walk->timeline, run, closure->utc_ms) &&
            closure->utc_ms - run->silent_since_ms > (threshold_s + CLOSURE_SLACK_S) * MS_PER_SECOND) {
                run->outcome = OUTCOME_RECOVERED; /* unseen: too long ago for this closure */
                return;
        }
        run->outcome = OUTCOME_CLOSED;
        run->ender = closure;
        run->ended_ms = closure->utc_ms;
        session->closure_run = (size_t)(run - session->runs);
}

static void walk_end(struct walk *walk, const struct event *event, enum ended_by ended_by) {
        if (walk->session->ended_by != ENDED_OPEN)
                return;
        walk->session->ended_by = ended_by;
        walk->session->closed_ms = event->utc_ms;
}

static int walk_event(struct walk *walk, const struct event *event) {
        switch (event_kind(event)) {
        case EVENT_SAMPLE:
                return walk_sample(walk, event);
        case EVENT_CREATED:
        case EVENT_BOUND:
                if (walk->session->opened_ms == TIME_UNKNOWN)
                        walk->session->opened_ms = event->utc_ms;
                break;
        case EVENT_REQUEST:
                walk_request(walk, event);
                break;
        case EVENT_TERMINATED:
                end_run(walk, OUTCOME_TERMINATED, event);
                walk_request(walk, event);
                walk_end(walk, event, ENDED_TERMINATE);
                break;
        case EVENT_IDLE_CLOSED:
                walk_closure(walk, event);
                break;
        case EVENT_CLOSED:
                walk->closed = event;
                break;
        default:
                break;
        }
        return 0;
}

int runs_find(const struct timeline *timeline, struct session *session) {
        struct walk walk = { .timeline = timeline, .session = session, .highest_rid = -1 };

        for (size_t i = 0; i < session->event_count; i++) {
                int r = walk_event(&walk, session->events[i]);

                if (r < 0)
                        return r;
        }
        if (walk.closed && session->last_ms - walk.closed->utc_ms <= MS_PER_SECOND)
                walk_end(&walk, walk.closed, ENDED_UNKNOWN);
        for (size_t i = 0; i < session->run_count; i++)
                date_run(timeline, &session->runs[i]);
        /* Of very many sessions most have one. */
        array_fit(&session->runs, &session->run_capacity, session->run_count, sizeof(*session->runs));
        return 0;
}
