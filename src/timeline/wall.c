#include "timeline/wall.h"

#include <stdlib.h>

enum {
        OUT_OF_TURN_MS = 60 * 1000,     /* threads may write out of turn by less */
        QUARTER_MS = 15 * 60 * 1000,    /* clocks of zones are set by multiples */
        PAUSE_MS = 31 * 1000,           /* between two runs of the reaper, which is the longest in a busy log */
        FARTHEST_MS = 26 * 3600 * 1000, /* the largest difference of two zones: farther back, files were joined */
        MAX_STEPS = 64,
        CHANGE_SLACK_MS = 60 * 1000, /* between a change and the records around it */
};

/* --------------------------------------------------------------- steps */

bool wall_runs_backwards(int64_t before_ms, int64_t written_ms) {
        return before_ms != TIME_UNKNOWN && before_ms - written_ms > OUT_OF_TURN_MS;
}

/* By how much was the clock set back? A quarter of an hour or several where the
 * pause between the records would be a short one. Else as if the pause had been
 * the reaper's: no time may mean two records, nor two of its runs become one. */
static int64_t step_back(int64_t difference_ms) {
        int64_t quarters = (difference_ms / QUARTER_MS + 1) * QUARTER_MS;

        return quarters - difference_ms <= PAUSE_MS ? quarters : difference_ms + PAUSE_MS;
}

int wall_next(struct wall *wall, int64_t before_ms, int64_t written_ms, uint64_t line, uint64_t offset) {
        const int64_t back_ms = wall_back_ms(wall);
        int64_t more_ms;
        int r;

        if (!wall_runs_backwards(before_ms, written_ms) || before_ms - written_ms > FARTHEST_MS ||
            wall->count == MAX_STEPS)
                return 0;
        r = array_reserve(&wall->steps, &wall->capacity, wall->count + 1, sizeof(*wall->steps));
        if (r < 0)
                return r;
        more_ms = step_back(before_ms - written_ms);
        wall->steps[wall->count++] = (struct wall_step){ .before_ms = before_ms + back_ms,
                                                         .from_ms = written_ms + back_ms + more_ms,
                                                         .back_ms = back_ms + more_ms,
                                                         .line = line,
                                                         .offset = offset };
        return 0;
}

void wall_release(struct wall *wall) {
        free(wall->steps);
        *wall = (struct wall){ 0 };
}

int64_t wall_written_ms(const struct wall *wall, int64_t unrolled_ms) {
        size_t i = wall->count;

        while (i > 0 && unrolled_ms < wall->steps[i - 1].from_ms)
                i--;
        return i ? unrolled_ms - wall->steps[i - 1].back_ms : unrolled_ms;
}

/* ------------------------------------------------------------- reading */

/* What a reading is made from, and where it stands. */
struct maker {
        struct reading *reading;
        const struct wall *wall;
        const struct offsets *offsets;
        const struct offset_runs *votes;
};

static int64_t back_before(const struct wall *wall, size_t step) {
        return step ? wall->steps[step - 1].back_ms : 0;
}

/* Is it this change, to a smaller offset, that the step shows? Then the record
 * before it is none after the change, and the other way round. */
static bool is_change(const struct maker *maker, size_t change, size_t step) {
        const struct offset *before = &maker->offsets->items[change - 1], *after = &maker->offsets->items[change];
        const struct wall_step *at = &maker->wall->steps[step];

        return after->minutes < before->minutes &&
               at->before_ms - back_before(maker->wall, step) - offset_ms(before->minutes) <=
                       after->since_ms + CHANGE_SLACK_MS &&
               at->from_ms - at->back_ms - offset_ms(after->minutes) >= after->since_ms - CHANGE_SLACK_MS;
}

/* The change that a step shows, 0 when none. */
static size_t change_of(const struct maker *maker, size_t step) {
        for (size_t i = 1; i < maker->offsets->count; i++)
                if (is_change(maker, i, step))
                        return i;
        return 0;
}

bool wall_step_shows(const struct wall *wall, size_t step, const struct offsets *offsets) {
        const struct maker maker = { .wall = wall, .offsets = offsets };

        return change_of(&maker, step) > 0;
}

static bool told_by_own_votes(const struct maker *maker, int16_t minutes) {
        return maker->votes && offset_runs_votes(maker->votes, minutes) > 0;
}

/* The offset at a piece's beginning. In an hour that came twice it is the second
 * time: the first would have run into the step, or tells itself by its votes. */
static size_t begin_piece(const struct maker *maker, int64_t written_ms, size_t next_step) {
        const struct offsets *offsets = maker->offsets;
        size_t i = offsets->count - 1;

        while (i > 0 && written_ms - offset_ms(offsets->items[i].minutes) < offsets->items[i].since_ms)
                i--;
        for (size_t step = next_step; step < maker->wall->count; step++) {
                size_t change = change_of(maker, step);

                if (change && change <= i)
                        i = change - 1;
        }
        while (i > 0 && written_ms - offset_ms(offsets->items[i - 1].minutes) < offsets->items[i].since_ms &&
               told_by_own_votes(maker, offsets->items[i - 1].minutes))
                i--;
        return i;
}

static int add_row(struct reading *reading, int64_t from_ms, int64_t minus_ms) {
        int r = array_reserve(&reading->rows, &reading->capacity, reading->count + 1, sizeof(*reading->rows));

        if (r == 0)
                reading->rows[reading->count++] = (struct reading_row){ from_ms, minus_ms };
        return r;
}

/* From a step (or the beginning) to the next: the changes on the way, of which none
 * may be the one that the next step shows. */
static int read_piece(const struct maker *maker, size_t piece, int64_t from_ms, size_t *i) {
        const struct offsets *offsets = maker->offsets;
        const int64_t back_ms = back_before(maker->wall, piece);
        const bool is_last = piece == maker->wall->count;
        const size_t shown = is_last ? 0 : change_of(maker, piece);
        const size_t end = shown ? shown : offsets->count;
        int r = add_row(maker->reading, from_ms, back_ms + offset_ms(offsets->items[*i].minutes));

        for (; r == 0 && *i + 1 < end; (*i)++) {
                int64_t at_ms = offsets->items[*i + 1].since_ms + offset_ms(offsets->items[*i].minutes) + back_ms;

                if (!is_last && at_ms >= maker->wall->steps[piece].from_ms)
                        break;
                r = add_row(maker->reading, at_ms, back_ms + offset_ms(offsets->items[*i + 1].minutes));
        }
        return r;
}

/* Nothing in a member without steps and votes tells which of two hours it lies in
 * that are written alike, if it lies in one of them as a whole. */
static bool is_in_doubt(const struct maker *maker, const struct reading_hint *hint, size_t i) {
        const struct offset *offset = &maker->offsets->items[i];

        return i > 0 && maker->wall->count == 0 && !(hint->votes && hint->votes->count) &&
               hint->last_ms - offset_ms(offset[-1].minutes) < offset->since_ms;
}

int reading_make(struct reading *reading, const struct wall *wall, const struct offsets *offsets,
                 const struct reading_hint *hint, struct reading_notes *ret_notes) {
        struct maker maker = { .reading = reading, .wall = wall, .offsets = offsets, .votes = hint->votes };
        struct reading_notes notes = { 0 };
        size_t i = begin_piece(&maker, hint->first_ms, 0);
        int r;

        reading->count = 0;
        notes.in_doubt = is_in_doubt(&maker, hint, i);
        i -= notes.in_doubt && hint->first_time;
        r = read_piece(&maker, 0, INT64_MIN, &i);
        maker.votes = NULL; /* they speak for the beginning only */
        for (size_t step = 0; step < wall->count && r == 0; step++) {
                const struct wall_step *at = &wall->steps[step];
                size_t change = change_of(&maker, step);

                if (!change && notes.unexplained++ == 0)
                        notes.strange = *at;
                i = change ? change : begin_piece(&maker, at->from_ms - at->back_ms, step + 1);
                r = read_piece(&maker, step + 1, at->from_ms, &i);
        }
        *ret_notes = notes;
        return r;
}

void reading_release(struct reading *reading) {
        free(reading->rows);
        *reading = (struct reading){ 0 };
}
