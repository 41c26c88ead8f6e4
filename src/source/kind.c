#include "source/kind.h"

enum { TAR_HEADER_BYTES = 512, TAR_CHECKSUM_AT = 148, TAR_CHECKSUM_BYTES = 8, TAR_MAGIC_AT = 257 };

static const struct {
        struct str magic;
        const char *format;
} others[] = {
        { { "\xfd"
            "7zXZ\0",
            6 },
          "xz" },
        { { "7z\xbc\xaf\x27\x1c", 6 }, "7z" },
        { { "Rar!\x1a\x07", 6 }, "rar" },
        { { "\x28\xb5\x2f\xfd", 4 }, "zstd" },
        { { "\x04\x22\x4d\x18", 4 }, "lz4" },
        { { "\x1f\x9d", 2 }, "compress (.Z)" },
        { { "LZIP\1", 5 }, "lzip" },
        { { "\x89LZO\0", 5 }, "lzop" },
        { { "MSCF\0\0\0\0", 8 }, "cab" },
        { { "!<arch>\n", 8 }, "ar" },
};

/* The old binary form in either order of bytes, or digits all the way: octal ones,
 * or behind a magic that says so hexadecimal ones. */
static bool is_cpio(struct str first) {
        bool hex = str_starts(first, STR("070701")) || str_starts(first, STR("070702"));
        size_t digits = hex ? 110 : 76;

        if (str_starts(first, STR("\xc7\x71")) || str_starts(first, STR("\x71\xc7")))
                return true;
        if ((!hex && !str_starts(first, STR("070707"))) || first.n < digits)
                return false;
        for (size_t i = 0; i < digits; i++) {
                char c = byte_lower(first.p[i]);

                if (!byte_is_digit(c) && !(hex && c >= 'a' && c <= 'f'))
                        return false;
        }
        return true;
}

static const char *other_format(struct str first) {
        for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
                if (str_starts(first, others[i].magic))
                        return others[i].format;
        /* "BZh9" might begin a line of text; the block's magic number does not. */
        if (str_starts(first, STR("BZh")) && first.n > 4 && first.p[3] >= '1' && first.p[3] <= '9' &&
            (str_starts(str_skip(first, 4), STR("1AY&SY")) || str_starts(str_skip(first, 4), STR("\x17rE8P\x90"))))
                return "bzip2";
        return is_cpio(first) ? "cpio" : NULL;
}

/* An octal number with blanks around it, as tar's checksum is written. */
static bool parse_octal(struct str s, unsigned *ret_value) {
        unsigned value = 0;
        size_t digits = 0, i = 0;

        while (i < s.n && s.p[i] == ' ')
                i++;
        for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '7'; i++, digits++)
                value = value * 8 + (unsigned)(s.p[i] - '0');
        for (; i < s.n; i++)
                if (s.p[i] != ' ' && s.p[i] != '\0')
                        return false;
        *ret_value = value;
        return digits > 0;
}

/* The checksum is over the header with its own field taken as blanks; some old
 * writers summed up signed bytes. */
static bool tar_checksum_fits(struct str header) {
        unsigned want, sum = 0;
        int signed_sum = 0;

        if (!parse_octal((struct str){ header.p + TAR_CHECKSUM_AT, TAR_CHECKSUM_BYTES }, &want))
                return false;
        for (size_t i = 0; i < TAR_HEADER_BYTES; i++) {
                bool own = i >= TAR_CHECKSUM_AT && i < TAR_CHECKSUM_AT + TAR_CHECKSUM_BYTES;

                sum += own ? ' ' : (unsigned char)header.p[i];
                signed_sum += own ? ' ' : (signed char)header.p[i];
        }
        return want == sum || (signed_sum >= 0 && want == (unsigned)signed_sum);
}

/* "ustar" is followed by a NUL or a blank. One damaged byte is forgiven where the
 * field of the checksum still is a number. */
static bool has_tar_magic(struct str first) {
        static const struct str magics[] = { STR_INIT("ustar\0"), STR_INIT("ustar ") };
        struct str field = str_skip(first, TAR_MAGIC_AT);
        unsigned checksum;

        for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
                size_t same = 0;

                for (size_t k = 0; k < magics[i].n && k < field.n; k++)
                        same += magics[i].p[k] == field.p[k];
                if (same == magics[i].n)
                        return true;
                if (same + 1 == magics[i].n && first.n >= TAR_HEADER_BYTES &&
                    parse_octal((struct str){ first.p + TAR_CHECKSUM_AT, TAR_CHECKSUM_BYTES }, &checksum))
                        return true;
        }
        return false;
}

bool kind_is_tar_header(struct str s) {
        return s.n >= TAR_HEADER_BYTES && s.p[0] != '\0' && tar_checksum_fits(s);
}

/* PK 7 8 is what the first part of a split zip begins with, PK00 one that was to
 * be split. */
static bool is_zip(struct str first) {
        return str_starts(first, STR("PK\3\4")) || str_starts(first, STR("PK\5\6")) ||
               str_starts(first, STR("PK\7\x8PK")) || str_starts(first, STR("PK00PK"));
}

enum file_kind file_kind(struct str first, const char **ret_format) {
        const char *format;

        /* Whatever the method byte says: no log begins like this, so another one is damage. */
        if (str_starts(first, STR("\x1f\x8b")))
                return FILE_GZIP;
        if (is_zip(first))
                return FILE_ZIP;
        format = other_format(first);
        if (format) {
                *ret_format = format;
                return FILE_OTHER;
        }
        return has_tar_magic(first) || kind_is_tar_header(first) ? FILE_TAR : FILE_LEAF;
}

/* ------------------------------------------------------- what is said to be one */

/* The length of the UTF-8 sequence at the beginning, 0 where there is none. */
static size_t utf8_length(struct str s) {
        unsigned char first = (unsigned char)s.p[0];
        size_t n = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;

        if (n > s.n)
                return 0;
        for (size_t i = 1; i < n; i++)
                if (((unsigned char)s.p[i] & 0xc0) != 0x80)
                        return 0;
        return n;
}

static bool is_odd_byte(char c) {
        return ((unsigned char)c < ' ' && !(c >= '\t' && c <= '\r')) || c == 0x7f;
}

/* More than a tenth of it is no text. */
static bool is_odd(struct str s) {
        size_t odd = 0, bytes = s.n;

        while (s.n) {
                size_t n = utf8_length(s);

                odd += n == 0 || (n == 1 && is_odd_byte(s.p[0]));
                s = str_skip(s, n ? n : 1);
        }
        return odd * 10 > bytes;
}

/* A damaged archive that holds stored text is odd at its beginning alone. */
bool kind_is_binary(struct str first) {
        enum { HEADER_BYTES = 32 };

        return is_odd(first) || is_odd(str_first(first, HEADER_BYTES));
}

bool kind_is_archive_name(struct str name) {
        static const struct str ends[] = { STR_INIT(".gz"), STR_INIT(".tgz"), STR_INIT(".zip"), STR_INIT(".tar") };

        for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
                if (name.n > ends[i].n && str_eq_nocase(str_skip(name, name.n - ends[i].n), ends[i]))
                        return true;
        return false;
}

static unsigned two_bytes(const char *p) {
        return (unsigned char)p[0] | (unsigned)(unsigned char)p[1] << 8;
}

bool kind_is_zip_header(struct str s) {
        enum { LOCAL_BYTES = 30, LARGEST_VERSION = 63, LARGEST_METHOD = 99, LONGEST_NAME = 4096 };
        unsigned name_bytes;

        if (s.n < LOCAL_BYTES || !str_starts(s, STR("PK\3\4")))
                return false;
        name_bytes = two_bytes(s.p + 26);
        return (unsigned char)s.p[4] <= LARGEST_VERSION && two_bytes(s.p + 8) <= LARGEST_METHOD && name_bytes > 0 &&
               name_bytes <= LONGEST_NAME;
}

/* Amid any bytes the name must be there as well, and be one. */
static bool has_zip_name(struct str s) {
        struct str name = str_first(str_skip(s, 30), two_bytes(s.p + 26));

        for (size_t i = 0; i < name.n; i++)
                if ((unsigned char)name.p[i] < ' ')
                        return false;
        return name.n == two_bytes(s.p + 26);
}

size_t kind_find_zip(struct str s) {
        const char *begin = s.p, *at;

        while ((at = str_find(s, STR("PK\3\4"))) != NULL) {
                s = str_slice(at, s.p + s.n);
                if (kind_is_zip_header(s) && has_zip_name(s))
                        return (size_t)(at - begin);
                s = str_skip(s, 1);
        }
        return 0;
}
