#include "source/name.h"

#include <errno.h>
#include <iconv.h>

#include "base/utf8.h"

/* Code page 850 from 0x80 on. */
static const uint16_t cp850[128] = {
        0x00c7, 0x00fc, 0x00e9, 0x00e2, 0x00e4, 0x00e0, 0x00e5, 0x00e7, 0x00ea, 0x00eb, 0x00e8, 0x00ef, 0x00ee,
        0x00ec, 0x00c4, 0x00c5, 0x00c9, 0x00e6, 0x00c6, 0x00f4, 0x00f6, 0x00f2, 0x00fb, 0x00f9, 0x00ff, 0x00d6,
        0x00dc, 0x00f8, 0x00a3, 0x00d8, 0x00d7, 0x0192, 0x00e1, 0x00ed, 0x00f3, 0x00fa, 0x00f1, 0x00d1, 0x00aa,
        0x00ba, 0x00bf, 0x00ae, 0x00ac, 0x00bd, 0x00bc, 0x00a1, 0x00ab, 0x00bb, 0x2591, 0x2592, 0x2593, 0x2502,
        0x2524, 0x00c1, 0x00c2, 0x00c0, 0x00a9, 0x2563, 0x2551, 0x2557, 0x255d, 0x00a2, 0x00a5, 0x2510, 0x2514,
        0x2534, 0x252c, 0x251c, 0x2500, 0x253c, 0x00e3, 0x00c3, 0x255a, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550,
        0x256c, 0x00a4, 0x00f0, 0x00d0, 0x00ca, 0x00cb, 0x00c8, 0x0131, 0x00cd, 0x00ce, 0x00cf, 0x2518, 0x250c,
        0x2588, 0x2584, 0x00a6, 0x00cc, 0x2580, 0x00d3, 0x00df, 0x00d4, 0x00d2, 0x00f5, 0x00d5, 0x00b5, 0x00fe,
        0x00de, 0x00da, 0x00db, 0x00d9, 0x00fd, 0x00dd, 0x00af, 0x00b4, 0x00ad, 0x00b1, 0x2017, 0x00be, 0x00b6,
        0x00a7, 0x00f7, 0x00b8, 0x00b0, 0x00a8, 0x00b7, 0x00b9, 0x00b3, 0x00b2, 0x25a0, 0x00a0,
};

static bool is_high(char c) {
        return (unsigned char)c >= 0x80;
}

static bool is_utf8(struct str s) {
        while (s.n) {
                size_t n = utf8_length(s);

                if (n == 0)
                        return false;
                s = str_skip(s, n);
        }
        return true;
}

/* All that is no ASCII are pairs that stand for a common character (GB 2312,
 * level 1). The first bytes are capitals with accents in Latin-1 and borders of
 * tables on DOS: such pairs alone make no name in those. */
static bool is_hanzi(struct str s) {
        for (size_t i = 0; i < s.n; i++) {
                unsigned char first = (unsigned char)s.p[i];

                if (!is_high(s.p[i]))
                        continue;
                if (first < 0xb0 || first > 0xd7 || ++i == s.n || (unsigned char)s.p[i] < 0xa1)
                        return false;
        }
        return true;
}

static bool is_dos(struct str s) {
        for (size_t i = 0; i < s.n; i++)
                if (is_high(s.p[i]) && (unsigned char)s.p[i] <= 0xa5)
                        return true;
        return false;
}

static int add_point(struct buf *to, unsigned point) {
        char bytes[3];
        size_t n = 0;

        if (point < 0x80) {
                bytes[n++] = (char)point;
        } else if (point < 0x800) {
                bytes[n++] = (char)(0xc0 | point >> 6);
                bytes[n++] = (char)(0x80 | (point & 0x3f));
        } else {
                bytes[n++] = (char)(0xe0 | point >> 12);
                bytes[n++] = (char)(0x80 | (point >> 6 & 0x3f));
                bytes[n++] = (char)(0x80 | (point & 0x3f));
        }
        return buf_add(to, (struct str){ bytes, n });
}

static int add_bytes(struct buf *to, struct str name) {
        bool dos = is_dos(name);
        int r = 0;

        for (size_t i = 0; i < name.n && r == 0; i++) {
                unsigned char c = (unsigned char)name.p[i];

                r = add_point(to, dos && c >= 0x80 ? cp850[c - 0x80] : c);
        }
        return r;
}

/* 1, 0 where this system has no GBK or the bytes are none, or negative. */
static int add_hanzi(struct buf *to, struct str name) {
        iconv_t convert = iconv_open("UTF-8", "GBK");
        size_t in_bytes = name.n, room = name.n * 2, left = room, r;
        char *in = (char *)(uintptr_t)name.p, *out; /* iconv's interface is older than const; it only reads */

        if (convert == (iconv_t)-1)
                return 0;
        if (buf_reserve(to, room) < 0) {
                iconv_close(convert);
                return -ENOMEM;
        }
        out = to->p + to->n;
        r = iconv(convert, &in, &in_bytes, &out, &left);
        iconv_close(convert);
        if (r == (size_t)-1)
                return 0;
        to->n += room - left;
        return 1;
}

int name_add(struct buf *to, struct str name) {
        int r = 0;

        if (is_utf8(name))
                return buf_add(to, name);
        if (is_hanzi(name))
                r = add_hanzi(to, name);
        return r == 0 ? add_bytes(to, name) : r < 0 ? r : 0;
}
