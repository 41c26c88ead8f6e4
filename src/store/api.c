/*
 * boshscope.h: stores.
 */
#include "boshscope.h"

#include <stdlib.h>

#include "base/errors.h"
#include "render/api.h"
#include "store/store.h"

struct boshscope_store {
        struct store inner;
        struct arena arena;
};

int boshscope_store_of(const struct boshscope_view *view, const char *report, struct boshscope_store **ret_store) {
        struct boshscope_store *store = calloc(1, sizeof(*store));
        struct str name = STR("");
        int r;

        if (!store)
                return BOSHSCOPE_E_MEMORY;
        arena_init(&store->arena);
        r = report ? arena_str(&store->arena, str_from(report), &name) : 0;
        if (r == 0)
                r = store_init(&store->inner, &view->inner, name);
        if (r < 0) {
                boshscope_store_free(store);
                return error_public(r);
        }
        *ret_store = store;
        return 0;
}

void boshscope_store_free(struct boshscope_store *store) {
        if (!store)
                return;
        store_release(&store->inner);
        arena_release(&store->arena);
        free(store);
}

size_t boshscope_store_count(const struct boshscope_store *store) {
        return store->inner.part_count;
}

const char *boshscope_store_path(const struct boshscope_store *store, size_t part) {
        return part < store->inner.part_count ? store->inner.parts[part].path : NULL;
}

int boshscope_store_write(const struct boshscope_store *store, size_t part, boshscope_write_fn *fn, void *userdata) {
        if (part >= store->inner.part_count)
                return BOSHSCOPE_E_ARGUMENT;
        return error_public(store_write(&store->inner, part, fn, userdata));
}
