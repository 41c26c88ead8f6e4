/* base: the pieces that everything else is built of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/intern.h"
#include "base/limits.h"
#include "base/plain.h"
#include "base/sha256.h"
#include "base/sha256_blocks.h"
#include "base/str.h"
#include "base/time.h"
#include "base/word.h"
#include "stride.h"

static void assert_str(struct str got, const char *wanted) {
        if (!str_eq(got, str_from(wanted)))
                fail_msg("'%.*s' is not '%s'", (int)got.n, got.p ? got.p : "", wanted);
}

/* ---------------------------------------------------------------- word */

typedef bool byte_test(unsigned char byte);

static bool is_below_21(unsigned char byte) {
        return byte < 0x21;
}

static bool is_colon_or_percent(unsigned char byte) {
        return byte == ':' || byte == '%';
}

static bool is_no_digit(unsigned char byte) {
        return byte < '0' || byte > '9';
}

static bool is_no_lower(unsigned char byte) {
        return byte < 'a' || byte > 'z';
}

static bool is_no_letter(unsigned char byte) {
        return is_no_lower(byte) && (byte < 'A' || byte > 'Z');
}

static bool is_no_letter_or_digit(unsigned char byte) {
        return is_no_letter(byte) && is_no_digit(byte);
}

static bool is_no_letter_or_dot(unsigned char byte) {
        return is_no_letter(byte) && byte != '.';
}

static bool is_no_digit_or_dot(unsigned char byte) {
        return is_no_digit(byte) && byte != '.';
}

static bool is_not_plain(unsigned char byte) {
        return !plain_byte(byte);
}

static void check_answer(const unsigned char *bytes, uint64_t answer, byte_test *test) {
        size_t first = 0;

        while (first < WORD_BYTES && !test(bytes[first]))
                first++;
        assert_int_equal(answer ? word_first(answer) : WORD_BYTES, first);
}

static void check_word(const unsigned char *bytes) {
        const uint64_t word = word_load((const char *)bytes);

        check_answer(bytes, word_below(word, 0x21), is_below_21);
        check_answer(bytes, word_is(word, ':') | word_is(word, '%'), is_colon_or_percent);
        check_answer(bytes, word_not_digit(word), is_no_digit);
        check_answer(bytes, word_not_lower(word), is_no_lower);
        check_answer(bytes, word_not_letter(word), is_no_letter);
        check_answer(bytes, word_not_letter(word) & word_not_digit(word), is_no_letter_or_digit);
        check_answer(bytes, word_not_letter(word) & word_not(word, '.'), is_no_letter_or_dot);
        check_answer(bytes, word_not_digit(word) & word_not(word, '.'), is_no_digit_or_dot);
        check_answer(bytes, word_not_plain(word), is_not_plain);
}

/* One byte that is not plain, at each place of texts of each length, looked at from each place. */
static void test_plain_bytes_are_passed(void **state) {
        enum { LONGEST = 3 * WORD_BYTES + 1 };
        char text[LONGEST];

        (void)state;
        for (size_t n = 0; n <= LONGEST; n++)
                for (size_t odd = 0; odd <= n; odd++)
                        for (size_t from = 0; from <= n; from++) {
                                memset(text, 'x', n);
                                if (odd < n)
                                        text[odd] = '"';
                                assert_int_equal(plain_skip((struct str){ text, n }, from), odd < from ? n : odd);
                        }
}

/* Every byte beside every other, at each place behind bytes that say nothing. */
static void test_word_answers(void **state) {
        static const char fillers[] = "z0.Z9 a";

        (void)state;
        for (size_t filler = 0; filler < sizeof(fillers) - 1; filler++)
                for (size_t at = 0; at + 1 < WORD_BYTES; at++)
                        for (unsigned pair = 0; pair <= 0xffff; pair++) {
                                unsigned char bytes[WORD_BYTES];

                                memset(bytes, fillers[filler], sizeof(bytes));
                                bytes[at] = (unsigned char)(pair >> 8);
                                bytes[at + 1] = (unsigned char)pair;
                                check_word(bytes);
                        }
        assert_int_equal(word_number(word_load("00000000")), 0);
        assert_int_equal(word_number(word_load("12345678")), 12345678);
        assert_int_equal(word_number(word_load("99999999")), 99999999);
        for (size_t n = 1; n <= 16; n++) {
                int64_t wanted;

                assert_true(str_to_i64((struct str){ "9081726354453627", n }, &wanted));
                assert_int_equal(word_digits("9081726354453627", n), wanted);
        }
}

static void test_prefix(void **state) {
        static const char text[] = "HTTPBindLog: HTTP RECV(f382a015)";

        (void)state;
        for (size_t n = 0; n < sizeof(text); n++) {
                const struct prefix prefix = prefix_of((struct str){ text, n });

                for (size_t m = 0; m < sizeof(text); m++) {
                        char copy[sizeof(text)];

                        assert_int_equal(prefix_fits(&prefix, (struct str){ text, m }), m >= n);
                        memcpy(copy, text, sizeof(copy));
                        copy[m] ^= 1;
                        assert_int_equal(prefix_fits(&prefix, (struct str){ copy, sizeof(text) - 1 }), m >= n);
                }
        }
        assert_true(prefix_fits(&(struct prefix){ .text = STR("") }, (struct str){ 0 }));
}

/* ----------------------------------------------------------------- str */

static void test_str_compare(void **state) {
        (void)state;
        assert_true(str_cmp(STR("a"), STR("b")) < 0);
        assert_true(str_cmp(STR("ab"), STR("a")) > 0);
        assert_true(str_cmp(STR(""), STR("a")) < 0);
        assert_int_equal(str_cmp(STR("a\0b"), STR("a\0b")), 0);
        /* By bytes: one above 127 stands behind every letter. */
        assert_true(str_cmp(STR("\xff"), STR("z")) > 0);
        assert_true(str_eq((struct str){ 0 }, STR("")));
        assert_true(str_eq_nocase(STR("AgEnt"), STR("agent")));
        assert_false(str_eq_nocase(STR("agent"), STR("agents")));
        assert_true(str_starts_nocase(STR("Closing idle"), STR("cLOSING")));
        assert_false(str_starts_nocase(STR("Clo"), STR("closing")));
        assert_true(str_starts(STR("abc"), STR("")));
        assert_true(str_ends(STR("X.log.zip"), STR(".zip")));
        assert_false(str_ends(STR("zip"), STR(".zip")));
}

static void test_str_slices(void **state) {
        struct str s = STR("abcdef");

        (void)state;
        assert_str(str_skip(s, 2), "cdef");
        assert_str(str_skip(s, 6), "");
        assert_str(str_skip(s, 100), "");
        assert_str(str_first(s, 3), "abc");
        assert_str(str_first(s, 100), "abcdef");
        assert_str(str_trim(STR(" \t\r\n a b \v\f")), "a b");
        assert_str(str_trim(STR("   ")), "");
        assert_ptr_equal(str_find(s, STR("cd")), s.p + 2);
        assert_ptr_equal(str_find(s, STR("")), s.p);
        assert_null(str_find(s, STR("dc")));
        assert_null(str_find((struct str){ 0 }, STR("a")));
        assert_ptr_equal(str_find_byte(s, 'f'), s.p + 5);
        assert_null(str_find_byte((struct str){ 0 }, 'a'));
}

static void test_str_numbers(void **state) {
        static const char *const wrong[] = {
                "", "-", "+1", " 1", "1 ", "1.5", "0x10", "9223372036854775808", "-9223372036854775809", "--1",
        };
        int64_t value = 7;

        (void)state;
        assert_true(str_to_i64(STR("0"), &value));
        assert_int_equal(value, 0);
        assert_true(str_to_i64(STR("-4"), &value));
        assert_int_equal(value, -4);
        assert_true(str_to_i64(STR("9223372036854775807"), &value));
        assert_true(value == INT64_MAX);
        assert_true(str_to_i64(STR("-9223372036854775808"), &value));
        assert_true(value == INT64_MIN);
        for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
                value = 7;
                if (str_to_i64(str_from(wrong[i]), &value))
                        fail_msg("'%s' was taken for a number", wrong[i]);
                assert_int_equal(value, 7);
        }
}

/* Every byte counts, and the length too, whatever the size of a step. */
static void test_str_hash(void **state) {
        char text[40] = { 0 };

        (void)state;
        for (size_t n = 1; n < sizeof(text); n++) {
                uint64_t hash = str_hash((struct str){ text, n });

                assert_true(hash != str_hash((struct str){ text, n - 1 }));
                for (size_t i = 0; i < n; i++) {
                        text[i] = 1;
                        assert_true(hash != str_hash((struct str){ text, n }));
                        text[i] = 0;
                }
        }
}

/* ---------------------------------------------------------- arena, buf */

static void test_arena(void **state) {
        static const size_t sizes[] = { 1, 7, 16, 4096, 4097, 300000, 0, 3 };
        struct arena arena;
        struct str copy;

        (void)state;
        arena_init(&arena);
        for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
                unsigned char *p = arena_zalloc(&arena, sizes[i]);

                assert_non_null(p);
                assert_int_equal((uintptr_t)p % sizeof(void *), 0);
                for (size_t at = 0; at < sizes[i]; at++)
                        assert_int_equal(p[at], 0);
                memset(p, 0xa5, sizes[i]);
        }
        assert_int_equal(arena_str(&arena, STR("a\0b"), &copy), 0);
        assert_int_equal(copy.n, 3);
        assert_memory_equal(copy.p, "a\0b", 4);
        assert_int_equal(arena_str(&arena, (struct str){ 0 }, &copy), 0);
        assert_string_equal(copy.p, "");
        assert_null(arena_alloc(&arena, SIZE_MAX));
        assert_null(arena_alloc(&arena, SIZE_MAX / 2 + 1));
        arena_release(&arena);
        assert_int_equal(arena.bytes, 0);
        arena_release(&arena);
}

static void test_buf(void **state) {
        struct buf buf;

        (void)state;
        buf_init(&buf, 10);
        assert_int_equal(buf_add(&buf, STR("12345")), 0);
        assert_int_equal(buf_add_byte(&buf, '6'), 0);
        assert_int_equal(buf_add(&buf, (struct str){ 0 }), 0);
        assert_int_equal(buf_add(&buf, STR("78901")), -E2BIG);
        assert_str(buf_str(&buf), "123456");
        assert_int_equal(buf_reserve(&buf, SIZE_MAX), -E2BIG);
        assert_int_equal(buf_add(&buf, STR("7890")), 0);
        assert_int_equal(buf_add_byte(&buf, '1'), -E2BIG);
        assert_str(buf_str(&buf), "1234567890");
        buf_release(&buf);
        assert_int_equal(buf.n, 0);
        assert_null(buf.p);
}

static void test_buf_printf(void **state) {
        struct buf buf;

        (void)state;
        buf_init(&buf, 1000);
        for (int i = 0; i < 20; i++)
                assert_int_equal(buf_printf(&buf, "%d;%s", i, "abc"), 0);
        assert_int_equal(buf.n, 10 * 5 + 10 * 6);
        assert_true(str_ends(buf_str(&buf), STR("19;abc")));
        assert_int_equal(buf_printf(&buf, "%1000d", 1), -E2BIG);
        assert_int_equal(buf.n, 110);
        buf_release(&buf);
}

static void test_array(void **state) {
        uint32_t *items = NULL;
        size_t capacity = 0;

        (void)state;
        for (uint32_t i = 0; i < 1000; i++) {
                assert_int_equal(array_reserve(&items, &capacity, i + 1, sizeof(*items)), 0);
                items[i] = i;
        }
        for (uint32_t i = 0; i < 1000; i++)
                assert_int_equal(items[i], i);
        assert_int_equal(array_reserve(&items, &capacity, SIZE_MAX / 2, sizeof(*items)), -ENOMEM);
        assert_true(capacity >= 1000);
        free(items);
}

/* Of every length, and such as differ in one byte only. */
static void test_intern_lengths(void **state) {
        enum { LONGEST = 40 };
        struct intern intern;
        char text[LONGEST];
        uint32_t id, expected = 0;

        (void)state;
        intern_init(&intern);
        for (int again = 0; again < 2; again++, expected = 0) {
                for (size_t n = 1; n <= LONGEST; n++) {
                        for (size_t at = 0; at < n; at++) {
                                memset(text, 'a', sizeof(text));
                                text[at] = 'b';
                                assert_int_equal(intern_add(&intern, (struct str){ text, n }, &id), 0);
                                assert_int_equal(id, expected++);
                        }
                }
                assert_int_equal(intern.count, LONGEST * (LONGEST + 1) / 2);
        }
        assert_int_equal(intern_find(&intern, STR("aaaaaaaaa")), INTERN_NONE);
        intern_release(&intern);
}

static void test_intern(void **state) {
        struct intern intern;
        uint32_t id;

        (void)state;
        intern_init(&intern);
        assert_int_equal(intern_find(&intern, STR("1001")), INTERN_NONE);
        for (int round = 0; round < 2; round++) {
                for (uint32_t i = 0; i < 1000; i++) {
                        char text[16];

                        snprintf(text, sizeof(text), "%u", 1001 + i);
                        assert_int_equal(intern_add(&intern, str_from(text), &id), 0);
                        assert_int_equal(id, i);
                }
        }
        assert_int_equal(intern.count, 1000);
        assert_str(intern_str(&intern, 999), "2000");
        assert_int_equal(intern_find(&intern, STR("2000")), 999);
        assert_int_equal(intern_find(&intern, STR("2001")), INTERN_NONE);
        assert_int_equal(intern_add(&intern, (struct str){ 0 }, &id), 0);
        assert_int_equal(intern_find(&intern, STR("")), id);
        intern_release(&intern);
}

/* ---------------------------------------------------------------- time */

static int64_t civil(int year, int month, int day, int hour, int minute, int second) {
        int64_t ms = TIME_UNKNOWN;

        assert_true(time_from_civil(year, month, day, hour, minute, second, 0, &ms));
        return ms;
}

static void test_time_civil(void **state) {
        int64_t ms = 7;

        (void)state;
        assert_int_equal(civil(1970, 1, 1, 0, 0, 0), 0);
        assert_int_equal(civil(2017, 6, 16, 18, 47, 4), INT64_C(1497638824000));
        assert_int_equal(civil(2000, 2, 29, 0, 0, 0), INT64_C(951782400000));
        assert_int_equal(civil(1969, 12, 31, 23, 59, 59), -1000);
        assert_int_equal(civil(2016, 12, 31, 23, 59, 60), civil(2017, 1, 1, 0, 0, 0));
        assert_false(time_from_civil(2017, 2, 29, 0, 0, 0, 0, &ms));
        assert_false(time_from_civil(1900, 2, 29, 0, 0, 0, 0, &ms));
        assert_false(time_from_civil(2017, 0, 1, 0, 0, 0, 0, &ms));
        assert_false(time_from_civil(2017, 13, 1, 0, 0, 0, 0, &ms));
        assert_false(time_from_civil(2017, 4, 31, 0, 0, 0, 0, &ms));
        assert_false(time_from_civil(2017, 4, 0, 0, 0, 0, 0, &ms));
        assert_false(time_from_civil(0, 1, 1, 0, 0, 0, 0, &ms));
        assert_false(time_from_civil(2017, 1, 1, 24, 0, 0, 0, &ms));
        assert_false(time_from_civil(2017, 1, 1, 0, 60, 0, 0, &ms));
        assert_false(time_from_civil(2017, 1, 1, 0, 0, 61, 0, &ms));
        assert_false(time_from_civil(2017, 1, 1, 0, 0, 0, 1000, &ms));
        assert_int_equal(ms, 7);
}

static void assert_utc(int64_t ms, const char *wanted) {
        char text[TIME_RFC3339_BYTES];

        time_format_utc(ms, text);
        assert_string_equal(text, wanted);
}

static void test_time_format(void **state) {
        (void)state;
        assert_utc(0, "1970-01-01T00:00:00.000Z");
        assert_utc(-1, "1969-12-31T23:59:59.999Z");
        assert_utc(INT64_C(1497638824633), "2017-06-16T18:47:04.633Z");
        assert_utc(INT64_C(951782400000), "2000-02-29T00:00:00.000Z");
        assert_utc(INT64_C(4107542400000), "2100-03-01T00:00:00.000Z");
        assert_utc(civil(9999, 12, 31, 23, 59, 59), "9999-12-31T23:59:59.000Z");
        assert_utc(civil(1, 1, 1, 0, 0, 0), "0001-01-01T00:00:00.000Z");
        assert_int_equal(time_floor_second(1999), 1000);
        assert_int_equal(time_floor_second(-1), -1000);
        assert_int_equal(time_floor_second(-1000), -1000);
}

/* Every day of 800 years is printed as the calendar that counts them says. */
static void test_time_round_trip(void **state) {
        char text[TIME_RFC3339_BYTES];

        (void)state;
        for (int64_t day = -400 * 366; day < 400 * 366; day++) {
                int64_t ms = day * MS_PER_DAY + 12345678, back = 0;

                time_format_utc(ms, text);
                assert_true(time_parse_rfc3339(str_from(text), &back));
                assert_true(back == ms);
        }
}

static void test_zone(void **state) {
        static const struct {
                const char *text;
                int16_t zone;
        } right[] = {
                { "Z", 0 },          { "z", 0 },     { "+00:00", 0 },    { "-00:00", 0 },       { "+05:30", 330 },
                { "-0800", -480 },   { "+05", 300 }, { "-03:30", -210 }, { "+18:00", 18 * 60 }, { "+1400", 840 },
                { "-18", -18 * 60 },
        };
        static const char *const wrong[] = {
                "",        "+",      "5",       "05:30",  "+5:30", "+05:3", "+05:60", "+18:01", "+19",
                "+05:30Z", "+0530 ", " +05:30", "+05-30", "UTC",   "+5",    "ZZ",     "--0800", "+05:300",
        };

        (void)state;
        for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
                int16_t zone = 7;

                if (!zone_parse(str_from(right[i].text), &zone) || zone != right[i].zone)
                        fail_msg("'%s' gave %d", right[i].text, zone);
        }
        for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
                int16_t zone = 7;

                if (zone_parse(str_from(wrong[i]), &zone) || zone != 7)
                        fail_msg("'%s' was taken for an offset", wrong[i]);
        }
}

static void test_zone_format(void **state) {
        char text[ZONE_BYTES];

        (void)state;
        zone_format(330, text);
        assert_string_equal(text, "+05:30");
        zone_format(-210, text);
        assert_string_equal(text, "-03:30");
        zone_format(-30, text);
        assert_string_equal(text, "-00:30");
        zone_format(0, text);
        assert_string_equal(text, "+00:00");
        assert_int_equal(time_to_utc(1000, 330), 1000 - 330 * 60000);
        assert_int_equal(time_to_utc(1000, ZONE_UNKNOWN), 1000);
}

static void test_rfc3339(void **state) {
        static const struct {
                const char *text, *utc;
        } right[] = {
                { "2017-06-17T00:17:04.633+05:30", "2017-06-16T18:47:04.633Z" },
                { "2017-06-16T18:47:04Z", "2017-06-16T18:47:04.000Z" },
                { "2017-06-16 18:47:04", "2017-06-16T18:47:04.000Z" },
                { "2017-06-16t18:47z", "2017-06-16T18:47:00.000Z" },
                { "2017-06-16", "2017-06-16T00:00:00.000Z" },
                { "2017-06-16T18:47:04.5Z", "2017-06-16T18:47:04.500Z" },
                { "2017-06-16T18:47:04,633999-0800", "2017-06-17T02:47:04.633Z" },
                { "2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z" },
                { "2017-01-01T00:10:00+05:30", "2016-12-31T18:40:00.000Z" },
                { "2017-06-16T18:47:04.6331234567890123456789Z", "2017-06-16T18:47:04.633Z" },
        };
        static const char *const wrong[] = {
                "",
                "2017-06-16T",
                "2017-06-16T18",
                "2017-06-16T18:4",
                "2017-06-16T18:47:",
                "2017-06-16T18:47:0",
                "2017-06-16T18:47:04.",
                "2017-06-16T18:47:04.633+5",
                "2017-06-16T18:47:04.633Zx",
                "2017-06-16T24:00:00Z",
                "2017-02-30",
                "2017-6-16",
                "17-06-16T18:47",
                "2017/06/16",
                "2017-06-16 ",
                "2017-06-16+05:30x",
                "9999-12-31T23:59:59-00:01",
                "0001-01-01T00:00:00+00:01",
                "yesterday",
        };

        (void)state;
        for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
                int64_t ms = 7;

                if (!time_parse_rfc3339(str_from(right[i].text), &ms))
                        fail_msg("'%s' was not taken", right[i].text);
                assert_utc(ms, right[i].utc);
        }
        for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
                int64_t ms = 7;

                if (time_parse_rfc3339(str_from(wrong[i]), &ms) || ms != 7)
                        fail_msg("'%s' was taken for a time", wrong[i]);
        }
}

/* -------------------------------------------------------------- sha256 */

/* The examples of FIPS 180-4's companion papers, and lengths around a block. */
static void test_sha256(void **state) {
        static const struct {
                const char *text, *hex;
        } vectors[] = {
                { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
                { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
                { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
                { "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsm"
                  "nopqrstnopqrstu",
                  "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1" },
        };
        char hex[SHA256_HEX_BYTES];
        struct sha256 sha;

        (void)state;
        for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
                sha256_init(&sha);
                sha256_add(&sha, str_from(vectors[i].text));
                sha256_hex(&sha, hex);
                assert_string_equal(hex, vectors[i].hex);
        }
        sha256_init(&sha);
        for (int i = 0; i < 1000000; i++)
                sha256_add(&sha, STR("a"));
        sha256_hex(&sha, hex);
        assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* The processor's instructions say what plain C says, of any state and any blocks. */
static void test_sha256_blocks(void **state) {
        unsigned char blocks[7 * 64];
        uint32_t plain[8], other[8], x = 1;

        (void)state;
        for (size_t i = 0; i < sizeof(blocks); i++)
                blocks[i] = (unsigned char)((x = x * 1664525 + 1013904223) >> 24);
        for (size_t i = 0; i < 8; i++)
                plain[i] = other[i] = x = x * 1664525 + 1013904223;
        for (size_t count = 0; count <= 7; count++) {
                sha256_blocks_plain(plain, blocks, count);
                sha256_blocks(other, blocks, count);
                assert_memory_equal(plain, other, sizeof(plain));
        }
}

/* However the bytes come, the sum is the same. */
static void test_sha256_pieces(void **state) {
        char text[200], whole[SHA256_HEX_BYTES], pieces[SHA256_HEX_BYTES];

        (void)state;
        for (size_t i = 0; i < sizeof(text); i++)
                text[i] = (char)i;
        for (size_t n = 0; n <= sizeof(text); n++) {
                struct sha256 sha;

                sha256_init(&sha);
                sha256_add(&sha, (struct str){ text, n });
                sha256_hex(&sha, whole);
                sha256_init(&sha);
                for (size_t at = 0; at < n; at += 7)
                        sha256_add(&sha, str_first((struct str){ text + at, n - at }, 7));
                sha256_hex(&sha, pieces);
                assert_string_equal(whole, pieces);
        }
}

/* ---------------------------------------------------------------- diag */

static void test_diags_count(void **state) {
        const char input = 0;
        struct diag place = { .code = DIAG_LINE_CUT, .input = &input, .line = 3, .offset = 70 };
        struct diags diags;

        (void)state;
        diags_init(&diags);
        assert_int_equal(diags_add(&diags, &place, NULL), 0);
        place.line = 9;
        assert_int_equal(diags_add(&diags, &place, "a later one of %d bytes", 2), 0);
        assert_int_equal(diags.count, 1);
        assert_int_equal(diags.items[0].count, 2);
        assert_int_equal(diags.items[0].line, 3);
        assert_int_equal(diags.items[0].offset, 70);
        assert_str(diags.items[0].text, diag_infos[DIAG_LINE_CUT].meaning);
        place.input = NULL;
        place.path = STR("a.tgz");
        assert_int_equal(diags_add(&diags, &place, "%s", "another place"), 0);
        assert_int_equal(diags.count, 2);
        assert_str(diags.items[1].text, "another place");
        diags_release(&diags);
        assert_int_equal(diags.count, 0);
}

static void test_diags_merge(void **state) {
        struct diag note = { .code = DIAG_NUL_BYTES, .path = STR("a.log") };
        struct diag loss = { .code = DIAG_GZIP_CUT, .path = STR("a.tgz"), .count = 3 };
        struct diags all, more;

        (void)state;
        diags_init(&all);
        diags_init(&more);
        assert_int_equal(diags_add(&all, &note, NULL), 0);
        assert_false(diags_lose(&all));
        assert_int_equal(diags_add(&more, &note, NULL), 0);
        assert_int_equal(diags_add(&more, &loss, "cut at %d", 512), 0);
        assert_int_equal(diags_merge(&all, &more), 0);
        assert_int_equal(more.count, 0);
        assert_int_equal(all.count, 2);
        assert_int_equal(all.items[0].count, 2);
        assert_int_equal(all.items[1].count, 3);
        assert_str(all.items[1].text, "cut at 512");
        assert_str(all.items[1].path, "a.tgz");
        assert_true(diags_lose(&all));
        diags_release(&more);
        diags_release(&all);
}

/* Scripts know the codes: each once, and each says what to do or why not. */
/* The same, whether all come at once or in two parts. */
static void test_diags_further(void **state) {
        static const char inputs[3 * DIAG_PLACES];
        struct diags all, parts[2];

        (void)state;
        diags_init(&all);
        diags_init(&parts[0]);
        diags_init(&parts[1]);
        for (size_t i = 0; i < sizeof(inputs); i++) {
                const struct diag place = { .code = DIAG_BAD_STAMP, .input = &inputs[i], .line = i + 1, .count = 2 };

                assert_int_equal(diags_add(&all, &place, NULL), 0);
                assert_int_equal(diags_add(&parts[i >= sizeof(inputs) / 2], &place, NULL), 0);
        }
        assert_int_equal(diags_merge(&parts[0], &parts[1]), 0);
        assert_int_equal(all.count, DIAG_PLACES + 1);
        assert_int_equal(parts[0].count, all.count);
        for (size_t i = 0; i < all.count; i++) {
                assert_int_equal(parts[0].items[i].line, all.items[i].line);
                assert_int_equal(parts[0].items[i].count, all.items[i].count);
        }
        assert_true(all.items[DIAG_PLACES].further);
        assert_int_equal(all.items[DIAG_PLACES].count, 2 * 2 * DIAG_PLACES);
        assert_true(str_starts(all.items[DIAG_PLACES].text, STR("in further places: ")));
        diags_release(&all);
        diags_release(&parts[0]);
}

static void test_diag_table(void **state) {
        (void)state;
        for (size_t i = 0; i < DIAG_CODE_COUNT; i++) {
                assert_int_equal(strlen(diag_infos[i].code), 5);
                assert_memory_equal(diag_infos[i].code, "BS", 2);
                assert_true(diag_infos[i].meaning[0] != '\0');
                if (diag_infos[i].level != DIAG_NOTE)
                        assert_true(diag_infos[i].advice[0] != '\0');
                for (size_t before = 0; before < i; before++)
                        assert_string_not_equal(diag_infos[i].code, diag_infos[before].code);
        }
        assert_string_equal(diag_level_name(DIAG_NOTE), "note");
        assert_string_equal(diag_level_name(DIAG_ERROR), "error");
}

static void test_limits(void **state) {
        struct limits limits;
        const char *name;
        uint64_t value;
        size_t i = 0;

        (void)state;
        limits_init(&limits);
        assert_int_equal(limits.max_depth, 4);
        assert_int_equal(limits.max_line_bytes, 1024 * 1024);
        for (; limits_at(&limits, i, &name, &value); i++)
                assert_int_equal(*limits_by_name(&limits, str_from(name)), value);
        assert_int_equal(i * sizeof(uint64_t), sizeof(limits));
        *limits_by_name(&limits, STR("max_evidence")) = 3;
        assert_int_equal(limits.max_evidence, 3);
        assert_null(limits_by_name(&limits, STR("max-evidence")));
        assert_null(limits_by_name(&limits, STR("")));
}

/* As it is defined: one place after the other. */
static const char *find_nocase_slowly(struct str s, struct str what) {
        for (; s.n >= what.n; s = str_skip(s, 1))
                if (str_starts_nocase(s, what))
                        return s.p;
        return NULL;
}

/* Wherever it stands, in texts of any length, among what looks like it from both ends. */
static void test_find_nocase(void **state) {
        static const struct str wanted[] = { STR_INIT("agentID="), STR_INIT("<"), STR_INIT("a=") };
        char text[160];

        (void)state;
        for (size_t w = 0; w < 3; w++)
                for (size_t n = 0; n <= sizeof(text); n += stride())
                        for (size_t at = 0; at <= n; at++) {
                                const struct str s = { text, n };

                                for (size_t i = 0; i < n; i++)
                                        text[i] = "A<gen=ID7="[i % 9];
                                for (size_t i = 0; i < wanted[w].n && at + i < n; i++)
                                        text[at + i] =
                                                (char)(wanted[w].p[i] ^ (i % 2 && wanted[w].p[i] > '@' ? 0x20 : 0));
                                assert_ptr_equal(str_find_nocase(s, wanted[w]), find_nocase_slowly(s, wanted[w]));
                        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_word_answers),
                cmocka_unit_test(test_prefix),
                cmocka_unit_test(test_str_compare),
                cmocka_unit_test(test_find_nocase),
                cmocka_unit_test(test_str_slices),
                cmocka_unit_test(test_str_numbers),
                cmocka_unit_test(test_str_hash),
                cmocka_unit_test(test_arena),
                cmocka_unit_test(test_buf),
                cmocka_unit_test(test_buf_printf),
                cmocka_unit_test(test_array),
                cmocka_unit_test(test_intern),
                cmocka_unit_test(test_intern_lengths),
                cmocka_unit_test(test_time_civil),
                cmocka_unit_test(test_time_format),
                cmocka_unit_test(test_time_round_trip),
                cmocka_unit_test(test_zone),
                cmocka_unit_test(test_zone_format),
                cmocka_unit_test(test_plain_bytes_are_passed),
                cmocka_unit_test(test_rfc3339),
                cmocka_unit_test(test_sha256),
                cmocka_unit_test(test_sha256_blocks),
                cmocka_unit_test(test_sha256_pieces),
                cmocka_unit_test(test_diags_count),
                cmocka_unit_test(test_diags_further),
                cmocka_unit_test(test_diags_merge),
                cmocka_unit_test(test_diag_table),
                cmocka_unit_test(test_limits),
        };

        return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
