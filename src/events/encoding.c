#include "events/encoding.h"

#include "rules/family.h"

/* UTF-16 whose characters' low bytes stand at `low` of each pair: is there a record?
 * Its parts that matter are ASCII. */
static bool is_utf16_log(struct str head, size_t low) {
        enum { LOOKED_AT = 8 * 1024 };
        char text[LOOKED_AT];
        size_t n = 0;

        for (size_t i = 0; i + 1 < head.n && n < LOOKED_AT; i += 2)
                text[n++] = (char)(head.p[i + !low] == '\0' ? head.p[i + low] : '?');
        return family_by_content((struct str){ text, n }, NULL) != FAMILY_NONE;
}

/* One line as far as can be seen, with a record behind one of its CRs. */
static bool is_lone_cr_log(struct str head) {
        enum { HEADER_BYTES = 256 };
        const char *cr;

        if (str_find_byte(head, '\n'))
                return false;
        while ((cr = str_find_byte(head, '\r')) != NULL) {
                head = str_slice(cr + 1, head.p + head.n);
                if (family_by_content(str_first(head, HEADER_BYTES), NULL) != FAMILY_NONE)
                        return true;
        }
        return false;
}

const char *encoding_fault(struct str head) {
        struct str begin = head;

        if (str_starts(begin, STR("\xff\xfe")) || str_starts(begin, STR("\xfe\xff")))
                begin = str_skip(begin, 2);
        if (str_find_byte(str_first(begin, 64), '\0') && (is_utf16_log(begin, 0) || is_utf16_log(begin, 1)))
                return "UTF-16 text";
        return is_lone_cr_log(head) ? "text whose lines end in CR alone" : NULL;
}
