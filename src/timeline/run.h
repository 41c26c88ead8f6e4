/*
 * run: a stretch of samples through which a client stayed silent, and how it
 * came to an end. README, The report: silent_since, idle_escalation.
 */
#ifndef TIMELINE_RUN_H
#define TIMELINE_RUN_H

#include "events/event.h"

struct session;
struct timeline;

enum outcome { OUTCOME_OPEN, OUTCOME_CLOSED, OUTCOME_RECOVERED, OUTCOME_REPLACED, OUTCOME_TERMINATED };

struct run {
        const struct event **samples; /* in time order, at least one */
        size_t count, capacity;
        int64_t peak_idle_ms;
        int64_t silent_since_ms; /* UTC */
        size_t agreeing;         /* samples within AGREE_MS of it */
        size_t disagreeing;      /* samples more than NOTED_MS away */
        int64_t worst_ms;        /* how far the worst of those is away, signed */

        const struct event *last_request; /* the newest request before it, or NULL */
        enum outcome outcome;
        const struct event *doubt; /* a request that seemed to end it, since the last sample's round began, or NULL */
        const struct event *ender; /* the record that ended it, or NULL */
        int64_t ended_ms;          /* UTC; the last sample's time where it is open */
};

/* Find the runs of a session whose events are in order, its opening, its end as
 * its own records tell it, and its last request. 0 or -ENOMEM. */
int runs_find(const struct timeline *timeline, struct session *session);
void run_release(struct run *run);

/* UTC of a sample's reaper run, which all its samples share. */
int64_t sample_tick_utc(const struct timeline *timeline, const struct event *sample);
int64_t sample_idle_ms(const struct event *sample);

const char *outcome_name(enum outcome outcome);

#endif
