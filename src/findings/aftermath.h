/*
 * aftermath: what became of the agent whose desktop was closed as idle. Most are forced
 * out 60 s later; where nobody was, this says why not.
 */
#ifndef FINDINGS_AFTERMATH_H
#define FINDINGS_AFTERMATH_H

#include "findings/finding.h"

/* Fill `aftermath` of every idle closure, and say it in `why`. Wants the forced logouts.
 * 0 or -ENOMEM. */
int find_aftermaths(struct findings *findings, const struct timeline *timeline);

/* "forced_out", "back", ...; NULL for AFTERMATH_UNKNOWN. */
const char *aftermath_name(enum aftermath aftermath);

#endif
