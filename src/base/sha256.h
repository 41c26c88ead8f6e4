/*
 * sha256 (FIPS 180-4): identities that are shown, the rule pack's and the
 * findings'. Written here because none of the four libraries has it.
 */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include "base/str.h"

struct sha256 {
        uint32_t state[8];
        uint64_t bytes;
        unsigned char block[64];
};

enum { SHA256_HEX_BYTES = 65 };

void sha256_init(struct sha256 *sha);
void sha256_add(struct sha256 *sha, struct str s);
/* Ends it: 64 lowercase hex digits and a NUL. */
void sha256_hex(struct sha256 *sha, char ret_hex[static SHA256_HEX_BYTES]);

#endif
