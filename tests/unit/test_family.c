/* Which lines begin a record, and where their parts stand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/family.h"

struct good {
        enum family family;
        const char *line;
        const char *stamp, *host, *level, *thread, *logger, *identity, *message;
};

#define N FAMILY_NOTIFICATION
#define W FAMILY_WEBSERVICES
#define LOGGER "org.jivesoftware.openfire.http.HttpSessionManager"

static const struct good goods[] = {
        { N, "2017.06.17 00:16:04 A session", "2017.06.17 00:16:04", "", "", "", "", "A session", "A session" },
        { N, "2017.06.17 00:16:04", "2017.06.17 00:16:04", "", "", "", "", "", "" },
        { N, "2017.06.17 00:16:04 ", "2017.06.17 00:16:04", "", "", "", "", "", "" },
        { N, "2017.06.17 00:16:04.123 x", "2017.06.17 00:16:04.123", "", "", "", "", "x", "x" },
        { N, "2017.06.17 00:16:04,123 x", "2017.06.17 00:16:04,123", "", "", "", "", "x", "x" },
        { N, "2017.06.17 00:16:04 " LOGGER " - x", "2017.06.17 00:16:04", "", "", "", LOGGER, "x", "x" },
        { N, "2017.06.17 00:16:04 " LOGGER " - ", "2017.06.17 00:16:04", "", "", "", LOGGER, "", "" },
        { N, "2017.06.17 00:16:04 " LOGGER " -", "2017.06.17 00:16:04", "", "", "", LOGGER, "", "" },
        { N, "2017.06.17 00:16:04 a.b.ConnectionListener[bosh_c2s] - Started.", "2017.06.17 00:16:04", "", "", "",
          "a.b.ConnectionListener[bosh_c2s]", "Started.", "Started." },
        { N, "2017.06.17 00:16:04 INFO  [pool-3 (1)]: " LOGGER " - x", "2017.06.17 00:16:04", "", "INFO", "pool-3 (1)",
          LOGGER, "x", "x" },
        { N, "2017.06.17 00:16:04 DEBUG [t]: x", "2017.06.17 00:16:04", "", "DEBUG", "t", "", "x", "x" },
        /* No level, no thread, no logger, though it looks a little like it. */
        { N, "2017.06.17 00:16:04 INFO was said", "2017.06.17 00:16:04", "", "", "", "", "INFO was said",
          "INFO was said" },
        { N, "2017.06.17 00:16:04 000000 (01/02/00) - Connection", "2017.06.17 00:16:04", "", "", "", "",
          "000000 (01/02/00) - Connection", "000000 (01/02/00) - Connection" },
        { N, "2017.06.17 00:16:04 word - x", "2017.06.17 00:16:04", "", "", "", "", "word - x", "word - x" },

        { W,
          "0000001043: 10.1.2.3: Jun 17 2017 00:16:04.630 +0530: %CCBU_Smack Listener Processor (1)-6-MNEMONIC: "
          "%[a=b]: t",
          "Jun 17 2017 00:16:04.630 +0530", "10.1.2.3", "6", "Smack Listener Processor (1)", "",
          "Smack Listener Processor (1)-6-MNEMONIC: %[a=b]: t", "MNEMONIC: %[a=b]: t" },
        { W, "0000837786:: Jun 20 2017 18:37:42.745 -0400: %CCBU_x-3-ERROR: t", "Jun 20 2017 18:37:42.745 -0400", "",
          "3", "x", "", "x-3-ERROR: t", "ERROR: t" },
        { W, "001345281: : Jun 20 2017 18:37:42.745 -0400: %CCBU_x-3-ERROR: t", "Jun 20 2017 18:37:42.745 -0400", "",
          "3", "x", "", "x-3-ERROR: t", "ERROR: t" },
        { W, "001345281: fin1.example.com: Jun 2 2017 18:37:42.745 -0400: %CCBU_x-6-A: t",
          "Jun 2 2017 18:37:42.745 -0400", "fin1.example.com", "6", "x", "", "x-6-A: t", "A: t" },
        { W, "1: h: Jun  2 2017 18:37:42.745 -0400: %CCBU_x-6-A: t", "Jun  2 2017 18:37:42.745 -0400", "h", "6", "x",
          "", "x-6-A: t", "A: t" },
        /* Without sequence and host; the last "-digit-" before the first ": " splits. */
        { W, "Jun 17 2017 00:17:04.643 +0530: %CCBU_CTIMessageEventExecutor-0-6-DECODED: x-7-y",
          "Jun 17 2017 00:17:04.643 +0530", "", "6", "CTIMessageEventExecutor-0", "",
          "CTIMessageEventExecutor-0-6-DECODED: x-7-y", "DECODED: x-7-y" },
        { W, "Jun 17 2017 00:17:04.643 +0530: %CCBU_pool-8-thread-1-6-PRESENCE DRIVEN LOGOUT: x",
          "Jun 17 2017 00:17:04.643 +0530", "", "6", "pool-8-thread-1", "",
          "pool-8-thread-1-6-PRESENCE DRIVEN LOGOUT: x", "PRESENCE DRIVEN LOGOUT: x" },
        { W, "Jun 17 2017 00:17:04.643 +0530: %CCBU___________CUIC-8-9-x", "Jun 17 2017 00:17:04.643 +0530", "", "", "",
          "", "__________CUIC-8-9-x", "__________CUIC-8-9-x" },
};

static const struct {
        enum family family;
        const char *line;
} bads[] = {
        { N, "" },
        { N, "2017.06.17" },
        { N, "2017.06.17 00:16:0" },
        { N, " 2017.06.17 00:16:04 x" },
        { N, "2017-06-17 00:16:04 x" },
        { N, "2017.06.17 00:16:04x" },
        { N, "<presence type=\"unavailable\"/> rid: 7" },
        { W, "" },
        { W, "0000001043: " },
        { W, "Jun 17 2017 00:16:04.630 +0530: %CUIC_x-6-A: t" },
        { W, "Jun 17 2017 00:16:04.630 0530: %CCBU_x-6-A: t" },
        { W, "Jun 17 00:16:04.630 +0530: %CCBU_x-6-A: t" },
        { W, "\tat Jun 17 2017 00:16:04.630 +0530: %CCBU_x-6-A: t" },
        { W, "1234567890123: h: Jun 17 2017 00:16:04.630 +0530: %CCBU_x-6-A: t" },
        { FAMILY_NONE, "2017.06.17 00:16:04 x" },
};

static void expect_part(const char *line, struct str part, const char *text) {
        assert_int_equal(part.n, strlen(text));
        if (part.n) {
                assert_memory_equal(part.p, text, part.n);
                assert_true(part.p >= line && part.p + part.n <= line + strlen(line));
        }
}

static void headers_are_taken_apart(void **state) {
        (void)state;
        for (size_t i = 0; i < sizeof(goods) / sizeof(goods[0]); i++) {
                const struct good *good = &goods[i];
                struct header header;

                if (!family_header(good->family, str_from(good->line), &header))
                        fail_msg("no header: %s", good->line);
                expect_part(good->line, span_of(str_from(good->line), header.stamp), good->stamp);
                expect_part(good->line, span_of(str_from(good->line), header.host), good->host);
                expect_part(good->line, span_of(str_from(good->line), header.level), good->level);
                expect_part(good->line, span_of(str_from(good->line), header.thread), good->thread);
                expect_part(good->line, span_of(str_from(good->line), header.logger), good->logger);
                assert_string_equal(good->line + header.identity_at, good->identity);
                assert_string_equal(good->line + header.message_at, good->message);
        }
}

static void other_lines_are_no_headers(void **state) {
        (void)state;
        for (size_t i = 0; i < sizeof(bads) / sizeof(bads[0]); i++) {
                struct header header = { .message_at = 77 };

                if (family_header(bads[i].family, str_from(bads[i].line), &header))
                        fail_msg("a header: %s", bads[i].line);
                assert_int_equal(header.message_at, 77);
        }
}

/* Whatever is cut off at the end, no byte behind the line is looked at. */
static void cut_lines_are_safe(void **state) {
        (void)state;
        for (size_t i = 0; i < sizeof(goods) / sizeof(goods[0]); i++) {
                const size_t whole = strlen(goods[i].line);

                for (size_t n = 0; n <= whole; n++) {
                        char *copy = test_malloc(n + 1);
                        struct header header;

                        memcpy(copy, goods[i].line, n);
                        copy[n] = '\xff';
                        if (family_header(goods[i].family, (struct str){ copy, n }, &header))
                                assert_true(header.identity_at <= header.message_at && header.message_at <= n);
                        test_free(copy);
                }
        }
}

static void names_and_contents_tell_families(void **state) {
        (void)state;
        assert_string_equal(family_name(N), "notification");
        assert_string_equal(family_name(W), "webservices");
        assert_null(family_name(FAMILY_NONE));
        assert_int_equal(family_by_name(STR("webservices")), W);
        assert_int_equal(family_by_name(STR("web")), FAMILY_NONE);

        assert_int_equal(family_by_content(STR("x\r\n\n2017.06.17 00:16:04 x\n")), N);
        assert_int_equal(family_by_content(STR("\xef\xbb\xbf"
                                               "2017.06.17 00:16:04 x")),
                         N);
        assert_int_equal(family_by_content(STR("\tat x\n1: h: Jun 17 2017 00:16:04.630 +0530: %CCBU_x-6-A: t")), W);
        assert_int_equal(family_by_content(STR("nothing\nof both")), FAMILY_NONE);
        assert_int_equal(family_by_content(STR("")), FAMILY_NONE);

        assert_int_equal(family_by_file_name(STR("debug.log")), N);
        assert_int_equal(family_by_file_name(STR("info.log-3")), N);
        assert_int_equal(family_by_file_name(STR("debug_1.log")), N);
        assert_int_equal(family_by_file_name(STR("debugger.log")), FAMILY_NONE);
        assert_int_equal(family_by_file_name(STR("Error-Desktop-webservices.2016-08-11T15-53-40.166.startup.log")), W);
        assert_true(family_is_foreign_name(STR("CCBU-cuic.2017-08-22T16-19-54.610.startup.log")));
        assert_false(family_is_foreign_name(STR("Desktop-webservices.2016-08-11T15-53-40.166.log")));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(headers_are_taken_apart),
                cmocka_unit_test(other_lines_are_no_headers),
                cmocka_unit_test(cut_lines_are_safe),
                cmocka_unit_test(names_and_contents_tell_families),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
