#include "base/crc32.h"

#include <zlib.h>

/* Sums of parts are combined by moving the first one over the length of the second
 * and adding that one, which is exclusive or: it can be taken off again. */
uint32_t crc32_of_last(uint32_t all, uint32_t before, uint64_t n) {
        return before ? all ^ (uint32_t)crc32_combine(before, 0, (z_off_t)n) : all;
}
