/*
 * cause: why an agent was forced out. README, The report: forced_logout.
 *
 *      loss of presence ---- with an idle closure of the agent's ---> idle_closure
 *            |               with a stop or crash of the service ---> server_event
 *            |               with neither, and that would be logged -> presence_loss
 *            |               with neither, and nobody knows --------> undetermined
 *      none, or it came back ---------------------------------------> server_event,
 *                                                 unexplained, undetermined
 */
#ifndef FINDINGS_CAUSE_H
#define FINDINGS_CAUSE_H

#include "findings/finding.h"
#include "findings/lost_desktop.h"

enum {
        LOSS_MS = 185 * 1000, /* a loss of presence this long before it may be its reason */
        CLOSED_BEFORE_MS = 10 * 1000,
        CLOSED_AFTER_MS = 2 * 1000,
        OUTAGE_LOSS_MS = 10 * 1000, /* a loss this soon after a stop or crash came with it */
};

/* The desktop that was lost, its closure, and the cause; what is missing to tell
 * more. Wants forced.loss, forced.back, end_ms and node. 0 or -ENOMEM. */
int find_cause(struct lost_desktops *desktops, struct finding *finding);

/* One more thing that would have told more; beyond FINDING_MISSING it is left out. */
void finding_lacks(struct finding *finding, const char *what);

#endif
