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

enum { SHA256_BYTES = 32, SHA256_HEX_BYTES = 65 };

void sha256_init(struct sha256 *sha);
void sha256_add(struct sha256 *sha, struct str s);
/* As eight bytes, the highest first. */
void sha256_add_number(struct sha256 *sha, uint64_t number);
/* With its length before it ("3:abc"), so that no two texts one after the other look like two others. */
void sha256_add_text(struct sha256 *sha, struct str text);
/* Ends it. */
void sha256_end(struct sha256 *sha, unsigned char ret_digest[static SHA256_BYTES]);
/* Ends it: 64 lowercase hex digits and a NUL. */
void sha256_hex(struct sha256 *sha, char ret_hex[static SHA256_HEX_BYTES]);

/*
 * HMAC-SHA256 (RFC 2104): a fingerprint that nobody can make who lacks the key.
 * hmac_init once, hmac_of any number of times.
 */
struct hmac {
        struct sha256 inner, outer; /* behind the key's block */
};

void hmac_init(struct hmac *hmac, struct str key);
void hmac_of(const struct hmac *hmac, struct str message, unsigned char ret_digest[static SHA256_BYTES]);

#endif
