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
        for (size_t i = 0; i < clocks->count; i++) {
                tally_release(&clocks->items[i].epochs);
                tally_release(&clocks->items[i].zones);
        }
        free(clocks->items);
        *clocks = (struct clocks){ 0 };
}

/* -------------------------------------------------------------- nodes */

static bool has_zoneless_stamps(const struct input *input) {
        return input->summary && input->summary->records > 0 &&
               (input->family == FAMILY_NOTIFICATION || input->family == FAMILY_CLI || input->family == FAMILY_HISTORY);
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

/* The folder that a path lies in, every archive being one: up to the last '/' or '!'. */
static struct str up_to_separator(struct str path) {
        size_t n = path.n;

        while (n > 0 && path.p[n - 1] != '/' && path.p[n - 1] != '!')
                n--;
        return str_first(path, n);
}

/* The deepest folder that holds both, with its last '/' or '!'. */
static struct str common_folder(struct str folder, struct str path) {
        size_t n = 0;

        while (n < folder.n && n < path.n && folder.p[n] == path.p[n])
                n++;
        return up_to_separator(str_first(folder, n));
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
                /* The platform's logs go by the clock of their node, and tell nothing of it. */
                if (input->family != FAMILY_NOTIFICATION)
                        continue;
                clock->folder =
                        clock->records ? common_folder(clock->folder, input->path) : up_to_separator(input->path);
                clock->records += input->summary->records;
        }
        return 0;
}

/* ----------------------------------------------------------- votes */

static int add_votes(struct tally *votes, const struct tally *from) {
        int r = 0;

        for (size_t i = 0; i < from->count && r == 0; i++)
                r = tally_add(votes, from->votes[i].key, from->votes[i].count);
        return r;
}

static bool has_votes(const struct input *input, enum family family) {
        return input->summary && input->duplicate_of < 0 && input->family == family;
}

/* The epochs of the node's own records. */
static int gather_epochs(const struct inputs *inputs, struct clock *clock) {
        int r = 0;

        for (size_t i = 0; i < inputs->count && r == 0; i++)
                if (has_votes(inputs->items[i], FAMILY_NOTIFICATION) && str_eq(inputs->items[i]->node, clock->node))
                        r = add_votes(&clock->epochs, &inputs->items[i]->summary->epochs);
        return r;
}

/* How surely a web service's log comes from the clock's server: they have one name,
 * or else the more folders they share. */
static size_t nearness(const struct clock *clock, const struct input *web) {
        if (web->node.n && str_eq(web->node, clock->node))
                return SIZE_MAX;
        return common_folder(clock->folder, web->path).n;
}

/* Zones are never pooled over nodes: a web service speaks for the nodes it is
 * nearest to, which is one where names or folders tell. */
static int gather_zones(struct clocks *clocks, const struct input *web) {
        size_t nearest = 0;
        int r = 0;

        for (size_t i = 0; i < clocks->count; i++)
                if (nearness(&clocks->items[i], web) > nearest)
                        nearest = nearness(&clocks->items[i], web);
        for (size_t i = 0; i < clocks->count && r == 0; i++)
                if (nearness(&clocks->items[i], web) == nearest)
                        r = add_votes(&clocks->items[i].zones, &web->summary->zones);
        return r;
}

static int gather_votes(struct clocks *clocks, const struct inputs *inputs) {
        int r = 0;

        for (size_t i = 0; i < clocks->count && r == 0; i++)
                r = gather_epochs(inputs, &clocks->items[i]);
        for (size_t i = 0; i < inputs->count && r == 0; i++)
                if (has_votes(inputs->items[i], FAMILY_WEBSERVICES))
                        r = gather_zones(clocks, inputs->items[i]);
        return r;
}

/* -------------------------------------------------------- decision */

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

static int decide(struct clock *clock, int16_t option, struct diags *diags) {
        int r;

        if (option != ZONE_UNKNOWN) {
                clock->zone = option;
                clock->method = CLOCK_OPTION;
                clock->confidence = CONFIDENCE_HIGH;
                return 0;
        }
        r = decide_by(clock, &clock->epochs, CLOCK_EPOCH, CONFIDENCE_HIGH, diags);
        if (r < 0 || clock->zone != ZONE_UNKNOWN)
                return r;
        r = decide_by(clock, &clock->zones, CLOCK_ASSUMED, CONFIDENCE_MEDIUM, diags);
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
        struct clock *nobody;
        int r;

        *clocks = (struct clocks){ 0 };
        r = list_nodes(clocks, inputs);
        if (r == 0)
                r = gather_votes(clocks, inputs);
        for (size_t i = 0; r == 0 && i < clocks->count; i++)
                r = decide(&clocks->items[i], option, diags);
        if (r == 0 && clocks->count == 0) {
                r = find_clock(clocks, (struct str){ 0 }, &nobody);
                if (r == 0 && option != ZONE_UNKNOWN)
                        r = decide(nobody, option, diags);
        }
        if (r < 0)
                return r;
        find_top(clocks);
        return apply(clocks, inputs);
}
