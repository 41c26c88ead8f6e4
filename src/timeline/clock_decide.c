/*
 * What one node's evidence says of its clock.
 */
#include <stdlib.h>

#include "timeline/clock.h"
#include "timeline/pairs.h"

enum {
        ENOUGH_PAIRS = 3,     /* endings that agree, to be sure */
        LARGE_SKEW_MS = 2000, /* more than stamps of whole seconds explain */
        SLACK_MS = 60 * 1000, /* between a change and the records around it */
        HOUR_MS = 60 * 60 * 1000,
};

static int say(struct diags *diags, enum diag_code code, const struct clock *clock) {
        const char *what = diag_infos[code].meaning;
        struct diag place = { .code = code, .offset = UINT64_MAX };

        if (clock->node.n == 0)
                return diags_add(diags, &place, NULL);
        return diags_add(diags, &place, "node %.*s: %s", (int)clock->node.n, clock->node.p, what);
}

static int contradict(struct clock *clock, struct diags *diags) {
        clock->confidence = CONFIDENCE_LOW;
        return say(diags, DIAG_CLOCK_DISAGREES, clock);
}

/* Take what most votes are for. Nearly all should be: a few strays are noise, more
 * is a contradiction that lowers the confidence. 1, 0 without votes, -ENOMEM. */
static int decide_by(struct clock *clock, struct offset_evidence *evidence, enum clock_method method,
                     enum confidence confidence, struct diags *diags) {
        int r = offset_evidence_decide(evidence, &clock->offsets, &clock->votes);

        if (r <= 0)
                return r;
        clock->method = method;
        clock->confidence = confidence;
        if (clock->votes * 10 < evidence->total * 9)
                r = contradict(clock, diags);
        return r < 0 ? r : 1;
}

/* --------------------------------------------------------------- pairs */

/* What the pairs alone say. */
struct verdict {
        struct offset_evidence evidence;
        struct offsets offsets; /* none where they say nothing */
        uint64_t votes;
        size_t rival; /* endings that another offset would explain */
};

static void verdict_release(struct verdict *verdict) {
        offset_evidence_release(&verdict->evidence);
        offsets_release(&verdict->offsets);
}

static int16_t likely_offset(const struct offsets *web) {
        return web->count ? web->items[web->count - 1].minutes : ZONE_UNKNOWN;
}

static int hear_pairs(struct verdict *verdict, struct pairs *pairs, const struct offsets *web) {
        struct offset_runs votes = { 0 };
        int r = pairs_vote(pairs, likely_offset(web), &votes);

        *verdict = (struct verdict){ 0 };
        if (r == 0)
                r = offset_evidence_add(&verdict->evidence, &votes, true);
        if (r == 0)
                r = offset_evidence_decide(&verdict->evidence, &verdict->offsets, &verdict->votes);
        if (r > 0)
                r = pairs_rival(pairs, &verdict->offsets, &verdict->rival);
        offset_runs_release(&votes);
        return r;
}

/* Does the winner explain clearly more than any other? */
static bool is_clear(const struct verdict *verdict) {
        return verdict->votes >= ENOUGH_PAIRS && verdict->rival * 2 <= verdict->votes &&
               verdict->votes * 10 >= verdict->evidence.total * 9;
}

static bool web_agrees(const struct verdict *verdict, const struct offsets *web) {
        return web->count && offsets_have(web, verdict->offsets.items[0].minutes);
}

/* Few pairs, no more than another offset has, or one alone, and the web service's own
 * offset is none of theirs: chance brought them together. */
static bool is_chance(const struct verdict *verdict, const struct offsets *web) {
        return web->count && !web_agrees(verdict, web) && verdict->votes < ENOUGH_PAIRS &&
               (verdict->votes == 1 || verdict->rival * 2 > verdict->votes);
}

static int decide_by_pairs(struct clock *clock, struct verdict *verdict, const struct offsets *web,
                           struct diags *diags) {
        const bool clear = is_clear(verdict);
        bool agrees;

        if (verdict->offsets.count == 0 || is_chance(verdict, web))
                return 0;
        agrees = web_agrees(verdict, web);
        offsets_release(&clock->offsets);
        clock->offsets = verdict->offsets;
        verdict->offsets = (struct offsets){ 0 };
        clock->method = CLOCK_PAIRED;
        clock->votes = verdict->votes;
        clock->confidence = clear ? CONFIDENCE_HIGH : agrees ? CONFIDENCE_MEDIUM : CONFIDENCE_LOW;
        if (clear || agrees || (web->count == 0 && verdict->rival * 2 <= verdict->votes))
                return 0;
        return contradict(clock, diags);
}

/* Epochs have decided: do the pairs clearly say something else? */
static int compare_with_pairs(struct clock *clock, const struct verdict *verdict, struct diags *diags) {
        if (verdict->offsets.count == 0 || !is_clear(verdict) ||
            offsets_have(&clock->offsets, verdict->offsets.items[0].minutes))
                return 0;
        return contradict(clock, diags);
}

/* ------------------------------------------------------------- changes */

/* Before the first and behind the last vote the web service's stamps may tell of a
 * change, where they fit. It came between two of its records, and the vote may too: the
 * first record after the change is the loss that votes, as often as not. */
static int extend(struct offsets *offsets, const struct offsets *web) {
        int r = 0;

        for (size_t i = 1; i < web->count && r == 0; i++) {
                struct offset change = web->items[i];

                if (change.since_ms <= offsets->last_ms ||
                    web->items[i - 1].minutes != offsets->items[offsets->count - 1].minutes)
                        continue;
                if (change.after_ms < offsets->last_ms)
                        change.after_ms = offsets->last_ms;
                r = offsets_insert(offsets, offsets->count, change);
        }
        for (size_t i = web->count; i-- > 1 && r == 0;) {
                if (web->items[i].after_ms >= offsets->first_ms || web->items[i].minutes != offsets->items[0].minutes)
                        continue;
                offsets->items[0] = web->items[i];
                if (offsets->items[0].since_ms > offsets->first_ms)
                        offsets->items[0].since_ms = offsets->first_ms;
                r = offsets_insert(offsets, 0,
                                   (struct offset){ .since_ms = INT64_MIN,
                                                    .after_ms = INT64_MIN,
                                                    .minutes = web->items[i - 1].minutes });
        }
        return r;
}

/* A change came between two records: bring its bounds together. */
static void narrow(struct offset *change, int64_t after_ms, int64_t since_ms) {
        if (after_ms > change->since_ms + SLACK_MS || since_ms < change->after_ms - SLACK_MS || after_ms > since_ms)
                return;
        if (after_ms > change->after_ms)
                change->after_ms = after_ms;
        if (since_ms < change->since_ms)
                change->since_ms = since_ms;
}

static void narrow_by_steps(struct offset *change, int16_t minutes_before, const struct wall *wall) {
        for (size_t i = 0; i < wall->count && change->minutes < minutes_before; i++) {
                const struct wall_step *step = &wall->steps[i];

                narrow(change, wall_written_ms(wall, step->before_ms) - offset_ms(minutes_before),
                       step->from_ms - step->back_ms - offset_ms(change->minutes));
        }
}

static void narrow_by_web(struct offset *change, int16_t minutes_before, const struct offsets *web) {
        for (size_t i = 1; i < web->count; i++)
                if (web->items[i - 1].minutes == minutes_before && web->items[i].minutes == change->minutes)
                        narrow(change, web->items[i].after_ms, web->items[i].since_ms);
}

/* Clocks are set at a full hour of UTC, in some countries at a half or a quarter. */
static void round_to_the_hour(struct offset *change) {
        if (change->since_ms - change->after_ms > HOUR_MS || change->since_ms < change->after_ms)
                return;
        for (int64_t mark_ms = HOUR_MS; mark_ms >= HOUR_MS / 4; mark_ms /= 2) {
                int64_t at_ms = (change->after_ms + mark_ms - 1) / mark_ms * mark_ms;

                if (at_ms <= change->since_ms) {
                        change->since_ms = at_ms;
                        return;
                }
        }
}

static void date_changes(struct clock *clock, const struct inputs *inputs, const struct offsets *web) {
        for (size_t i = 1; i < clock->offsets.count; i++) {
                struct offset *change = &clock->offsets.items[i];
                const int16_t minutes_before = clock->offsets.items[i - 1].minutes;

                narrow_by_web(change, minutes_before, web);
                for (size_t k = 0; k < inputs->count; k++)
                        if (clock_is_of(clock, inputs->items[k]))
                                narrow_by_steps(change, minutes_before, &inputs->items[k]->summary->wall);
                round_to_the_hour(change);
        }
}

/* ------------------------------------------------------------ decision */

/* Nobody's records tell: the web service of the same server has the same offset as a
 * rule. Without one, UTC. */
static int assume(struct clock *clock, bool has_web, struct diags *diags) {
        int r;

        if (has_web) {
                r = decide_by(clock, &clock->zones, CLOCK_ASSUMED, CONFIDENCE_MEDIUM, diags);
                return r < 0 ? r : say(diags, DIAG_CLOCK_FROM_WEB, clock);
        }
        clock->method = CLOCK_ASSUMED;
        clock->confidence = CONFIDENCE_LOW;
        r = offsets_set(&clock->offsets, ZONE_UNKNOWN);
        /* A bundle without such logs has nothing to say about them. */
        return r < 0 || clock->records == 0 ? r : say(diags, DIAG_CLOCK_ASSUMED, clock);
}

/* The first kind of evidence that says something. */
static int decide(struct clock *clock, struct verdict *verdict, const struct offsets *web, struct diags *diags) {
        int r = decide_by(clock, &clock->epochs, CLOCK_EPOCH, CONFIDENCE_HIGH, diags);

        if (r > 0)
                r = compare_with_pairs(clock, verdict, diags);
        else if (r == 0)
                r = decide_by_pairs(clock, verdict, web, diags);
        if (r < 0)
                return r;
        if (clock->offsets.count)
                return extend(&clock->offsets, web);
        r = assume(clock, web->count > 0, diags);
        /* A lone pair that says something else is no evidence, but a doubt. */
        return r == 0 && verdict->offsets.count && verdict->rival == 0 ? contradict(clock, diags) : r;
}

static int measure_skew(struct clock *clock, struct pairs *pairs, struct diags *diags) {
        int64_t skew_ms;
        int r = pairs_skew(pairs, &clock->offsets, &skew_ms);

        if (r <= 0)
                return r;
        clock->skew_ms = skew_ms;
        return llabs(skew_ms) > LARGE_SKEW_MS ? say(diags, DIAG_CLOCK_SKEW, clock) : 0;
}

static int set_by_option(struct clock *clock, int16_t option) {
        clock->method = CLOCK_OPTION;
        clock->confidence = CONFIDENCE_HIGH;
        return offsets_set(&clock->offsets, option);
}

/* When each change was, and which ones the logs tell of that no vote does. */
static int find_changes(struct clock *clock, const struct inputs *inputs, const struct losses *losses,
                        const struct offsets *web) {
        const size_t known = clock->offsets.count;
        int r;

        date_changes(clock, inputs, web);
        r = clock_hear_steps(clock, inputs, losses);
        if (r == 0 && clock->offsets.count > known)
                date_changes(clock, inputs, web);
        return r;
}

int clock_decide(struct clock *clock, const struct inputs *inputs, const struct losses *losses, int16_t option,
                 struct diags *diags) {
        struct verdict verdict = { 0 };
        struct offsets web = { 0 };
        struct pairs pairs;
        uint64_t ignored;
        int r = pairs_list(&pairs, losses, inputs, clock->node);

        if (r == 0)
                r = offset_evidence_decide(&clock->zones, &web, &ignored);
        if (r >= 0)
                r = option != ZONE_UNKNOWN ? set_by_option(clock, option) : hear_pairs(&verdict, &pairs, &web);
        if (r >= 0 && option == ZONE_UNKNOWN)
                r = decide(clock, &verdict, &web, diags);
        if (r >= 0)
                r = measure_skew(clock, &pairs, diags);
        if (r >= 0 && option == ZONE_UNKNOWN)
                r = find_changes(clock, inputs, losses, &web);
        verdict_release(&verdict);
        offsets_release(&web);
        pairs_release(&pairs);
        return r < 0 ? r : 0;
}
