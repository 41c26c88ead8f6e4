#define _GNU_SOURCE /* memrchr */
#include "rules/shape.h"

#include <errno.h>

/* -------------------------------------------------------------- parsing */

static bool kind_by_name(struct str name, enum shape_kind *ret_kind) {
        static const struct {
                const char *name;
                enum shape_kind kind;
        } kinds[] = {
                { "WORD", SHAPE_WORD }, { "SID", SHAPE_SID },   { "UINT", SHAPE_UINT },   { "INT", SHAPE_INT },
                { "IPV4", SHAPE_IPV4 }, { "NAME", SHAPE_NAME }, { "VALUE", SHAPE_VALUE }, { "CONTENT", SHAPE_CONTENT },
                { "ANY", SHAPE_ANY },   { "KEY", SHAPE_KEY },   { "MAY", SHAPE_MAY },     { "NO", SHAPE_NO },
        };

        for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
                if (!str_eq(name, str_from(kinds[i].name)))
                        continue;
                *ret_kind = kinds[i].kind;
                return true;
        }
        return false;
}

static bool is_place(enum shape_kind kind) {
        return kind >= SHAPE_KEY;
}

/* The name of a capture, and how its value begins. */
static bool parse_capture(struct str text, struct shape_step *step) {
        const char *equals = is_place(step->kind) ? NULL : str_find_byte(text, '=');

        step->text = equals ? str_slice(text.p, equals) : text;
        if (equals)
                step->literal = prefix_of(str_slice(equals + 1, text.p + text.n));
        return (!equals || step->kind == SHAPE_VALUE) && (!is_place(step->kind) || text.n > 0);
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
        if (!kind_by_name(colon ? str_slice(inner.p, colon) : inner, &step->kind) ||
            !parse_capture(colon ? str_slice(colon + 1, end) : STR(""), step))
                return 0;
        return (size_t)(end - text.p) + 1;
}

static size_t parse_literal(struct str text, struct shape_step *step) {
        const char *next = str_find(text, STR("%{"));

        *step = (struct shape_step){ .kind = SHAPE_LITERAL,
                                     .text = next ? str_slice(text.p, next) : text,
                                     .field = -1 };
        step->literal = prefix_of(step->text);
        return step->text.n;
}

/* An ANY needs something to end at. */
static const char *find_fault(const struct shape *shape) {
        for (size_t i = 0; i + 1 < shape->count; i++)
                if (shape->steps[i].kind == SHAPE_ANY && shape->steps[i].behind.text.n == 0)
                        return "%{ANY} must be followed by a literal";
        if (shape->open && shape->steps[0].kind != SHAPE_LITERAL)
                return "must begin with a literal, behind which keys are looked for";
        return shape->count ? NULL : "is empty";
}

/* Add what the text begins with: its length, or 0 with `ret_why`. */
static size_t parse_step(struct shape *shape, struct str text, const char **ret_why) {
        struct shape_step *const before = shape->count ? &shape->steps[shape->count - 1] : NULL;
        struct shape_step step;
        size_t n;

        if (!str_starts(text, STR("%{"))) {
                n = parse_literal(text, &step);
                if (before) {
                        before->behind = step.literal;
                        return n;
                }
        } else {
                n = parse_placeholder(text, &step);
        }
        *ret_why = n == 0 ? "holds a placeholder that shapes do not know" : "has too many parts";
        if (n == 0 || shape->count == SHAPE_MAX_STEPS)
                return 0;
        shape->open |= is_place(step.kind);
        shape->steps[shape->count++] = step;
        if (!shape->open)
                shape->exact = shape->count;
        return n;
}

int shape_parse(struct arena *arena, struct str text, struct shape *ret_shape, const char **ret_why) {
        struct shape shape = { 0 };
        int r = arena_str(arena, text, &shape.text);

        if (r < 0)
                return r;
        for (struct str left = shape.text; left.n;) {
                const size_t n = parse_step(&shape, left, ret_why);

                if (n == 0)
                        return 0;
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
enum { IN_WORD = 1, IN_SID = 2, IN_UINT = 4, IN_IPV4 = 8, IN_NAME = 16, IN_VALUE = 32 };

enum {
        E = IN_WORD,
        W = E | IN_VALUE,
        U = W | IN_NAME,
        L = U | IN_SID,
        D = L | IN_UINT | IN_IPV4,
        P = W | IN_IPV4,
};

/* clang-format off */
static const unsigned char classes[256] = {
        W, W, W, W, W, W, W, W, W, 0, 0, 0, 0, 0, W, W,
        W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
        0, W, W, W, W, W, E, W, W, W, W, W, E, W, P, W,
        D, D, D, D, D, D, D, D, D, D, W, W, E, W, W, W,
        W, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
        L, L, L, L, L, L, L, L, L, L, L, E, W, E, W, U,
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

static inline unsigned class_of(enum shape_kind kind) {
        switch (kind) {
        case SHAPE_WORD:
                return IN_WORD;
        case SHAPE_SID:
                return IN_SID;
        case SHAPE_IPV4:
                return IN_IPV4;
        case SHAPE_NAME:
                return IN_NAME;
        case SHAPE_VALUE:
        case SHAPE_CONTENT:
                return IN_VALUE;
        default:
                return IN_UINT;
        }
}

/* Where the first of eight bytes stands that may be none of such a run; the table
 * decides. */
static inline uint64_t word_odd(enum shape_kind kind, uint64_t word) {
        switch (kind) {
        case SHAPE_WORD:
                return word_below(word, ' ' + 1);
        case SHAPE_SID:
        case SHAPE_NAME:
        case SHAPE_VALUE:
        case SHAPE_CONTENT:
                return word_not_digit(word) & word_not_letter(word);
        case SHAPE_IPV4:
                return word_not_digit(word) & word_not(word, '.');
        default:
                return word_not_digit(word);
        }
}

/* What is being matched: [begin, end). */
struct bounds {
        const char *begin, *end;
};

/* Eight bytes from `p` on, zeros behind the end; false where they cannot be read. */
static inline bool load_left(struct bounds in, const char *p, size_t left, uint64_t *ret_word) {
        if (left >= WORD_BYTES)
                *ret_word = word_load(p);
        else if (left > 0 && in.end - in.begin >= WORD_BYTES)
                *ret_word = word_load(in.end - WORD_BYTES) >> (WORD_BYTES - left) * 8;
        else
                return false;
        return true;
}

/* Where the run of such bytes ends that begins at `p`. */
static inline const char *pass_run(enum shape_kind kind, const char *p, struct bounds in) {
        uint64_t word;

        while (load_left(in, p, (size_t)(in.end - p), &word)) {
                const uint64_t odd = word_odd(kind, word);

                if (odd) {
                        p += word_first(odd);
                        if (p >= in.end)
                                return in.end;
                        if (!(classes[(unsigned char)*p] & class_of(kind)))
                                return p;
                        p++;
                } else {
                        p += WORD_BYTES;
                        /* Session ids have eight characters. */
                        if (kind == SHAPE_SID && p < in.end && !(classes[(unsigned char)*p] & IN_SID))
                                return p;
                }
        }
        while (p < in.end && classes[(unsigned char)*p] & class_of(kind))
                p++;
        return p;
}

/* NULL where none begins at `p`. */
static inline const char *pass_some(enum shape_kind kind, const char *p, struct bounds in) {
        const char *const after = pass_run(kind, p, in);

        return after > p ? after : NULL;
}

/* What Java prints where there is none. */
static inline bool is_null(const char *p, const char *after) {
        return after - p == 4 && memcmp(p, "null", 4) == 0;
}

static inline const char *pass_sid(const char *p, struct bounds in) {
        enum { LONGEST_SID = 40 };
        const char *const after = pass_some(SHAPE_SID, p, in);

        return after && (is_null(p, after) || after - p > LONGEST_SID) ? NULL : after;
}

static const char *pass_name(const char *p, struct bounds in) {
        const char *const after = pass_some(SHAPE_NAME, p, in);

        return after && is_null(p, after) ? NULL : after;
}

static const char *pass_value(const struct shape_step *step, const char *p, struct bounds in) {
        enum { LONGEST_VALUE = 100 };
        const char *const after = pass_run(step->kind, p, in);

        if (after - p > LONGEST_VALUE)
                return NULL;
        if (step->kind == SHAPE_CONTENT)
                return after;
        return after > p && !is_null(p, after) && prefix_fits(&step->literal, str_slice(p, after)) ? after : NULL;
}

/* To the last place of `text`; NULL without one. */
static const char *pass_any(struct str text, const char *p, const char *end) {
        struct str left = str_slice(p, end);

        if (text.n == 0)
                return end;
        while (left.n >= text.n) {
                const char *last = memrchr(left.p, text.p[0], left.n - text.n + 1);

                if (!last || bytes_eq(last, text.p, text.n))
                        return last;
                left.n = (size_t)(last - left.p) + text.n - 1;
        }
        return NULL;
}

/* Where what the step takes ends; NULL when it does not fit. */
static inline const char *pass_step(const struct shape_step *step, const char *p, struct bounds in) {
        switch (step->kind) {
        case SHAPE_ANY:
                return pass_any(step->behind.text, p, in.end);
        case SHAPE_SID:
                return pass_sid(p, in);
        case SHAPE_INT:
                return pass_some(SHAPE_UINT, p < in.end && *p == '-' ? p + 1 : p, in);
        case SHAPE_UINT:
                return pass_some(SHAPE_UINT, p, in);
        case SHAPE_IPV4:
                return pass_some(SHAPE_IPV4, p, in);
        case SHAPE_NAME:
                return pass_name(p, in);
        case SHAPE_VALUE:
        case SHAPE_CONTENT:
                return pass_value(step, p, in);
        default:
                return pass_some(SHAPE_WORD, p, in);
        }
}

/* Of digits, where eight bytes can be read, the number is told without a further look. */
static inline void capture(const struct shape_step *step, struct str text, const char *end, struct value values[]) {
        if (step->field < 0)
                return;
        if (step->kind == SHAPE_UINT && step->type == FIELD_TYPE_INTEGER && text.n <= 2 * WORD_BYTES &&
            end - text.p >= WORD_BYTES)
                values[step->field] =
                        (struct value){ .set = true, .text = text, .number = word_digits(text.p, text.n) };
        else
                value_read(&values[step->field], text, step->type);
}

/* The last of the steps that lean on a MAY. */
static const struct shape_step *last_of_group(const struct shape_step *step, const struct shape_step *stop,
                                              struct value values[]) {
        while (step + 1 < stop && step[1].kind != SHAPE_KEY && step[1].kind != SHAPE_MAY) {
                step++;
                if (step->field >= 0)
                        value_clear(&values[step->field]);
        }
        return step;
}

/* Where the place's text ends, or NULL when the place does not fit. `ret_missing`:
 * it stands nowhere. */
static const char *pass_place(const struct shape_step *step, struct str message, const char *p, bool *ret_missing) {
        const char *const from = step->kind == SHAPE_NO ? p : message.p, *const end = message.p + message.n;
        const char *const at = str_find_nocase(str_slice(from, end), step->text);

        *ret_missing = !at && step->kind != SHAPE_KEY;
        if (!at)
                return *ret_missing ? p : NULL;
        return step->kind != SHAPE_NO && str_starts(str_slice(at, end), step->text) ? at + step->text.n : NULL;
}

static inline bool passes(const struct prefix *behind, const char **p, const char *end) {
        if (behind->text.n == 0)
                return true;
        if (!prefix_fits(behind, str_slice(*p, end)))
                return false;
        *p += behind->text.n;
        return true;
}

/* Steps at places, and those behind them. */
static bool match_places(const struct shape *shape, const struct shape_step *step, const char *p, struct bounds in,
                         struct value values[]) {
        const struct shape_step *const stop = &shape->steps[shape->count];

        for (; step < stop; step++) {
                const char *const begin = p;
                bool missing = false;

                p = is_place(step->kind) ? pass_place(step, str_slice(in.begin, in.end), p, &missing)
                                         : pass_step(step, p, in);
                if (!p)
                        return false;
                if (missing && step->kind == SHAPE_MAY) {
                        step = last_of_group(step, stop, values);
                        continue;
                }
                capture(step, str_slice(begin, p), in.end, values);
                if (!passes(&step->behind, &p, in.end))
                        return false;
        }
        return true;
}

static inline bool match_from(const struct shape *shape, size_t at, struct str message, struct value values[]) {
        const struct shape_step *step = &shape->steps[at], *const stop = &shape->steps[shape->exact];
        struct bounds in = { message.p, message.p + message.n };
        const char *p = message.p;

        while (in.end > p && is_space(in.end[-1]))
                in.end--;
        for (; step < stop; step++) {
                const char *const begin = p;

                p = pass_step(step, p, in);
                if (!p)
                        return false;
                capture(step, str_slice(begin, p), in.end, values);
                if (!passes(&step->behind, &p, in.end))
                        return false;
        }
        return shape->open ? match_places(shape, step, p, in, values) : p == in.end;
}

bool shape_match(const struct shape *shape, struct str message, struct value values[]) {
        const struct shape_step *const first = &shape->steps[0];

        if (first->kind != SHAPE_LITERAL)
                return match_from(shape, 0, message, values);
        return prefix_fits(&first->literal, message) && match_from(shape, 1, str_skip(message, first->text.n), values);
}

bool shape_match_rest(const struct shape *shape, struct str rest, struct value values[]) {
        return match_from(shape, 1, rest, values);
}
