#include "rules/version.h"

#include <stdio.h>

enum { PARTS = 4, PART_BITS = 16, LARGEST_PART = 0xfffe };

uint64_t version_parse(struct str s) {
        uint64_t version = 0;
        int parts = 0;

        for (size_t at = 0; parts < PARTS; at++) {
                const size_t begin = at;
                uint64_t part = 0;

                for (; at < s.n && at - begin < 6 && byte_is_digit(s.p[at]); at++)
                        part = part * 10 + (uint64_t)(s.p[at] - '0');
                if (at == begin || part > LARGEST_PART)
                        return 0;
                version |= part << (PARTS - 1 - parts++) * PART_BITS;
                if (at == s.n || s.p[at] != '.')
                        break;
        }
        return parts >= 2 ? version : 0;
}

void version_write(uint64_t version, char text[VERSION_TEXT_BYTES]) {
        unsigned parts[PARTS];

        for (int i = 0; i < PARTS; i++)
                parts[i] = (unsigned)(version >> (PARTS - 1 - i) * PART_BITS & 0xffff);
        if (parts[3])
                snprintf(text, VERSION_TEXT_BYTES, "%u.%u.%u.%u", parts[0], parts[1], parts[2], parts[3]);
        else
                snprintf(text, VERSION_TEXT_BYTES, "%u.%u.%u", parts[0], parts[1], parts[2]);
}
