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

/* The calendar day of a number of days since 1970-01-01, the reverse of
 * days_from_civil: whole 400-year cycles, then the year and the month inside. */
static void civil_from_days(int64_t days, int *ret_year, int *ret_month, int *ret_day) {
        int64_t shifted = days + 719468, cycle = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
        int64_t in_cycle = shifted - cycle * 146097;
        int64_t year_of_cycle = (in_cycle - in_cycle / 1460 + in_cycle / 36524 - in_cycle / 146096) / 365;
        int64_t day_of_year = in_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
        int64_t month_from_march = (5 * day_of_year + 2) / 153;

        *ret_day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
        *ret_month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
        *ret_year = (int)(year_of_cycle + cycle * 400 + (*ret_month <= 2));
}

static void put_digits(char *p, int value, int digits) {
        for (int i = digits; i-- > 0; value /= 10)
                p[i] = (char)('0' + value % 10);
}

void time_format_utc(int64_t utc_ms, char ret_text[static TIME_RFC3339_BYTES]) {
        int64_t day = time_day(utc_ms);
        int in_day = (int)(utc_ms - day * MS_PER_DAY), year, month, day_of_month;

        civil_from_days(day, &year, &month, &day_of_month);
        if (year < 0 || year > 9999) {
                snprintf(ret_text, TIME_RFC3339_BYTES, "%s",
                         year < 0 ? "0000-01-01T00:00:00.000Z" : "9999-12-31T23:59:59.999Z");
                return;
        }
        memcpy(ret_text, "0000-00-00T00:00:00.000Z", 25);
        put_digits(ret_text, year, 4);
        put_digits(ret_text + 5, month, 2);
        put_digits(ret_text + 8, day_of_month, 2);
        put_digits(ret_text + 11, in_day / 3600000, 2);
        put_digits(ret_text + 14, in_day / 60000 % 60, 2);
        put_digits(ret_text + 17, in_day / 1000 % 60, 2);
        put_digits(ret_text + 20, in_day % 1000, 3);
}

struct str time_format_day(int64_t utc_ms, char text[static TIME_RFC3339_BYTES]) {
        time_format_utc(utc_ms, text);
        return str_first(str_from(text), strlen("2017-06-16"));
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

static const int64_t FIRST_TIME = INT64_C(-62135596800000); /* 0001-01-01T00:00:00.000Z */
static const int64_t LAST_TIME = INT64_C(253402300799999);  /* 9999-12-31T23:59:59.999Z */

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
        at = time_to_utc(at, zone);
        if (at < FIRST_TIME || at > LAST_TIME) /* by its offset: in UTC it could not be written */
                return false;
        *ret_utc_ms = at;
        return true;
}
