/* Credentials never leave a log line; everything else does. */
#include "stream_support.h"
#include "stride.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "events/mask.h"

struct example {
        const char *text, *masked; /* NULL: as it was */
};

static void check_examples(const struct example *examples, size_t count) {
        for (size_t i = 0; i < count; i++) {
                struct buf out;

                buf_init(&out, TEST_BYTES);
                assert_int_equal(mask_secrets(&out, str_from(examples[i].text)), 0);
                assert_str(buf_str(&out), examples[i].masked ? examples[i].masked : examples[i].text);
                buf_release(&out);
        }
}

/* Only that no SECRET is left. Tells all that show one. */
static void check_hidden(const char *const *texts, size_t count) {
        struct buf shown;

        buf_init(&shown, TEST_BYTES);
        for (size_t i = 0; i < count; i++) {
                struct buf out;

                buf_init(&out, TEST_BYTES);
                assert_int_equal(mask_secrets(&out, str_from(texts[i])), 0);
                if (strstr(buf_text(&out), "SECRET"))
                        assert_int_equal(buf_printf(&shown, "%s\n", out.p), 0);
                buf_release(&out);
        }
        assert_string_equal(buf_text(&shown), "");
        buf_release(&shown);
}

static void sasl_payloads_are_masked(void **state) {
        static const struct example examples[] = {
                { "<auth mechanism='PLAIN'>AGJvYg==</auth>", "<auth mechanism='PLAIN'>***</auth>" },
                { "<auth xmlns=\"urn:ietf:params:xml:ns:xmpp-sasl\" mechanism=\"PLAIN\">AGI=</auth><x>y</x>",
                  "<auth xmlns=\"urn:ietf:params:xml:ns:xmpp-sasl\" mechanism=\"PLAIN\">***</auth><x>y</x>" },
                { "<challenge xmlns='s'>cmVhbG0=</challenge>", "<challenge xmlns='s'>***</challenge>" },
                { "<response xmlns='s'>dXNlcm5h</response>", "<response xmlns='s'>***</response>" },
                { "<success xmlns='s'>cnNwYXV0</success>", "<success xmlns='s'>***</success>" },
                { "<sasl:auth mechanism='PLAIN'>AGI=</sasl:auth>", "<sasl:auth mechanism='PLAIN'>***</sasl:auth>" },
                { "<AUTH>AGI=</AUTH>", "<AUTH>***</AUTH>" },
                { "a <auth>x</auth> b <auth>y</auth>", "a <auth>***</auth> b <auth>***</auth>" },
                { "<auth>\nAGI=\n</auth>", "<auth>***</auth>" },
                { "<auth>cut he", "<auth>***" }, /* unclosed: up to the end */
                { "<auth mechanism='PLA", NULL },
                { "<auth note='a>b'>AGI=</auth>", "<auth note='a>b'>***</auth>" },
                { "<auth></auth>", NULL },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

/* What follows is no payload of theirs. */
static void elements_without_content_hide_nothing(void **state) {
        static const struct example examples[] = {
                { "<success/>", NULL },
                { "<success xmlns='s'/> and more", NULL },
                { "<success xmlns='s'/><x>y</x>", NULL },
                { "<body><success xmlns='s'/></body>", NULL },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

static void passwords_are_masked(void **state) {
        static const struct example examples[] = {
                { "<password>a b</password>", "<password>***</password>" },
                { "<iq:password>x</iq:password>", "<iq:password>***</iq:password>" },
                { "<passwd>x</passwd>", "<passwd>***</passwd>" },
                { "<digest>48fc</digest>", "<digest>***</digest>" },
                { "<user password=\"x\" id=\"7\"/>", "<user password=\"***\" id=\"7\"/>" },
                { "<user password='x' id='7'/>", "<user password='***' id='7'/>" },
                { "<user Password = 'x'/>", "<user Password = '***'/>" },
                { "/desktop?user=1&password=x&lang=en", "/desktop?user=1&password=***&lang=en" },
                { "/desktop?pwd=x", "/desktop?pwd=***" },
                { "{\"password\": \"x\", \"id\": 7}", "{\"password\": \"***\", \"id\": 7}" },
                { "password: x, user: y", "password: ***, user: y" },
                { "[passwd=x][id=7]", "[passwd=***][id=7]" },
                { "password=", NULL },
                { "password=\"\"", NULL },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

static void headers_and_cookies_are_masked(void **state) {
        static const struct example examples[] = {
                { "Authorization: Basic MTAwOng=", "Authorization: ***" },
                { "Authorization: Basic MTAwOng=\r\nHost: fin1", "Authorization: ***\r\nHost: fin1" },
                { "[authorization=Bearer a.b c][id=7]", "[authorization=***][id=7]" },
                { "Cookie: a=b; JSESSIONID=c\nHost: fin1", "Cookie: ***\nHost: fin1" },
                { "Set-Cookie: JSESSIONID=c; Path=/\nHost: fin1", "Set-Cookie: ***\nHost: fin1" },
                { "x JSESSIONIDSSO=abc; y", "x JSESSIONIDSSO=***; y" },
                { "x JSESSIONID=\"abc\", y", "x JSESSIONID=\"***\", y" },
                { "/finesse;jsessionid=abc?x=y", "/finesse;jsessionid=***" },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

static void nothing_else_is_masked(void **state) {
        static const struct example examples[] = {
                { "", NULL },
                { "2017.06.17 00:16:04 Closing idle session (id=f382a015): 1001003@fin1.example.com/desktop", NULL },
                { "<presence type='unavailable'>x</presence>", NULL },
                { "<author>Pat</author><responses>x</responses><auth-mechanism>PLAIN</auth-mechanism>", NULL },
                { "<auth:mechanism>PLAIN</auth:mechanism>", NULL }, /* the prefix is no name */
                { "<x auth='a' response='b'>success</x>", NULL },
                { "The password expired. Passwords: none; passwordless", NULL },
                { "authorization failed for 1001003", NULL },
                { "cookies: 3", NULL },
                { "reason code: 255, forceflag :1, agentid: 1001003", NULL },
                { "a < b > c << d", NULL },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

/* A quoted value ends at its quote, whatever stands in it. */
static void quoted_passwords_are_masked_whole(void **state) {
        static const char *const texts[] = {
                "<user password=\"my SECRET\"/>",         "<user password='a;SECRET'/>",
                "<user password='a&amp;SECRET'/>",        "{\"password\": \"a,SECRET\"}",
                "<user password=\"it's SECRET\" id=''/>", "<user password=\"a)SECRET\"/>",
                "<user password=\"a]SECRET\"/>",
        };

        (void)state;
        check_hidden(texts, COUNT(texts));
}

static void payloads_in_other_xml_forms_are_masked(void **state) {
        static const char *const texts[] = {
                "<password><![CDATA[SECRET]]></password>",
                "<response><!-- x -->SECRET</response>",
                "<auth uri='/>'>SECRET</auth>",
        };

        (void)state;
        check_hidden(texts, COUNT(texts));
}

static void credentials_under_longer_names_are_masked(void **state) {
        static const char *const texts[] = {
                "Proxy-Authorization: Basic SECRET",
                "/finesse/j_security_check?j_username=1001003&j_password=SECRET",
        };

        (void)state;
        check_hidden(texts, COUNT(texts));
}

static void any_byte_may_stand_in_a_text(void **state) {
        static const char text[] = "a\0b <auth>x\0y</auth> password=\0z c";
        static const char masked[] = "a\0b <auth>***</auth> password=*** c";
        struct buf out;

        (void)state;
        buf_init(&out, TEST_BYTES);
        assert_int_equal(mask_secrets(&out, STR_OF(text)), 0);
        assert_int_equal(out.n, sizeof(masked) - 1);
        assert_memory_equal(out.p, masked, out.n);
        buf_release(&out);
        buf_init(&out, 3);
        assert_int_equal(mask_secrets(&out, STR("abcdef")), -E2BIG);
        buf_release(&out);
}

/* Whatever is repeated a megabyte long: no time that grows with its square. */
static void huge_texts_take_no_time(void **state) {
        static const char *const pieces[] = {
                "<",       "<auth",    "<auth>",    "<a:", "password ", "password=",
                "cookie:", "password", "<auth a=b", ":",   "=",         "<auth>x</auth>"
        };
        enum { BYTES = 1024 * 1024 };

        (void)state;
        skip_where_slow();
        for (size_t i = 0; i < COUNT(pieces); i++) {
                struct buf text, out;
                clock_t begun;

                buf_init(&text, 2 * BYTES);
                buf_init(&out, 8 * BYTES);
                while (text.n < BYTES)
                        assert_int_equal(buf_add(&text, str_from(pieces[i])), 0);
                begun = clock();
                assert_int_equal(mask_secrets(&out, buf_str(&text)), 0);
                if ((double)(clock() - begun) / CLOCKS_PER_SEC > 20)
                        fail_msg("%s again and again takes too long", pieces[i]);
                buf_release(&text);
                buf_release(&out);
        }
}

/* The text is looked through in pieces: a secret may begin at any place of one, and across two. */
static void secrets_are_found_wherever_they_stand(void **state) {
        static const struct example secrets[] = {
                { "pwd=x", "pwd=***" },
                { "Passwd: x", "Passwd: ***" },
                { "COOKIE: x", "COOKIE: ***" },
                { "authorization=x", "authorization=***" },
                { "JSESSIONID=x", "JSESSIONID=***" },
                { "<Auth>x</Auth>", "<Auth>***</Auth>" },
        };

        (void)state;
        for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
                for (int before = 0; before < 100; before++)
                        for (int behind = 0; behind < 100; behind += 9) {
                                char text[256], masked[256];

                                snprintf(text, sizeof(text), "%*s%s\n%*s", before, "", secrets[i].text, behind, "");
                                snprintf(masked, sizeof(masked), "%*s%s\n%*s", before, "", secrets[i].masked, behind,
                                         "");
                                check_examples(&(struct example){ text, masked }, 1);
                        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(sasl_payloads_are_masked),
                cmocka_unit_test(elements_without_content_hide_nothing),
                cmocka_unit_test(passwords_are_masked),
                cmocka_unit_test(headers_and_cookies_are_masked),
                cmocka_unit_test(nothing_else_is_masked),
                cmocka_unit_test(quoted_passwords_are_masked_whole),
                cmocka_unit_test(payloads_in_other_xml_forms_are_masked),
                cmocka_unit_test(credentials_under_longer_names_are_masked),
                cmocka_unit_test(any_byte_may_stand_in_a_text),
                cmocka_unit_test(secrets_are_found_wherever_they_stand),
                cmocka_unit_test(huge_texts_take_no_time),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
