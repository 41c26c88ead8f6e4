#include "findings/desktops.h"

#include <errno.h>
#include <stdlib.h>

static bool is_desktop_of_somebody(const struct session *session) {
        return session->desktop && !session->service && session->jid.n > 0;
}

static int compare_desktops(const void *a, const void *b) {
        const struct session *x = *(const struct session *const *)a, *y = *(const struct session *const *)b;
        const int r = str_cmp(x->node, y->node);

        return r ? r : (x > y) - (x < y); /* they stand in one array, in their order */
}

int desktops_make(struct desktops *desktops, const struct timeline *timeline) {
        desktops->count = 0;
        desktops->items = calloc(timeline->session_count + 1, sizeof(*desktops->items));
        if (!desktops->items)
                return -ENOMEM;
        for (size_t i = 0; i < timeline->session_count; i++)
                if (is_desktop_of_somebody(&timeline->sessions[i]))
                        desktops->items[desktops->count++] = &timeline->sessions[i];
        qsort(desktops->items, desktops->count, sizeof(*desktops->items), compare_desktops);
        return 0;
}

void desktops_release(struct desktops *desktops) {
        free(desktops->items);
        *desktops = (struct desktops){ 0 };
}

size_t desktops_first(const struct desktops *desktops, struct str node) {
        size_t low = 0, high = desktops->count;

        while (low < high) {
                const size_t middle = low + (high - low) / 2;

                if (str_cmp(desktops->items[middle]->node, node) < 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}
