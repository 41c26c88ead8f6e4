/*
 * similar: names of agents that look like one that is not there: a digit that was
 * mistyped, an id without its prefix.
 */
#ifndef FINDINGS_SIMILAR_H
#define FINDINGS_SIMILAR_H

#include "timeline/agent.h"

enum { MOST_SIMILAR = 5 };

/* Those that are most similar, by name; how many there are. */
size_t find_similar(const struct agents *agents, struct str asked,
                    const struct agent *ret_similar[static MOST_SIMILAR]);

#endif
