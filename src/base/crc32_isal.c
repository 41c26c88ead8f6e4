#include "base/crc32.h"

#include <isa-l.h>

uint32_t crc32_add(uint32_t crc, const void *p, size_t n) {
        return crc32_gzip_refl(crc, p, n);
}
