#include "rules/knowledge.h"

#include <stdlib.h>

/* How well an entry fits: 0 not at all, more the more it says. */
static int fit(const struct reason_name *entry, struct str product, int64_t code, struct str state) {
        int points = 1;

        if (entry->code != code)
                return 0;
        if (entry->product.n) {
                if (!str_eq_nocase(entry->product, product))
                        return 0;
                points += 2;
        }
        if (entry->state.n) {
                if (!str_eq_nocase(entry->state, state))
                        return 0;
                points++;
        }
        return points;
}

struct str reason_name(const struct knowledge *knowledge, struct str product, int64_t code, struct str state) {
        struct str name = { 0 };
        int best = 0;

        for (size_t i = 0; i < knowledge->reason_count; i++) {
                int points = fit(&knowledge->reasons[i], product, code, state);

                if (points > best) {
                        best = points;
                        name = knowledge->reasons[i].name;
                }
        }
        return name;
}

const struct chain_window *chain_window_of(const struct knowledge *knowledge, struct str step) {
        for (size_t i = 0; i < knowledge->window_count; i++)
                if (str_eq(knowledge->windows[i].step, step))
                        return &knowledge->windows[i];
        return NULL;
}

void knowledge_release(struct knowledge *knowledge) {
        free(knowledge->advice);
        free(knowledge->reasons);
        free(knowledge->windows);
        *knowledge = (struct knowledge){ 0 };
}
