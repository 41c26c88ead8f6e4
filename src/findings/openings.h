/*
 * openings: how many desktops were open at a moment, of all or of an address prefix.
 *
 * A session is open from its first record until it was closed or was last seen a while
 * ago, but for its silences. Each such stretch has a beginning and an end; how many are
 * open at a moment is how many had begun less how many had ended:
 *
 *      session    |====|  .silent.  |=====|
 *      begins     x                 x
 *      ends            x                  x
 *
 * Numbers of prefixes count from 0, which is everybody's, the empty one.
 */
#ifndef FINDINGS_OPENINGS_H
#define FINDINGS_OPENINGS_H

#include "timeline/timeline.h"

struct edge {
        uint32_t prefix;
        int64_t at_ms;
};

struct edges {
        struct edge *items; /* by prefix, then by time */
        size_t count, capacity;
};

struct openings {
        struct edges begins, ends;
        struct intern prefixes;
        uint32_t *numbers; /* of each session's prefixes, from the widest to the whole address */
        size_t number_count, number_capacity;
        size_t *first; /* by session: where its numbers begin; one more than there are sessions */
};

/* 0 or -ENOMEM; to be released either way. */
int openings_make(struct openings *openings, const struct session *const *sessions, size_t count);
void openings_release(struct openings *openings);

uint64_t openings_at(const struct openings *openings, uint32_t prefix, int64_t at_ms);

/* The prefixes of the session with that index, of which the last is the address. */
static inline const uint32_t *openings_prefixes(const struct openings *openings, size_t session, size_t *ret_count) {
        *ret_count = openings->first[session + 1] - openings->first[session];
        /* Nothing is added to a null pointer, not even zero. */
        return openings->numbers ? openings->numbers + openings->first[session] : NULL;
}

#endif
