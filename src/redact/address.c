#define _POSIX_C_SOURCE 200809L /* inet_ntop */
#include "redact/address.h"

#include <arpa/inet.h>

/* Blocks that an address does not leave, and that no other enters. */
struct block {
        unsigned char bytes[16];
        unsigned bits;
};

static const struct block blocks4[] = { { { 0 }, 8 }, { { 127 }, 8 }, { { 224 }, 3 } };

static const struct block blocks6[] = { { { 0xfc }, 7 }, { { 0xfe, 0x80 }, 10 }, { { 0xff }, 8 } };

/* IPv4 in IPv6. */
static const struct block mapped = { { [10] = 0xff, 0xff }, 96 };

static bool bit_at(const unsigned char *bytes, unsigned at) {
        return bytes[at / 8] >> (7 - at % 8) & 1;
}

/* Do the first `bits` agree? */
static bool agree(const unsigned char *a, const unsigned char *b, unsigned bits) {
        for (unsigned i = 0; i < bits; i++)
                if (bit_at(a, i) != bit_at(b, i))
                        return false;
        return true;
}

/* May the bit be flipped that stands behind `at` others? Not on the way into a block. */
static bool may_flip(const struct block *blocks, size_t count, const unsigned char *bytes, unsigned at) {
        for (size_t i = 0; i < count; i++)
                if (at < blocks[i].bits && agree(bytes, blocks[i].bytes, at))
                        return false;
        return true;
}

/* What the key makes of the first `at` bits. */
static bool flips(const struct hmac *key, const unsigned char *bytes, unsigned at, unsigned bits) {
        unsigned char message[2 + 16] = { (unsigned char)bits, (unsigned char)at }, digest[SHA256_BYTES];

        for (unsigned i = 0; i < at; i++)
                message[2 + i / 8] |= (unsigned char)(bit_at(bytes, i) << (7 - i % 8));
        hmac_of(key, (struct str){ (const char *)message, sizeof(message) }, digest);
        return digest[0] & 1;
}

static void scramble(const struct hmac *key, const struct block *blocks, size_t count, const unsigned char *bytes,
                     unsigned char *ret_bytes, unsigned bits) {
        memcpy(ret_bytes, bytes, bits / 8);
        for (unsigned at = 0; at < bits; at++)
                if (may_flip(blocks, count, bytes, at) && flips(key, bytes, at, bits))
                        ret_bytes[at / 8] ^= (unsigned char)(1u << (7 - at % 8));
}

static bool parse(struct str text, int *ret_family, unsigned char ret_bytes[static 16]) {
        char copy[ADDRESS_BYTES];

        if (text.n == 0 || text.n >= sizeof(copy) || str_find_byte(text, '\0'))
                return false;
        memcpy(copy, text.p, text.n);
        copy[text.n] = '\0';
        *ret_family = AF_INET;
        if (inet_pton(AF_INET, copy, ret_bytes) == 1)
                return true;
        *ret_family = AF_INET6;
        return inet_pton(AF_INET6, copy, ret_bytes) == 1;
}

/* "010.1.2.3" is written by some; inet_pton takes it for none. */
static struct str without_zeros(struct str text, char buffer[static ADDRESS_BYTES]) {
        size_t n = 0;

        if (text.n >= ADDRESS_BYTES || str_find_byte(text, ':'))
                return text;
        for (size_t i = 0; i < text.n; i++) {
                const bool begins = i == 0 || text.p[i - 1] == '.';

                if (text.p[i] == '0' && (begins || n == 0 || buffer[n - 1] == '.') && i + 1 < text.n &&
                    byte_is_digit(text.p[i + 1]))
                        continue;
                buffer[n++] = text.p[i];
        }
        return (struct str){ buffer, n };
}

bool address_is(struct str text) {
        unsigned char bytes[16];
        char plain[ADDRESS_BYTES];
        int family;

        return parse(without_zeros(text, plain), &family, bytes);
}

bool address_pseudonym(const struct hmac *key, struct str text, char ret_text[static ADDRESS_BYTES]) {
        unsigned char bytes[16], scrambled[16];
        char plain[ADDRESS_BYTES];
        int family;

        if (!parse(without_zeros(text, plain), &family, bytes))
                return false;
        if (family == AF_INET) {
                scramble(key, blocks4, sizeof(blocks4) / sizeof(blocks4[0]), bytes, scrambled, 32);
        } else if (agree(bytes, mapped.bytes, mapped.bits)) {
                memcpy(scrambled, bytes, 12);
                scramble(key, blocks4, sizeof(blocks4) / sizeof(blocks4[0]), bytes + 12, scrambled + 12, 32);
        } else {
                scramble(key, blocks6, sizeof(blocks6) / sizeof(blocks6[0]), bytes, scrambled, 128);
        }
        return inet_ntop(family, scrambled, ret_text, ADDRESS_BYTES) != NULL;
}

bool address_is_common(struct str text) {
        static const struct str common[] = {
                STR_INIT("127.0.0.1"), STR_INIT("0.0.0.0"),         STR_INIT("255.255.255.255"), STR_INIT("::1"),
                STR_INIT("::"),        STR_INIT("0:0:0:0:0:0:0:1"), STR_INIT("0:0:0:0:0:0:0:0")
        };

        for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
                if (str_eq(text, common[i]))
                        return true;
        return false;
}
