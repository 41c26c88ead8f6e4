/*
 * topic: which of the pack's advice fits a finding. Topics are spelt out in
 * rules/knowledge.h.
 */
#ifndef FINDINGS_TOPIC_H
#define FINDINGS_TOPIC_H

#include "findings/finding.h"

/* Does the advice fit a finding, or a verdict, of that product (empty: unknown)? */
bool advice_fits(const struct advice *advice, const struct finding *finding, struct str product);
bool advice_fits_verdict(const struct advice *advice, enum verdict verdict, struct str product);

#endif
