/*
 * causes: why an agent was forced out, by all that the bundles know together. A report says
 * presence_loss where its own notification logs cover the moment and know no closure, and
 * undetermined where they do not; the server that had the agent's session may be in another
 * bundle, with the closure or the stop of the service.
 */
#ifndef FLEET_CAUSES_H
#define FLEET_CAUSES_H

#include "fleet/derive.h"

/* Kinds of finding about one agent: an incident that has several is called by the strongest. */
enum strength { OF_NO_AGENT, SILENCE, UNANSWERED, CLOSURE, FORCED };

/* A finding of an agent, as part of an incident. */
struct part {
        struct fleet_finding *finding;
        struct str who;   /* the agent in lower case, interned */
        int64_t from, to; /* UTC, ms: where other parts may join */
        int64_t slack;    /* ms that the clocks of its servers may differ by, beside SKEW_MS */
        enum strength strength;
};

/* No loss of presence is in the logs that tell of it: it may lie up to LOSS_MS before. */
bool part_has_no_loss(const struct part *part);

/* Fill cause, joined_from and confidence, where one was forced out. */
void incident_find_cause(const struct derive *derive, struct fleet_incident *incident, const struct part *parts,
                         size_t count);

#endif
