#include "base/utf8.h"

size_t utf8_length(struct str s) {
        const unsigned char *b = (const unsigned char *)s.p;
        unsigned char low = 0x80, high = 0xbf;
        size_t n;

        if (b[0] < 0x80)
                return 1;
        if (b[0] < 0xc2 || b[0] > 0xf4)
                return 0;
        n = b[0] < 0xe0 ? 2 : b[0] < 0xf0 ? 3 : 4;
        if (s.n < n)
                return 0;
        if (b[0] == 0xe0)
                low = 0xa0;
        else if (b[0] == 0xed)
                high = 0x9f;
        else if (b[0] == 0xf0)
                low = 0x90;
        else if (b[0] == 0xf4)
                high = 0x8f;
        if (b[1] < low || b[1] > high)
                return 0;
        for (size_t i = 2; i < n; i++)
                if (b[i] < 0x80 || b[i] > 0xbf)
                        return 0;
        return n;
}

uint32_t utf8_point(struct str s, size_t length) {
        const unsigned char *b = (const unsigned char *)s.p;
        uint32_t point = length == 1 ? b[0] : b[0] & (0x7fu >> length);

        for (size_t i = 1; i < length; i++)
                point = point << 6 | (b[i] & 0x3fu);
        return point;
}

/* C0, DEL and C1 drive a terminal; the next two turn and break the line; the others do not show. The joiners
 * U+200C and U+200D are letters' business. */
bool utf8_is_harmful(struct str s, size_t length) {
        const uint32_t point = utf8_point(s, length);

        return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x61c || point == 0x200e ||
               point == 0x200f || (point >= 0x2028 && point <= 0x202e) || (point >= 0x2060 && point <= 0x206f) ||
               point == 0x200b || point == 0xfeff || (point >= 0xfff9 && point <= 0xfffb) ||
               (point >= 0xe0000 && point <= 0xe007f);
}

struct str utf8_first(struct str s, size_t n) {
        if (s.n <= n)
                return s;
        while (n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
                n--;
        return str_first(s, n);
}
