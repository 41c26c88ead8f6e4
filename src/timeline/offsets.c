#include "timeline/offsets.h"

#include <stdlib.h>

enum {
        STEP_MINUTES = 15,        /* every offset in use is a multiple */
        WIDEST_MINUTES = 18 * 60, /* of Greenwich, either way */
        MAX_RUNS = 64,            /* of a member: a clock is not set more often than that */
        MOST_RUNS = 4096,         /* of a node: so many changes are none */
        ENOUGH_VOTES = 3,         /* of a run between others, to be none of strays */
        ENOUGH_FOR_SUMMER = 2,    /* of one before or behind all others that is as far off as summer time is */
        SLACK_MS = 5000,          /* between a vote's time and the truth */
};

int64_t offset_ms(int16_t minutes) {
        return minutes == ZONE_UNKNOWN ? 0 : (int64_t)minutes * MS_PER_MINUTE;
}

bool offset_nearest(int64_t difference_ms, int16_t *ret_minutes, int64_t *ret_rest_ms) {
        const int64_t step = STEP_MINUTES * MS_PER_MINUTE;
        int64_t steps = (difference_ms + (difference_ms < 0 ? -step : step) / 2) / step;

        if (steps * STEP_MINUTES < -WIDEST_MINUTES || steps * STEP_MINUTES > WIDEST_MINUTES)
                return false;
        *ret_minutes = (int16_t)(steps * STEP_MINUTES);
        *ret_rest_ms = difference_ms - steps * step;
        return true;
}

/* ---------------------------------------------------------------- runs */

static void widen(struct offset_run *run, const struct offset_run *more) {
        if (more->from_ms < run->from_ms)
                run->from_ms = more->from_ms;
        if (more->to_ms > run->to_ms)
                run->to_ms = more->to_ms;
        run->votes += more->votes;
}

static int append(struct offset_runs *runs, const struct offset_run *run) {
        int r = array_reserve(&runs->items, &runs->capacity, runs->count + 1, sizeof(*runs->items));

        if (r == 0)
                runs->items[runs->count++] = *run;
        return r;
}

int offset_runs_add(struct offset_runs *runs, int64_t at_ms, int16_t minutes) {
        const struct offset_run vote = { .from_ms = at_ms, .to_ms = at_ms, .minutes = minutes, .votes = 1 };

        if (runs->count && runs->items[runs->count - 1].minutes == minutes) {
                widen(&runs->items[runs->count - 1], &vote);
                return 0;
        }
        if (runs->count < MAX_RUNS)
                return append(runs, &vote);
        /* So many changes are none: what counts is how many votes there were. */
        for (size_t i = runs->count; i-- > 0;) {
                if (runs->items[i].minutes == minutes) {
                        runs->items[i].votes++;
                        break;
                }
        }
        return 0;
}

void offset_runs_release(struct offset_runs *runs) {
        free(runs->items);
        *runs = (struct offset_runs){ 0 };
}

uint64_t offset_runs_votes(const struct offset_runs *runs, int16_t minutes) {
        uint64_t votes = 0;

        for (size_t i = 0; i < runs->count; i++)
                votes += runs->items[i].minutes == minutes ? runs->items[i].votes : 0;
        return votes;
}

uint64_t offset_runs_total(const struct offset_runs *runs) {
        uint64_t votes = 0;

        for (size_t i = 0; i < runs->count; i++)
                votes += runs->items[i].votes;
        return votes;
}

/* By offset, so that very many runs are counted once. */
struct votes {
        uint64_t of[2 * WIDEST_MINUTES + 1];
};

static uint64_t *votes_of(struct votes *votes, int16_t minutes) {
        const int at = minutes + WIDEST_MINUTES;

        return &votes->of[at < 0 ? 0 : at > 2 * WIDEST_MINUTES ? 2 * WIDEST_MINUTES : at];
}

static void count_votes(const struct offset_runs *runs, struct votes *ret_votes) {
        *ret_votes = (struct votes){ 0 };
        for (size_t i = 0; i < runs->count; i++)
                *votes_of(ret_votes, runs->items[i].minutes) += runs->items[i].votes;
}

/* The offset with most votes; among equals the smallest. */
static int16_t majority(const struct offset_runs *runs) {
        int16_t best = runs->items[0].minutes;
        struct votes votes;

        count_votes(runs, &votes);
        for (size_t i = 1; i < runs->count; i++) {
                int16_t minutes = runs->items[i].minutes;
                uint64_t some = *votes_of(&votes, minutes), most = *votes_of(&votes, best);

                if (some > most || (some == most && minutes < best))
                        best = minutes;
        }
        return best;
}

static void join_equal_neighbours(struct offset_runs *runs) {
        size_t kept = 0;

        for (size_t i = 0; i < runs->count; i++) {
                if (kept && runs->items[kept - 1].minutes == runs->items[i].minutes)
                        widen(&runs->items[kept - 1], &runs->items[i]);
                else
                        runs->items[kept++] = runs->items[i];
        }
        runs->count = kept;
}

static void keep_majority(struct offset_runs *runs) {
        const int16_t minutes = majority(runs);
        size_t kept = 0;

        for (size_t i = 0; i < runs->count; i++)
                if (runs->items[i].minutes == minutes)
                        runs->items[kept++] = runs->items[i];
        runs->count = kept;
        join_equal_neighbours(runs);
}

/* Logs that begin soon before a change to or from summer time, or end soon after one,
 * have few votes for what was then. Chance is seldom an hour off to the second, twice. */
static bool is_summer_time(const struct offset_runs *runs, size_t i) {
        const struct offset_run *run = &runs->items[i], *beside = i == 0                 ? run + 1
                                                                  : i + 1 == runs->count ? run - 1
                                                                                         : NULL;
        const int apart = beside ? abs(run->minutes - beside->minutes) : 0;

        return run->votes >= ENOUGH_FOR_SUMMER && (apart == 30 || apart == 60) && beside->votes >= ENOUGH_VOTES;
}

/* The run that is least of all: of few votes, for an offset that few are for. */
static size_t weakest(const struct offset_runs *runs, struct votes *votes) {
        size_t worst = 0;

        for (size_t i = 1; i < runs->count; i++) {
                const struct offset_run *run = &runs->items[i], *than = &runs->items[worst];

                if (is_summer_time(runs, i))
                        continue;
                if (is_summer_time(runs, worst) || run->votes < than->votes ||
                    (run->votes == than->votes && *votes_of(votes, run->minutes) < *votes_of(votes, than->minutes)))
                        worst = i;
        }
        return worst;
}

static void drop_strays(struct offset_runs *runs) {
        struct votes votes;

        join_equal_neighbours(runs);
        if (runs->count > MOST_RUNS)
                keep_majority(runs);
        count_votes(runs, &votes);
        while (runs->count > 1) {
                size_t i = weakest(runs, &votes);

                if (runs->items[i].votes >= ENOUGH_VOTES || is_summer_time(runs, i))
                        return;
                *votes_of(&votes, runs->items[i].minutes) -= runs->items[i].votes;
                memmove(&runs->items[i], &runs->items[i + 1], (runs->count - i - 1) * sizeof(*runs->items));
                runs->count--;
                join_equal_neighbours(runs);
        }
}

static bool runs_backwards(const struct offset_runs *runs) {
        for (size_t i = 1; i < runs->count; i++)
                if (runs->items[i].from_ms < runs->items[i - 1].to_ms - SLACK_MS)
                        return true;
        return false;
}

/* ------------------------------------------------------------- history */

int offsets_insert(struct offsets *offsets, size_t at, struct offset offset) {
        int r = array_reserve(&offsets->items, &offsets->capacity, offsets->count + 1, sizeof(*offsets->items));

        if (r < 0)
                return r;
        memmove(&offsets->items[at + 1], &offsets->items[at], (offsets->count - at) * sizeof(*offsets->items));
        offsets->items[at] = offset;
        offsets->count++;
        return 0;
}

int offsets_set(struct offsets *offsets, int16_t minutes) {
        offsets->count = 0;
        offsets->first_ms = offsets->last_ms = TIME_UNKNOWN;
        return offsets_insert(offsets, 0,
                              (struct offset){ .since_ms = INT64_MIN, .after_ms = INT64_MIN, .minutes = minutes });
}

void offsets_release(struct offsets *offsets) {
        free(offsets->items);
        *offsets = (struct offsets){ 0 };
}

size_t offsets_at_utc(const struct offsets *offsets, int64_t utc_ms) {
        size_t i = offsets->count - 1;

        while (i > 0 && utc_ms < offsets->items[i].since_ms)
                i--;
        return i;
}

bool offsets_have(const struct offsets *offsets, int16_t minutes) {
        for (size_t i = 0; i < offsets->count; i++)
                if (offsets->items[i].minutes == minutes)
                        return true;
        return false;
}

/* ------------------------------------------------------------ evidence */

int offset_evidence_add(struct offset_evidence *evidence, const struct offset_runs *member, bool is_local) {
        struct offset_runs own = { 0 };
        int r = 0;

        evidence->total += offset_runs_total(member);
        for (size_t i = 0; i < member->count && r == 0; i++) {
                struct offset_run run = member->items[i];

                if (is_local) {
                        run.from_ms -= offset_ms(run.minutes);
                        run.to_ms -= offset_ms(run.minutes);
                }
                r = append(&own, &run);
        }
        drop_strays(&own);
        if (r == 0 && runs_backwards(&own))
                keep_majority(&own);
        for (size_t i = 0; i < own.count && r == 0; i++)
                r = append(&evidence->runs, &own.items[i]);
        offset_runs_release(&own);
        return r;
}

void offset_evidence_release(struct offset_evidence *evidence) {
        offset_runs_release(&evidence->runs);
        *evidence = (struct offset_evidence){ 0 };
}

static int compare_runs(const void *a, const void *b) {
        const struct offset_run *x = a, *y = b;

        if (x->from_ms != y->from_ms)
                return x->from_ms < y->from_ms ? -1 : 1;
        if (x->to_ms != y->to_ms)
                return x->to_ms < y->to_ms ? -1 : 1;
        return (x->minutes > y->minutes) - (x->minutes < y->minutes);
}

int offset_evidence_decide(struct offset_evidence *evidence, struct offsets *ret_offsets, uint64_t *ret_votes) {
        struct offset_runs *runs = &evidence->runs;
        int r = 0;

        if (runs->count == 0)
                return 0;
        qsort(runs->items, runs->count, sizeof(*runs->items), compare_runs);
        drop_strays(runs);
        if (runs_backwards(runs))
                keep_majority(runs);
        ret_offsets->count = 0;
        for (size_t i = 0; i < runs->count && r == 0; i++)
                r = offsets_insert(ret_offsets, i,
                                   (struct offset){ .since_ms = i ? runs->items[i].from_ms : INT64_MIN,
                                                    .after_ms = i ? runs->items[i - 1].to_ms : INT64_MIN,
                                                    .minutes = runs->items[i].minutes });
        ret_offsets->first_ms = runs->items[0].from_ms;
        ret_offsets->last_ms = runs->items[runs->count - 1].to_ms;
        *ret_votes = offset_runs_total(runs);
        return r < 0 ? r : 1;
}
