#include "base/intern.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/word.h"

/* A power of two. */
enum { FIRST_SLOTS = 16 };

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

/* Where a string is looked for. Session ids and addresses have 8 to 16 bytes: two
 * words hold them, one over the other where they are less than 16. */
static uint32_t short_hash(struct str s) {
        uint64_t hash;

        if (s.n < WORD_BYTES || s.n > 2 * WORD_BYTES) {
                hash = str_hash(s);
        } else {
                hash = (word_load(s.p) ^ s.n) * UINT64_C(0x9e3779b97f4a7c15);
                hash = (hash ^ hash >> 29 ^ word_load(s.p + s.n - WORD_BYTES)) * UINT64_C(0xbf58476d1ce4e5b9);
        }
        return (uint32_t)(hash ^ hash >> 32);
}

/* The slot that holds `s`, or the empty one where it would go. A string is looked at
 * only where its hash is the same: strings lie far apart. */
static struct intern_slot *find_slot(const struct intern *intern, struct str s, uint32_t hash) {
        const size_t mask = intern->slot_count - 1;

        for (size_t i = hash & mask;; i = (i + 1) & mask) {
                struct intern_slot *slot = &intern->slots[i];

                if (slot->number == 0 || (slot->hash == hash && str_eq(intern->strings[slot->number - 1], s)))
                        return slot;
        }
}

static int grow_slots(struct intern *intern) {
        const size_t count = intern->slot_count ? intern->slot_count * 2 : FIRST_SLOTS, mask = count - 1;
        struct intern_slot *slots = calloc(count, sizeof(*slots));

        if (!slots)
                return -ENOMEM;
        for (size_t i = 0; i < intern->slot_count; i++) {
                size_t to = intern->slots[i].hash & mask;

                if (intern->slots[i].number == 0)
                        continue;
                while (slots[to].number)
                        to = (to + 1) & mask;
                slots[to] = intern->slots[i];
        }
        free(intern->slots);
        intern->slots = slots;
        intern->slot_count = count;
        return 0;
}

int intern_add(struct intern *intern, struct str s, uint32_t *ret_id) {
        const uint32_t hash = short_hash(s);
        struct intern_slot *slot;
        int r;

        if ((intern->count + 1) * 4 > intern->slot_count * 3) {
                r = grow_slots(intern);
                if (r < 0)
                        return r;
        }
        slot = find_slot(intern, s, hash);
        if (slot->number == 0) {
                r = array_reserve(&intern->strings, &intern->capacity, intern->count + 1, sizeof(*intern->strings));
                if (r < 0)
                        return r;
                r = arena_str(&intern->arena, s, &intern->strings[intern->count]);
                if (r < 0)
                        return r;
                *slot = (struct intern_slot){ .hash = hash, .number = (uint32_t)++intern->count };
        }
        *ret_id = slot->number - 1;
        return 0;
}

void intern_settle(struct intern *intern) {
        array_fit(&intern->strings, &intern->capacity, intern->count, sizeof(*intern->strings));
        free(intern->slots);
        intern->slots = NULL;
        intern->slot_count = 0;
}

uint32_t intern_find(const struct intern *intern, struct str s) {
        return intern->count ? find_slot(intern, s, short_hash(s))->number - 1 : INTERN_NONE;
}
