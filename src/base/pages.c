#define _DEFAULT_SOURCE /* madvise */
#include "base/pages.h"

#include <stdint.h>
#include <sys/mman.h>

enum { LARGE_BYTES = 2 * 1024 * 1024 };

void pages_large(void *p, size_t bytes) {
#ifdef MADV_HUGEPAGE
        const uintptr_t from = ((uintptr_t)p + LARGE_BYTES - 1) / LARGE_BYTES * LARGE_BYTES;
        const uintptr_t to = ((uintptr_t)p + bytes) / LARGE_BYTES * LARGE_BYTES;

        if (from < to)
                madvise((char *)p + (from - (uintptr_t)p), to - from, MADV_HUGEPAGE);
#else
        (void)p;
        (void)bytes;
#endif
}
