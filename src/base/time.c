#include "base/time.h"

#include <stdio.h>

static bool leap(int year) {
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in_month(int year, int month) {
        static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

        return days[month - 1] + (month == 2 && leap(year));
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar. Years are counted
 * from March, so that the leap day is a year's last one. */
static int64_t days_from_civil(int year, int month, int day) {
        int64_t y = month <= 2 ? year - 1 : year;
        int64_t month_from_march = (month + 9) % 12;
        int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;

        return 365 * y + y / 4 - y / 100 + y / 400 + day_of_year - 719468;
}

bool time_from_civil(int year, int month, int day, int hour, int minute, int second, int ms, int64_t *ret_ms) {
        int64_t seconds;

        if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
                return false;
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60 || ms < 0 || ms > 999)
                return false;
        seconds = days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
        *ret_ms = seconds * MS_PER_SECOND + ms;
        return true;
}

void time_format_utc(int64_t utc_ms, char ret_text[static TIME_RFC3339_BYTES]) {
        int64_t day = utc_ms / MS_PER_DAY - (utc_ms % MS_PER_DAY < 0);
        int in_day = (int)(utc_ms - day * MS_PER_DAY);
        int year = 1970, month = 1;

        /* Jump by whole 400-year cycles, then walk: at most 400 + 12 steps. */
        year += (int)(day / 146097) * 400;
        day %= 146097;
        for (; day < 0; day += 365 + leap(year))
                year--;
        for (; day >= 365 + leap(year); year++)
                day -= 365 + leap(year);
        for (; day >= days_in_month(year, month); month++)
                day -= days_in_month(year, month);
        snprintf(ret_text, TIME_RFC3339_BYTES, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", year, month, (int)day + 1,
                 in_day / 3600000, in_day / 60000 % 60, in_day / 1000 % 60, in_day % 1000);
}

void zone_format(int16_t zone, char ret_text[static ZONE_BYTES]) {
        unsigned minutes = (unsigned)(zone < 0 ? -zone : zone) % 6000;

        snprintf(ret_text, ZONE_BYTES, "%c%02u:%02u", zone < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

static bool two_digits(struct str s, size_t at, int *ret) {
        if (at + 2 > s.n || !byte_is_digit(s.p[at]) || !byte_is_digit(s.p[at + 1]))
                return false;
        *ret = (s.p[at] - '0') * 10 + (s.p[at + 1] - '0');
        return true;
}

bool zone_parse(struct str text, int16_t *ret_zone) {
        int hours, minutes = 0;
        bool whole;

        if (text.n == 1 && byte_lower(text.p[0]) == 'z') {
                *ret_zone = 0;
                return true;
        }
        if (text.n < 3 || (text.p[0] != '+' && text.p[0] != '-') || !two_digits(text, 1, &hours))
                return false;
        whole = text.n == 3 || (text.n == 5 && two_digits(text, 3, &minutes)) ||
                (text.n == 6 && text.p[3] == ':' && two_digits(text, 4, &minutes));
        if (!whole || minutes > 59 || hours * 60 + minutes > 18 * 60)
                return false;
        minutes += hours * 60;
        *ret_zone = (int16_t)(text.p[0] == '-' ? -minutes : minutes);
        return true;
}

/* ".5", ".633", ".633123": milliseconds, the rest dropped. */
static size_t parse_fraction(struct str s, int *ret_ms) {
        size_t i = 1;

        *ret_ms = 0;
        if (s.n < 2 || (s.p[0] != '.' && s.p[0] != ',') || !byte_is_digit(s.p[1]))
                return 0;
        for (int unit = 100; i < s.n && byte_is_digit(s.p[i]); i++, unit /= 10)
                *ret_ms += (s.p[i] - '0') * unit;
        return i;
}

bool time_parse_rfc3339(struct str text, int64_t *ret_utc_ms) {
        int century, year, month, day, hour = 0, minute = 0, second = 0, ms = 0;
        int16_t zone = 0;
        int64_t at;

        if (text.n < 10 || text.p[4] != '-' || text.p[7] != '-' || !two_digits(text, 0, &century) ||
            !two_digits(text, 2, &year) || !two_digits(text, 5, &month) || !two_digits(text, 8, &day))
                return false;
        text = str_skip(text, 10);
        if (text.n) {
                if ((text.p[0] != ' ' && byte_lower(text.p[0]) != 't') || !two_digits(text, 1, &hour) || text.n < 6 ||
                    text.p[3] != ':' || !two_digits(text, 4, &minute))
                        return false;
                text = str_skip(text, 6);
                if (text.n && text.p[0] == ':') {
                        if (!two_digits(text, 1, &second))
                                return false;
                        text = str_skip(text, 3);
                        text = str_skip(text, parse_fraction(text, &ms));
                }
                if (text.n && !zone_parse(text, &zone))
                        return false;
        }
        if (!time_from_civil(century * 100 + year, month, day, hour, minute, second, ms, &at))
                return false;
        *ret_utc_ms = time_to_utc(at, zone);
        return true;
}
