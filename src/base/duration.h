/*
 * duration: ISO 8601 durations, as Java's Duration prints them: "PT12.345S",
 * "PT1M3.2S", "PT-0.004S". Days to seconds; months and years have no fixed length
 * and are refused.
 */
#ifndef BASE_DURATION_H
#define BASE_DURATION_H

#include "base/str.h"

/* The whole slice in milliseconds, what is finer cut off towards zero. False when
 * it is no such duration or does not fit. */
bool duration_parse(struct str s, int64_t *ret_ms);

#endif
