/*
 * shown: a fleet report as a form shows it: in whose time. The server's time is that of most
 * bundles; servers of other zones keep their place in UTC.
 */
#ifndef FLEET_SHOWN_H
#define FLEET_SHOWN_H

#include "fleet/fleet.h"
#include "render/phrase.h"
#include "render/style.h"

struct shown {
        const struct fleet_report *report;
        const struct style *style;
        struct view clock; /* nothing but the offset */
};

void shown_init(struct shown *shown, const struct fleet_report *report, const struct style *style);

/* "forced logout", "session closed as idle" */
void shown_kind(struct phrase *phrase, struct str kind);

/* The one sentence that is the answer. */
void shown_answer(struct phrase *phrase, const struct shown *shown);

/* What an incident was, in one sentence without its time. */
void shown_incident(struct phrase *phrase, const struct shown *shown, const struct fleet_incident *incident);
void shown_burst(struct phrase *phrase, const struct fleet_burst *burst);

/* "10 hours", "35 minutes" */
void shown_seconds(struct phrase *phrase, int64_t seconds);

/* "a, b and 3 more" */
void shown_list(struct phrase *phrase, const struct view_texts *texts, size_t most);

#endif
