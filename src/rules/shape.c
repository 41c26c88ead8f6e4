#define _GNU_SOURCE /* memrchr */
#include "rules/shape.h"

#include <errno.h>

/* -------------------------------------------------------------- parsing */

static bool kind_by_name(struct str name, enum shape_kind *ret_kind) {
        static const struct {
                const char *name;
                enum shape_kind kind;
        } kinds[] = {
                { "WORD", SHAPE_WORD }, { "SID", SHAPE_SID },   { "UINT", SHAPE_UINT },
                { "INT", SHAPE_INT },   { "IPV4", SHAPE_IPV4 }, { "ANY", SHAPE_ANY },
        };

        for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
                if (!str_eq(name, str_from(kinds[i].name)))
                        continue;
                *ret_kind = kinds[i].kind;
                return true;
        }
        return false;
}

/* "%{KIND:capture}" at the text's start. Its length, or 0 when it is none. */
static size_t parse_placeholder(struct str text, struct shape_step *step) {
        const char *end = str_find_byte(text, '}'), *colon;
        struct str inner;

        if (!end || !str_starts(text, STR("%{")))
                return 0;
        inner = str_slice(text.p + 2, end);
        colon = str_find_byte(inner, ':');
        *step = (struct shape_step){ .field = -1 };
        if (colon)
                step->text = str_slice(colon + 1, end);
        if (!kind_by_name(colon ? str_slice(inner.p, colon) : inner, &step->kind))
                return 0;
        return (size_t)(end - text.p) + 1;
}

static size_t parse_literal(struct str text, struct shape_step *step) {
        const char *next = str_find(text, STR("%{"));

        *step = (struct shape_step){ .kind = SHAPE_LITERAL,
                                     .text = next ? str_slice(text.p, next) : text,
                                     .field = -1 };
        return step->text.n;
}

/* An ANY needs something to end at. */
static const char *find_fault(const struct shape *shape) {
        for (size_t i = 0; i + 1 < shape->count; i++)
                if (shape->steps[i].kind == SHAPE_ANY && shape->steps[i + 1].kind != SHAPE_LITERAL)
                        return "%{ANY} must be followed by a literal";
        return shape->count ? NULL : "is empty";
}

int shape_parse(struct arena *arena, struct str text, struct shape *ret_shape, const char **ret_why) {
        struct shape shape = { 0 };
        struct str left;
        int r = arena_str(arena, text, &shape.text);

        if (r < 0)
                return r;
        for (left = shape.text; left.n;) {
                struct shape_step *step = &shape.steps[shape.count];
                bool placeholder = str_starts(left, STR("%{"));
                size_t n;

                if (shape.count == SHAPE_MAX_STEPS) {
                        *ret_why = "has too many parts";
                        return 0;
                }
                n = placeholder ? parse_placeholder(left, step) : parse_literal(left, step);
                if (n == 0) {
                        *ret_why = "holds a placeholder that is none of WORD, SID, UINT, INT, IPV4, ANY";
                        return 0;
                }
                shape.count++;
                left = str_skip(left, n);
        }
        *ret_why = find_fault(&shape);
        if (*ret_why)
                return 0;
        *ret_shape = shape;
        return 1;
}

/* ------------------------------------------------------------- matching */

/* What a byte may be part of. */
enum { IN_WORD = 1, IN_SID = 2, IN_UINT = 4, IN_IPV4 = 8 };

enum { W = IN_WORD, L = W | IN_SID, D = L | IN_UINT | IN_IPV4, P = W | IN_IPV4 };

/* clang-format off */
static const unsigned char classes[256] = {
        W, W, W, W, W, W, W, W, W, 0, 0, 0, 0, 0, W, W,
        W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
        0, W, W, W, W, W, W, W, W, W, W, W, W, W, P, W,
        D, D, D, D, D, D, D, D, D, D, W, W, W, W, W, W,
        W, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
        L, L, L, L, L, L, L, L, L, L, L, W, W, W, W, W,
        W, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
        L, L, L, L, L, L, L, L, L, L, L, W, W, W, W, W,
        W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
        W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
        W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
        W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
        W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
        W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
        W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
        W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
};
/* clang-format on */

static bool is_space(char c) {
        return !(classes[(unsigned char)c] & IN_WORD);
}

static inline size_t run_length(struct str s, unsigned class) {
        size_t n = 0;

        while (n < s.n && classes[(unsigned char)s.p[n]] & class)
                n++;
        return n;
}

static size_t sid_length(struct str s) {
        enum { LONGEST_SID = 40 };
        size_t n = run_length(str_first(s, LONGEST_SID), IN_SID);

        return n == 4 && str_starts(s, STR("null")) ? 0 : n;
}

static size_t int_length(struct str s) {
        size_t sign = s.n && s.p[0] == '-', n = run_length(str_skip(s, sign), IN_UINT);

        return n ? sign + n : 0;
}

/* Up to the last place of `end`, SIZE_MAX without one. */
static size_t any_length(struct str s, struct str end) {
        size_t n = s.n;

        if (end.n == 0)
                return s.n;
        while (n >= end.n) {
                const char *p = memrchr(s.p, end.p[0], n - end.n + 1);

                if (!p)
                        break;
                if (memcmp(p, end.p, end.n) == 0)
                        return (size_t)(p - s.p);
                n = (size_t)(p - s.p) + end.n - 1;
        }
        return SIZE_MAX;
}

/* How much of `s` a step takes; SIZE_MAX when it does not fit. */
static size_t step_length(const struct shape *shape, size_t at, struct str s) {
        const struct shape_step *step = &shape->steps[at];
        size_t n;

        switch (step->kind) {
        case SHAPE_LITERAL:
                return str_starts(s, step->text) ? step->text.n : SIZE_MAX;
        case SHAPE_ANY:
                return any_length(s, at + 1 < shape->count ? step[1].text : STR(""));
        case SHAPE_SID:
                n = sid_length(s);
                break;
        case SHAPE_UINT:
                n = run_length(s, IN_UINT);
                break;
        case SHAPE_INT:
                n = int_length(s);
                break;
        case SHAPE_IPV4:
                n = run_length(s, IN_IPV4);
                break;
        default:
                n = run_length(s, IN_WORD);
        }
        return n ? n : SIZE_MAX;
}

static bool match_from(const struct shape *shape, size_t at, struct str message, struct str captures[]) {
        while (message.n && is_space(message.p[message.n - 1]))
                message.n--;
        for (; at < shape->count; at++) {
                size_t n = step_length(shape, at, message);

                if (n == SIZE_MAX)
                        return false;
                if (shape->steps[at].field >= 0)
                        captures[shape->steps[at].field] = str_first(message, n);
                message = str_skip(message, n);
        }
        return message.n == 0;
}

bool shape_match(const struct shape *shape, struct str message, struct str captures[]) {
        return match_from(shape, 0, message, captures);
}

bool shape_match_rest(const struct shape *shape, struct str rest, struct str captures[]) {
        return match_from(shape, 1, rest, captures);
}
