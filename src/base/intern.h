/*
 * intern: strings that come back often become small numbers, so that tables
 * are arrays and comparing is comparing numbers. Ids count from 0 in the order
 * of first sight and are stable until intern_release.
 *
 *      "f382a015" --hash--> slots[] --> id 7 --> strings[7]
 */
#ifndef BASE_INTERN_H
#define BASE_INTERN_H

#include "base/arena.h"

#define INTERN_NONE UINT32_MAX

struct intern_slot {
        uint32_t hash;
        uint32_t number; /* id + 1; 0: empty */
};

struct intern {
        struct arena arena;
        struct str *strings;       /* by id; NUL-terminated, owned by the arena */
        struct intern_slot *slots; /* slot_count is a power of two */
        size_t count, capacity, slot_count;
};

void intern_init(struct intern *intern);
void intern_release(struct intern *intern);

/* The id of `s`, made if need be. 0 or -ENOMEM. */
int intern_add(struct intern *intern, struct str s, uint32_t *ret_id);

/* The id of `s`, or INTERN_NONE. */
uint32_t intern_find(const struct intern *intern, struct str s);

/* No more is added or looked for: what that takes is given back. */
void intern_settle(struct intern *intern);

/* How much memory they take. */
static inline uint64_t intern_bytes(const struct intern *intern) {
        return intern->arena.bytes + intern->capacity * sizeof(struct str) +
               intern->slot_count * sizeof(struct intern_slot);
}

static inline struct str intern_str(const struct intern *intern, uint32_t id) {
        return intern->strings[id];
}

#endif
