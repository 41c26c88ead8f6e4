/*
 * arena: memory that is given back all at once. For what lives exactly as long
 * as a member's summary or a run: events, texts, tables.
 *
 * arena_init (all zero) ... arena_release. Blocks are aligned for any type and
 * not zeroed unless the function says so. NULL means out of memory.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

struct arena_block;

struct arena {
        struct arena_block *blocks; /* newest first */
        size_t bytes;               /* that the blocks take */
};

void arena_init(struct arena *arena);
void arena_release(struct arena *arena);

/* As much is to come, in many pieces: a block for it all. 0, or -ENOMEM. */
int arena_expect(struct arena *arena, size_t bytes);

void *arena_alloc(struct arena *arena, size_t bytes);
void *arena_zalloc(struct arena *arena, size_t bytes);

/* All that `from` has handed out is `arena`'s from now on; `from` is empty afterwards. */
void arena_adopt(struct arena *arena, struct arena *from);

/* A copy that is also terminated by a NUL. 0, or -ENOMEM. */
int arena_str(struct arena *arena, struct str s, struct str *ret_copy);

#endif
