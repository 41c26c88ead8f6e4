/* The JSON writer: what it writes can be read, and errors stick. */
#include "stream_support.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/json.h"

struct sink {
        struct buf out;
        size_t calls, refuse_at; /* the call that is refused and all after it; 0: none */
};

static int take(void *userdata, const void *data, size_t bytes) {
        struct sink *sink = userdata;

        assert_true(bytes > 0);
        sink->calls++;
        if (sink->refuse_at && sink->calls >= sink->refuse_at)
                return -1;
        return buf_add(&sink->out, (struct str){ data, bytes });
}

static struct json *begin(struct sink *sink) {
        struct json *json = malloc(sizeof(*json)); /* it has a buffer inside */

        assert_non_null(json);
        *sink = (struct sink){ 0 };
        buf_init(&sink->out, TEST_BYTES);
        json_init(json, take, sink);
        return json;
}

static cJSON *read_back(struct sink *sink) {
        cJSON *root = cJSON_ParseWithLengthOpts(buf_text(&sink->out), sink->out.n + 1, NULL, true);

        if (!root)
                fail_msg("no JSON: %s", sink->out.p);
        return root;
}

static void check_string(struct str value, const char *wanted) {
        struct sink sink;
        struct json *json = begin(&sink);

        json_string(json, value);
        assert_int_equal(json_finish(json), 0);
        if (wanted)
                assert_str(buf_str(&sink.out), wanted);
        cJSON_Delete(read_back(&sink));
        buf_release(&sink.out);
        free(json);
}

#define R "\xef\xbf\xbd"

static void strings_are_escaped(void **state) {
        static const struct {
                struct str value;
                const char *wanted;
        } examples[] = {
                { STR_INIT(""), "\"\"\n" },
                { STR_INIT("abc"), "\"abc\"\n" },
                { STR_INIT("\"\\/"), "\"\\\"\\\\/\"\n" },
                { STR_INIT("a\nb\rc\td"), "\"a\\nb\\rc\\td\"\n" },
                { STR_INIT("a\0b"), "\"a\\u0000b\"\n" },
                { STR_INIT("\x01\x1f\x7f\x1b"), "\"\\u0001\\u001f\\u007f\\u001b\"\n" },
                { STR_INIT("\xc3\xa4\xe2\x82\xac\xf0\x9f\x99\x82"), "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x99\x82\"\n" },
        };

        (void)state;
        for (size_t i = 0; i < COUNT(examples); i++)
                check_string(examples[i].value, examples[i].wanted);
}

/* A byte alone is looked at by itself; among others, eight at once. */
static void each_byte_at_each_place(void **state) {
        enum { LENGTH = 19 };

        (void)state;
        for (int byte = 0; byte < 256; byte++) {
                struct sink alone;
                struct json *json = begin(&alone);
                const char c = (char)byte;

                json_string(json, (struct str){ &c, 1 });
                assert_int_equal(json_finish(json), 0);
                for (size_t at = 0; at < LENGTH; at++) {
                        char text[LENGTH];
                        struct buf wanted;

                        memset(text, 'a', sizeof(text));
                        text[at] = c;
                        buf_init(&wanted, TEST_BYTES);
                        buf_printf(&wanted, "\"%.*s", (int)at, "aaaaaaaaaaaaaaaaaaa");
                        buf_add(&wanted, (struct str){ alone.out.p + 1, alone.out.n - 3 });
                        buf_printf(&wanted, "%.*s\"\n", (int)(LENGTH - 1 - at), "aaaaaaaaaaaaaaaaaaa");
                        check_string((struct str){ text, LENGTH }, buf_text(&wanted));
                        buf_release(&wanted);
                }
                buf_release(&alone.out);
                free(json);
        }
}

static void what_is_no_utf8_is_mended(void **state) {
        static const struct {
                const char *value, *wanted;
        } examples[] = {
                { "a\x80z", "\"a" R "z\"\n" }, /* a continuation alone */
                { "\xc3", "\"" R "\"\n" },     /* cut */
                { "\xe2\x82", "\"" R R "\"\n" },
                { "\xf0\x9f\x99", "\"" R R R "\"\n" },
                { "\xc3z", "\"" R "z\"\n" },
                { "\xe2\x82z", "\"" R R "z\"\n" },
                { "\xc0\xaf", "\"" R R "\"\n" }, /* overlong */
                { "\xc2\x9b", "\"\\u009b\"\n" },
                { "a\xe2\x80\xae", "\"a\\u202e\"\n" },
                { "\xef\xbb\xbfz", "\"\\ufeffz\"\n" },
                { "\xf3\xa0\x81\x81", "\"\\udb40\\udc41\"\n" },
                { "\xc1\xbf", "\"" R R "\"\n" },
                { "\xe0\x9f\xbf", "\"" R R R "\"\n" },
                { "\xf0\x8f\xbf\xbf", "\"" R R R R "\"\n" },
                { "\xed\xa0\x80", "\"" R R R "\"\n" }, /* surrogates */
                { "\xed\xbf\xbf", "\"" R R R "\"\n" },
                { "\xf4\x90\x80\x80", "\"" R R R R "\"\n" }, /* above U+10FFFF */
                { "\xf5\x80\x80\x80", "\"" R R R R "\"\n" },
                { "\xfe\xff", "\"" R R "\"\n" },
                { "\xe0\xa0\x80", "\"\xe0\xa0\x80\"\n" }, /* the first and last good ones */
                { "\xed\x9f\xbf", "\"\xed\x9f\xbf\"\n" },
                { "\xee\x80\x80", "\"\xee\x80\x80\"\n" },
                { "\xef\xbf\xbf", "\"\xef\xbf\xbf\"\n" },
                { "\xf0\x90\x80\x80", "\"\xf0\x90\x80\x80\"\n" },
                { "\xf4\x8f\xbf\xbf", "\"\xf4\x8f\xbf\xbf\"\n" },
        };

        (void)state;
        for (size_t i = 0; i < COUNT(examples); i++)
                check_string(str_from(examples[i].value), examples[i].wanted);
}

/* RFC 3629's table, written another way than the program's. */
static bool is_utf8(const unsigned char *p, size_t n) {
        for (size_t i = 0; i < n;) {
                uint32_t code = p[i];
                size_t more = code < 0x80 ? 0 : code >> 5 == 6 ? 1 : code >> 4 == 14 ? 2 : code >> 3 == 30 ? 3 : 9;
                static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };

                if (more > 3 || i + more >= n)
                        return false;
                code &= more ? 0x3fu >> more : 0x7f;
                for (size_t k = 1; k <= more; k++) {
                        if (p[i + k] >> 6 != 2)
                                return false;
                        code = code << 6 | (p[i + k] & 0x3f);
                }
                if (code < least[more] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
                        return false;
                i += more + 1;
        }
        return true;
}

static void any_bytes_make_utf8(void **state) {
        static const unsigned char lively[] = { 0x00, 0x22, 0x41, 0x5c, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf,
                                                0xc0, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff };
        uint32_t seed = 5;

        (void)state;
        for (int round = 0; round < 3000; round++) {
                char bytes[12];
                size_t n = 1 + next_random(&seed, sizeof(bytes));
                struct sink sink;
                struct json *json = begin(&sink);

                for (size_t i = 0; i < n; i++)
                        bytes[i] = (char)lively[next_random(&seed, sizeof(lively))];
                json_string(json, (struct str){ bytes, n });
                assert_int_equal(json_finish(json), 0);
                assert_true(is_utf8((const unsigned char *)sink.out.p, sink.out.n));
                cJSON_Delete(read_back(&sink));
                buf_release(&sink.out);
                free(json);
        }
}

static void numbers_are_written_as_they_are(void **state) {
        static const struct {
                int64_t value;
                const char *wanted;
        } examples[] = {
                { 0, "0\n" },
                { -1, "-1\n" },
                { INT64_C(9007199254740993), "9007199254740993\n" }, /* 2^53 + 1 */
                { INT64_MAX, "9223372036854775807\n" },
                { INT64_MIN, "-9223372036854775808\n" },
        };
        struct sink sink;
        struct json *json;

        (void)state;
        for (size_t i = 0; i < COUNT(examples); i++) {
                json = begin(&sink);
                json_number(json, examples[i].value);
                assert_int_equal(json_finish(json), 0);
                assert_str(buf_str(&sink.out), examples[i].wanted);
                buf_release(&sink.out);
                free(json);
        }
        json = begin(&sink);
        json_begin_inline_array(json);
        json_decimal(json, 0);
        json_decimal(json, 0.0005);
        json_decimal(json, 12.3456);
        json_decimal(json, 1e9);
        json_end_array(json);
        assert_int_equal(json_finish(json), 0);
        assert_str(buf_str(&sink.out), "[0.000, 0.001, 12.346, 1000000000.000]\n");
        buf_release(&sink.out);
        free(json);
}

static void the_unknown_is_null(void **state) {
        struct sink sink;
        struct json *json = begin(&sink);

        (void)state;
        json_begin_inline_array(json);
        json_null(json);
        json_cstr(json, NULL);
        json_string_or_null(json, STR(""));
        json_time(json, TIME_UNKNOWN);
        json_cstr(json, "");
        json_string_or_null(json, STR("x"));
        json_time(json, INT64_C(1497638824633));
        json_bool(json, true);
        json_bool(json, false);
        json_end_array(json);
        assert_int_equal(json_finish(json), 0);
        assert_str(buf_str(&sink.out),
                   "[null, null, null, null, \"\", \"x\", \"2017-06-16T18:47:04.633Z\", true, false]\n");
        buf_release(&sink.out);
        free(json);
}

static void containers_nest(void **state) {
        struct sink sink;
        struct json *json = begin(&sink);

        (void)state;
        json_begin_object(json);
        json_key(json, "empty");
        json_begin_object(json);
        json_end_object(json);
        json_key(json, "list");
        json_begin_array(json);
        json_number(json, 1);
        json_begin_inline_object(json);
        json_key(json, "a");
        json_begin_array(json); /* inside an inline one everything is */
        json_number(json, 2);
        json_number(json, 3);
        json_end_array(json);
        json_key_of(json, STR("b\""));
        json_null(json);
        json_end_object(json);
        json_end_array(json);
        json_key(json, "last");
        json_begin_inline_array(json);
        json_end_array(json);
        json_end_object(json);
        assert_int_equal(json_finish(json), 0);
        assert_str(buf_str(&sink.out), "{\n"
                                       "  \"empty\": {},\n"
                                       "  \"list\": [\n"
                                       "    1,\n"
                                       "    {\"a\": [2, 3], \"b\\\"\": null}\n"
                                       "  ],\n"
                                       "  \"last\": []\n"
                                       "}\n");
        cJSON_Delete(read_back(&sink));
        buf_release(&sink.out);
        free(json);
}

static void deep_containers_nest(void **state) {
        struct sink sink;
        struct json *json = begin(&sink);
        enum { DEPTH = JSON_MAX_DEPTH - 1 };
        cJSON *root, *at;

        (void)state;
        for (int i = 0; i < DEPTH; i++)
                json_begin_array(json);
        for (int i = 0; i < DEPTH; i++)
                json_end_array(json);
        assert_int_equal(json_finish(json), 0);
        root = at = read_back(&sink);
        for (int i = 1; i < DEPTH; i++) {
                assert_int_equal(cJSON_GetArraySize(at), 1);
                at = cJSON_GetArrayItem(at, 0);
        }
        assert_int_equal(cJSON_GetArraySize(at), 0);
        cJSON_Delete(root);
        buf_release(&sink.out);
        free(json);
}

/* Much more than the writer's buffer, with an escape at every place of its border. */
static void long_texts_are_whole(void **state) {
        (void)state;
        for (size_t shift = 0; shift < 8; shift++) {
                struct sink sink;
                struct json *json = begin(&sink);
                struct buf text;
                cJSON *root;

                buf_init(&text, TEST_BYTES);
                for (size_t i = 0; i < 3 * WRITER_BYTES; i++)
                        buf_add(&text, (i + shift) % 7 ? STR("x") : STR("\n\xc3\xa4"));
                json_begin_array(json);
                json_string(json, buf_str(&text));
                json_end_array(json);
                assert_int_equal(json_finish(json), 0);
                assert_true(sink.calls > 2);
                root = read_back(&sink);
                assert_string_equal(cJSON_GetArrayItem(root, 0)->valuestring, buf_text(&text));
                cJSON_Delete(root);
                buf_release(&text);
                buf_release(&sink.out);
                free(json);
        }
}

static void errors_stick(void **state) {
        (void)state;
        for (size_t refuse_at = 1; refuse_at <= 3; refuse_at++) {
                struct sink sink;
                struct json *json = begin(&sink);

                sink.refuse_at = refuse_at;
                json_begin_array(json);
                for (int i = 0; i < 20000; i++)
                        json_number(json, i);
                json_end_array(json);
                assert_int_equal(json_finish(json), -EIO);
                assert_int_equal(sink.calls, refuse_at); /* nothing is tried again */
                assert_int_equal(sink.out.n, (refuse_at - 1) * WRITER_BYTES);
                buf_release(&sink.out);
                free(json);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(strings_are_escaped),
                cmocka_unit_test(each_byte_at_each_place),
                cmocka_unit_test(what_is_no_utf8_is_mended),
                cmocka_unit_test(any_bytes_make_utf8),
                cmocka_unit_test(numbers_are_written_as_they_are),
                cmocka_unit_test(the_unknown_is_null),
                cmocka_unit_test(containers_nest),
                cmocka_unit_test(deep_containers_nest),
                cmocka_unit_test(long_texts_are_whole),
                cmocka_unit_test(errors_stick),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
