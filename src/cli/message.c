#define _GNU_SOURCE /* vasprintf */
#include "cli/message.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"

/* Bytes of the UTF-8 sequence at `p`, 0 when it is none. The text's final NUL
 * is no continuation byte, so nothing is read behind it. */
static size_t decode(const unsigned char *p, uint32_t *ret_point) {
        static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
        size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc0 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf8 ? 4 : 0;
        uint32_t point = n <= 1 ? p[0] : p[0] & (0x7fu >> n);

        for (size_t i = 1; i < n; i++) {
                if ((p[i] & 0xc0) != 0x80)
                        return 0;
                point = point << 6 | (p[i] & 0x3fu);
        }
        if (n && (point < smallest[n] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)))
                return 0;
        *ret_point = point;
        return n;
}

/* C0, DEL and C1 drive the terminal; the next two turn and break the line; the others do not show. */
static bool harmful(uint32_t point) {
        return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x61c || point == 0x200e ||
               point == 0x200f || (point >= 0x2028 && point <= 0x202e) || (point >= 0x2060 && point <= 0x206f) ||
               point == 0x200b || point == 0xfeff || (point >= 0xfff9 && point <= 0xfffb) ||
               (point >= 0xe0000 && point <= 0xe007f);
}

char *text_clean(char *text) {
        char *to = text;

        for (const char *from = text; *from;) {
                uint32_t point = 0;
                size_t n = decode((const unsigned char *)from, &point);

                if (n == 0 || harmful(point)) {
                        *to++ = '?';
                        from += n ? n : 1;
                } else {
                        while (n-- > 0)
                                *to++ = *from++;
                }
        }
        *to = '\0';
        return text;
}

__attribute__((format(printf, 1, 0))) static void say(const char *format, va_list args) {
        char *text = NULL;

        if (vasprintf(&text, format, args) < 0) {
                fputs("boshscope: out of memory\n", stderr);
                return;
        }
        fprintf(stderr, "boshscope: %s\n", text_clean(text));
        free(text);
}

void message(const char *format, ...) {
        va_list args;

        va_start(args, format);
        say(format, args);
        va_end(args);
}

int usage_error(const char *command, const char *format, ...) {
        va_list args;

        va_start(args, format);
        say(format, args);
        va_end(args);
        fprintf(stderr, "Try 'boshscope %s%s--help'.\n", command, *command ? " " : "");
        return STATUS_USAGE;
}
