/*
 * verdict: where the fault of what was found lies. README, The report: diagnosis.
 */
#ifndef FINDINGS_VERDICT_H
#define FINDINGS_VERDICT_H

#include "findings/finding.h"

/* Fill findings->diagnosis from the findings that are shown. 0 or -ENOMEM. */
int find_verdict(struct findings *findings, const struct timeline *timeline);

#endif
