#include "base/intern.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"

void intern_init(struct intern *intern) {
        *intern = (struct intern){ 0 };
        arena_init(&intern->arena);
}

void intern_release(struct intern *intern) {
        arena_release(&intern->arena);
        free(intern->strings);
        free(intern->slots);
        *intern = (struct intern){ 0 };
}

/* The slot that holds `s`, or the empty one where it would go. */
static uint32_t *find_slot(const struct intern *intern, struct str s) {
        size_t mask = intern->slot_count - 1;
        uint64_t hash = str_hash(s);

        for (size_t i = (hash ^ hash >> 32) & mask;; i = (i + 1) & mask) {
                uint32_t *slot = &intern->slots[i];

                if (*slot == 0 || str_eq(intern->strings[*slot - 1], s))
                        return slot;
        }
}

static int grow_slots(struct intern *intern) {
        size_t count = intern->slot_count ? intern->slot_count * 2 : 64;
        uint32_t *slots = calloc(count, sizeof(*slots));

        if (!slots)
                return -ENOMEM;
        free(intern->slots);
        intern->slots = slots;
        intern->slot_count = count;
        for (size_t id = 0; id < intern->count; id++)
                *find_slot(intern, intern->strings[id]) = (uint32_t)id + 1;
        return 0;
}

int intern_add(struct intern *intern, struct str s, uint32_t *ret_id) {
        uint32_t *slot;
        int r;

        if ((intern->count + 1) * 4 > intern->slot_count * 3) {
                r = grow_slots(intern);
                if (r < 0)
                        return r;
        }
        slot = find_slot(intern, s);
        if (*slot == 0) {
                r = array_reserve(&intern->strings, &intern->capacity, intern->count + 1, sizeof(*intern->strings));
                if (r < 0)
                        return r;
                r = arena_str(&intern->arena, s, &intern->strings[intern->count]);
                if (r < 0)
                        return r;
                *slot = (uint32_t)++intern->count;
        }
        *ret_id = *slot - 1;
        return 0;
}

uint32_t intern_find(const struct intern *intern, struct str s) {
        return intern->count ? *find_slot(intern, s) - 1 : INTERN_NONE;
}
