/*
 * wall: a member's wall clock where stamps carry no zone, and what it means in UTC.
 *
 * A clock that is set back prints an hour twice. The fold unrolls it: from the step
 * on it counts on, so that its times never run backwards and each of them names one
 * record's moment only.
 *
 *      written    01:58  01:59 | 01:00  01:01       (back by an hour at the bar)
 *      unrolled   01:58  01:59 | 02:00  02:01
 *
 * Whether the step was a change of the offset or a clock that was put right is not
 * known before all members are: then a reading says what to take off.
 */
#ifndef TIMELINE_WALL_H
#define TIMELINE_WALL_H

#include "timeline/offsets.h"

struct wall_step {
        int64_t before_ms, from_ms; /* unrolled: the record before it, the first one after it */
        int64_t back_ms;            /* unrolled = written + back, from here on */
        uint64_t line, offset;      /* of the first record after it */
};

/* An all-zero one has no steps. */
struct wall {
        struct wall_step *steps;
        size_t count, capacity;
};

/* The next record's stamp as it is written; before_ms is that of the one before it.
 * 0 or -ENOMEM. */
int wall_next(struct wall *wall, int64_t before_ms, int64_t written_ms, uint64_t line, uint64_t offset);
void wall_release(struct wall *wall);

/* Does a stamp run backwards by more than threads do that write out of turn? */
bool wall_runs_backwards(int64_t before_ms, int64_t written_ms);

/* What is added to stamps at the member's end. */
static inline int64_t wall_back_ms(const struct wall *wall) {
        return wall->count ? wall->steps[wall->count - 1].back_ms : 0;
}

/* Is the step one of these changes of the offset? */
bool wall_step_shows(const struct wall *wall, size_t step, const struct offsets *offsets);

int64_t wall_written_ms(const struct wall *wall, int64_t unrolled_ms);

/* ------------------------------------------------------------- reading */

/* utc = unrolled - minus, from a time on. */
struct reading_row {
        int64_t from_ms, minus_ms;
};

/* An all-zero one takes local times for UTC. */
struct reading {
        struct reading_row *rows;
        size_t count, capacity;
};

/* What is known of the member besides its steps. */
struct reading_hint {
        int64_t first_ms, last_ms;       /* unrolled */
        const struct offset_runs *votes; /* its own epochs, or NULL */
        bool first_time;                 /* in doubt it lies in the first of the two hours that are written alike */
};

struct reading_notes {
        bool in_doubt;            /* it may lie in the first or in the second as a whole */
        size_t unexplained;       /* steps that no change of offset explains */
        struct wall_step strange; /* the first of these */
};

/* Anew. 0 or -ENOMEM. */
int reading_make(struct reading *reading, const struct wall *wall, const struct offsets *offsets,
                 const struct reading_hint *hint, struct reading_notes *ret_notes);
void reading_release(struct reading *reading);

static inline int64_t reading_utc(const struct reading *reading, int64_t unrolled_ms) {
        size_t i = reading->count;

        while (i > 1 && unrolled_ms < reading->rows[i - 1].from_ms)
                i--;
        return i ? unrolled_ms - reading->rows[i - 1].minus_ms : unrolled_ms;
}

#endif
