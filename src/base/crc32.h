/*
 * crc32: the checksum of gzip and zip, of every byte that is read, often twice.
 * By ISA-L where the build found it (a fifth of the whole run time is saved),
 * by zlib without it; the sums are the same.
 */
#ifndef BASE_CRC32_H
#define BASE_CRC32_H

#include "base/str.h"

/* The sum of what `crc` is the sum of, followed by these bytes. 0 is the sum of
 * nothing. */
uint32_t crc32_add(uint32_t crc, const void *p, size_t n);

/* The sum of what `crc` is the sum of, followed by n bytes that `next` is the sum of. */
uint32_t crc32_join(uint32_t crc, uint32_t next, uint64_t n);

/* The sum of the last n bytes alone, where `all` is the sum of everything and
 * `before` of what stands before them. */
uint32_t crc32_of_last(uint32_t all, uint32_t before, uint64_t n);

#endif
