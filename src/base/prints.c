#include "base/prints.h"

#include <stdlib.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* FNV-1a: short texts, byte by byte, without regard to the order of bytes in words. */
uint64_t print_add(uint64_t print, struct str s) {
        for (size_t i = 0; i < s.n; i++)
                print = (print ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
        return print;
}

uint64_t print_end(uint64_t print) {
        print = (print ^ print >> 33) * UINT64_C(0xff51afd7ed558ccd);
        print = (print ^ print >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
        return print ^ print >> 33;
}

static int compare(const void *a, const void *b) {
        const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

        return (x > y) - (x < y);
}

size_t prints_sort(uint64_t *prints, size_t count) {
        size_t left = 0;

        if (count)
                qsort(prints, count, sizeof(*prints), compare);
        for (size_t i = 0; i < count; i++)
                if (left == 0 || prints[left - 1] != prints[i])
                        prints[left++] = prints[i];
        return left;
}

/* -------------------------------------------------------------- base64 */

static int digit_value(char c) {
        if (c >= 'A' && c <= 'Z')
                return c - 'A';
        if (c >= 'a' && c <= 'z')
                return c - 'a' + 26;
        if (byte_is_digit(c))
                return c - '0' + 52;
        return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool prints_decode(struct str text, uint64_t *to, size_t *ret_count) {
        const size_t padding = str_ends(text, STR("==")) ? 2 : str_ends(text, STR("=")) ? 1 : 0;
        uint64_t print = 0;
        uint32_t bits = 0;
        size_t bytes = 0;
        unsigned held = 0;

        if (text.n % 4)
                return false;
        for (size_t i = 0; i < text.n - padding; i++) {
                const int value = digit_value(text.p[i]);

                if (value < 0)
                        return false;
                bits = bits << 6 | (uint32_t)value;
                held += 6;
                if (held < 8)
                        continue;
                held -= 8;
                print = print << 8 | (bits >> held & 0xff);
                if (++bytes % 8 == 0)
                        to[bytes / 8 - 1] = print;
        }
        *ret_count = bytes / 8;
        return bytes % 8 == 0 && (bits & ((UINT32_C(1) << held) - 1)) == 0;
}

size_t prints_encode(const uint64_t *prints, size_t count, char ret_text[static PRINTS_TEXT]) {
        const size_t bytes = count * 8;
        size_t n = 0;

        for (size_t i = 0; i < bytes; i += 3) {
                uint32_t bits = 0;

                for (size_t k = i; k < i + 3; k++)
                        bits = bits << 8 | (k < bytes ? (uint32_t)(prints[k / 8] >> (56 - k % 8 * 8) & 0xff) : 0);
                for (size_t k = 0; k < 4; k++)
                        ret_text[n++] = i + k > bytes ? '=' : digits[bits >> (18 - 6 * k) & 63];
        }
        return n;
}
