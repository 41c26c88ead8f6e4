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
};

static const char *other_format(struct str first) {
        for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
                if (str_starts(first, others[i].magic))
                        return others[i].format;
        /* "BZh9" might begin a line of text; the block's magic number does not. */
        if (str_starts(first, STR("BZh")) && first.n > 4 && first.p[3] >= '1' && first.p[3] <= '9' &&
            (str_starts(str_skip(first, 4), STR("1AY&SY")) || str_starts(str_skip(first, 4), STR("\x17rE8P\x90"))))
                return "bzip2";
        return NULL;
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

static bool is_tar(struct str first) {
        struct str magic = str_skip(first, TAR_MAGIC_AT);

        if (str_starts(magic, STR("ustar\0")) || str_starts(magic, STR("ustar ")))
                return true;
        return first.n >= TAR_HEADER_BYTES && first.p[0] != '\0' && tar_checksum_fits(first);
}

enum file_kind file_kind(struct str first, const char **ret_format) {
        const char *format;

        /* Whatever the method byte says: no log begins like this, so another one is damage. */
        if (str_starts(first, STR("\x1f\x8b")))
                return FILE_GZIP;
        if (str_starts(first, STR("PK\3\4")) || str_starts(first, STR("PK\5\6")))
                return FILE_ZIP;
        format = other_format(first);
        if (format) {
                *ret_format = format;
                return FILE_OTHER;
        }
        return is_tar(first) ? FILE_TAR : FILE_LEAF;
}
