/*
 * timeline: the joined whole. All summaries of a bundle become one ordered list
 * of events on one clock, with the sessions and agents that they are about.
 *
 *      inputs (summaries) --order, clock--> events --> sessions (runs) --> agents
 *
 * The join is a union: an event that stands in several files (all.log and
 * info.log, Error-Desktop and Desktop, a file collected twice) counts once. Of
 * records that are equal to the letter, as many stay as the file that has most
 * of them holds.
 */
#ifndef TIMELINE_TIMELINE_H
#define TIMELINE_TIMELINE_H

#include "timeline/agent.h"
#include "timeline/clock.h"
#include "timeline/coverage.h"
#include "timeline/outage.h"
#include "timeline/server.h"
#include "timeline/session.h"

struct timeline {
        struct arena arena;
        struct intern words; /* addresses and keys, over all members */
        const struct ruleset *ruleset;
        const struct limits *limits;
        struct inputs *inputs;
        struct clocks clocks;

        struct event **events; /* the summaries' own, by (UTC, family, input, line) */
        size_t event_count;

        struct session *sessions; /* by (first record, node, sid) */
        size_t session_count, session_capacity;
        uint64_t sessions_dropped; /* parts of further ones, left out for the limit */

        struct outages outages;
        struct server_events server;
        struct agents agents;
        struct coverage coverage;
        uint64_t *hits;              /* by rule index: what stands in two files counts once, see twins.h */
        struct str service_versions; /* timeline/versions.h */
        uint64_t newest_version;     /* likewise, 0 when unknown */
};

/* Join. `timeline` is released by the caller even when this fails. 0 or -ENOMEM. */
int timeline_join(struct timeline *timeline, const struct ruleset *ruleset, const struct limits *limits,
                  struct inputs *inputs, int16_t tz_option, struct diags *diags);
void timeline_release(struct timeline *timeline);

static inline const struct input *event_input(const struct timeline *timeline, const struct event *event) {
        return timeline->inputs->items[event->input];
}

/* The order of timeline.events: <0, 0, >0. */
int event_compare(const struct event *a, const struct event *b);

/* The UTC instant of a time of an event's input, such as its stamp's. */
int64_t event_to_utc(const struct timeline *timeline, const struct event *event, int64_t local_ms);

#endif
