/* The time of a record, in every family that is read. */
#include "stream_support.h"

#include "events/stamp.h"

#define N FAMILY_NOTIFICATION
#define W FAMILY_WEBSERVICES
#define S FAMILY_SYSLOG
#define C FAMILY_CLI
#define H FAMILY_HISTORY
#define WEB(stamp) "0000001043: h: " stamp ": %CCBU_x-6-A: t"

static const struct {
        enum family family;
        const char *line;
        const char *local; /* as if it were UTC; NULL: no time of the calendar */
        int16_t zone;
} examples[] = {
        { N, "2017.06.17 00:16:04 x", "2017-06-17T00:16:04.000Z", ZONE_UNKNOWN },
        { N, "2017.06.17 00:16:04", "2017-06-17T00:16:04.000Z", ZONE_UNKNOWN },
        { N, "2017.06.17 23:59:59.999 x", "2017-06-17T23:59:59.999Z", ZONE_UNKNOWN },
        { N, "2017.06.17 23:59:59,001 x", "2017-06-17T23:59:59.001Z", ZONE_UNKNOWN },
        { N, "2016.12.31 23:59:60 x", "2017-01-01T00:00:00.000Z", ZONE_UNKNOWN }, /* logs print leap seconds */
        { N, "2016.02.29 12:00:00 x", "2016-02-29T12:00:00.000Z", ZONE_UNKNOWN },
        { N, "2000.02.29 12:00:00 x", "2000-02-29T12:00:00.000Z", ZONE_UNKNOWN },
        { N, "1969.12.31 23:59:59 x", "1969-12-31T23:59:59.000Z", ZONE_UNKNOWN },
        { N, "9999.12.31 23:59:59 x", "9999-12-31T23:59:59.000Z", ZONE_UNKNOWN },
        { N, "2017.02.29 12:00:00 x", NULL, 0 },
        { N, "1900.02.29 12:00:00 x", NULL, 0 },
        { N, "2017.04.31 12:00:00 x", NULL, 0 },
        { N, "2017.13.01 12:00:00 x", NULL, 0 },
        { N, "2017.00.01 12:00:00 x", NULL, 0 },
        { N, "2017.06.00 12:00:00 x", NULL, 0 },
        { N, "0000.06.17 12:00:00 x", NULL, 0 },
        { N, "2017.06.17 24:00:00 x", NULL, 0 },
        { N, "2017.06.17 12:60:00 x", NULL, 0 },
        { N, "2017.06.17 12:00:61 x", NULL, 0 },
        { N, "Fri Apr 14 11:04:26 EDT 2017: HTTP RECV(a): <x/>", "2017-04-14T11:04:26.000Z", ZONE_UNKNOWN },
        { N, "Sat Jun 17 00:16:04 GMT+05:30 2017: HTTP RECV(a): <x/>", "2017-06-17T00:16:04.000Z", ZONE_UNKNOWN },
        { N, "Sat Xyz 17 00:16:04 UTC 2017: HTTP RECV(a): <x/>", NULL, 0 },
        { N, "Sat Jun 31 00:16:04 UTC 2017: HTTP RECV(a): <x/>", NULL, 0 },

        { W, WEB("Jun 17 2017 00:16:04.630 +0530"), "2017-06-17T00:16:04.630Z", 330 },
        { W, WEB("Jun 7 2017 00:16:04.630 +0000"), "2017-06-07T00:16:04.630Z", 0 },
        { W, WEB("Jun  7 2017 00:16:04.630 +0000"), "2017-06-07T00:16:04.630Z", 0 },
        { W, WEB("Jan 01 2017 00:00:00.000 -0800"), "2017-01-01T00:00:00.000Z", -480 },
        { W, WEB("Dec 31 2017 23:59:59.999 -0330"), "2017-12-31T23:59:59.999Z", -210 },
        { W, WEB("Nov 22 2026 13:01:21.001 +1245"), "2026-11-22T13:01:21.001Z", 765 },
        { W, WEB("Feb 29 2016 12:00:00.000 -0000"), "2016-02-29T12:00:00.000Z", 0 },
        { W, WEB("Jun 17 2017 00:16:04,630 +05:30"), "2017-06-17T00:16:04.630Z", 330 },
        { W, WEB("Jun  7 2017 00:16:04 -0400"), "2017-06-07T00:16:04.000Z", -240 },
        { W, WEB("Jun 17 2017 00:16:04.630 UTC"), "2017-06-17T00:16:04.630Z", 0 },
        { W, WEB("Jun 17 2017 00:16:04 GMT"), "2017-06-17T00:16:04.000Z", 0 },
        { W, WEB("Jun 17 2017 00:16:04.630 Z"), "2017-06-17T00:16:04.630Z", 0 },
        { S, "May 21 08:10:24 pub local7 1 : 62: pub: May 21 2021 13:10:24.476 UTC : %UC_X-1-Y: t",
          "2021-05-21T13:10:24.476Z", 0 },
        { S, "pub Jul  2 2015 06:22:31 UTC : %UC_X-3-Y: t", "2015-07-02T06:22:31.000Z", 0 },
        { S, "pub Jun 31 2015 06:22:31 UTC : %UC_X-3-Y: t", NULL, 0 },
        { S, "Nov 28 16:44:37 pub kernel: x", NULL, 0 },
        { C, "2017-06-17 10:00:00,123 INFO [main] sdMain.main - x", "2017-06-17T10:00:00.123Z", ZONE_UNKNOWN },
        { C, "2017-06-31 10:00:00,123 INFO [main] sdMain.main - x", NULL, 0 },
        { H, "06/17/2017 10:00:00 | root: Boot", "2017-06-17T10:00:00.000Z", ZONE_UNKNOWN },
        { H, "17/06/2017 10:00:00 | root: Boot", NULL, 0 },
        { W, WEB("Feb 29 2017 12:00:00.000 +0530"), NULL, 0 },
        { W, WEB("Sep 31 2017 12:00:00.000 +0530"), NULL, 0 },
        { W, WEB("Xyz 17 2017 12:00:00.000 +0530"), NULL, 0 },
        { W, WEB("Jun 00 2017 12:00:00.000 +0530"), NULL, 0 },
        { W, WEB("Jun 17 2017 25:00:00.000 +0530"), NULL, 0 },
        { W, WEB("Jun 17 2017 12:00:00.000 +1860"), NULL, 0 },
        { W, WEB("Jun 17 2017 12:00:00.000 +9900"), NULL, 0 },
};

static void stamps_are_times_of_the_calendar(void **state) {
        (void)state;
        for (size_t i = 0; i < COUNT(examples); i++) {
                struct stamp stamp = { 77, 7 };
                char text[TIME_RFC3339_BYTES];
                struct str line = str_from(examples[i].line);
                struct header header;
                bool good;

                if (!family_header(examples[i].family, line, &header))
                        fail_msg("no header: %s", examples[i].line);
                good = stamp_parse(examples[i].family, span_of(line, header.stamp), &stamp);
                if (good != (examples[i].local != NULL))
                        fail_msg("%s: %s", good ? "a time" : "no time", examples[i].line);
                if (!good) {
                        assert_int_equal(stamp.local_ms, 77); /* untouched on failure */
                        assert_int_equal(stamp.zone, 7);
                        continue;
                }
                time_format_utc(stamp.local_ms, text);
                assert_string_equal(text, examples[i].local);
                assert_int_equal(stamp.zone, examples[i].zone);
        }
}

static struct str stamp_of(size_t example) {
        struct str line = str_from(examples[example].line);
        struct header header;

        return family_header(examples[example].family, line, &header) ? span_of(line, header.stamp) : STR("");
}

/* After another stamp a stamp is what it is by itself. */
static void check_after(struct stamp_before before, enum family family, struct str text) {
        struct stamp alone = { 0 }, after = { 0 };
        bool is_stamp = stamp_parse(family, text, &alone);

        assert_int_equal(stamp_parse_after(&before, family, text, &after), is_stamp);
        assert_int_equal(after.local_ms, alone.local_ms);
        assert_int_equal(after.zone, alone.zone);
        if (!is_stamp)
                return;
        assert_true(stamp_is_same(&before, text));
        assert_true(stamp_parse_after(&before, family, text, &after)); /* and once more */
        assert_int_equal(after.local_ms, alone.local_ms);
}

/* Each digit of the stamp before made another one. */
static void check_neighbours(const struct stamp_before *before, enum family family, struct str text) {
        char other[64];

        for (size_t at = 0; at < text.n; at++) {
                for (char digit = '0'; digit <= '9' && byte_is_digit(text.p[at]); digit++) {
                        memcpy(other, text.p, text.n);
                        other[at] = digit;
                        check_after(*before, family, (struct str){ other, text.n });
                }
        }
}

static void a_stamp_after_another_is_the_same(void **state) {
        (void)state;
        for (size_t i = 0; i < COUNT(examples); i++) {
                struct stamp_before before = { 0 };
                struct stamp stamp;
                struct str text = stamp_of(i);

                if (text.n == 0 || !stamp_parse_after(&before, examples[i].family, text, &stamp))
                        continue;
                assert_true(stamp_is_same(&before, text));
                check_neighbours(&before, examples[i].family, text);
                for (size_t k = 0; k < COUNT(examples); k++)
                        if (examples[k].family == examples[i].family)
                                check_after(before, examples[i].family, stamp_of(k));
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(stamps_are_times_of_the_calendar),
                cmocka_unit_test(a_stamp_after_another_is_the_same),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
