/*
 * prints: fingerprints of 64 bits, as sorted sets and as base64. They count what may have been
 * seen twice; nobody's identity rests on them.
 *
 * As base64 (RFC 4648, with '=' at the end) each is eight bytes, the highest first.
 */
#ifndef BASE_PRINTS_H
#define BASE_PRINTS_H

#include "base/str.h"

/* Of what `print` is the fingerprint of, followed by `s`; the first is PRINT_BEGIN. The same on every machine. */
#define PRINT_BEGIN UINT64_C(0xcbf29ce484222325)
uint64_t print_add(uint64_t print, struct str s);
/* The end: bits of what was added last count as those before it. */
uint64_t print_end(uint64_t print);

/* In order, each once: how many are left. */
size_t prints_sort(uint64_t *prints, size_t count);

/* As many are in base64 of that length, at most. */
static inline size_t prints_most(size_t bytes) {
        return bytes / 4 * 3 / 8 + 1;
}
/* False where `text` is no base64 of whole prints. There is room for prints_most(). */
bool prints_decode(struct str text, uint64_t *to, size_t *ret_count);

/* Three are 32 characters, and so are fewer but for what padding is left out: how many. */
enum { PRINTS_AT_ONCE = 3, PRINTS_TEXT = 32 };
size_t prints_encode(const uint64_t *prints, size_t count, char ret_text[static PRINTS_TEXT]);

#endif
