#include "timeline/clock.h"

#include <stdlib.h>

#include "timeline/pairs.h"

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
                offsets_release(&clocks->items[i].offsets);
                offset_evidence_release(&clocks->items[i].epochs);
                offset_evidence_release(&clocks->items[i].zones);
        }
        free(clocks->items);
        *clocks = (struct clocks){ 0 };
}

/* -------------------------------------------------------------- nodes */

static bool has_zoneless_stamps(const struct input *input) {
        return input->summary && input->summary->records > 0 && input_is_zoneless(input);
}

struct clock *clock_of(const struct clocks *clocks, struct str node) {
        for (size_t i = 0; i < clocks->count; i++)
                if (str_eq(clocks->items[i].node, node))
                        return &clocks->items[i];
        return NULL;
}

static int find_clock(struct clocks *clocks, struct str node, struct clock **ret_clock) {
        int r;

        *ret_clock = clock_of(clocks, node);
        if (*ret_clock)
                return 0;
        r = array_reserve(&clocks->items, &clocks->capacity, clocks->count + 1, sizeof(*clocks->items));
        if (r < 0)
                return r;
        *ret_clock = &clocks->items[clocks->count++];
        **ret_clock = (struct clock){ .node = node, .skew_ms = TIME_UNKNOWN };
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

static bool has_votes(const struct input *input, enum family family) {
        return input->summary && input->duplicate_of < 0 && input->family == family;
}

/* The epochs of the node's own records. */
static int gather_epochs(const struct inputs *inputs, struct clock *clock) {
        int r = 0;

        for (size_t i = 0; i < inputs->count && r == 0; i++)
                if (has_votes(inputs->items[i], FAMILY_NOTIFICATION) && str_eq(inputs->items[i]->node, clock->node))
                        r = offset_evidence_add(&clock->epochs, &inputs->items[i]->summary->epochs, true);
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
                if (clocks->items[i].records && nearness(&clocks->items[i], web) == nearest)
                        r = offset_evidence_add(&clocks->items[i].zones, &web->summary->zones, false);
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

/* Each clock, and then what the inputs' stamps mean by it. */
static int decide_all(struct clocks *clocks, struct inputs *inputs, int16_t option, struct diags *diags) {
        struct losses losses;
        int r = losses_list(&losses, inputs);

        for (size_t i = 0; i < clocks->count && r == 0; i++)
                r = clock_decide(&clocks->items[i], inputs, &losses, option, diags);
        find_top(clocks);
        if (r == 0)
                r = clocks_read(clocks, &losses, inputs, diags);
        losses_release(&losses);
        return r;
}

int clocks_decide(struct clocks *clocks, struct inputs *inputs, int16_t option, struct diags *diags) {
        struct clock *nobody;
        int r;

        *clocks = (struct clocks){ 0 };
        r = list_nodes(clocks, inputs);
        if (r == 0 && clocks->count == 0)
                r = find_clock(clocks, (struct str){ 0 }, &nobody);
        if (r == 0)
                r = gather_votes(clocks, inputs);
        return r < 0 ? r : decide_all(clocks, inputs, option, diags);
}

/* -------------------------------------------------------- answers */

enum confidence clock_confidence(const struct clocks *clocks, struct str node) {
        const struct clock *clock = clock_of(clocks, node);

        return clock ? clock->confidence : CONFIDENCE_HIGH;
}

int64_t clock_skew_ms(const struct clocks *clocks, struct str node) {
        const struct clock *clock = clock_of(clocks, node);

        return clock && clock->skew_ms != TIME_UNKNOWN ? clock->skew_ms : 0;
}
