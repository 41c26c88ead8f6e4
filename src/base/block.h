/*
 * block: sixteen bytes of a text looked at at once, for what is asked of every byte
 * of a long record. Answers are 0xff in each byte for which something holds, so they
 * may be combined by "&" and "|". Compilers make vector instructions of it where the
 * machine has some, and words where not.
 */
#ifndef BASE_BLOCK_H
#define BASE_BLOCK_H

#include "base/word.h"

enum { BLOCK_BYTES = 16 };

typedef unsigned char block __attribute__((vector_size(BLOCK_BYTES)));

static inline block block_load(const char *p) {
        block bytes;

        memcpy(&bytes, p, sizeof(bytes));
        return bytes;
}

/* Capital letters become small ones, and a few other bytes others still. */
static inline unsigned char byte_folded(char c) {
        return (unsigned char)c | 0x20;
}

static inline block block_folded(block bytes) {
        return bytes | 0x20;
}

static inline block block_is(block bytes, unsigned char byte) {
        return (block)(bytes == byte);
}

/* Where the first byte stands for which it holds; BLOCK_BYTES where there is none. */
static inline size_t block_first(block answer) {
        char bytes[BLOCK_BYTES];
        uint64_t low, high;

        memcpy(bytes, &answer, sizeof(bytes));
        low = word_load(bytes);
        high = word_load(bytes + WORD_BYTES);
        if ((low | high) == 0)
                return BLOCK_BYTES;
        return low ? word_first(low) : WORD_BYTES + word_first(high);
}

#endif
