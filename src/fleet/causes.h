/*
 * causes: why an agent was forced out, by all that the bundles know together. A report says
 * presence_loss where its own notification logs cover the moment and know no closure, and
 * undetermined where they do not; the server that had the agent's session may be in another
 * bundle, with the closure or the stop of the service.
 */
#ifndef FLEET_CAUSES_H
#define FLEET_CAUSES_H

#include "fleet/derive.h"

/* A finding of an agent, as part of an incident. */
struct part {
        struct fleet_finding *finding;
        struct str who;
        int64_t from, to;
        int64_t slack; /* of the clocks */
        int strength;  /* of its kind */
};

/* What an incident is called by, if it has several kinds. */
enum { SILENCE = 1, UNANSWERED, CLOSURE, FORCED };

/* No loss of presence is in the logs that tell of it: it may lie up to LOSS_MS before. */
bool part_has_no_loss(const struct part *part);

/* Fill cause, joined_from and confidence, where one was forced out. */
void incident_find_cause(const struct derive *derive, struct fleet_incident *incident, const struct part *parts,
                         size_t count);

#endif
