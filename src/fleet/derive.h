/*
 * derive: what the sets of a fleet come to. Each step fills its part of the report from the
 * sets and from what the steps before it made.
 */
#ifndef FLEET_DERIVE_H
#define FLEET_DERIVE_H

#include "fleet/fleet.h"

struct derive {
        struct fleet *fleet;
        struct arena *arena;
        struct fleet_report *report;
        const struct fleet_finding **restarts; /* of servers, in order of time */
        size_t restart_count;
};

enum {
        SKEW_MS = 2000, /* what two servers' clocks may differ by: more is told of as BS508 */
        CLOSED_BEFORE_MS = 10 * 1000,
        CLOSED_AFTER_MS = 2 * 1000,
        LOSS_MS = 185 * 1000, /* as in findings/cause.h: a loss this long before may be a forced logout's reason */
        POLL_MS = 35 * 1000,  /* over which held polls of a cut line run out */
        INSTANT_MS = 5000,
        BURST_MIN = 5,
        BURST_PERCENT = 20,
};

int derive_incidents(struct derive *derive);
int derive_bursts(struct derive *derive);
int derive_days(struct derive *derive);
int derive_sites(struct derive *derive);
int derive_agents(struct derive *derive);
int derive_rules(struct derive *derive);
int derive_gaps(struct derive *derive);
int derive_verdict(struct derive *derive);

/* Copies into the arena. 0 or -ENOMEM. */
int derive_text(struct derive *derive, struct str text, struct str *ret_text);
__attribute__((format(printf, 3, 4))) int derive_say(struct derive *derive, struct view_texts *texts,
                                                     const char *format, ...);
/* In lower case, one copy for each; they live as long as the fleet. */
int derive_lower(struct derive *derive, struct str text, struct str *ret_lower);
/* Twelve hex digits. */
int derive_id(struct derive *derive, uint64_t print, struct str *ret_id);

/* The bundle of that id, or NULL. */
const struct fleet_bundle *derive_bundle(const struct fleet_report *report, struct str id);

/* Is it one that says something: with a report, in which something could be analysed? */
bool fleet_bundle_is_read(const struct fleet_bundle *bundle);

/* Silences that ended well are no losses. */
bool fleet_incident_is_loss(const struct fleet_incident *incident);

/* When it began, else when it ended. TIME_UNKNOWN where neither is known. */
int64_t fleet_finding_time(const struct fleet_finding *finding);

#endif
