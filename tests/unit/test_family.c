/* Which lines begin a record, and where their parts stand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/family.h"
#include "rules/foreign.h"

struct good {
        enum family family;
        const char *line;
        const char *stamp, *host, *level, *thread, *logger, *identity, *message;
};

#define N FAMILY_NOTIFICATION
#define W FAMILY_WEBSERVICES
#define S FAMILY_SYSLOG
#define C FAMILY_CLI
#define H FAMILY_HISTORY
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

        /* 3.6's error.log says where; a bracket alone says nothing. */
        { N, "2009.06.17 00:16:04 [a.b.HttpBindServlet.doPost(HttpBindServlet.java:159)] Error", "2009.06.17 00:16:04",
          "", "", "", "a.b.HttpBindServlet.doPost(HttpBindServlet.java:159)", "Error", "Error" },
        { N, "2009.06.17 00:16:04 [a.B$1.<init>(Unknown Source)]", "2009.06.17 00:16:04", "", "", "",
          "a.B$1.<init>(Unknown Source)", "", "" },
        { N, "2009.06.17 00:16:04 [a] b (c)] d", "2009.06.17 00:16:04", "", "", "", "", "[a] b (c)] d",
          "[a] b (c)] d" },
        { N, "2009.06.17 00:16:04 [socket)] x", "2009.06.17 00:16:04", "", "", "", "", "[socket)] x", "[socket)] x" },

        /* 4.7 in colour, 4.8 with milliseconds. */
        { N, "2023.06.17 00:16:04 \x1b[32mINFO \x1b[m [t-1]: " LOGGER " - x", "2023.06.17 00:16:04", "", "INFO", "t-1",
          LOGGER, "x", "x" },
        { N, "2023.06.17 00:16:04 \x1b[1;31mERROR\x1b[m [t]: " LOGGER " - x", "2023.06.17 00:16:04", "", "ERROR", "t",
          LOGGER, "x", "x" },
        { N, "2024.06.17 00:16:04.007 DEBUG [t]: " LOGGER " - x", "2024.06.17 00:16:04.007", "", "DEBUG", "t", LOGGER,
          "x", "x" },
        { N, "2023.06.17 00:16:04 \x1b[32 INFO [t]: x", "2023.06.17 00:16:04", "", "", "", "", "\x1b[32 INFO [t]: x",
          "\x1b[32 INFO [t]: x" },

        /* What is printed to the standard output. */
        { N, "Fri Apr 14 11:04:26 EDT 2017: HTTP RECV(a1): <body/>", "Fri Apr 14 11:04:26 EDT 2017", "", "", "", "",
          "HTTP RECV(a1): <body/>", "HTTP RECV(a1): <body/>" },
        { N, "Sat Jun 17 00:16:04 GMT+05:30 2017: HTTP SENT(a1): <x/>", "Sat Jun 17 00:16:04 GMT+05:30 2017", "", "", "",
          "", "HTTP SENT(a1): <x/>", "HTTP SENT(a1): <x/>" },

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
        { W, "1: fe80::1: Jun 17 2017 00:17:04.643 +0530: %CCBU_x-6-A: t", "Jun 17 2017 00:17:04.643 +0530", "fe80::1",
          "6", "x", "", "x-6-A: t", "A: t" },
        { W, "0123456789: 2001:db8:0:1::: Jun 17 2017 00:17:04.643 +0530: %CCBU_x-6-A: t",
          "Jun 17 2017 00:17:04.643 +0530", "2001:db8:0:1::", "6", "x", "", "x-6-A: t", "A: t" },
        { W, "123456789012: ccx-pub.example.com: Jun 17 2017 00:17:04.643 +0530: %CCBU_x-6-A: t",
          "Jun 17 2017 00:17:04.643 +0530", "ccx-pub.example.com", "6", "x", "", "x-6-A: t", "A: t" },
        { W, "12: Jun 17 2017 00:17:04.643 +0530: %CCBU_x-6-A: t", "Jun 17 2017 00:17:04.643 +0530", "", "6", "x", "",
          "x-6-A: t", "A: t" },
        { W, "10.1.2.3: Jun 17 2017 00:17:04.643 +0530: %CCBU_x-6-A: t", "Jun 17 2017 00:17:04.643 +0530", "10.1.2.3",
          "6", "x", "", "x-6-A: t", "A: t" },
        { W, "2001:db8::7: Jun 17 2017 00:17:04.643 +0530: %CCBU_x-6-A: t", "Jun 17 2017 00:17:04.643 +0530",
          "2001:db8::7", "6", "x", "", "x-6-A: t", "A: t" },

        /* Other ways to write a time. */
        { W, "1: h: Jun 17 2017 00:17:04,643 +05:30: %CCBU_x-6-A: t", "Jun 17 2017 00:17:04,643 +05:30", "h", "6", "x",
          "", "x-6-A: t", "A: t" },
        { W, "1: h: Jun 17 2017 00:17:04 UTC:  %CCBU_x-6-A: t", "Jun 17 2017 00:17:04 UTC", "h", "6", "x", "",
          "x-6-A: t", "A: t" },
        { W, "1: h: Jun 17 2017 00:17:04.643 Z: %CCBU_x-6-A: t", "Jun 17 2017 00:17:04.643 Z", "h", "6", "x", "",
          "x-6-A: t", "A: t" },

        /* Threads and mnemonics of all kinds. */
        { W, "1: h: Jun 17 2017 00:17:04.643 +0530: %CCBU___________FEEDS-6-WARN: t", "Jun 17 2017 00:17:04.643 +0530",
          "h", "6", "__________FEEDS", "", "__________FEEDS-6-WARN: t", "WARN: t" },
        { W, "1: h: Jun 17 2017 00:17:04.643 +0530: %CCBU_pool (2) a-7-b-3-ERROR: 1-6-x: t",
          "Jun 17 2017 00:17:04.643 +0530", "h", "3", "pool (2) a-7-b", "", "pool (2) a-7-b-3-ERROR: 1-6-x: t",
          "ERROR: 1-6-x: t" },
        { W,
          "1: h: Jun 17 2017 00:17:04.643 +0530: %CCBU_t-1-7-CTIWriter.getQueryQueueStatisticsReq():  {Thrd=t-1-7-x}",
          "Jun 17 2017 00:17:04.643 +0530", "h", "7", "t-1", "",
          "t-1-7-CTIWriter.getQueryQueueStatisticsReq():  {Thrd=t-1-7-x}",
          "CTIWriter.getQueryQueueStatisticsReq():  {Thrd=t-1-7-x}" },
        /* No ": " behind the mnemonic: what follows does not split. */
        { W, "1: h: Jun 17 2017 00:17:04.643 +0530: %CCBU_t-1-6-A:%[call=1-2-3]", "Jun 17 2017 00:17:04.643 +0530", "h",
          "6", "t-1", "", "t-1-6-A:%[call=1-2-3]", "A:%[call=1-2-3]" },
        { W, "1: h: Jun 17 2017 00:17:04.643 +0530: %CCBU_t-1-6-A:", "Jun 17 2017 00:17:04.643 +0530", "h", "6", "t-1",
          "", "t-1-6-A:", "A:" },
        { W, "1: h: Jun 17 2017 00:17:04.643 +0530: %CCBU_", "Jun 17 2017 00:17:04.643 +0530", "h", "", "", "", "",
          "" },
        { W, "1: h: Jun 17 2017 00:17:04.643 +0530: %CCBU_-6-", "Jun 17 2017 00:17:04.643 +0530", "h", "6", "", "",
          "-6-", "" },
        /* Another facility in the same file begins a record too. */
        { W, "1: h: Jun 17 2017 00:17:04.643 +0530: %UC_SERVICEMANAGER-2-ServiceFailed: t",
          "Jun 17 2017 00:17:04.643 +0530", "h", "2", "UC_SERVICEMANAGER", "", "UC_SERVICEMANAGER-2-ServiceFailed: t",
          "ServiceFailed: t" },
        { W, "Jun 17 2017 00:17:04.643 +0530: %CCBU___________CUIC-8-9-x", "Jun 17 2017 00:17:04.643 +0530", "", "", "",
          "", "__________CUIC-8-9-x", "__________CUIC-8-9-x" },

        /* The platform's logs. */
        { S, "May 21 08:10:24 pub local7 1 : 62: pub.x.com: May 21 2021 13:10:24.476 UTC : %UC_X-1-Y: %[NodeID=pub]: t",
          "May 21 2021 13:10:24.476 UTC", "pub", "1", "", "UC_X", "UC_X-1-Y: %[NodeID=pub]: t", "Y: %[NodeID=pub]: t" },
        { S, "uc-01.x.com Jul 02 2015 06:22:31 UTC :   % UC_X-3-Y: t", "Jul 02 2015 06:22:31 UTC", "uc-01.x.com", "3",
          "", "UC_X", "UC_X-3-Y: t", "Y: t" },
        /* Without a year it is no time that could be placed. */
        { S, "Mar 18 16:40:52 c26 local7 6 : 92: Mar 18 11:10:52.630 UTC : %CCM_X-X-6-Y: t", "", "c26", "6", "",
          "CCM_X-X", "CCM_X-X-6-Y: t", "Y: t" },
        { S, "Nov  8 16:44:37 pub local7 6 Cisco: Database Layer Monitor: x", "", "pub", "", "", "",
          "Cisco: Database Layer Monitor: x", "Cisco: Database Layer Monitor: x" },
        { S, "Nov 28 16:44:37 pub kernel: x", "", "pub", "", "", "", "kernel: x", "kernel: x" },
        { C, "2017-06-17 10:00:00,123 INFO [main] sdMain.main - running command -> [a - b]", "2017-06-17 10:00:00,123",
          "", "INFO", "main", "sdMain.main", "INFO [main] sdMain.main - running command -> [a - b]",
          "running command -> [a - b]" },
        { C, "2017-06-17 10:00:00,123 DEBUG x", "2017-06-17 10:00:00,123", "", "DEBUG", "", "", "DEBUG x", "x" },
        { C, "2017-06-17 10:00:00,123 INFO [never closed", "2017-06-17 10:00:00,123", "", "INFO", "", "",
          "INFO [never closed", "[never closed" },
        { H, "06/17/2017 10:00:00 | root: Boot 12.5.1.10000-1 Start", "06/17/2017 10:00:00", "", "", "", "",
          "root: Boot 12.5.1.10000-1 Start", "Boot 12.5.1.10000-1 Start" },
        { H, "06/17/2017 10:00:00 | Boot Start", "06/17/2017 10:00:00", "", "", "", "", "Boot Start", "Boot Start" },
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
        { N, "Fri Apr 14 11:04:26 EDT 2017: Openfire 3.9.3" },
        /* pasted into a chat */
        { N, "Fri Apr 14 11:04:26 EDT 2017: HTTP RECV(a1): &lt;body/&gt;" },
        { N, "Fri Apr 14 11:04:26  2017: HTTP RECV(a1): <body/>" },
        { N, "Fri Apr 14 11:04:26 ABCDEFGHIJKLM 2017: HTTP RECV(a1): <body/>" },
        { N, "Fri Apr 14 2017: HTTP RECV(a1): <body/>" },
        { FAMILY_REALM, "0000123: Jun 17 2017 00:16:04.630 +0530: [main] INFO A.b(): x" },
        { S, "" },
        { S, "May 21 08:10:24 pub" },
        { S, "May 21 08:10:24 it was late" },
        { S, "It was Jul 02 2015 06:22:31 UTC : % of all" },
        { C, "2017-06-17 10:00:00.123 INFO [main] sdMain.main - x" },
        { C, "2017-06-17 10:00:00,123" },
        { H, "06/17/2017 10:00:00 root: Boot" },
        { H, "06/17/2017 10:00:00" },
        { W, "" },
        { W, "0000001043: " },
        { W, "Jun 17 2017 00:16:04.630 +0530: %CUIC_x: t" },
        { W, "Jun 17 2017 00:16:04.630 +0530: %C_x-6-A: t" },
        { W, "Jun 17 2017 00:16:04.630 +0530: %ccbu_x-6-A: t" },
        { W, "Jun 17 2017 00:16:04.630 +0530: CCBU_x-6-A: t" },
        { W, "Jun 17 2017 00:16:04.630 +0530 %CCBU_x-6-A: t" },
        { W, "Jun 17 2017 00:16:04.630 IST: %CCBU_x-6-A: t" },
        { W, "Jun 17 2017 00:16:04.63 +0530: %CCBU_x-6-A: t" },
        { W, "Jun 17 2017 0:16:04.630 +0530: %CCBU_x-6-A: t" },
        { W, "jun 17 2017 00:16:04.630 +0530: %CCBU_x-6-A: t" },
        { W, "Jun  2017 00:16:04.630 +0530: %CCBU_x-6-A: t" },
        { W, "  1: h: Jun 17 2017 00:16:04.630 +0530: %CCBU_x-6-A: t" },
        { W, " Jun 17 2017 00:16:04.630 +0530: %CCBU_x-6-A: t" },
        { W, "<body>1: h: Jun 17 2017 00:16:04.630 +0530: %CCBU_x-6-A: t" },
        { W, "he said: Jun 17 2017 00:16:04.630 +0530: %CCBU_x-6-A: t" },
        { W, "2017.06.17 00:16:04 x" },
        { W, "0000123: Jun 17 2017 00:16:04.630 +0530: [main] INFO A.b(): x" },
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

/* A copy that ends where its memory does: the sanitizers see who looks further. */
static void take_apart_copy(enum family family, const char *line, size_t n, size_t change_at, char change) {
        char *copy = test_malloc(n ? n : 1);
        struct header header;

        memcpy(copy, line, n);
        if (change_at < n)
                copy[change_at] = change;
        if (family_header(family, (struct str){ copy, n }, &header)) {
                assert_true(header.identity_at <= header.message_at && header.message_at <= n);
                assert_true(header.stamp.at + header.stamp.n <= n && header.host.at + header.host.n <= n);
                assert_true(header.thread.at + header.thread.n <= n && header.level.at + header.level.n <= n);
        }
        test_free(copy);
}

/* Whatever is cut off at the end, no byte behind the line is looked at. */
static void cut_lines_are_safe(void **state) {
        (void)state;
        for (size_t i = 0; i < sizeof(goods) / sizeof(goods[0]); i++)
                for (size_t n = 0; n <= strlen(goods[i].line); n++)
                        take_apart_copy(goods[i].family, goods[i].line, n, SIZE_MAX, 0);
}

/* The same with each byte changed to what the grammar cares about, cut off behind
 * it and not. */
static void changed_lines_are_safe(void **state) {
        static const char changes[] = { ' ', ':', '-', '%', '[', '9', 'A', '+', '.', '_', '\0', '\xff' };

        (void)state;
        for (size_t i = 0; i < sizeof(goods) / sizeof(goods[0]); i++)
                for (size_t at = 0; at < strlen(goods[i].line); at++)
                        for (size_t k = 0; k < sizeof(changes); k++) {
                                take_apart_copy(goods[i].family, goods[i].line, at + 1, at, changes[k]);
                                take_apart_copy(goods[i].family, goods[i].line, strlen(goods[i].line), at, changes[k]);
                        }
}

static void names_and_contents_tell_families(void **state) {
        (void)state;
        assert_string_equal(family_name(N), "notification");
        assert_string_equal(family_name(W), "webservices");
        assert_null(family_name(FAMILY_NONE));
        assert_int_equal(family_by_name(STR("webservices")), W);
        assert_int_equal(family_by_name(STR("web")), FAMILY_NONE);

        assert_int_equal(family_by_content(STR("x\r\n\n2017.06.17 00:16:04 x\n"), NULL), N);
        assert_int_equal(family_by_content(STR("\xef\xbb\xbf"
                                               "2017.06.17 00:16:04 x"),
                                           NULL),
                         N);
        assert_int_equal(family_by_content(STR("\tat x\n1: h: Jun 17 2017 00:16:04.630 +0530: %CCBU_x-6-A: t"), NULL),
                         W);
        assert_int_equal(family_by_content(STR("nothing\nof both"), NULL), FAMILY_NONE);
        assert_int_equal(family_by_content(STR(""), NULL), FAMILY_NONE);

        assert_int_equal(family_by_file_name(STR("debug.log")), N);
        assert_int_equal(family_by_file_name(STR("info.log-3")), N);
        assert_int_equal(family_by_file_name(STR("debug_1.log")), N);
        assert_int_equal(family_by_file_name(STR("debugger.log")), FAMILY_NONE);
        assert_int_equal(family_by_file_name(STR("Error-Desktop-webservices.2016-08-11T15-53-40.166.startup.log")), W);
}

static const struct {
        const char *text;
        enum family family;
} others[] = {
        { "181220: Jun 17 2017 00:16:04.630 +0530: [http-bio-8082-exec-1] INFO CCRealmConfig.finesseAuthenticate(): x",
          FAMILY_REALM },
        { "181220: Jun 17 2017 00:16:04.630 +0530: http-bio", FAMILY_NONE },
        { "2019-01-11T12:24:14.586 -05:00: : fin1.ucce.local: Jan 11 2019 11:24:14.577 -0600: Header : Client: x",
          FAMILY_CLIENT },
        { "2019-01-11T12:24:14.586 -05:00 x", FAMILY_NONE },
        { "May 21 08:10:24 imp1 local7 1 : 62: imp1.example.com: May 21 2021 13:10:24.476 UTC : %UC_X-1-Y: x",
          FAMILY_SYSLOG },
        { "Nov  8 16:44:37 cucm1 local7 6 Cisco: Database Layer Monitor: DBNotify", FAMILY_SYSLOG },
        { "May 21 08:10:24 it was", FAMILY_NONE },
        { "May 21 08:10:24 it was late enough", FAMILY_NONE },
        { "2022-02-20 00:02:37,123 INFO [main] sdMain.main - running command -> [utils service restart Cisco Tomcat]",
          FAMILY_CLI },
        { "2022-02-20 00:02:37,123 INFO [main] org.example.Main - x", FAMILY_NONE },
        { "2022-02-20 00:02:37,123 INFO [main] sdMain.isAdmin - x", FAMILY_CLI },
        { "181220: Jun  7 2017 00:16:04.630 +0530: [main] INFO A.b(): x", FAMILY_REALM },
        { "2019-01-11T12:24:14.586 -05:00: fin1234: fin1.ucce.local: --- -- ---- --:--:--.--- -----: Desktop: x",
          FAMILY_CLIENT },
        { "Mar 18 16:40:52 ciscart26 local7 6 : 92: Mar 18 11:10:52.630 UTC : %CCM_SERVICEMANAGER-SERVICEMANAGER-6-S: "
          "x",
          FAMILY_SYSLOG },
        { "Nov 28 16:44:37 CUCMPUB user 6 ilog_impl: emitted platform-event(--x)", FAMILY_SYSLOG },
        { "Nov 28 16:44:37 CUCMPUB kernel: x", FAMILY_SYSLOG },
        { "Jul  2 08:22:31 pub local7 3 : 4: uc-ucm-01.pcce.local Jul 02 2015 06:22:31 UTC :   %UC_CALLMANAGER-3-X: x",
          FAMILY_SYSLOG },
        { ": 4: uc-ucm-01.pcce.local Jul 02 2015 06:22:31 UTC :   %UC_CALLMANAGER-3-X: x", FAMILY_SYSLOG },
        { "It was Jul 02 2015 06:22:31 UTC : % of all", FAMILY_NONE },
        { "02/20/2022 00:02:37 | root: Boot 12.5.1.10000-1 Start", FAMILY_HISTORY },
        /* The first line that begins a record decides, whatever later ones quote. */
        { "02/20/2022 00:02:37 | root: Boot\n2017.06.17 00:16:04 Closing idle session: a@b/c", FAMILY_HISTORY },
        { "================\nProduct Name -    Cisco Finesse\n\n02/20/2022 00:02:37 | root: Install Success",
          FAMILY_HISTORY },
        { "2017.06.17 00:16:04 x\n02/20/2022 00:02:37 | root: Boot", FAMILY_NOTIFICATION },
};

static void contents_tell_other_families(void **state) {
        (void)state;
        for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
                const struct str text = str_from(others[i].text);

                if (family_by_content(text, NULL) != others[i].family)
                        fail_msg("%d: %s", (int)family_by_content(text, NULL), others[i].text);
                for (size_t n = 0; n <= text.n; n++) {
                        char *copy = test_malloc(n ? n : 1);

                        memcpy(copy, text.p, n);
                        family_by_content((struct str){ copy, n }, NULL);
                        test_free(copy);
                }
        }
        assert_string_equal(family_name(FAMILY_REALM), "realm");
        assert_string_equal(family_name(FAMILY_HISTORY), "history");
        assert_int_equal(family_by_name(STR("realm")), FAMILY_NONE); /* no rules for it */
        assert_int_equal(family_by_file_name(STR("realm.log")), FAMILY_REALM);
        assert_int_equal(family_by_file_name(STR("CiscoSyslog.1")), FAMILY_SYSLOG);
        assert_int_equal(family_by_file_name(STR("cli00001.log")), FAMILY_CLI);
        assert_int_equal(family_by_file_name(STR("client.log")), FAMILY_NONE);
        assert_int_equal(family_by_file_name(STR("Desktop-ClientLog.1001003.2017-06-17T00-20-00.log")), FAMILY_CLIENT);
        assert_int_equal(family_by_file_name(STR("system-history.log")), FAMILY_HISTORY);
}

/* What is nobody's log we know, and what the head of a file says it is instead. */
static const struct {
        const char *text, *what;
} foreigners[] = {
        { "37: Jun 17 00:00:10.120 IST %MIVR-SS_RM-7-UNK:Processing", "a log of UCCX's engine" },
        { "37: Jun 17 00:00:10.120 IST MIVR", NULL },
        { "10.1.2.3 - - [17/Jun/2017:00:16:04 +0530] \"GET /desktop HTTP/1.1\" 200 12", "an access log" },
        { "17-Jun-2017 00:16:04.630 INFO [main] org.apache.catalina.startup.Catalina.start x", "Tomcat's log" },
        { "Jun 7, 2017 12:16:04 AM org.apache.catalina.core.StandardService x\nINFO: x", "Tomcat's log" },
        { "2021/03/01 10:00:00 [error] 123#0: *1 x", "the web proxy's log" },
        { "45: 10.1.1.1: Jun 20 2017 18:37:42.745 -0400: %CVP_11_0_SIP-7-CALL: x", "a log of another component" },
        { "nothing at all", NULL },
        /* What the file begins with counts; but other facilities log beside the web service. */
        { "2017.06.17 00:16:04 x\n2021/03/01 10:00:00 [error] x", NULL },
        { "2: h: Jun 20 2017 18:37:42.745 -0400: %UC_X-7-Y: x\n3: h: Jun 20 2017 18:37:42.745 -0400: %CCBU_t-6-A: x",
          NULL },
};

static void foreign_logs_are_named(void **state) {
        (void)state;
        for (size_t i = 0; i < sizeof(foreigners) / sizeof(foreigners[0]); i++) {
                const struct str text = str_from(foreigners[i].text);
                const char *what = "unset";
                enum family family = family_by_content(text, &what);

                if (foreigners[i].what) {
                        assert_int_equal(family, FAMILY_NONE);
                        assert_string_equal(what, foreigners[i].what);
                } else {
                        assert_null(what);
                }
                for (size_t n = 0; n <= text.n; n++) {
                        char *copy = test_malloc(n ? n : 1);

                        memcpy(copy, text.p, n);
                        family_by_content((struct str){ copy, n }, &what);
                        test_free(copy);
                }
        }
        assert_string_equal(foreign_by_name(STR("CCBU-runtime.2017-06-20T18-37-42.745.log")),
                            "a log of another component");
        assert_string_equal(foreign_by_name(STR("Error-Desktop-admin.2017-06-20T18-37-42.745.log")),
                            "the administration console's log");
        assert_string_equal(foreign_by_name(STR("Cisco001MIVR076.log")), "a log of UCCX's engine");
        assert_string_equal(foreign_by_name(STR("catalina.out")), "Tomcat's log");
        assert_null(foreign_by_name(STR("Desktop-webservices.2016-08-11T15-53-40.166.log")));
        assert_null(foreign_by_name(STR("Error-Desktop-webservices.2016-08-11T15-53-40.166.startup.log")));
        assert_null(foreign_by_name(STR("error.log")));
        assert_string_equal(foreign_dump_by_name(STR("core.7446.11.EspConfigAgent.1594806539")), "a core file");
        assert_string_equal(foreign_dump_by_name(STR("java_pid2817.hprof")), "a heap dump");
        assert_null(foreign_dump_by_name(STR("core.7446.x.y")));
        assert_null(foreign_dump_by_name(STR("core..1.y")));
        assert_null(foreign_dump_by_name(STR("core.")));
}

static void dumps_are_told_by_their_names(void **state) {
        static const struct {
                const char *name, *program;
                int64_t signal, epoch_s;
        } examples[] = {
                { "core.62556.6.ccm.1645336926", "ccm", 6, 1645336926 },
                { "core.24587.11.CTI(D)Manager.1533441238", "CTI(D)Manager", 11, 1533441238 },
                { "core.1.6.a.b.c.1533441238", "a.b.c", 6, 1533441238 },
                { "core.1.6.java", "java", 6, -1 },
                { "core.1.6.java.12", "java.12", 6, -1 },
        };
        struct dump dump;

        (void)state;
        for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
                assert_true(dump_by_name(str_from(examples[i].name), &dump));
                assert_false(dump.heap);
                assert_true(str_eq(dump.program, str_from(examples[i].program)));
                assert_int_equal(dump.signal, examples[i].signal);
                assert_true(dump.at_ms == (examples[i].epoch_s < 0 ? TIME_UNKNOWN : examples[i].epoch_s * 1000));
        }
        assert_true(dump_by_name(STR("java_pid2817.hprof"), &dump) && dump.heap && dump.at_ms == TIME_UNKNOWN);
        assert_false(dump_by_name(STR("core.1"), &dump));
        assert_false(dump_by_name(STR("core.1.99999999999999999999.x.1533441238"), &dump));
        assert_false(dump_by_name(STR("score.1.6.x.1533441238"), &dump));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(headers_are_taken_apart),
                cmocka_unit_test(other_lines_are_no_headers),
                cmocka_unit_test(cut_lines_are_safe),
                cmocka_unit_test(changed_lines_are_safe),
                cmocka_unit_test(names_and_contents_tell_families),
                cmocka_unit_test(contents_tell_other_families),
                cmocka_unit_test(foreign_logs_are_named),
                cmocka_unit_test(dumps_are_told_by_their_names),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
