/* Secrets are found in every form that logs have of them, and counted the same however they are looked for. */
#include "stream_support.h"
#include "stride.h"

#include <stdlib.h>
#include <time.h>

#include "events/mask.h"
#include "events/secret_count.h"

struct form {
        const char *text; /* with one in it that is to be masked */
        enum secret_kind kind;
        bool counted;
};

#define S "aGVsbG8xMjM0NTY3OA"

static const struct form forms[] = {
        { "HTTP RECV(f382a015): <body rid='1' sid='f382a015'><auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
          "mechanism='PLAIN'>" S "</auth></body>",
          SECRET_SASL, true },
        { "<body><challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" S "</challenge></body>", SECRET_SASL, true },
        { "<body><response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" S "</response></body>", SECRET_SASL, false },
        { "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" S "</success>", SECRET_SASL, false },
        { "Authorization: Basic " S "==", SECRET_AUTHORIZATION, true },
        { "AUTHORIZATION: bearer " S, SECRET_AUTHORIZATION, true },
        { "headers {authorization=[Basic " S "], host=[fin1]}", SECRET_AUTHORIZATION, true },
        { "{host=fin1, authorization=Basic " S "}", SECRET_AUTHORIZATION, true },
        { "\"Authorization\": \"Digest username=1, response=" S "\"", SECRET_AUTHORIZATION, true },
        { "authorization%3A%20Basic " S, SECRET_AUTHORIZATION, false },
        { "it was Bearer " S, SECRET_AUTHORIZATION, false },
        { "Cookie: JSESSIONID=" S "; a=b", SECRET_COOKIE, true },
        { "Set-Cookie: JSESSIONIDSSO=" S "; Path=/", SECRET_COOKIE, true },
        { "cookie=[JSESSIONID=" S "], accept=[*/*]", SECRET_COOKIE, true },
        { "GET /desktop;jsessionid=" S "?a=b", SECRET_SESSION, true },
        { "[JSESSIONID=" S "][user=7]", SECRET_SESSION, true },
        { "<user><password>" S "</password></user>", SECRET_PASSWORD, true },
        { "<user password=\"" S "\" id=\"7\"/>", SECRET_PASSWORD, true },
        { "{\"password\":\"" S "\"}", SECRET_PASSWORD, true },
        { "{\\\"password\\\":\\\"" S "\\\"}", SECRET_PASSWORD, true },
        { "{&quot;password&quot;:&quot;" S "&quot;}", SECRET_PASSWORD, true },
        { "/desktop/j_security_check?j_username=1&j_password=" S "&x=y", SECRET_PASSWORD, true },
        { "/x?password%3D" S "%26a", SECRET_PASSWORD, true },
        { "%[user password=two words " S "][id=7]: text", SECRET_PASSWORD, true },
        { "loginPwd : " S ", x", SECRET_PASSWORD, true },
        { "passwd=" S, SECRET_PASSWORD, true },
        { "{\"password\": [\"" S "\"]}", SECRET_PASSWORD, true },
        { "password=>" S, SECRET_PASSWORD, true },
        { "/x?password\\u003d" S, SECRET_PASSWORD, true },
        { "password&#61;" S, SECRET_PASSWORD, true },
        { "passwordHash=" S, SECRET_PASSWORD, true },
        { "<param name=\"password\" value=\"" S "\"/>", SECRET_PASSWORD, true },
        { "<entry key='adminPassword'>" S "</entry>", SECRET_PASSWORD, true },
        { "{\"name\":\"password\", \"value\":\"" S "\"}", SECRET_PASSWORD, true },
        { "ldaps://cn=admin:" S "@host:636/x", SECRET_PASSWORD, false },
        { "cookies: [a=" S "]", SECRET_COOKIE, true },
        { "Set-Cookie2: a=" S, SECRET_COOKIE, true },
        { "secretKey=" S, SECRET_TOKEN, false },
        { "token=Bearer " S, SECRET_TOKEN, true },
        { "password: Basic  " S "==", SECRET_PASSWORD, true },
        { "password=a.tgz!x/Bearer " S, SECRET_PASSWORD, true },
        { "access_token=" S "&expires=5", SECRET_TOKEN, true },
        { "{\"refresh_token\": \"" S "\"}", SECRET_TOKEN, true },
        { "id_token: eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0." S, SECRET_TOKEN, true },
        { "got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0." S " for it", SECRET_TOKEN, true },
        { "<accessToken>" S "</accessToken><token>" S "</token>", SECRET_TOKEN, true },
        { "client_secret=" S, SECRET_TOKEN, false },
        { "GET /desktop/sso?code=" S "&state=1", SECRET_CODE, true },
        { "GET /desktop/sso?state=1&code=" S, SECRET_CODE, true },
        { "url=/sso?state=1&amp;code=" S "\"", SECRET_CODE, true },
};

static void every_form_is_masked(void **state) {
        (void)state;
        for (size_t i = 0; i < COUNT(forms); i++) {
                struct buf once, twice;

                buf_init(&once, TEST_BYTES);
                buf_init(&twice, TEST_BYTES);
                assert_int_equal(mask_secrets(&once, str_from(forms[i].text)), 0);
                if (strstr(buf_text(&once), S))
                        fail_msg("%s is shown as %s", forms[i].text, once.p);
                assert_int_equal(mask_secrets(&twice, buf_str(&once)), 0);
                assert_string_equal(buf_text(&once), buf_text(&twice));
                buf_release(&once);
                buf_release(&twice);
        }
}

static void every_form_is_counted(void **state) {
        struct secret_counts counts;

        (void)state;
        for (size_t i = 0; i < COUNT(forms); i++) {
                secret_counts_of(&counts, str_from(forms[i].text), TEST_BYTES);
                if ((counts.kinds[forms[i].kind].count > 0) != forms[i].counted)
                        fail_msg("%s: %d", forms[i].text, (int)counts.total);
        }
}

/* What only looks like one is masked, if at all, and not told of. */
static void other_texts_are_not_counted(void **state) {
        static const char *const texts[] = {
                "",
                "password=",
                "password=null",
                "password=***",
                "Password: none",
                "<password></password>",
                "<auth/>",
                "<success>true or false</success>",
                "<response>a b</response>",
                "authorization: failed for 1001003",
                "Set-Cookie: none",
                "cookies=3",
                "token=7",
                "Invoke id :24 , agentstate : 1, reason code: 255, forceflag :1",
                "?code=404&x=y",
                "The password expired; passwords: none",
                "a < b && c <d",
        };
        struct secret_counts counts;

        (void)state;
        for (size_t i = 0; i < COUNT(texts); i++) {
                secret_counts_of(&counts, str_from(texts[i]), TEST_BYTES);
                if (counts.total)
                        fail_msg("%s: %d", texts[i], (int)counts.total);
        }
}

static void places_are_those_of_the_lines(void **state) {
        const struct str text = STR("one\npassword=a and pwd=b\nthree\nJSESSIONID=c\n<auth>QUJDRA==</auth>");
        struct secret_counts counts;

        (void)state;
        secret_counts_of(&counts, text, TEST_BYTES);
        assert_int_equal(counts.total, 4);
        assert_int_equal(counts.kinds[SECRET_PASSWORD].count, 2);
        assert_int_equal(counts.kinds[SECRET_PASSWORD].first, 4);
        assert_int_equal(counts.kinds[SECRET_SESSION].first, 31);
        assert_int_equal(counts.kinds[SECRET_SASL].first, 44);
        secret_counts_of(&counts, text, 16); /* the second stands behind the limit */
        assert_int_equal(counts.kinds[SECRET_PASSWORD].count, 1);
}

/* The fast look finds what the plain one finds, whatever stands at its borders. */
static void both_ways_find_the_same(void **state) {
        static const char letters[] = "swpoiykzj<?acdJS& xA\n";
        secret_pair_fn *best = secret_pair_best();
        char text[300];
        uint32_t seed = 5;

        (void)state;
        for (size_t round = 0; round < 2000; round += stride()) {
                const struct str s = { text, next_random(&seed, sizeof(text)) };

                for (size_t i = 0; i < s.n; i++)
                        text[i] = round % 2 ? (char)next_random(&seed, 256)
                                            : letters[next_random(&seed, sizeof(letters) - 1)];
                for (size_t at = 0; at < s.n; at++)
                        assert_int_equal(best(s, at), secret_pair_plain(s, at));
        }
}

/* Whatever is repeated a megabyte long: no time that grows with its square. */
static void huge_lines_take_no_time(void **state) {
        static const char *const pieces[] = { "&",        "<au",     "<auth>",  "bearer", "bearer ", "bearer:",
                                              "eyJ",      "eyJ+",    "?code=",  "&code=", "token",   "token=\"",
                                              "password", "[token=", "secret:", "js",     "cookie=", "sw" };
        enum { BYTES = 1024 * 1024 };
        struct secret_counts counts;

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
                secret_counts_of(&counts, buf_str(&text), BYTES);
                assert_int_equal(mask_secrets(&out, buf_str(&text)), 0);
                if ((double)(clock() - begun) / CLOCKS_PER_SEC > 10)
                        fail_msg("%s again and again takes too long", pieces[i]);
                buf_release(&text);
                buf_release(&out);
        }
}

/* A field that a rule took out of a record shows no more of it than the record does. */
static void parts_are_masked_as_the_whole(void **state) {
        const struct str text = STR("peer=10.1.2.3, password=hello and error=x");
        struct buf out;

        (void)state;
        buf_init(&out, TEST_BYTES);
        assert_int_equal(mask_part(&out, text, str_slice(text.p + 26, text.p + 33)), 0); /* "llo and" */
        assert_string_equal(buf_text(&out), "*** and");
        out.n = 0;
        assert_int_equal(mask_part(&out, text, str_slice(text.p + 24, text.p + 27)), 0);
        assert_string_equal(buf_text(&out), "***");
        out.n = 0;
        assert_int_equal(mask_part(&out, text, str_slice(text.p + 5, text.p + 13)), 0);
        assert_string_equal(buf_text(&out), "10.1.2.3");
        buf_release(&out);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_form_is_masked),          cmocka_unit_test(every_form_is_counted),
                cmocka_unit_test(other_texts_are_not_counted),   cmocka_unit_test(places_are_those_of_the_lines),
                cmocka_unit_test(both_ways_find_the_same),       cmocka_unit_test(huge_lines_take_no_time),
                cmocka_unit_test(parts_are_masked_as_the_whole),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
