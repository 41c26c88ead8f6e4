/*
 * versions: which version of the notification service wrote these logs.
 *
 * A start says it exactly; a rule may say which versions write its wording
 * (rules/version.h). All that was seen in a bundle becomes one list of clues, each
 * with the first and the last time it was seen, whatever file it stood in, so the
 * order of the files does not matter. In time order, clues that have versions in
 * common narrow one span; a clue that has none in common with it begins another:
 * the service was upgraded, or another node has another version.
 *
 *      3.8.2 .. 4.2.2   |-----------------|
 *      3.8.0 .. 3.9.3      |----|                  -> "3.8.2-3.9.3, 4.2.4"
 *      4.2.4                          |            (a start's own words)
 *      4.2.3 .. 4.3.2                  |-------|
 */
#ifndef TIMELINE_VERSIONS_H
#define TIMELINE_VERSIONS_H

#include "base/str.h"

struct timeline;

/* "3.9.3", "3.8.2-3.9.3", "4.7.0 or later", several in order with ", " between
 * them; in the timeline's arena, empty without a clue. `ret_newest` is the newest that
 * may have written any of the logs, 0 without a clue. 0 or -ENOMEM. */
int versions_find(struct timeline *timeline, struct str *ret_text, uint64_t *ret_newest);

#endif
