/*
 * unmatched: what the records say that no rule made an event of. Per member they
 * are counted by their outline (events/outline.h), each with its first record as
 * an example; the join adds up the members.
 *
 * A member with more kinds of them than limits.max_unmatched_shapes has the first
 * so many in its own order; records of the others are only counted. So what is
 * kept depends on the member alone, never on when it was read.
 */
#ifndef TIMELINE_UNMATCHED_H
#define TIMELINE_UNMATCHED_H

#include "base/limits.h"
#include "events/record.h"
#include "timeline/input.h"

/* Records of one outline. All but the count are those of the first record. */
struct unmatched_kind {
        struct str outline;
        struct str shape;         /* what is shown of it */
        struct str level, logger; /* empty where the line has none */
        struct str text;          /* masked and cut to max_evidence_bytes */
        bool text_cut;
        uint32_t message_at; /* of the text: behind the header */
        uint64_t count, line, offset;
        uint32_t input; /* its index; once it is known */
        enum family family;
};

/* Many records say the very same. */
struct said {
        size_t length; /* 0: empty */
        uint32_t kind;
        char text[248]; /* a whole message, continuation lines included */
};

enum { SAID_COUNT = 64 /* a power of two */ };

struct unmatched {
        struct arena arena;
        struct intern outlines;
        struct unmatched_kind *kinds; /* by the id of the outline */
        size_t count, capacity;
        uint64_t others; /* records whose outline did not fit in */

        /* Only while records are added. */
        struct buf outline, scratch;
        struct said *said; /* SAID_COUNT of them, by the hash of the text */
};

/* NULL when out of memory. */
struct unmatched *unmatched_new(void);
void unmatched_free(struct unmatched *unmatched);

/* The member is at its end: what only served to add is given back. */
void unmatched_finish(struct unmatched *unmatched);

/* How much memory it takes, in the sum of all members too. */
uint64_t unmatched_weight(const struct unmatched *unmatched);

/* One record more; is there room for a kind that is new? 0 or -ENOMEM. */
int unmatched_add(struct unmatched *unmatched, const struct limits *limits, const struct record *record, bool room);

/* All members together, those that hold the same bytes once. */
struct unmatched_sum {
        struct unmatched_kind *kinds; /* by (count, most first; family, outline); texts are the members' own */
        size_t count, capacity;
        uint64_t records, others, limited_inputs;
};

/* 0 or -ENOMEM. `ret_sum` is released also after a failure. */
int unmatched_join(const struct inputs *inputs, struct unmatched_sum *ret_sum);
void unmatched_sum_release(struct unmatched_sum *sum);

#endif
