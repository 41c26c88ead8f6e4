/*
 * deflate_header: is the header of a deflate block (RFC 1951, 3.2.3) one that zlib
 * takes?
 *
 *      final(1) type(2) | 00: length and its complement, from the next byte on
 *                       | 01: nothing
 *                       | 10: the lengths of two Huffman codes, packed by a third
 *
 * ISA-L also takes codes that leave bit patterns without a meaning, which no writer
 * makes and a flipped bit does. Where the data happens not to need the code that was
 * hit, its bytes and their checksum are even right; so that is looked at before.
 */
#ifndef SOURCE_DEFLATE_HEADER_H
#define SOURCE_DEFLATE_HEADER_H

#include "base/str.h"

/* The longest header: 17 bits, 19 lengths of 3 bits, and 316 of 7 bits. */
enum { DEFLATE_HEADER_BYTES = 288 };

/* The header is in the low `hold_bits` of `hold`, fewer than 57, and then at p. 1
 * with how many of the n bytes it reaches into, 0 where it goes on behind them, or
 * -EBADMSG. */
int deflate_header_check(uint64_t hold, unsigned hold_bits, const unsigned char *p, size_t n, size_t *ret_used);

#endif
