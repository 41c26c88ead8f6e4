#include "timeline/clock.h"

#include <stdlib.h>

const char *clock_method_name(enum clock_method method) {
        static const char *const names[] = { "option", "epoch", "paired", "assumed" };

        return names[method];
}

const char *confidence_name(enum confidence confidence) {
        static const char *const names[] = { "high", "medium", "low" };

        return names[confidence];
}

void clocks_release(struct clocks *clocks) {
        free(clocks->items);
        *clocks = (struct clocks){ 0 };
}

/* ------------------------------------------------------------ offsets */

static bool has_zoneless_stamps(const struct input *input) {
        return input->summary && input->family == FAMILY_NOTIFICATION && input->summary->records > 0;
}

static int find_clock(struct clocks *clocks, struct str node, struct clock **ret_clock) {
        int r;

        for (size_t i = 0; i < clocks->count; i++) {
                if (str_eq(clocks->items[i].node, node)) {
                        *ret_clock = &clocks->items[i];
                        return 0;
                }
        }
        r = array_reserve(&clocks->items, &clocks->capacity, clocks->count + 1, sizeof(*clocks->items));
        if (r < 0)
                return r;
        *ret_clock = &clocks->items[clocks->count++];
        **ret_clock = (struct clock){
                .node = node, .zone = ZONE_UNKNOWN, .method = CLOCK_ASSUMED, .confidence = CONFIDENCE_LOW
        };
        return 0;
}

static int list_nodes(struct clocks *clocks, const struct inputs *inputs) {
        for (size_t i = 0; i < inputs->count; i++) {
                const struct input *input = inputs->items[i];
                struct clock *clock;
                int r;

                if (!has_zoneless_stamps(input))
                        continue;
                r = find_clock(clocks, input->node, &clock);
                if (r < 0)
                        return r;
                clock->records += input->summary->records;
        }
        return 0;
}

/* The votes of all inputs that count for a clock: its own node's epochs, or
 * every web service's zones. */
static int gather_votes(struct tally *votes, const struct inputs *inputs, const struct clock *clock) {
        for (size_t i = 0; i < inputs->count; i++) {
                const struct input *input = inputs->items[i];
                const struct tally *from;

                if (!input->summary || input->duplicate_of >= 0)
                        continue;
                if (clock)
                        from = input->family == FAMILY_NOTIFICATION && str_eq(input->node, clock->node)
                                       ? &input->summary->epochs
                                       : NULL;
                else
                        from = input->family == FAMILY_WEBSERVICES ? &input->summary->zones : NULL;
                for (size_t k = 0; from && k < from->count; k++) {
                        int r = tally_add(votes, from->votes[k].key, from->votes[k].count);

                        if (r < 0)
                                return r;
                }
        }
        return 0;
}

static int say(struct diags *diags, enum diag_code code, const struct clock *clock) {
        const char *what = diag_infos[code].meaning;
        struct diag place = { .code = code, .offset = UINT64_MAX };

        if (clock->node.n == 0)
                return diags_add(diags, &place, NULL);
        return diags_add(diags, &place, "node %.*s: %s", (int)clock->node.n, clock->node.p, what);
}

/* Take the offset that most votes are for. Nearly all should be: a few strays
 * are noise, more is a contradiction that lowers the confidence. */
static int decide_by(struct clock *clock, const struct tally *votes, enum clock_method method,
                     enum confidence confidence, struct diags *diags) {
        struct vote winner;

        if (!tally_winner(votes, &winner))
                return 0;
        clock->zone = (int16_t)winner.key;
        clock->method = method;
        clock->confidence = confidence;
        clock->votes = winner.count;
        if (winner.count * 10 >= tally_total(votes) * 9)
                return 0;
        clock->confidence = CONFIDENCE_LOW;
        return say(diags, DIAG_CLOCK_DISAGREES, clock);
}

static int decide(struct clock *clock, const struct inputs *inputs, int16_t option, const struct tally *zones,
                  struct diags *diags) {
        struct tally epochs = { 0 };
        int r;

        if (option != ZONE_UNKNOWN) {
                clock->zone = option;
                clock->method = CLOCK_OPTION;
                clock->confidence = CONFIDENCE_HIGH;
                return 0;
        }
        r = gather_votes(&epochs, inputs, clock);
        if (r == 0)
                r = decide_by(clock, &epochs, CLOCK_EPOCH, CONFIDENCE_HIGH, diags);
        tally_release(&epochs);
        if (r < 0 || clock->zone != ZONE_UNKNOWN)
                return r;
        r = decide_by(clock, zones, CLOCK_ASSUMED, CONFIDENCE_MEDIUM, diags);
        if (r < 0)
                return r;
        return say(diags, clock->zone == ZONE_UNKNOWN ? DIAG_CLOCK_ASSUMED : DIAG_CLOCK_FROM_WEB, clock);
}

static int compare_clocks(const void *a, const void *b) {
        const struct clock *x = a, *y = b;

        return str_cmp(x->node, y->node);
}

static void find_top(struct clocks *clocks) {
        qsort(clocks->items, clocks->count, sizeof(*clocks->items), compare_clocks);
        clocks->top = 0;
        for (size_t i = 0; i < clocks->count; i++)
                if (clocks->items[i].records > clocks->items[clocks->top].records)
                        clocks->top = i;
}

static int apply(struct clocks *clocks, struct inputs *inputs) {
        for (size_t i = 0; i < inputs->count; i++) {
                struct clock *clock;
                int r;

                if (!has_zoneless_stamps(inputs->items[i]))
                        continue;
                r = find_clock(clocks, inputs->items[i]->node, &clock);
                if (r < 0)
                        return r;
                inputs->items[i]->zone = clock->zone;
        }
        return 0;
}

int clocks_decide(struct clocks *clocks, struct inputs *inputs, int16_t option, struct diags *diags) {
        struct tally zones = { 0 };
        struct clock *nobody;
        int r;

        *clocks = (struct clocks){ 0 };
        r = list_nodes(clocks, inputs);
        if (r == 0)
                r = gather_votes(&zones, inputs, NULL);
        for (size_t i = 0; r == 0 && i < clocks->count; i++)
                r = decide(&clocks->items[i], inputs, option, &zones, diags);
        if (r == 0 && clocks->count == 0) {
                r = find_clock(clocks, (struct str){ 0 }, &nobody);
                if (r == 0 && option != ZONE_UNKNOWN)
                        r = decide(nobody, inputs, option, &zones, diags);
        }
        tally_release(&zones);
        if (r < 0)
                return r;
        find_top(clocks);
        return apply(clocks, inputs);
}
