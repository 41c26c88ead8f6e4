#include "base/arena.h"

#include <errno.h>
#include <stdalign.h>
#include <stdlib.h>

#include "base/pages.h"

/* Each of a hundred thousand small logs has two, for a name or two. */
enum { FIRST_BLOCK_BYTES = 64, LARGEST_BLOCK_BYTES = 256 * 1024 };

struct arena_block {
        struct arena_block *older;
        size_t used, size;
        alignas(max_align_t) unsigned char bytes[];
};

void arena_init(struct arena *arena) {
        *arena = (struct arena){ 0 };
}

void arena_release(struct arena *arena) {
        while (arena->blocks) {
                struct arena_block *older = arena->blocks->older;

                free(arena->blocks);
                arena->blocks = older;
        }
        arena->bytes = 0;
}

/* Behind its own newest block, in which there may be room. */
void arena_adopt(struct arena *arena, struct arena *from) {
        struct arena_block **place = arena->blocks ? &arena->blocks->older : &arena->blocks;
        struct arena_block *behind = *place, **end = &from->blocks;

        while (*end)
                end = &(*end)->older;
        *end = behind;
        *place = from->blocks;
        arena->bytes += from->bytes;
        arena_init(from);
}

/* Blocks double up to a limit, so a small arena stays small and a large one is
 * not made of thousands of pieces. */
static struct arena_block *add_block(struct arena *arena, size_t need) {
        size_t size = arena->blocks ? arena->blocks->size * 2 : FIRST_BLOCK_BYTES;
        struct arena_block *block;

        if (size > LARGEST_BLOCK_BYTES)
                size = LARGEST_BLOCK_BYTES;
        if (size < need)
                size = need;
        block = malloc(sizeof(*block) + size);
        if (!block)
                return NULL;
        block->older = arena->blocks;
        block->used = 0;
        block->size = size;
        arena->blocks = block;
        arena->bytes += sizeof(*block) + size;
        return block;
}

int arena_expect(struct arena *arena, size_t bytes) {
        struct arena_block *block = add_block(arena, bytes);

        if (!block)
                return -ENOMEM;
        pages_large(block->bytes, block->size);
        return 0;
}

void *arena_alloc(struct arena *arena, size_t bytes) {
        const size_t align = alignof(max_align_t);
        struct arena_block *block = arena->blocks;
        void *p;

        if (bytes > SIZE_MAX / 2)
                return NULL;
        bytes = (bytes + align - 1) / align * align;
        if (!block || block->size - block->used < bytes) {
                block = add_block(arena, bytes);
                if (!block)
                        return NULL;
        }
        p = block->bytes + block->used;
        block->used += bytes;
        return p;
}

void *arena_zalloc(struct arena *arena, size_t bytes) {
        void *p = arena_alloc(arena, bytes);

        return p ? memset(p, 0, bytes) : NULL;
}

int arena_str(struct arena *arena, struct str s, struct str *ret_copy) {
        char *p = arena_alloc(arena, s.n + 1);

        if (!p)
                return -ENOMEM;
        if (s.n)
                memcpy(p, s.p, s.n);
        p[s.n] = '\0';
        *ret_copy = (struct str){ p, s.n };
        return 0;
}
