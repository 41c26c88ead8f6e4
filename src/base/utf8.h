/*
 * utf8: what is text and what may be shown to a person (RFC 3629: no overlong
 * forms, no surrogates, nothing above U+10FFFF).
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/str.h"

/* What a byte that is no UTF-8 is shown as: U+FFFD. */
#define UTF8_REPLACEMENT STR("\xef\xbf\xbd")

/* The length of the sequence at the start of `s` (1 for ASCII), 0 when there is
 * none. `s` is not empty. */
size_t utf8_length(struct str s);

/* The character at the start of `s`, of that length. */
uint32_t utf8_point(struct str s, size_t length);

/* The same one: does it drive a terminal (C0, DEL, C1), turn the direction of writing, break
 * the line, or hide? */
bool utf8_is_harmful(struct str s, size_t length);

/* Not more than `n` bytes of `s`, and no sequence cut in two. */
struct str utf8_first(struct str s, size_t n);

#endif
