/*
 * sixteen: sixteen bytes of a text looked at at once, for what is asked of every byte
 * of a long record. Answers are 0xff in each byte for which something holds, so they
 * may be combined by "&" and "|". Compilers make vector instructions of it where the
 * machine has some, and words where not.
 */
#ifndef BASE_SIXTEEN_H
#define BASE_SIXTEEN_H

#include "base/word.h"

enum { SIXTEEN_BYTES = 16 };

typedef unsigned char sixteen __attribute__((vector_size(SIXTEEN_BYTES)));

static inline sixteen sixteen_load(const char *p) {
        sixteen bytes;

        memcpy(&bytes, p, sizeof(bytes));
        return bytes;
}

/* Capital letters become small ones, and a few other bytes others still. */
static inline unsigned char byte_folded(char c) {
        return (unsigned char)c | 0x20;
}

static inline sixteen sixteen_folded(sixteen bytes) {
        return bytes | 0x20;
}

static inline sixteen sixteen_is(sixteen bytes, unsigned char byte) {
        return (sixteen)(bytes == byte);
}

/* Where the first byte stands for which it holds; SIXTEEN_BYTES where there is none. */
static inline size_t sixteen_first(sixteen answer) {
        char bytes[SIXTEEN_BYTES];
        uint64_t low, high;

        memcpy(bytes, &answer, sizeof(bytes));
        low = word_load(bytes);
        high = word_load(bytes + WORD_BYTES);
        if ((low | high) == 0)
                return SIXTEEN_BYTES;
        return low ? word_first(low) : WORD_BYTES + word_first(high);
}

#endif
