/* What differs from record to record is folded; the words that say it are not. */
#include "stream_support.h"

#include <stdlib.h>

#include "events/outline.h"
#include "events/token.h"

static void check(struct str message, const char *wanted) {
        struct buf out, scratch;

        buf_init(&out, TEST_BYTES);
        buf_init(&scratch, TEST_BYTES);
        assert_int_equal(outline_add(&out, &scratch, message), 0);
        assert_int_equal(buf_add_byte(&out, '\0'), 0);
        if (strcmp(out.p, wanted) != 0)
                fail_msg("'%.*s'\n  gave   '%s'\n  wanted '%s'", (int)message.n, message.p, out.p, wanted);
        buf_release(&out);
        buf_release(&scratch);
}

struct example {
        const char *message, *outline;
};

static void check_examples(const struct example *examples, size_t count) {
        for (size_t i = 0; i < count; i++)
                check(str_from(examples[i].message), examples[i].outline);
}

static void words_stay(void **state) {
        static const struct example examples[] = {
                { "", "" },
                { "Openfire stopped", "Openfire stopped" },
                { "Starting facade of the decade: dead, added, beef",
                  "Starting facade of the decade: dead, added, beef" },
                { "It's the server's fault, isn't it", "It's the server's fault, isn't it" },
                { "and/or text/xml N/A I/O", "and/or text/xml N/A I/O" },
                { "org.jivesoftware.openfire.http.HttpSession", "org.jivesoftware.openfire.http.HttpSession" },
                { "xmpp.httpbind.client.idle is set", "xmpp.httpbind.client.idle is set" },
                { "currently on  two blanks", "currently on  two blanks" },
                { "a < b, b > c, <- and ->", "a < b, b > c, <- and ->" },
                { "a Map<String, Foo> of", "a Map<String, Foo> of" },
                { "May the server march on", "May the server march on" },
                { "class Foo$Bar", "class Foo$Bar" },
                { "PARTS PT P", "PARTS PT P" },
                { "{*.jsp=jsp, /=default}", "{*.jsp=jsp, /=default}" },
                { "trailing blanks  ", "trailing blanks" },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

static void numbers_and_ids(void **state) {
        static const struct example examples[] = {
                { "was last active -1 ms ago", "was last active <n> ms ago" },
                { "was last active 63231 ms ago", "was last active <n> ms ago" },
                { "was last active PT12.3S ago", "was last active <time> ago" },
                { "30s and 12.5% of 1.2.3", "<n>s and <n>% of <n>" },
                { "range 3-5, step +2", "range <n>, step <n>" },
                { "[1, 2, 3, 4]", "[<n>]" },
                { "[1][2]", "[<n>][<n>]" },
                { "(01/02/00) - #1 removed", "(<n>) - #<n> removed" },
                { "session f382a015 and 4fe3a9e", "session <id> and <id>" },
                { "HTTP RECV(deadbeef): x", "HTTP RECV(<id>): x" },
                { "HTTP RECV(3f9zk2q1ab): x", "HTTP RECV(<id>): x" },
                { "0x1b65f", "<id>" },
                { "Thread-12 qtp123-44 CTI_30_X", "Thread-<n> qtp<n> CTI_<n>_X" },
                { "Closing Openfire 3.8.2", "Closing Openfire <n>" },
                { "jetty-7.5.4.v20111024", "jetty-<n>.v<n>" },
                { "org.x.HttpSession@758fcd8d is", "org.x.HttpSession@<id> is" },
                { "org.x.HttpSession@47694293#STARTED", "org.x.HttpSession@<id>#STARTED" },
                { "SCEP@1635764212java.nio.channels.SocketChannel[closed]",
                  "SCEP@<n>java.nio.channels.SocketChannel[closed]" },
                { "f47ac10b-58cc-4372-a567-0e02b2c3d479 done", "<id> done" },
                { "ver VNC6fNwvCxe6FJfDJIpLryVJRwM= end", "ver <id> end" },
                { "99999999999999999999999999", "<n>" },
                { "id=abc user=bob,agent=null", "id=<id> user=<id>,agent=null" },
                { "color=red", "color=red" },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

static void times(void **state) {
        static const struct example examples[] = {
                { "at 2017-06-17T00:16:04.630+05:30.", "at <time>." },
                { "at 2017-06-17 00:16:04", "at <time>" },
                { "at 2017.06.17 00:16:04,123 end", "at <time> end" },
                { "at 17/06/2017 end", "at <time> end" },
                { "at 00:16:04 end", "at <time> end" },
                { "at 22:21:22:921 end", "at <time> end" },
                { "[Jun 17, 2017 12:10:04 AM]", "[<time>]" },
                { "Fri Apr 14 11:04:26 EDT 2017: HTTP", "<time>: HTTP" },
                { "Jun 17 2017 00:16:04.630 +0530: x", "<time>: x" },
                { "99:16", "<n>" },
                { "P1DT2H, PT0S", "<time>" },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

static void addresses(void **state) {
        static const struct example examples[] = {
                { "[10.10.31.18]", "[<ip>]" },
                { "10.10.31.18:7071 up", "<ip> up" },
                { "/10.10.31.18:7071 up", "/<ip> up" },
                { "12.5.1.3", "<ip>" },
                { "Finesse version 12.5.1.3 (Version: 12.5.1.3, v12.5.1.3)",
                  "Finesse version <n> (Version: <n>, v<n>)" },
                { "Openfire 12.5.1.3", "Openfire <n>" },
                { "300.1.2.3", "<n>" },
                { "1.2.3.4.5", "<n>" },
                { "from 2001:db8::1, ::1 and fe80::1%eth0", "from <ip> and <ip>" },
                { "[2001:db8:0:0:0:0:0:1]:7071", "[<ip>]:<n>" },
                { "00:1a:2b:3c:4d:5e is a card", "<ip> is a card" },
                { "Foo::bar, face::add", "Foo::bar, face::add" },
                { "1001003@fin1.ucce.local/desktop closed", "<jid> closed" },
                { "1001003@fin1.ucce.local/desktop: closed", "<jid>: closed" },
                { "o\\27brien@fin1.ucce.local", "<jid>" },
                { "andr\xc3\xa9@fin1.ucce.local", "<jid>" },
                { "<bob@example.com>.", "<<jid>>." },
                { "fin1.ucce.local/f382a015 closed", "<jid> closed" },
                /* A blank ends a name: nobody can tell where it began. */
                { "john doe@fin1.ucce.local/my desk", "john <jid> desk" },
                { "1001003@10.10.20.5 closed", "<jid> closed" },
                { "Conn@7fd938ea@127.0.0.1:7070<->127.0.1.10:34249", "Conn@<id>@<ip><-><ip>" },
                { "SelectChannelConnector@0.0.0.0:7070", "SelectChannelConnector@<ip>" },
                { "domain pubsub.fin1.ucce.local:5222 up", "domain <host> up" },
                { "uccx01.lab.cz and com.cisco.ccbu", "<host> and com.cisco.ccbu" },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

static void payloads(void **state) {
        static const struct example examples[] = {
                { "HTTP RECV(e6748bfb): <body rid=\"5\"><iq a='>'/></body>", "HTTP RECV(<id>): <xml>" },
                { "HTTP SENT: <body/> done", "HTTP SENT: <xml> done" },
                { "<a>text</a> and <b/>, <c/>", "<xml> and <xml>" },
                { "<message><body>secret words", "<xml>" },
                { "<a", "<xml>" },
                { "</presence> rid: 612834848", "<xml> rid: <n>" },
                { "time={\"id\":\"x}\",\"n\":{\"a\":1}} end", "time=<json> end" },
                { "time={\"id\":", "time=<json>" },
                { "for 'finesse' and \"a 'b' \\\" c\" ok", "for '<text>' and \"<text>\" ok" },
                { "'it's here' 'open", "'<text>' 'open" },
                { "\"open", "\"open" },
                { "see https://fin1.ucce.local:8445/desktop?a=b, then", "see <url>, then" },
                { "NodeId=/finesse/api/User/1001003/Queues", "NodeId=<path>" },
                { "read desktop/logs/openfire/debug.log again", "read <path> again" },
                { "context=/http-bind||/ @ x", "context=<path>||/ @ x" },
                { "password=hunter2 token", "password=*** token" },
                { "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Authorization: ***" },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

static void lines_and_bytes(void **state) {
        static const struct example examples[] = {
                { "A closed\nafter 60", "A closed <more>" },
                { "A closed\r\nafter 60", "A closed <more>" },
                { "A closed\r", "A closed" },
                { "\nafter 60", "<more>" },
                { "caf\xc3\xa9 \xe2\x82\xac", "caf\xc3\xa9 \xe2\x82\xac" },
                { "bad \xff\xc3 byte", "bad \xef\xbf\xbd\xef\xbf\xbd byte" },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

static void nul_is_a_byte(void **state) {
        struct buf out, scratch;

        (void)state;
        buf_init(&out, TEST_BYTES);
        buf_init(&scratch, TEST_BYTES);
        assert_int_equal(outline_add(&out, &scratch,
                                     STR("id=\0 1\0"
                                         "2 id=a\0b c")),
                         0);
        assert_int_equal(out.n, sizeof("id=\0 <n>\0<n> id=<id> c") - 1);
        assert_memory_equal(out.p, "id=\0 <n>\0<n> id=<id> c", out.n);
        buf_release(&out);
        buf_release(&scratch);
}

/* Cut between characters, never inside a placeholder. */
static void long_outlines_are_cut(void **state) {
        static const char *const fillers[] = { "word ", "a1b2c x ", "\xe2\x82\xac", "\xff", "'q' x " };
        struct buf message, out, scratch;

        (void)state;
        for (size_t i = 0; i < COUNT(fillers); i++) {
                buf_init(&message, TEST_BYTES);
                buf_init(&out, TEST_BYTES);
                buf_init(&scratch, TEST_BYTES);
                while (message.n < 4096)
                        assert_int_equal(buf_add(&message, str_from(fillers[i])), 0);
                assert_int_equal(outline_add(&out, &scratch, buf_str(&message)), 0);
                assert_true(out.n <= OUTLINE_BYTES + 3);
                assert_true(out.n > OUTLINE_BYTES - 8);
                assert_true(str_ends(buf_str(&out), STR("...")));
                out.n -= 3;
                /* Whatever it was cut from, it is whole pieces of it. */
                assert_false(str_ends(buf_str(&out), STR("<")));
                assert_false(str_ends(buf_str(&out), STR("<i")));
                assert_false(str_ends(buf_str(&out), STR("<tex")));
                buf_release(&message);
                buf_release(&out);
                buf_release(&scratch);
        }
}

/* A line of a megabyte costs what its beginning costs; each of these would take
 * minutes if every place in it looked to its end. */
static void long_lines_are_quick(void **state) {
        static const char *const fillers[] = { "1/",  "'",   "\"",  "a.",   "a@", "<",
                                               "<a>", "{\"", "12:", "ab1/", "-",  "Jan " };
        struct buf message, out, scratch;

        (void)state;
        for (size_t i = 0; i < COUNT(fillers); i++) {
                buf_init(&message, TEST_BYTES);
                buf_init(&out, TEST_BYTES);
                buf_init(&scratch, TEST_BYTES);
                while (message.n < 1 << 20)
                        assert_int_equal(buf_add(&message, str_from(fillers[i])), 0);
                for (int round = 0; round < 10; round++) {
                        out.n = 0;
                        assert_int_equal(outline_add(&out, &scratch, buf_str(&message)), 0);
                }
                assert_true(out.n <= OUTLINE_BYTES + 3);
                buf_release(&message);
                buf_release(&out);
                buf_release(&scratch);
        }
}

/* Any bytes: nothing is read past the end (the sanitizers look), nothing grows. */
static void random_bytes(void **state) {
        static const char alphabet[] = "aAfF09._-@/:<>{}\"'\\ =%$#+,;[]()TZPSJun\xc3\xa9\xff\n";
        uint32_t seed = 1;

        (void)state;
        for (int round = 0; round < 20000; round++) {
                size_t n = next_random(&seed, 120);
                char *message = malloc(n ? n : 1);
                struct buf out, scratch;

                assert_non_null(message);
                for (size_t i = 0; i < n; i++)
                        message[i] = alphabet[next_random(&seed, sizeof(alphabet) - 1)];
                buf_init(&out, TEST_BYTES);
                buf_init(&scratch, TEST_BYTES);
                assert_int_equal(outline_add(&out, &scratch, (struct str){ message, n }), 0);
                assert_true(out.n <= OUTLINE_BYTES + 3 + 7);
                buf_release(&out);
                buf_release(&scratch);
                free(message);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(words_stay),
                cmocka_unit_test(numbers_and_ids),
                cmocka_unit_test(times),
                cmocka_unit_test(addresses),
                cmocka_unit_test(payloads),
                cmocka_unit_test(lines_and_bytes),
                cmocka_unit_test(nul_is_a_byte),
                cmocka_unit_test(long_outlines_are_cut),
                cmocka_unit_test(long_lines_are_quick),
                cmocka_unit_test(random_bytes),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
