/*
 * sha256_blocks: the inner part of SHA-256, whole blocks of 64 bytes: in plain C, and by the
 * instructions that x86-64 processors since 2016 have for it, which take a fifth of the time.
 */
#ifndef BASE_SHA256_BLOCKS_H
#define BASE_SHA256_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

extern const uint32_t sha256_constants[64];

void sha256_blocks_plain(uint32_t state[static 8], const unsigned char *blocks, size_t count);

#ifdef BOSHSCOPE_SHA_NI
/* Only where __builtin_cpu_supports("sha"). */
void sha256_blocks_ni(uint32_t state[static 8], const unsigned char *blocks, size_t count);
#endif

static inline void sha256_blocks(uint32_t state[static 8], const unsigned char *blocks, size_t count) {
#ifdef BOSHSCOPE_SHA_NI
        if (__builtin_cpu_supports("sha")) {
                sha256_blocks_ni(state, blocks, count);
                return;
        }
#endif
        sha256_blocks_plain(state, blocks, count);
}

#endif
