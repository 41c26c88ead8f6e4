#include "report/text.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"

/* Bytes of what stands at the start of `s`: a character, or what is shown as '?'. */
static size_t next_length(struct str s, bool *ret_shown) {
        size_t n = utf8_length(s);

        *ret_shown = n > 0 && !utf8_is_harmful(s, n);
        return n ? n : 1;
}

void text_put(struct writer *writer, struct str s) {
        size_t plain = 0; /* bytes at the front of s that go out as they are */
        bool shown;

        while (plain < s.n) {
                size_t n = next_length(str_skip(s, plain), &shown);

                if (shown) {
                        plain += n;
                        continue;
                }
                writer_put(writer, str_first(s, plain));
                writer_put(writer, STR("?"));
                s = str_skip(s, plain + n);
                plain = 0;
        }
        writer_put(writer, s);
}

void text_printf(struct writer *writer, const char *format, ...) {
        char text[256];
        va_list args;

        va_start(args, format);
        vsnprintf(text, sizeof(text), format, args);
        va_end(args);
        writer_put(writer, str_from(text));
}

size_t text_columns(struct str s) {
        size_t columns = 0;
        bool shown;

        while (s.n) {
                s = str_skip(s, next_length(s, &shown));
                columns++;
        }
        return columns;
}

static void pad(struct writer *writer, struct str s, size_t width) {
        for (size_t n = text_columns(s); n < width; n++)
                writer_put(writer, STR(" "));
}

void text_left(struct writer *writer, struct str s, size_t width) {
        text_put(writer, s);
        pad(writer, s, width);
}

void text_right(struct writer *writer, struct str s, size_t width) {
        pad(writer, s, width);
        text_put(writer, s);
}

struct str text_time(int64_t utc_ms, char buffer[static TEXT_TIME_BYTES]) {
        char *point;

        if (utc_ms == TIME_UNKNOWN)
                return STR("-");
        time_format_utc(utc_ms, buffer);
        point = strchr(buffer, '.');
        if (point)
                *point = '\0';
        buffer[strcspn(buffer, "T")] = ' ';
        return str_from(buffer);
}

size_t text_words(struct writer *writer, struct str s, size_t column, size_t indent, size_t width) {
        bool first = true;

        while (s.n) {
                const char *blank = str_find_byte(s, ' ');
                struct str word = blank ? str_slice(s.p, blank) : s;
                size_t columns = text_columns(word);

                s = str_skip(s, word.n + (blank != NULL));
                if (!first && column + 1 + columns > width) {
                        text_printf(writer, "\n%*s", (int)indent, "");
                        column = indent;
                } else if (!first) {
                        text_printf(writer, " ");
                        column++;
                }
                text_put(writer, word);
                column += columns;
                first = false;
        }
        return column;
}

const char *text_span(int64_t ms, char buffer[static TEXT_SPAN_BYTES]) {
        unsigned long long tenths = (ms < 0 ? -(uint64_t)ms : (uint64_t)ms) / 100, seconds = tenths / 10;

        if (seconds == 0)
                snprintf(buffer, TEXT_SPAN_BYTES, "%d ms", (int)(ms < 0 ? -ms : ms));
        else if (seconds < 120)
                snprintf(buffer, TEXT_SPAN_BYTES, "%llu.%llu s", seconds, tenths % 10);
        else if (seconds < 2 * 3600)
                snprintf(buffer, TEXT_SPAN_BYTES, "%llu min %llu s", seconds / 60, seconds % 60);
        else
                snprintf(buffer, TEXT_SPAN_BYTES, "%llu h %llu min", seconds / 3600, seconds / 60 % 60);
        return buffer;
}
