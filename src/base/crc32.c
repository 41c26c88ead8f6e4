#include "base/crc32.h"

#include <zlib.h>

uint32_t crc32_join(uint32_t crc, uint32_t next, uint64_t n) {
        return (uint32_t)crc32_combine(crc, next, (z_off_t)n);
}
