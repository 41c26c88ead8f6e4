#include "base/crc32.h"

#include <zlib.h>

/* Sums of parts are combined by moving the first one over the length of the second
 * and adding that one, which is exclusive or: it can be taken off again. */
uint32_t crc32_join(uint32_t crc, uint32_t next, uint64_t n) {
        return crc ? (uint32_t)crc32_combine(crc, next, (z_off_t)n) : next;
}

uint32_t crc32_of_last(uint32_t all, uint32_t before, uint64_t n) {
        return all ^ crc32_join(before, 0, n);
}
