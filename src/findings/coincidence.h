/*
 * coincidence: closures that no burst holds, and that lie together all the same. A burst
 * wants half of the open desktops, or of one address prefix; where addresses are not
 * logged a small site that is cut off makes none, and yet its agents are no single ones.
 */
#ifndef FINDINGS_COINCIDENCE_H
#define FINDINGS_COINCIDENCE_H

#include <stddef.h>
#include <stdint.h>

struct coincidence {
        size_t count;  /* of moments that lie together; 0: no more than chance brings */
        int64_t at_ms; /* the first of them */
};

/* The most that lie within `window_ms`, of moments that are spread over `whole_ms`. Sorts
 * the moments. */
struct coincidence coincidence_find(int64_t *moments, size_t count, int64_t window_ms, int64_t whole_ms);

#endif
