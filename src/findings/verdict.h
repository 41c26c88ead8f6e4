/*
 * verdict: where the fault of what was found lies. README, The report: diagnosis.
 */
#ifndef FINDINGS_VERDICT_H
#define FINDINGS_VERDICT_H

#include "findings/finding.h"

/* Fill findings->diagnosis from the findings that are shown. The time that logs have
 * to cover is [from, to], a side that is TIME_UNKNOWN taken from the logs. 0 or -ENOMEM. */
int find_verdict(struct findings *findings, const struct timeline *timeline, int64_t from_ms, int64_t to_ms);

#endif
