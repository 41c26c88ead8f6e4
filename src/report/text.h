/*
 * text: a page for people, UTF-8, in columns. Names and texts come from outside
 * and may hold terminal escapes: every byte that is no UTF-8 and every character
 * that drives a terminal shows as '?'. A column is a code point. Errors stick, as a
 * writer's do.
 */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "base/time.h"
#include "report/writer.h"

/* Something from outside, made harmless. */
void text_put(struct writer *writer, struct str s);
/* Our own words and numbers; not longer than 256 bytes. */
__attribute__((format(printf, 2, 3))) void text_printf(struct writer *writer, const char *format, ...);

/* How many columns `s` takes. */
size_t text_columns(struct str s);

/* A cell and blanks up to its width, to be followed by another one. */
void text_left(struct writer *writer, struct str s, size_t width);
void text_right(struct writer *writer, struct str s, size_t width);

/* The words of `s`, from outside or ours, in lines that end before `width`. The first begins at
 * `column`, the further ones at `indent`. The column that it ends in. */
size_t text_words(struct writer *writer, struct str s, size_t column, size_t indent, size_t width);

enum { TEXT_TIME_BYTES = TIME_RFC3339_BYTES, TEXT_SPAN_BYTES = 48 };

/* "2017-06-16 18:47:04", "-" when TIME_UNKNOWN. */
struct str text_time(int64_t utc_ms, char buffer[static TEXT_TIME_BYTES]);

/* "3 min 20 s", "60.0 s", "630 ms": how long, whatever the sign. */
const char *text_span(int64_t ms, char buffer[static TEXT_SPAN_BYTES]);

#endif
