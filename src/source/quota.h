/*
 * quota: how many containers and files of a bundle are looked at, counted in the
 * order of the walk, so that a report never depends on who was first.
 *
 * Parts that are walked side by side do not know what came before them. While they are,
 * it is only watched whether a limit could be passed: then `passed` is set, all that
 * was found is forgotten, and the bundle is walked again, one part after the other.
 * In that order, which one thread alone has at once, the counts are exact. So a limit
 * costs nothing where it is not hit.
 *
 * An archive may have half of what is left, so that one leaves room for those behind it.
 *
 * What cannot be read twice, standard input, is walked in order from the beginning.
 */
#ifndef SOURCE_QUOTA_H
#define SOURCE_QUOTA_H

#include <stdatomic.h>

#include "base/diag.h"
#include "base/limits.h"

struct quota_count {
        atomic_uint_fast64_t taken;
        uint64_t most;     /* in order: for the archive at hand */
        uint64_t left_out; /* in order: how many were refused */
};

struct quota {
        const struct limits *limits;
        bool in_order;
        atomic_bool passed;
        struct quota_count containers, inputs;
        uint64_t cuts; /* in order: what unpacked to too much; see source/meter.h */
};

void quota_init(struct quota *quota, const struct limits *limits, bool in_order);

/* One more, in so many archives. 1, 0 where it is to be left out, or -ECANCELED: the walk begins again. An input with
 * a very long path, which is kept and told of, counts as several: each further 256 bytes as one more. */
int quota_container(struct quota *quota, unsigned archives);
int quota_input(struct quota *quota, unsigned archives, size_t path_bytes);

/* In order: an archive begins, and is over. */
struct quota_share {
        uint64_t containers, inputs;
};
struct quota_share quota_enter(struct quota *quota);
void quota_leave(struct quota *quota, struct quota_share before);

/* In order: what was left out so far. */
static inline uint64_t quota_left_out(const struct quota *quota) {
        return quota->containers.left_out + quota->inputs.left_out;
}

/* Not in order, and a limit may be passed: -ECANCELED. */
int quota_pass(struct quota *quota);

/* In order: what a part counted is forgotten, for it is walked again. */
struct quota_mark {
        uint64_t containers, containers_left_out, inputs, inputs_left_out, cuts;
};
struct quota_mark quota_mark(const struct quota *quota);
void quota_return(struct quota *quota, struct quota_mark mark);

/* From the beginning, in order. */
void quota_restart(struct quota *quota);

/* What was left out. 0 or -ENOMEM. */
int quota_tell(const struct quota *quota, struct diags *diags);

#endif
