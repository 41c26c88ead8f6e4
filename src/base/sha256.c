#include "base/sha256.h"

#include <stdio.h>

#include "base/sha256_blocks.h"

const uint32_t sha256_constants[64] = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t x, int by) {
        return x >> by | x << (32 - by);
}

static void expand(const unsigned char block[64], uint32_t w[64]) {
        for (int i = 0; i < 16; i++)
                w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
                       (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
        for (int i = 16; i < 64; i++) {
                uint32_t s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
                uint32_t s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;

                w[i] = w[i - 16] + s0 + w[i - 7] + s1;
        }
}

static void compress(uint32_t state[static 8], const unsigned char block[static 64]) {
        uint32_t w[64], v[8];

        expand(block, w);
        memcpy(v, state, sizeof(v));
        for (int i = 0; i < 64; i++) {
                uint32_t s1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
                uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
                uint32_t t1 = v[7] + s1 + choice + sha256_constants[i] + w[i];
                uint32_t s0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
                uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);

                memmove(v + 1, v, 7 * sizeof(v[0]));
                v[4] += t1;
                v[0] = t1 + s0 + majority;
        }
        for (int i = 0; i < 8; i++)
                state[i] += v[i];
}

void sha256_blocks_plain(uint32_t state[static 8], const unsigned char *blocks, size_t count) {
        for (; count; count--, blocks += 64)
                compress(state, blocks);
}

void sha256_init(struct sha256 *sha) {
        *sha = (struct sha256){
                .state = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab,
                           0x5be0cd19 },
        };
}

/* Into the block that is not full yet. */
static struct str fill(struct sha256 *sha, struct str s) {
        const size_t used = sha->bytes % 64, n = s.n < 64 - used ? s.n : 64 - used;

        if (n)
                memcpy(sha->block + used, s.p, n);
        sha->bytes += n;
        if (used + n == 64)
                sha256_blocks(sha->state, sha->block, 1);
        return str_skip(s, n);
}

void sha256_add(struct sha256 *sha, struct str s) {
        size_t whole;

        if (sha->bytes % 64)
                s = fill(sha, s);
        whole = s.n / 64;
        if (whole) {
                sha256_blocks(sha->state, (const unsigned char *)s.p, whole);
                sha->bytes += 64 * whole;
        }
        fill(sha, str_skip(s, 64 * whole));
}

void sha256_add_number(struct sha256 *sha, uint64_t number) {
        char bytes[8];

        for (int i = 0; i < 8; i++)
                bytes[i] = (char)(number >> (56 - 8 * i));
        sha256_add(sha, (struct str){ bytes, sizeof(bytes) });
}

void sha256_add_text(struct sha256 *sha, struct str text) {
        char length[24];

        snprintf(length, sizeof(length), "%zu:", text.n);
        sha256_add(sha, str_from(length));
        sha256_add(sha, text);
}

void sha256_end(struct sha256 *sha, unsigned char ret_digest[static SHA256_BYTES]) {
        uint64_t bits = sha->bytes * 8;
        char length[8];

        sha256_add(sha, STR("\x80"));
        while (sha->bytes % 64 != 56)
                sha256_add(sha, (struct str){ "", 1 });
        for (int i = 0; i < 8; i++)
                length[i] = (char)(bits >> (56 - 8 * i));
        sha256_add(sha, (struct str){ length, sizeof(length) });
        for (int i = 0; i < SHA256_BYTES; i++)
                ret_digest[i] = (unsigned char)(sha->state[i / 4] >> (24 - 8 * (i % 4)));
}

void sha256_hex(struct sha256 *sha, char ret_hex[static SHA256_HEX_BYTES]) {
        static const char digits[] = "0123456789abcdef";
        unsigned char digest[SHA256_BYTES];

        sha256_end(sha, digest);
        for (int i = 0; i < SHA256_BYTES; i++) {
                ret_hex[2 * i] = digits[digest[i] >> 4];
                ret_hex[2 * i + 1] = digits[digest[i] & 15];
        }
        ret_hex[2 * SHA256_BYTES] = '\0';
}

/* ---------------------------------------------------------------- HMAC */

enum { BLOCK_BYTES = 64 };

static void add_padded(struct sha256 *sha, const unsigned char key[static BLOCK_BYTES], unsigned char pad) {
        unsigned char block[BLOCK_BYTES];

        for (int i = 0; i < BLOCK_BYTES; i++)
                block[i] = key[i] ^ pad;
        sha256_init(sha);
        sha256_add(sha, (struct str){ (const char *)block, sizeof(block) });
}

void hmac_init(struct hmac *hmac, struct str key) {
        unsigned char block[BLOCK_BYTES] = { 0 };
        struct sha256 sha;

        if (key.n > sizeof(block)) {
                sha256_init(&sha);
                sha256_add(&sha, key);
                sha256_end(&sha, block);
        } else if (key.n) {
                memcpy(block, key.p, key.n);
        }
        add_padded(&hmac->inner, block, 0x36);
        add_padded(&hmac->outer, block, 0x5c);
}

void hmac_of(const struct hmac *hmac, struct str message, unsigned char ret_digest[static SHA256_BYTES]) {
        struct sha256 sha = hmac->inner;
        unsigned char inner[SHA256_BYTES];

        sha256_add(&sha, message);
        sha256_end(&sha, inner);
        sha = hmac->outer;
        sha256_add(&sha, (struct str){ (const char *)inner, sizeof(inner) });
        sha256_end(&sha, ret_digest);
}
