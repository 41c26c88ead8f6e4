#include "events/stamp.h"

/* The header's shape was checked, so these are digits. */
static int digits(struct str s, size_t at, size_t n) {
        int value = 0;

        for (size_t i = at; i < at + n && i < s.n; i++)
                value = value * 10 + (s.p[i] - '0');
        return value;
}

static bool parse_notification(struct str s, struct stamp *stamp) {
        int ms = s.n >= 23 ? digits(s, 20, 3) : 0;

        stamp->zone = ZONE_UNKNOWN;
        return time_from_civil(digits(s, 0, 4), digits(s, 5, 2), digits(s, 8, 2), digits(s, 11, 2), digits(s, 14, 2),
                               digits(s, 17, 2), ms, &stamp->local_ms);
}

static int month_by_name(struct str s) {
        static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

        for (int month = 1; month <= 12; month++)
                if (str_starts(s, (struct str){ names + 3 * (month - 1), 3 }))
                        return month;
        return 0;
}

static bool parse_webservices(struct str s, struct stamp *stamp) {
        size_t at = 4;
        int month = month_by_name(s), day = 0;

        while (at < s.n && s.p[at] == ' ')
                at++;
        for (; at < s.n && byte_is_digit(s.p[at]); at++)
                day = day * 10 + (s.p[at] - '0');
        s = str_skip(s, at + 1); /* "2017 00:16:04.630 +0530" */
        if (s.n < 23 || !zone_parse(str_skip(s, 18), &stamp->zone))
                return false;
        return time_from_civil(digits(s, 0, 4), month, day, digits(s, 5, 2), digits(s, 8, 2), digits(s, 11, 2),
                               digits(s, 14, 3), &stamp->local_ms);
}

bool stamp_parse(enum family family, struct str text, struct stamp *ret_stamp) {
        struct stamp stamp;

        if (family == FAMILY_NOTIFICATION ? !parse_notification(text, &stamp) : !parse_webservices(text, &stamp))
                return false;
        *ret_stamp = stamp;
        return true;
}
