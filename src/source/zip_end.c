#include "source/zip_end.h"

#include <errno.h>
#include <stdlib.h>

enum {
        RECORD_BYTES = 22,
        LOCATOR_BYTES = 20, /* of zip64 */
        KEPT_BYTES = LOCATOR_BYTES + RECORD_BYTES + 65535,
        BUFFER_BYTES = 2 * KEPT_BYTES, /* so that bytes are moved seldom */
};

int zip_end_init(struct zip_end *end) {
        *end = (struct zip_end){ .bytes = malloc(BUFFER_BYTES) };
        return end->bytes ? 0 : -ENOMEM;
}

void zip_end_release(struct zip_end *end) {
        free(end->bytes);
        end->bytes = NULL;
}

void zip_end_add(struct zip_end *end, struct str s) {
        end->total += s.n;
        if (s.n >= KEPT_BYTES) {
                s = str_skip(s, s.n - KEPT_BYTES);
                end->n = 0;
        } else if (s.n > BUFFER_BYTES - end->n) {
                memmove(end->bytes, end->bytes + end->n - KEPT_BYTES, KEPT_BYTES);
                end->n = KEPT_BYTES;
        }
        if (s.n)
                memcpy(end->bytes + end->n, s.p, s.n);
        end->n += s.n;
}

static uint32_t number(const unsigned char *p, size_t bytes) {
        uint32_t value = 0;

        while (bytes-- > 0)
                value = value << 8 | p[bytes];
        return value;
}

/* The directory must end where the record stands: a zip that was cut right
 * behind a stored zip ends in that one's record. */
static bool record_fits(const struct zip_end *end, size_t at) {
        const unsigned char *p = end->bytes + at;
        uint64_t position = end->total - end->n + at;
        uint32_t directory_bytes = number(p + 12, 4), directory_at = number(p + 16, 4);

        if (at + RECORD_BYTES + number(p + 20, 2) > end->n)
                return false;
        if (at >= LOCATOR_BYTES && memcmp(p - LOCATOR_BYTES, "PK\6\7", 4) == 0)
                return true;
        return (uint64_t)directory_at + directory_bytes == position;
}

bool zip_end_find(const struct zip_end *end, uint64_t *ret_entries) {
        for (size_t at = end->n < RECORD_BYTES ? 0 : end->n - RECORD_BYTES + 1; at-- > 0;) {
                if (memcmp(end->bytes + at, "PK\5\6", 4) != 0 || !record_fits(end, at))
                        continue;
                *ret_entries = number(end->bytes + at + 10, 2);
                if (*ret_entries == 0xffff)
                        *ret_entries = ZIP_ENTRIES_UNKNOWN;
                return true;
        }
        return false;
}
