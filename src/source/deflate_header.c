#include "source/deflate_header.h"

#include <errno.h>

enum {
        MOST_LITERALS = 286,
        MOST_DISTANCES = 30,
        LENGTH_CODES = 19,
        LONGEST_CODE = 15,
        LONGEST_LENGTH_CODE = 7,
        END_OF_BLOCK = 256,
};

/* `left` goes below zero where bits are taken that are not there (they read as 0). */
struct bits {
        uint64_t hold;
        int left; /* in `hold` */
        const unsigned char *p, *end;
};

static void fill(struct bits *bits) {
        for (; bits->left <= 56 && bits->p < bits->end; bits->left += 8)
                bits->hold |= (uint64_t)*bits->p++ << bits->left;
}

static unsigned take(struct bits *bits, int n) {
        unsigned value;

        fill(bits);
        value = (unsigned)(bits->hold & ((1u << n) - 1));
        bits->hold >>= n;
        bits->left -= n;
        return value;
}

/* Does a code of these lengths give every bit pattern one meaning? One of a single
 * code, or without any, may leave some over, as there is nothing to tell apart. */
static bool is_complete(const unsigned char *lengths, size_t n, bool may_be_single) {
        unsigned count[LONGEST_CODE + 1] = { 0 };
        int left = 1, longest = 0;

        for (size_t i = 0; i < n; i++)
                count[lengths[i]]++;
        for (int length = 1; length <= LONGEST_CODE; length++) {
                left = 2 * left - (int)count[length];
                if (left < 0)
                        return false;
                longest = count[length] ? length : longest;
        }
        return left == 0 || (may_be_single && longest <= 1);
}

/* The code by which the lengths are packed, as a table of what the next bits mean:
 * symbol << 3 | length. */
static void make_table(unsigned char table[1 << LONGEST_LENGTH_CODE], const unsigned char lengths[LENGTH_CODES]) {
        unsigned code = 0;

        for (unsigned length = 1; length <= LONGEST_LENGTH_CODE; length++, code <<= 1) {
                for (unsigned symbol = 0; symbol < LENGTH_CODES; symbol++) {
                        unsigned reversed = 0;

                        if (lengths[symbol] != length)
                                continue;
                        for (unsigned bit = 0; bit < length; bit++)
                                reversed |= (code >> bit & 1) << (length - 1 - bit);
                        for (unsigned i = reversed; i < 1 << LONGEST_LENGTH_CODE; i += 1u << length)
                                table[i] = (unsigned char)(symbol << 3 | length);
                        code++;
                }
        }
}

/* False: not a code, or not all there. */
static bool read_table(struct bits *bits, size_t n, unsigned char table[1 << LONGEST_LENGTH_CODE]) {
        static const unsigned char order[LENGTH_CODES] = {
                16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
        };
        unsigned char lengths[LENGTH_CODES] = { 0 };

        for (size_t i = 0; i < n; i++)
                lengths[order[i]] = (unsigned char)take(bits, 3);
        if (bits->left < 0 || !is_complete(lengths, LENGTH_CODES, false))
                return false;
        make_table(table, lengths);
        return true;
}

/* One length, or a run of them. False: there is none here, or it is too long. */
static bool read_run(struct bits *bits, const unsigned char *table, unsigned char *lengths, size_t *at, size_t n) {
        unsigned char entry, value = 0;
        unsigned symbol, times = 1;

        fill(bits);
        entry = table[bits->hold & ((1 << LONGEST_LENGTH_CODE) - 1)];
        bits->hold >>= entry & 7;
        bits->left -= entry & 7;
        symbol = entry >> 3;
        if (symbol < 16)
                value = (unsigned char)symbol;
        else if (symbol == 16)
                times = 3 + take(bits, 2);
        else
                times = symbol == 17 ? 3 + take(bits, 3) : 11 + take(bits, 7);
        if (times > n - *at || (symbol == 16 && *at == 0))
                return false;
        if (symbol == 16)
                value = lengths[*at - 1];
        memset(lengths + *at, value, times);
        *at += times;
        return bits->left >= 0;
}

static bool check_codes(struct bits *bits) {
        size_t literals = 257 + take(bits, 5), distances = 1 + take(bits, 5), length_codes = 4 + take(bits, 4);
        unsigned char table[1 << LONGEST_LENGTH_CODE], lengths[MOST_LITERALS + MOST_DISTANCES];
        size_t at = 0;

        if (literals > MOST_LITERALS || distances > MOST_DISTANCES || !read_table(bits, length_codes, table))
                return false;
        while (at < literals + distances)
                if (!read_run(bits, table, lengths, &at, literals + distances))
                        return false;
        return lengths[END_OF_BLOCK] && is_complete(lengths, literals, true) &&
               is_complete(lengths + literals, distances, true);
}

static bool check_stored(struct bits *bits) {
        unsigned length;

        take(bits, bits->left & 7);
        length = take(bits, 16);
        return length == (take(bits, 16) ^ 0xffff);
}

int deflate_header_check(uint64_t hold, unsigned hold_bits, const unsigned char *p, size_t n, size_t *ret_used) {
        struct bits bits = { .hold = hold, .left = (int)hold_bits, .p = p, .end = p + n };
        unsigned type;
        bool good;

        take(&bits, 1);
        type = take(&bits, 2);
        good = type == 0 ? check_stored(&bits) : type == 1 || (type == 2 && check_codes(&bits));
        if (bits.left < 0)
                return 0;
        if (!good)
                return -EBADMSG;
        *ret_used = (size_t)(bits.p - p) - (size_t)bits.left / 8;
        return 1;
}
