#include "timeline/binding.h"

#include <errno.h>
#include <stdlib.h>

#include "timeline/timeline.h"

static struct binding binding_of(const struct session *session, size_t index) {
        return (struct binding){
                .jid_key = session->jid_key,
                .node = session->node,
                .sid = session->sid,
                .bound_ms = session->bound_ms,
                .first_ms = session->first_ms,
                .born = session->born,
                .session = index,
        };
}

static int compare_bindings(const void *a, const void *b) {
        const struct binding *x = a, *y = b;
        int r = str_cmp(x->jid_key, y->jid_key);

        if (r == 0)
                r = str_cmp(x->node, y->node);
        if (r == 0)
                r = x->bound_ms < y->bound_ms ? -1 : x->bound_ms > y->bound_ms;
        if (r == 0)
                r = x->first_ms < y->first_ms ? -1 : x->first_ms > y->first_ms;
        return r ? r : str_cmp(x->sid, y->sid);
}

int bindings_list(struct bindings *bindings, const struct timeline *timeline) {
        bindings->count = 0;
        bindings->items = calloc(timeline->session_count + 1, sizeof(*bindings->items));
        if (!bindings->items)
                return -ENOMEM;
        for (size_t i = 0; i < timeline->session_count; i++) {
                if (timeline->sessions[i].jid_key.n)
                        bindings->items[bindings->count++] = binding_of(&timeline->sessions[i], i);
        }
        qsort(bindings->items, bindings->count, sizeof(*bindings->items), compare_bindings);
        return 0;
}

void bindings_release(struct bindings *bindings) {
        free(bindings->items);
        *bindings = (struct bindings){ 0 };
}

static bool binds(const struct bindings *bindings, size_t i, struct str node, struct str jid_key) {
        return i < bindings->count && str_eq(bindings->items[i].jid_key, jid_key) &&
               str_eq(bindings->items[i].node, node);
}

size_t bindings_find(const struct bindings *bindings, struct str node, struct str jid_key, int64_t at_ms) {
        const struct binding key = { .jid_key = jid_key, .node = node, .bound_ms = at_ms, .first_ms = INT64_MAX };
        size_t low = 0, high = bindings->count;

        /* The first that stands behind the key: the one before it may be it. */
        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (compare_bindings(&bindings->items[middle], &key) <= 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        if (low > 0 && binds(bindings, low - 1, node, jid_key))
                return bindings->items[low - 1].session;
        if (!binds(bindings, low, node, jid_key))
                return SIZE_MAX;
        if (bindings->items[low].born && bindings->items[low].bound_ms - at_ms > MS_PER_SECOND)
                return SIZE_MAX;
        return bindings->items[low].session;
}

size_t bindings_successor(const struct bindings *bindings, const struct session *session) {
        const struct binding key = binding_of(session, 0);
        const struct binding *found =
                bsearch(&key, bindings->items, bindings->count, sizeof(*bindings->items), compare_bindings);
        size_t next = found ? (size_t)(found - bindings->items) + 1 : SIZE_MAX;

        return found && binds(bindings, next, session->node, session->jid_key) ? bindings->items[next].session
                                                                               : SIZE_MAX;
}
