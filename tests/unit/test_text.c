/* A page for people: columns by characters, and nothing that drives a terminal. */
#include "stream_support.h"

#include "base/utf8.h"
#include "report/text.h"

static int take(void *userdata, const void *data, size_t bytes) {
        return buf_add(userdata, (struct str){ data, bytes });
}

static void names_are_harmless(void **state) {
        static const struct {
                const char *name, *shown;
                size_t columns;
        } examples[] = {
                { "debug.log", "debug.log", 9 },
                { "", "", 0 },
                { "a\x1b[31mb", "a?[31mb", 7 },
                { "a\nb\rc\td\x7f", "a?b?c?d?", 8 },
                { "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", 8 },
                { "\xc2\x9b"
                  "31m",
                  "?31m", 4 },                            /* CSI in one character */
                { "\xe2\x80\xaegol.exe", "?gol.exe", 8 }, /* right to left from here on */
                { "\xff\xc3", "??", 2 },                  /* no UTF-8 */
                { "\xc0\xaf\xed\xa0\x80", "?????", 5 },   /* overlong, surrogate */
                { "\xe2\x82", "??", 2 },                  /* cut */
        };
        struct writer writer;
        struct buf out;

        (void)state;
        for (size_t i = 0; i < COUNT(examples); i++) {
                buf_init(&out, TEST_BYTES);
                writer_init(&writer, take, &out);
                text_put(&writer, str_from(examples[i].name));
                assert_int_equal(writer_finish(&writer), 0);
                assert_int_equal(out.n, strlen(examples[i].shown));
                assert_memory_equal(out.n ? out.p : "", examples[i].shown, out.n);
                assert_int_equal(text_columns(str_from(examples[i].name)), examples[i].columns);
                buf_release(&out);
        }
}

static void cells_fill_their_width(void **state) {
        struct writer writer;
        struct buf out;
        char time[TEXT_TIME_BYTES];

        (void)state;
        buf_init(&out, TEST_BYTES);
        writer_init(&writer, take, &out);
        text_left(&writer, STR("\xc3\xa9"), 3);
        text_right(&writer, STR("\xff"), 3);
        text_left(&writer, STR("wider"), 3);
        text_printf(&writer, " %d ", 7);
        text_put(&writer, text_time(0, time));
        text_put(&writer, text_time(TIME_UNKNOWN, time));
        assert_int_equal(writer_finish(&writer), 0);
        assert_int_equal(buf_add_byte(&out, '\0'), 0);
        assert_string_equal(out.p, "\xc3\xa9    ?wider 7 1970-01-01 00:00:00-");
        buf_release(&out);
}

static void sequences_are_not_cut(void **state) {
        const struct str euros = STR("\xe2\x82\xac\xe2\x82\xac");

        (void)state;
        assert_int_equal(utf8_first(euros, 6).n, 6);
        assert_int_equal(utf8_first(euros, 5).n, 3);
        assert_int_equal(utf8_first(euros, 3).n, 3);
        assert_int_equal(utf8_first(euros, 2).n, 0);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(names_are_harmless),
                cmocka_unit_test(cells_fill_their_width),
                cmocka_unit_test(sequences_are_not_cut),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
