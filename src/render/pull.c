#include "render/pull.h"

#include "base/plain.h"
#include "base/utf8.h"

void pull_init(struct pull *pull, char *text, size_t bytes) {
        *pull = (struct pull){ .at = text, .end = text + bytes, .line = 1 };
}

bool pull_fail(struct pull *pull, const char *wrong) {
        if (!pull->wrong)
                pull->wrong = wrong;
        return false;
}

static bool fail_here(struct pull *pull, const char *wrong) {
        return pull_fail(pull, pull->at == pull->end ? "ends too early" : wrong);
}

/* Line breaks stand nowhere else: strings have none. Behind one a report has blanks, two a level. */
static void skip_blanks(struct pull *pull) {
        char *at = pull->at;

        for (; at < pull->end && (unsigned char)*at <= ' '; at++) {
                if (*at == '\n')
                        pull->line++;
                else if (*at != ' ' && *at != '\r' && *at != '\t')
                        break;
                while (pull->end - at > WORD_BYTES && word_load(at + 1) == word_of(' '))
                        at += WORD_BYTES;
        }
        pull->at = at;
}

/* Mostly there is none, or one blank. */
static inline void skip_space(struct pull *pull) {
        pull->at += pull->at < pull->end && *pull->at == ' ';
        if (pull->at < pull->end && (unsigned char)*pull->at <= ' ')
                skip_blanks(pull);
}

static inline bool next_is(struct pull *pull, char c) {
        return !pull->wrong && pull->at < pull->end && *pull->at == c;
}

bool pull_end(struct pull *pull) {
        skip_space(pull);
        if (!pull->wrong && pull->at < pull->end)
                return pull_fail(pull, "there is text after the end");
        return !pull->wrong;
}

enum pull_kind pull_peek(struct pull *pull) {
        if (pull->wrong)
                return PULL_NOTHING;
        skip_space(pull);
        switch (pull->at < pull->end ? *pull->at : '\0') {
        case '{':
                return PULL_OBJECT;
        case '[':
                return PULL_ARRAY;
        case '"':
                return PULL_STRING;
        case 't':
                return PULL_TRUE;
        case 'f':
                return PULL_FALSE;
        case 'n':
                return PULL_NULL;
        default:
                if (pull->at < pull->end && (byte_is_digit(*pull->at) || *pull->at == '-'))
                        return PULL_NUMBER;
                fail_here(pull, "is not JSON");
                return PULL_NOTHING;
        }
}

/* ---------------------------------------------------------- containers */

static bool begin(struct pull *pull, enum pull_kind kind, const char *wanted) {
        const enum pull_kind found = pull_peek(pull);

        if (found != kind)
                return pull_fail(pull, wanted);
        if (pull->depth == PULL_MAX_DEPTH)
                return pull_fail(pull, "is nested too deeply");
        pull->at++;
        pull->has_members[++pull->depth] = false;
        return true;
}

bool pull_begin_object(struct pull *pull) {
        return begin(pull, PULL_OBJECT, "must be an object");
}

bool pull_begin_array(struct pull *pull) {
        return begin(pull, PULL_ARRAY, "must be an array");
}

static bool next(struct pull *pull, char closing) {
        bool *has_members = &pull->has_members[pull->depth];

        if (pull->wrong)
                return false;
        skip_space(pull);
        if (next_is(pull, closing)) {
                pull->at++;
                pull->depth--;
                return false;
        }
        if (*has_members) {
                if (!next_is(pull, ','))
                        return fail_here(pull, "is not JSON: a comma is missing");
                pull->at++;
                skip_space(pull);
        }
        *has_members = true;
        return pull->at < pull->end || fail_here(pull, NULL);
}

static bool colon(struct pull *pull) {
        skip_space(pull);
        if (!next_is(pull, ':'))
                return fail_here(pull, "is not JSON: a colon is missing");
        pull->at++;
        return true;
}

bool pull_member(struct pull *pull, struct str *ret_key) {
        return next(pull, '}') && pull_string(pull, ret_key) && colon(pull);
}

bool pull_element(struct pull *pull) {
        return next(pull, ']');
}

/* ------------------------------------------------------------- strings */

static bool four_digits(struct pull *pull, const char *at, uint32_t *ret_value) {
        *ret_value = 0;
        for (int i = 0; i < 4; i++, at++) {
                const char c = at < pull->end ? byte_lower(*at) : '\0';

                if (at == pull->end)
                        return pull_fail(pull, "ends too early");
                if (byte_is_digit(c))
                        *ret_value = *ret_value << 4 | (uint32_t)(c - '0');
                else if (c >= 'a' && c <= 'f')
                        *ret_value = *ret_value << 4 | (uint32_t)(c - 'a' + 10);
                else
                        return pull_fail(pull, "is not JSON: four digits must follow \\u");
        }
        return true;
}

static char *put_point(char *to, uint32_t point) {
        if (point < 0x80) {
                *to++ = (char)point;
                return to;
        }
        if (point >= 0x10000) {
                *to++ = (char)(0xf0 | point >> 18);
                *to++ = (char)(0x80 | (point >> 12 & 0x3f));
        } else if (point >= 0x800) {
                *to++ = (char)(0xe0 | point >> 12);
        }
        if (point >= 0x800)
                *to++ = (char)(0x80 | (point >> 6 & 0x3f));
        else
                *to++ = (char)(0xc0 | point >> 6);
        *to++ = (char)(0x80 | (point & 0x3f));
        return to;
}

/* Behind "\u" at `at`: one character, which two of them may make; half of a pair alone is
 * none. What stands behind it, or NULL. */
static char *read_point(struct pull *pull, char *at, uint32_t *ret_point) {
        enum { REPLACEMENT = 0xfffd };
        uint32_t low;

        if (!four_digits(pull, at, ret_point))
                return NULL;
        at += 4;
        if (*ret_point < 0xd800 || *ret_point > 0xdfff)
                return at;
        if (*ret_point < 0xdc00 && pull->end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
                if (!four_digits(pull, at + 2, &low))
                        return NULL;
                if (low >= 0xdc00 && low <= 0xdfff) {
                        *ret_point = 0x10000 + ((*ret_point - 0xd800) << 10) + (low - 0xdc00);
                        return at + 6;
                }
        }
        *ret_point = REPLACEMENT;
        return at;
}

/* The escape at `at`; its character at *to unless `to` is NULL. What stands behind it, or NULL. */
static char *escape(struct pull *pull, char *at, char **to) {
        static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
        const char *letter = at + 1 < pull->end && at[1] ? strchr(letters, at[1]) : NULL;
        uint32_t point;

        if (letter) {
                point = (unsigned char)meant[letter - letters];
                at += 2;
        } else if (at + 1 < pull->end && at[1] == 'u') {
                at = read_point(pull, at + 2, &point);
        } else {
                pull_fail(pull, at + 1 == pull->end ? "ends too early" : "is not JSON: an unknown escape in a string");
                return NULL;
        }
        if (at && to)
                *to = put_point(*to, point);
        return at;
}

/* Bytes of the string that go as they are, from `at` on; 0 at a quote, an escape, a fault. */
static size_t plain_bytes(const struct pull *pull, const char *at) {
        const struct str text = str_slice(at, pull->end);
        size_t n = 0;

        while ((n = plain_skip(text, n)) < text.n) {
                const unsigned char c = (unsigned char)text.p[n];
                const size_t length = c >= 0x7f ? utf8_length(str_skip(text, n)) : 0;

                if (length == 0)
                        break;
                n += length;
        }
        return n;
}

/* Over the string whose first character is at `start`; decoded in place where the caller wants it. */
static bool scan_odd_string(struct pull *pull, char *start, struct str *ret_text) {
        char *at = start, *to = start;

        for (;;) {
                const size_t n = plain_bytes(pull, at);

                if (ret_text && to != at)
                        memmove(to, at, n);
                to += n;
                at += n;
                if (at == pull->end) {
                        pull->at = at;
                        return fail_here(pull, NULL);
                }
                if (*at == '"')
                        break;
                if (*at != '\\')
                        return pull_fail(pull, (unsigned char)*at < 0x20
                                                       ? "is not JSON: a string with a line break or control byte in it"
                                                       : "is not UTF-8");
                at = escape(pull, at, ret_text ? &to : NULL);
                if (!at)
                        return false;
        }
        pull->at = at + 1;
        if (!ret_text)
                return true;
        *to = '\0'; /* at the latest where the quote stood */
        *ret_text = str_slice(start, to);
        return true;
}

/* The same; most are plain to their end. */
static bool scan_string(struct pull *pull, struct str *ret_text) {
        char *start, *end;

        skip_space(pull);
        if (!next_is(pull, '"') && pull_peek(pull) != PULL_STRING)
                return pull_fail(pull, "must be a string");
        start = pull->at + 1;
        end = start + plain_skip(str_slice(start, pull->end), 0);
        if (end == pull->end || *end != '"')
                return scan_odd_string(pull, start, ret_text);
        pull->at = end + 1;
        if (ret_text) {
                *end = '\0';
                *ret_text = str_slice(start, end);
        }
        return true;
}

bool pull_string(struct pull *pull, struct str *ret_text) {
        return scan_string(pull, ret_text);
}

/* ----------------------------------------------------- numbers, words */

static size_t digits(struct str s, size_t at) {
        while (at < s.n && byte_is_digit(s.p[at]))
                at++;
        return at;
}

/* The number that `s` begins with, 0 where it is none. */
static size_t number_length(struct str s) {
        const size_t first = s.n && s.p[0] == '-';
        size_t at = digits(s, first), from;

        if (at == first || (at > first + 1 && s.p[first] == '0'))
                return 0;
        if (at < s.n && s.p[at] == '.') {
                from = at + 1;
                at = digits(s, from);
                if (at == from)
                        return 0;
        }
        if (at < s.n && byte_lower(s.p[at]) == 'e') {
                from = at + 1 + (at + 1 < s.n && (s.p[at + 1] == '-' || s.p[at + 1] == '+'));
                at = digits(s, from);
                if (at == from)
                        return 0;
        }
        return at;
}

bool pull_number(struct pull *pull, struct str *ret_text) {
        size_t n;

        if (pull_peek(pull) != PULL_NUMBER)
                return pull_fail(pull, "must be a number");
        n = number_length(str_slice(pull->at, pull->end));
        if (n == 0)
                return pull_fail(pull, "is not JSON: a number is malformed");
        *ret_text = (struct str){ pull->at, n };
        pull->at += n;
        return true;
}

bool pull_word(struct pull *pull) {
        const enum pull_kind kind = pull_peek(pull);
        const struct str word = kind == PULL_TRUE ? STR("true") : kind == PULL_FALSE ? STR("false") : STR("null");

        if (pull->wrong)
                return false;
        if (!str_starts(str_slice(pull->at, pull->end), word)) {
                if ((size_t)(pull->end - pull->at) < word.n)
                        pull->at = pull->end;
                return fail_here(pull, "is not JSON: an unknown word");
        }
        pull->at += word.n;
        return true;
}

bool pull_null(struct pull *pull) {
        skip_space(pull);
        return next_is(pull, 'n') && pull_word(pull);
}

/* ---------------------------------------------------------------- any */

static bool skip_members(struct pull *pull) {
        for (pull_begin_object(pull); next(pull, '}');)
                if (!scan_string(pull, NULL) || !colon(pull) || !pull_skip(pull, NULL))
                        return false;
        return !pull->wrong;
}

static bool skip_elements(struct pull *pull) {
        for (pull_begin_array(pull); next(pull, ']');)
                if (!pull_skip(pull, NULL))
                        return false;
        return !pull->wrong;
}

bool pull_skip(struct pull *pull, struct str *ret_raw) {
        const enum pull_kind kind = pull_peek(pull);
        const char *from = pull->at;
        struct str number;
        bool good;

        if (kind == PULL_OBJECT)
                good = skip_members(pull);
        else if (kind == PULL_ARRAY)
                good = skip_elements(pull);
        else if (kind == PULL_STRING)
                good = scan_string(pull, NULL);
        else if (kind == PULL_NUMBER)
                good = pull_number(pull, &number);
        else
                good = pull_word(pull);
        if (good && ret_raw)
                *ret_raw = str_slice(from, pull->at);
        return good;
}
