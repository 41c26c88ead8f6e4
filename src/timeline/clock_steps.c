/*
 * Changes of the offset that a log shows by itself: its clock is set back by whole
 * quarters of an hour, by no more than summer time is, at a time at which clocks are set.
 * Votes may lie on one side of it only; which side that is, the losses of presence beside
 * the closures tell.
 *
 *      written   02:58  02:59 | 02:00  02:01  02:13
 *      votes                                 +01:00       so it was +02:00 before the bar
 */
#include "timeline/clock.h"
#include "timeline/pairs.h"

enum {
        QUARTER_MS = 15 * 60 * 1000, /* clocks are set at the full hour, or one of its quarters */
        LEAST_MS = 30 * 60 * 1000,   /* that summer time is */
        MOST_MS = 2 * 3600 * 1000,
};

bool clock_is_of(const struct clock *clock, const struct input *input) {
        return input->summary && input->family == FAMILY_NOTIFICATION && str_eq(input->node, clock->node);
}

/* How many of an input's closures come with a loss of presence, by this history? Of two
 * hours that are written alike it may lie in either. */
static int count_in(const struct offsets *offsets, const struct input *input, const struct losses *losses,
                    int64_t skew_ms, size_t *ret_closures) {
        struct reading_hint hint = { .first_ms = input->summary->first_ms, .last_ms = input->summary->last_ms };
        struct reading reading = { 0 };
        struct reading_notes notes;
        size_t again = 0;
        int r = reading_make(&reading, &input->summary->wall, offsets, &hint, &notes);

        if (r == 0)
                r = losses_beside(losses, input, &reading, skew_ms, ret_closures);
        if (r == 0 && notes.in_doubt) {
                hint.first_time = true;
                r = reading_make(&reading, &input->summary->wall, offsets, &hint, &notes);
                if (r == 0)
                        r = losses_beside(losses, input, &reading, skew_ms, &again);
        }
        reading_release(&reading);
        if (again > *ret_closures)
                *ret_closures = again;
        return r;
}

static int count_fitting(const struct clock *clock, const struct offsets *offsets, const struct inputs *inputs,
                         const struct losses *losses, size_t *ret_closures) {
        const int64_t skew_ms = clock->skew_ms == TIME_UNKNOWN ? 0 : clock->skew_ms;
        int r = 0;

        *ret_closures = 0;
        for (size_t i = 0; i < inputs->count && r == 0; i++) {
                size_t closures = 0;

                if (!clock_is_of(clock, inputs->items[i]) || inputs->items[i]->summary->first_ms == TIME_UNKNOWN)
                        continue;
                r = count_in(offsets, inputs->items[i], losses, skew_ms, &closures);
                *ret_closures += closures;
        }
        return r;
}

/* A step between two records, as it is written. */
struct set_back {
        int64_t before_ms, from_ms;
        int16_t minutes; /* 0: no change of an offset looks like it */
};

static struct set_back set_back_by(const struct wall *wall, size_t at) {
        const struct wall_step *step = &wall->steps[at];
        const int64_t back_ms = step->back_ms - (at ? step[-1].back_ms : 0);
        struct set_back back = { .before_ms = wall_written_ms(wall, step->before_ms),
                                 .from_ms = step->from_ms - step->back_ms };

        /* A quarter's mark lies between the two, give or take the second of a stamp. */
        if (back_ms % QUARTER_MS == 0 && back_ms >= LEAST_MS && back_ms <= MOST_MS &&
            (back.before_ms - 1) / QUARTER_MS != (back.from_ms + back_ms + MS_PER_SECOND) / QUARTER_MS)
                back.minutes = (int16_t)(back_ms / MS_PER_MINUTE);
        return back;
}

/* The history with a change in front of all, or behind. 0 or -ENOMEM. */
static int with_change(const struct offsets *offsets, const struct set_back *back, bool behind,
                       struct offsets *ret_offsets) {
        const int16_t after = behind ? (int16_t)(offsets->items[offsets->count - 1].minutes - back->minutes)
                                     : offsets->items[0].minutes;
        const struct offset change = { .after_ms = back->before_ms - offset_ms((int16_t)(after + back->minutes)),
                                       .since_ms = back->from_ms - offset_ms(after),
                                       .minutes = after };
        int r = 0;

        ret_offsets->count = 0;
        for (size_t i = 0; i < offsets->count && r == 0; i++)
                r = offsets_insert(ret_offsets, i, offsets->items[i]);
        if (r == 0)
                r = offsets_insert(ret_offsets, behind ? offsets->count : 1, change);
        if (r == 0 && !behind)
                ret_offsets->items[0].minutes = (int16_t)(after + back->minutes);
        ret_offsets->first_ms = offsets->first_ms;
        ret_offsets->last_ms = offsets->last_ms;
        return r;
}

/* A history with one more change, and what speaks for it. */
struct guess {
        struct offsets offsets;
        size_t closures; /* that come with a loss of presence */
        bool fits_votes; /* and the votes are all on the side that they are for */
};

static int make_guess(struct guess *guess, const struct clock *clock, const struct set_back *back, bool behind,
                      const struct inputs *inputs, const struct losses *losses) {
        const struct offset *change;
        int r = with_change(&clock->offsets, back, behind, &guess->offsets);

        if (r < 0)
                return r;
        change = &guess->offsets.items[behind ? clock->offsets.count : 1];
        if (clock->offsets.first_ms != TIME_UNKNOWN)
                guess->fits_votes = behind ? change->after_ms >= clock->offsets.last_ms
                                           : change->since_ms <= clock->offsets.first_ms;
        return count_fitting(clock, &guess->offsets, inputs, losses, &guess->closures);
}

static bool is_surer(const struct guess *guess, const struct guess *other) {
        if (guess->closures != other->closures)
                return guess->closures > other->closures;
        return guess->fits_votes && !other->fits_votes;
}

/* The change is put where more closures have their losses; none where nothing tells. */
static int hear_step(struct clock *clock, const struct set_back *back, const struct inputs *inputs,
                     const struct losses *losses) {
        struct guess before = { 0 }, behind = { 0 };
        size_t known = 0;
        int r = count_fitting(clock, &clock->offsets, inputs, losses, &known);

        if (r == 0)
                r = make_guess(&before, clock, back, false, inputs, losses);
        if (r == 0)
                r = make_guess(&behind, clock, back, true, inputs, losses);
        if (r == 0 && (is_surer(&before, &behind) || is_surer(&behind, &before))) {
                struct guess *better = is_surer(&before, &behind) ? &before : &behind;
                const struct offsets old = clock->offsets;

                if (better->closures >= known) {
                        clock->offsets = better->offsets;
                        better->offsets = old;
                }
        }
        offsets_release(&before.offsets);
        offsets_release(&behind.offsets);
        return r;
}

int clock_hear_steps(struct clock *clock, const struct inputs *inputs, const struct losses *losses) {
        int r = 0;

        for (size_t i = 0; i < inputs->count && clock->offsets.items[0].minutes != ZONE_UNKNOWN; i++) {
                const struct wall *wall =
                        clock_is_of(clock, inputs->items[i]) ? &inputs->items[i]->summary->wall : NULL;

                for (size_t k = 0; wall && k < wall->count && r == 0; k++) {
                        const struct set_back back = set_back_by(wall, k);

                        if (back.minutes && !wall_step_shows(wall, k, &clock->offsets))
                                r = hear_step(clock, &back, inputs, losses);
                }
        }
        return r;
}
