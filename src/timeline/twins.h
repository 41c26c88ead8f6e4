/*
 * twins: errors that the web service's log and its log of errors both hold. Events
 * that stand in two files are dropped where they are joined; most events are only
 * counted, so their copies are counted too.
 */
#ifndef TIMELINE_TWINS_H
#define TIMELINE_TWINS_H

#include "timeline/input.h"

/* Remember an error. 0 or -ENOMEM. */
int twins_note(struct summary *summary, const struct event *event);

/* How often each rule (by its index) matched, what stands in two files counted once: an
 * error, and all of a file that holds the bytes of another. `ret_hits` is the caller's to
 * free. 0 or -ENOMEM. */
int twins_count(const struct inputs *inputs, size_t rule_count, uint64_t **ret_hits);

#endif
