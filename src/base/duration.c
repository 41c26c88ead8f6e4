#include "base/duration.h"

#include "base/time.h"

/* The parts of a duration, in the only order that they may have. */
static const struct unit {
        char letter;
        bool of_time; /* stands behind the "T" */
        int64_t ms;
} units[] = {
        { 'D', false, 24 * 60 * MS_PER_MINUTE },
        { 'H', true, 60 * MS_PER_MINUTE },
        { 'M', true, MS_PER_MINUTE },
        { 'S', true, MS_PER_SECOND },
};

enum { UNITS = sizeof(units) / sizeof(units[0]) };

static bool take(struct str *s, char c) {
        if (s->n == 0 || s->p[0] != c)
                return false;
        *s = str_skip(*s, 1);
        return true;
}

/* Digits as a number. False where there are none, or too many for any duration. */
static bool take_digits(struct str *s, int64_t *ret_number) {
        enum { MOST_DIGITS = 10 };
        size_t n = 0;
        int64_t number = 0;

        for (; n < s->n && n <= MOST_DIGITS && byte_is_digit(s->p[n]); n++)
                number = number * 10 + (s->p[n] - '0');
        if (n == 0 || n > MOST_DIGITS)
                return false;
        *s = str_skip(*s, n);
        *ret_number = number;
        return true;
}

/* ".345": thousandths; further digits count for nothing. False without a digit. */
static bool take_thousandths(struct str *s, int64_t *ret_number) {
        int64_t number = 0;
        size_t n = 0;

        for (; n < s->n && byte_is_digit(s->p[n]); n++)
                if (n < 3)
                        number = number * 10 + (s->p[n] - '0');
        for (size_t i = n; i < 3; i++)
                number *= 10;
        *s = str_skip(*s, n);
        *ret_number = number;
        return n > 0;
}

/* "1M", "-0.004S": one part, added to the sum. `unit` is the first that may come. */
static bool take_part(struct str *s, bool in_time, size_t *unit, int64_t *sum) {
        const bool negative = take(s, '-');
        int64_t whole, thousandths = 0, ms;
        bool fraction;

        if (!take_digits(s, &whole))
                return false;
        fraction = take(s, '.') || take(s, ',');
        if (fraction && !take_thousandths(s, &thousandths))
                return false;
        while (*unit < UNITS && (units[*unit].of_time != in_time || !take(s, units[*unit].letter)))
                ++*unit;
        if (*unit == UNITS || (fraction && units[*unit].letter != 'S'))
                return false;
        /* Ten digits of days still fit. */
        ms = whole * units[*unit].ms + thousandths;
        *sum += negative ? -ms : ms;
        ++*unit;
        return true;
}

bool duration_parse(struct str s, int64_t *ret_ms) {
        const bool negative = take(&s, '-');
        size_t unit = 0;
        int64_t sum = 0;
        bool in_time = false;

        if (!take(&s, 'P') || s.n == 0)
                return false;
        while (s.n) {
                if (!in_time && take(&s, 'T')) {
                        in_time = true;
                        if (s.n == 0)
                                return false;
                }
                if (!take_part(&s, in_time, &unit, &sum))
                        return false;
        }
        *ret_ms = negative ? -sum : sum;
        return true;
}
