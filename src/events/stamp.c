#include "events/stamp.h"

/* The header's shape was checked, so these are digits. */
static int digits(struct str s, size_t at, size_t n) {
        int value = 0;

        for (size_t i = at; i < at + n && i < s.n; i++)
                value = value * 10 + (s.p[i] - '0');
        return value;
}

static int month_by_name(struct str s) {
        static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

        for (int month = 1; month <= 12; month++)
                if (str_starts(s, (struct str){ names + 3 * (month - 1), 3 }))
                        return month;
        return 0;
}

/* "2017.06.17 00:16:04", ".633" behind it or not. */
static bool parse_dotted(struct str s, int64_t *ret_ms) {
        int ms = s.n >= 23 ? digits(s, 20, 3) : 0;

        return time_from_civil(digits(s, 0, 4), digits(s, 5, 2), digits(s, 8, 2), digits(s, 11, 2), digits(s, 14, 2),
                               digits(s, 17, 2), ms, ret_ms);
}

/* "Fri Apr 14 11:04:26 EDT 2017". The letters of the zone are the server's own, as
 * its other stamps are; letters alone do not tell an offset (IST is three). */
static bool parse_java_date(struct str s, int64_t *ret_ms) {
        return time_from_civil(digits(s, s.n - 4, 4), month_by_name(str_skip(s, 4)), digits(s, 8, 2), digits(s, 11, 2),
                               digits(s, 14, 2), digits(s, 17, 2), 0, ret_ms);
}

static bool parse_notification(struct str s, struct stamp *stamp) {
        stamp->zone = ZONE_UNKNOWN;
        return s.n && byte_is_digit(s.p[0]) ? parse_dotted(s, &stamp->local_ms) : parse_java_date(s, &stamp->local_ms);
}

/* "+0530", "+05:30"; "UTC" and "GMT" are 0. */
static bool parse_web_zone(struct str s, int16_t *ret_zone) {
        if (str_eq(s, STR("UTC")) || str_eq(s, STR("GMT")))
                s = STR("Z");
        return zone_parse(s, ret_zone);
}

/* "Jun 17 2017 00:16:04.630 +0530"; the day may be one digit, the milliseconds may
 * be missing. */
static bool parse_webservices(struct str s, struct stamp *stamp) {
        size_t at = 4;
        int month = month_by_name(s), day = 0;
        bool has_ms;

        while (at < s.n && s.p[at] == ' ')
                at++;
        for (; at < s.n && byte_is_digit(s.p[at]); at++)
                day = day * 10 + (s.p[at] - '0');
        s = str_skip(s, at + 1); /* "2017 00:16:04.630 +0530" */
        has_ms = s.n > 13 && s.p[13] != ' ';
        if (!parse_web_zone(str_skip(s, has_ms ? 18 : 14), &stamp->zone))
                return false;
        return time_from_civil(digits(s, 0, 4), month, day, digits(s, 5, 2), digits(s, 8, 2), digits(s, 11, 2),
                               has_ms ? digits(s, 14, 3) : 0, &stamp->local_ms);
}

/* "06/17/2017 10:00:00" */
static bool parse_history(struct str s, struct stamp *stamp) {
        stamp->zone = ZONE_UNKNOWN;
        return time_from_civil(digits(s, 6, 4), digits(s, 0, 2), digits(s, 3, 2), digits(s, 11, 2), digits(s, 14, 2),
                               digits(s, 17, 2), 0, &stamp->local_ms);
}

static bool parse_family(enum family family, struct str s, struct stamp *stamp) {
        switch (family) {
        case FAMILY_NOTIFICATION:
        case FAMILY_CLI: /* its digits stand in the same places */
                return parse_notification(s, stamp);
        case FAMILY_HISTORY:
                return parse_history(s, stamp);
        default:
                return parse_webservices(s, stamp);
        }
}

bool stamp_parse(enum family family, struct str text, struct stamp *ret_stamp) {
        struct stamp stamp;

        if (text.n == 0 || !parse_family(family, text, &stamp))
                return false;
        *ret_stamp = stamp;
        return true;
}

/* ------------------------------------------------- after another stamp */

/* Seconds follow the second colon; milliseconds, where there are any, follow them. */
static bool find_seconds(struct str text, uint32_t *ret_seconds_at, uint32_t *ret_rest_at) {
        const char *colon = str_find_byte(text, ':');
        size_t at;

        colon = colon ? str_find_byte(str_slice(colon + 1, text.p + text.n), ':') : NULL;
        if (!colon)
                return false;
        at = (size_t)(colon - text.p) + 1;
        if (text.n < at + 2)
                return false;
        *ret_seconds_at = (uint32_t)at;
        *ret_rest_at = (uint32_t)(text.n >= at + 6 && text.p[at + 2] != ' ' ? at + 6 : at + 2);
        return true;
}

static int64_t in_minute_ms(const struct stamp_before *before, struct str text) {
        const bool has_ms = before->rest_at > before->seconds_at + 2;

        return digits(text, before->seconds_at, 2) * MS_PER_SECOND +
               (has_ms ? digits(text, before->seconds_at + 3, 3) : 0);
}

static void remember(struct stamp_before *before, struct str text, const struct stamp *stamp) {
        before->length = 0;
        if (text.n > sizeof(before->text) || !find_seconds(text, &before->seconds_at, &before->rest_at))
                return;
        memcpy(before->text, text.p, text.n);
        before->length = (uint32_t)text.n;
        before->minute_ms = stamp->local_ms - in_minute_ms(before, text);
        before->zone = stamp->zone;
}

/* In the same minute: all but the seconds and milliseconds are the same bytes. */
static bool is_same_minute(const struct stamp_before *before, struct str text) {
        return text.n == before->length && memcmp(text.p, before->text, before->seconds_at) == 0 &&
               memcmp(text.p + before->rest_at, before->text + before->rest_at, text.n - before->rest_at) == 0 &&
               digits(text, before->seconds_at, 2) < 60;
}

bool stamp_parse_after(struct stamp_before *before, enum family family, struct str text, struct stamp *ret_stamp) {
        if (before->length && is_same_minute(before, text)) {
                *ret_stamp = (struct stamp){ before->minute_ms + in_minute_ms(before, text), before->zone };
                memcpy(before->text + before->seconds_at, text.p + before->seconds_at,
                       before->rest_at - before->seconds_at);
                return true;
        }
        if (!stamp_parse(family, text, ret_stamp))
                return false;
        remember(before, text, ret_stamp);
        return true;
}
