/* Pseudonyms: the same for the same, of a form that can be read, and of nothing that is nobody's. */
#include "stream_support.h"

#include <stdio.h>

#include "redact/address.h"
#include "redact/text.h"

static struct words_of words;
static struct ruleset *rules;
static struct buf out;

static int begin(void **state) {
        (void)state;
        assert_int_equal(ruleset_load(NULL, NULL, NULL, &rules), 0);
        words.ruleset = rules;
        pseudonyms_init(&words.names, STR("a key of some bytes"));
        buf_init(&out, TEST_BYTES);
        return 0;
}

static int end(void **state) {
        (void)state;
        pseudonyms_release(&words.names);
        ruleset_free(rules);
        buf_release(&out);
        return 0;
}

static const char *text_of(const char *text) {
        out.n = 0;
        assert_int_equal(redact_text(&words, &out, str_from(text)), 0);
        return buf_text(&out);
}

static const char *path_of(const char *text) {
        out.n = 0;
        assert_int_equal(redact_path(&words, &out, str_from(text)), 0);
        return buf_text(&out);
}

/* RFC 4231, cases 1, 2, 3 and 6. */
static void hmac_is_that_of_the_standard(void **state) {
        static const struct {
                char key, message; /* filled with these, or the texts */
                size_t key_bytes, message_bytes;
                const char *key_text, *message_text, *digest;
        } cases[] = {
                { 0x0b, 0, 20, 0, NULL, "Hi There",
                  "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
                { 0, 0, 0, 0, "Jefe", "what do ya want for nothing?",
                  "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
                { (char)0xaa, (char)0xdd, 20, 50, NULL, NULL,
                  "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe" },
                { (char)0xaa, 0, 131, 0, NULL, "Test Using Larger Than Block-Size Key - Hash Key First",
                  "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54" },
        };

        (void)state;
        for (size_t i = 0; i < COUNT(cases); i++) {
                unsigned char digest[SHA256_BYTES];
                char key[200], message[200], hex[SHA256_HEX_BYTES];
                struct hmac hmac;

                memset(key, cases[i].key, sizeof(key));
                memset(message, cases[i].message, sizeof(message));
                hmac_init(&hmac,
                          cases[i].key_text ? str_from(cases[i].key_text) : (struct str){ key, cases[i].key_bytes });
                hmac_of(&hmac,
                        cases[i].message_text ? str_from(cases[i].message_text)
                                              : (struct str){ message, cases[i].message_bytes },
                        digest);
                for (int k = 0; k < SHA256_BYTES; k++)
                        snprintf(hex + 2 * k, 3, "%02x", digest[k]);
                assert_string_equal(hex, cases[i].digest);
        }
}

static unsigned shared_bits(uint32_t a, uint32_t b) {
        return a == b ? 32 : (unsigned)__builtin_clz(a ^ b);
}

static uint32_t pseudonym4(uint32_t address) {
        unsigned bytes[4];
        char text[ADDRESS_BYTES];

        snprintf(text, sizeof(text), "%u.%u.%u.%u", address >> 24, address >> 16 & 255, address >> 8 & 255,
                 address & 255);
        assert_true(address_pseudonym(&words.names.key, str_from(text), text));
        assert_int_equal(sscanf(text, "%u.%u.%u.%u", &bytes[0], &bytes[1], &bytes[2], &bytes[3]), 4);
        return bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

static void addresses_keep_their_prefixes(void **state) {
        uint32_t seed = 1;

        (void)state;
        for (int i = 0; i < 500; i++) {
                const uint32_t a = next_random(&seed, 65536) << 16 | next_random(&seed, 65536);
                const uint32_t b = a ^ (UINT32_C(1) << next_random(&seed, 32)) ^ next_random(&seed, 2);

                assert_int_equal(shared_bits(a, b), shared_bits(pseudonym4(a), pseudonym4(b)));
                /* Neither a host becomes a group, nor a group a host. */
                assert_int_equal(a >= 0xe0000000, pseudonym4(a) >= 0xe0000000);
        }
}

static void addresses_of_six(void **state) {
        char a[ADDRESS_BYTES], b[ADDRESS_BYTES], c[ADDRESS_BYTES];

        (void)state;
        assert_true(address_pseudonym(&words.names.key, STR("2001:db8:77::9"), a));
        assert_true(address_pseudonym(&words.names.key, STR("2001:db8:77::a"), b));
        assert_string_not_equal(a, "2001:db8:77::9");
        assert_int_equal(strcspn(a, ":"), strcspn(b, ":"));
        assert_memory_equal(a, b, 12);
        assert_true(address_pseudonym(&words.names.key, STR("fe80::1"), c));
        assert_memory_equal(c, "fe", 2);
        assert_true(address_pseudonym(&words.names.key, STR("::ffff:10.1.2.3"), c));
        assert_memory_equal(c, "::ffff:", 7);
        assert_true(address_pseudonym(&words.names.key, STR("10.1.2.3"), a));
        assert_string_equal(c + 7, a);
        assert_true(address_pseudonym(&words.names.key, STR("010.001.2.03"), b));
        assert_string_equal(a, b);
        assert_false(address_is(STR("10.1.2")));
        assert_false(address_is(STR("")));
        assert_true(address_is_common(STR("127.0.0.1")));
}

/* Whatever its case, its escapes and its place. */
static void the_same_has_the_same_pseudonym(void **state) {
        static const char *const texts[] = {
                "o\\27brien@fin1.acme.test/desktop", "[user_id=O'Brien]", "agent o'brien left", "/User/o%27brien",
                "<loginId>O'BRIEN</loginId>",        "o&#39;brien",       "o&apos;brien",
        };
        char wanted[64];

        (void)state;
        out.n = 0;
        assert_int_equal(words_agent(&words, &out, STR("O'Brien")), 0);
        snprintf(wanted, sizeof(wanted), "%s", buf_text(&out));
        assert_memory_equal(wanted, "agent-", 6);
        for (size_t i = 0; i < COUNT(texts); i++)
                if (!strstr(text_of(texts[i]), wanted) || strstr(text_of(texts[i]), "rien"))
                        fail_msg("%s: %s", texts[i], text_of(texts[i]));
}

static void hosts_keep_their_labels(void **state) {
        char whole[256], other[256];

        (void)state;
        snprintf(whole, sizeof(whole), "%s", text_of("fin1.acme.local"));
        snprintf(other, sizeof(other), "%s", text_of("fin2.acme.local"));
        assert_string_equal(strchr(whole, '.'), strchr(other, '.'));
        assert_string_not_equal(whole, other);
        assert_string_equal(text_of("FIN1.Acme.Local"), whole);
        assert_int_equal(strncmp(text_of("server fin1 and more"), "server host-", 12), 0);
        assert_int_equal(strncmp(text_of("server fin1 and more") + 7, whole, 15), 0);
        assert_int_equal(strncmp(text_of("pubsub.fin1.acme.local"), "pubsub.host-", 12), 0);
        assert_null(strstr(text_of("the PC-Smith.acme.local of acme"), "Smith"));
        assert_null(strstr(text_of("the PC-Smith.acme.local of acme"), "acme"));
}

/* What is told to be of somebody is hidden, whoever that is. */
static void people_are_hidden(void **state) {
        static const char *const texts[] = {
                "agentName=Mary HIDDEN, x=y",
                "{\"firstName\":\"HIDDEN\"}",
                "{\\\"lastName\\\":\\\"HIDDEN\\\"}",
                "&lt;lastName&gt;HIDDEN&lt;/lastName&gt;",
                "{&quot;fullName&quot;:&quot;A HIDDEN&quot;}",
                "<message to='a@b.c.test'><body>HIDDEN and <b>HIDDEN</b></body></message>",
                "<status>gone to HIDDEN</status>",
                "callVariable3=HIDDEN things, x",
                "<ns:nickname>HIDDEN</ns:nickname>",
                "mail to jane.HIDDEN@mail.acme.test now",
                "[teamName=The HIDDEN][x=y]",
                "NodeID=HIDDEN]",
                "<user firstName=\"HIDDEN\" id='7'>x</user>",
                "&lt;Dialog&gt;&lt;fromAddress&gt;HIDDEN&lt;/fromAddress&gt;",
        };

        (void)state;
        for (size_t i = 0; i < COUNT(texts); i++)
                if (strstr(text_of(texts[i]), "HIDDEN"))
                        fail_msg("%s: %s", texts[i], text_of(texts[i]));
}

static void numbers_are_hidden(void **state) {
        static const char *const texts[] = {
                "agentExtension=48151, agentInstrument=48151",
                "extension: 48151",
                "call +48151000111 now",
                "\"dialedNumber\":\"48151\"",
                "from 00:1a:2b:48:15:1c",
                "10.48.15.1:8443",
                "<extension>48151</extension>",
                "to=48151@10.1.2.3",
        };

        (void)state;
        for (size_t i = 0; i < COUNT(texts); i++)
                if (strstr(text_of(texts[i]), "4815") || strstr(text_of(texts[i]), "48.15") ||
                    strstr(text_of(texts[i]), "48:15"))
                        fail_msg("%s: %s", texts[i], text_of(texts[i]));
}

/* The engineer still reads them. */
static void nobodys_texts_stay(void **state) {
        static const char *const texts[] = {
                "2017.06.17 00:16:04 org.jivesoftware.openfire.http.HttpSessionManager - Session was closed",
                "reason code: 255, forceflag :1, agentcapacity: 1",
                "<body rid='7' sid='f382a015' xmlns='http://jabber.org/protocol/httpbind'/>",
                "Finesse version 12.5.1.3 on 127.0.0.1:7071",
                "f47ac10b-58cc-4372-a567-0e02b2c3d479 took 1234 ms",
                "user=null, extension=, agentName=null",
                "java.lang.OutOfMemoryError: Java heap space\n\tat com.cisco.A.b(A.java:12)",
                "AsyncHttpConnection@758fcd8d suspended",
                "&amp; <x/> &lt; 100% \\ done",
        };

        (void)state;
        for (size_t i = 0; i < COUNT(texts); i++)
                assert_string_equal(text_of(texts[i]), texts[i]);
}

static void paths_keep_common_words(void **state) {
        static const char *const whole[] = {
                "active_1497638824642.tgz!desktop/logs/openfire/debug.log.1",
                "desktop/logs/webservices/Error-Desktop-webservices.2017-06-17T00-05-00.123.startup.log.zip",
                "2017-06-17_00-30-00/openfire.log-2",
        };

        (void)state;
        for (size_t i = 0; i < COUNT(whole); i++)
                assert_string_equal(path_of(whole[i]), whole[i]);
        assert_null(strstr(path_of("/home/jdoe/globex-case/SR698812345.zip"), "jdoe"));
        assert_null(strstr(path_of("/home/jdoe/globex-case/SR698812345.zip"), "globex"));
        assert_null(strstr(path_of("/home/jdoe/globex-case/SR698812345.zip"), "69881"));
        assert_null(strstr(path_of("clientlogs/Agent_48151_2017.txt"), "48151"));
        assert_null(strstr(path_of("10.5.210.7/logs"), "5.210"));
}

/* A text may be anything. */
static void any_bytes(void **state) {
        static const char letters[] = "<>&;lt=:\"'/@.0a1%[]\\{}-_+ \nbody";
        char text[400];
        uint32_t seed = 3;

        (void)state;
        for (int round = 0; round < 3000; round++) {
                const struct str s = { text, next_random(&seed, sizeof(text)) };

                for (size_t i = 0; i < s.n; i++)
                        text[i] = round % 3 ? letters[next_random(&seed, sizeof(letters) - 1)]
                                            : (char)next_random(&seed, 256);
                out.n = 0;
                assert_int_equal(redact_text(&words, &out, s), 0);
                assert_int_equal(redact_path(&words, &out, s), 0);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(hmac_is_that_of_the_standard, begin, end),
                cmocka_unit_test_setup_teardown(addresses_keep_their_prefixes, begin, end),
                cmocka_unit_test_setup_teardown(addresses_of_six, begin, end),
                cmocka_unit_test_setup_teardown(the_same_has_the_same_pseudonym, begin, end),
                cmocka_unit_test_setup_teardown(hosts_keep_their_labels, begin, end),
                cmocka_unit_test_setup_teardown(people_are_hidden, begin, end),
                cmocka_unit_test_setup_teardown(numbers_are_hidden, begin, end),
                cmocka_unit_test_setup_teardown(nobodys_texts_stay, begin, end),
                cmocka_unit_test_setup_teardown(paths_keep_common_words, begin, end),
                cmocka_unit_test_setup_teardown(any_bytes, begin, end),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
