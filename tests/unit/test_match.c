/* How records find their rule: precedence, odd bytes, sizes, limits. */
#define _GNU_SOURCE /* mkdtemp */
#include "packs.h"

#include <errno.h>

#define SAMPLES "\"samples\":[{\"text\":\"x\"}],\"near_misses\":[\"x\"]"
#define WEB "0000001061: 10.10.10.10: Jun 17 2017 00:17:04.633 +0530: %CCBU_CoreImpl-worker12-6-"

static struct ruleset *load(const char *rules) {
        struct ruleset *ruleset = NULL;
        struct pack pack;
        int r;

        pack_open(&pack);
        pack_add(&pack, "pack.json", "{\"pack\":{\"name\":\"n\",\"version\":\"1\"}}");
        pack_add(&pack, "r.json", rules);
        r = pack_load(&pack, &ruleset);
        pack_close(&pack);
        assert_string_equal(pack.messages, "");
        assert_int_equal(r, 0);
        return ruleset;
}

/* One record through one ruleset; the match lives as long as the text. */
struct attempt {
        struct matcher *matcher;
        struct match match;
        const struct rule *gave_up;
};

static int attempt(struct attempt *attempt, const struct ruleset *ruleset, enum family family, struct str record) {
        const char *newline = str_find_byte(record, '\n');
        struct header header;

        assert_true(family_header(family, newline ? str_slice(record.p, newline) : record, &header));
        attempt->gave_up = NULL;
        return matcher_match(attempt->matcher, ruleset, family, record, header.message_at, &attempt->match,
                             &attempt->gave_up);
}

static void expect_rule(struct attempt *a, const struct ruleset *ruleset, enum family family, const char *record,
                        const char *id) {
        int r = attempt(a, ruleset, family, str_from(record));

        assert_int_equal(r, id != NULL);
        if (id)
                assert_string_equal(a->match.rule->id.p, id);
}

static const struct value *field(const struct attempt *a, const char *name) {
        for (size_t i = 0; i < a->match.rule->field_count; i++)
                if (str_eq(a->match.rule->fields[i].name, str_from(name)))
                        return &a->match.values[i];
        fail_msg("no field %s", name);
        return NULL;
}

static void expect_text(const struct attempt *a, const char *name, const char *text) {
        const struct value *value = field(a, name);

        assert_true(value->set);
        assert_int_equal(value->text.n, strlen(text));
        assert_memory_equal(value->text.p, text, value->text.n);
}

static void first_rule_wins(void **state) {
        struct ruleset *ruleset = load(
                "{\"family\":\"notification\",\"rules\":["
                "{\"id\":\"any\",\"literal\":\"common\",\"at\":\"record\",\"event\":\"e\"," SAMPLES "},"
                "{\"id\":\"any.late\",\"literal\":[\"rare\",\"common\"],\"at\":\"record\",\"event\":\"e\"," SAMPLES "},"
                "{\"id\":\"start\",\"literal\":\"Ab\",\"at\":\"message\",\"pattern\":\"Ab.*1\",\"event\":\"e\"," SAMPLES
                "},"
                "{\"id\":\"start.late\",\"literal\":[\"Ac\",\"Ab\"],\"at\":\"message\",\"event\":\"e\"," SAMPLES "}]}");
        struct attempt a = { .matcher = matcher_new(1000) };

        (void)state;
        expect_rule(&a, ruleset, FAMILY_NOTIFICATION, "2017.06.17 00:16:04 Ab common 1", "start");
        expect_rule(&a, ruleset, FAMILY_NOTIFICATION, "2017.06.17 00:16:04 Ab common 2", "start.late");
        expect_rule(&a, ruleset, FAMILY_NOTIFICATION, "2017.06.17 00:16:04 Ac", "start.late");
        expect_rule(&a, ruleset, FAMILY_NOTIFICATION, "2017.06.17 00:16:04 x Ab common", "any");
        expect_rule(&a, ruleset, FAMILY_NOTIFICATION, "2017.06.17 00:16:04 x\nin a common continuation", "any");
        expect_rule(&a, ruleset, FAMILY_NOTIFICATION, "2017.06.17 00:16:04 x rare", "any.late");
        expect_rule(&a, ruleset, FAMILY_NOTIFICATION, "2017.06.17 00:16:04 A", NULL);
        expect_rule(&a, ruleset, FAMILY_NOTIFICATION, "2017.06.17 00:16:04", NULL);
        expect_rule(&a, ruleset, FAMILY_WEBSERVICES, WEB "Ab: 1", NULL);
        assert_int_equal(matcher_match(a.matcher, ruleset, FAMILY_NONE, STR("Ab1"), 0, &a.match, NULL), 0);
        matcher_free(a.matcher);
        ruleset_free(ruleset);
}

/* "message": anchored where it begins; "record": anywhere, the stamp included. */
static void pattern_sees_its_subject(void **state) {
        struct ruleset *ruleset =
                load("{\"family\":\"notification\",\"rules\":["
                     "{\"id\":\"m\",\"literal\":\"A\",\"at\":\"message\",\"pattern\":\"(?<word>A.)$\",\"event\":\"e\","
                     "\"fields\":{\"word\":\"text\"}," SAMPLES "},"
                     "{\"id\":\"r\",\"literal\":\"A\",\"at\":\"record\",\"pattern\":\"(?<number>[0-9]+) "
                     ".*A\",\"event\":\"e\","
                     "\"fields\":{\"number\":\"integer\"}," SAMPLES "}]}");
        struct attempt a = { .matcher = matcher_new(1000) };

        (void)state;
        expect_rule(&a, ruleset, FAMILY_NOTIFICATION, "2017.06.17 00:16:04 A\n", "m");
        expect_text(&a, "word", "A\n");
        expect_rule(&a, ruleset, FAMILY_NOTIFICATION, "2017.06.17 00:16:04 A1\n", "r");
        assert_int_equal(field(&a, "number")->number, 17);
        expect_rule(&a, ruleset, FAMILY_NOTIFICATION, "2017.06.17 00:16:04 \n\nA", "r");
        matcher_free(a.matcher);
        ruleset_free(ruleset);
}

/* A logger stands before the message; a message that only names it is none of it. */
static void logger_tells_rules_apart(void **state) {
        struct ruleset *ruleset =
                load("{\"family\":\"notification\",\"rules\":["
                     "{\"id\":\"l\",\"literal\":\"Started.\",\"at\":\"message\",\"logger\":[\"x.A[\",\"x.B[\"],"
                     "\"event\":\"e\"," SAMPLES "},"
                     "{\"id\":\"r\",\"literal\":\"Done\",\"at\":\"record\",\"logger\":\"x.A[\",\"event\":\"e\"," SAMPLES
                     "}]}");
        struct attempt a = { .matcher = matcher_new(1000) };

        (void)state;
        expect_rule(&a, ruleset, FAMILY_NOTIFICATION, "2017.06.17 00:16:04 x.A[s] - Started.", "l");
        expect_rule(&a, ruleset, FAMILY_NOTIFICATION, "2017.06.17 00:16:04 x.B[s] - Started.", "l");
        expect_rule(&a, ruleset, FAMILY_NOTIFICATION, "2017.06.17 00:16:04 x.C[s] - Started.", NULL);
        expect_rule(&a, ruleset, FAMILY_NOTIFICATION, "2017.06.17 00:16:04 Started. x.A[s]", NULL);
        expect_rule(&a, ruleset, FAMILY_NOTIFICATION, "2017.06.17 00:16:04 x.A[s] - All Done", "r");
        expect_rule(&a, ruleset, FAMILY_NOTIFICATION, "2017.06.17 00:16:04 All Done x.A[s]", NULL);
        matcher_free(a.matcher);
        ruleset_free(ruleset);
}

static void numbers_that_do_not_fit_are_unset(void **state) {
        struct ruleset *ruleset = NULL;
        struct attempt a = { .matcher = matcher_new(100000) };

        (void)state;
        assert_int_equal(ruleset_load(NULL, NULL, NULL, &ruleset), 0);
        expect_rule(&a, ruleset, FAMILY_NOTIFICATION,
                    "2017.06.17 00:15:34 Session (id=a) was last active -9223372036854775808 ms ago: a@b/desktop",
                    "openfire.session.sample.id");
        assert_true(field(&a, "idle_ms")->number == INT64_MIN);
        expect_rule(&a, ruleset, FAMILY_NOTIFICATION,
                    "2017.06.17 00:15:34 Session (id=a) was last active 9223372036854775808 ms ago: a@b/desktop",
                    "openfire.session.sample.id");
        assert_false(field(&a, "idle_ms")->set);
        expect_text(&a, "jid", "a@b/desktop");
        matcher_free(a.matcher);
        ruleset_free(ruleset);
}

static void any_byte_may_stand_in_a_record(void **state) {
        static const char nul[] = "2017.06.17 00:16:04 A session is closed for a\0b\xff@c/\xc3\x28 \xe2\x82\r\nmore";
        struct ruleset *ruleset = NULL;
        struct attempt a = { .matcher = matcher_new(100000) };

        (void)state;
        assert_int_equal(ruleset_load(NULL, NULL, NULL, &ruleset), 0);
        assert_int_equal(attempt(&a, ruleset, FAMILY_NOTIFICATION, (struct str){ nul, sizeof(nul) - 1 }), 1);
        assert_int_equal(field(&a, "jid")->text.n, 12);
        assert_memory_equal(field(&a, "jid")->text.p, "a\0b\xff@c/\xc3\x28 \xe2\x82", 12);
        matcher_free(a.matcher);
        ruleset_free(ruleset);
}

static char *stretch(const char *head, const char *fill, const char *tail, size_t bytes, struct str *ret_record) {
        const size_t piece = strlen(fill);
        char *p = malloc(strlen(head) + bytes + strlen(tail));
        size_t n = strlen(head);

        assert_non_null(p);
        memcpy(p, head, n);
        for (; n + piece <= strlen(head) + bytes; n += piece)
                memcpy(p + n, fill, piece);
        memcpy(p + n, tail, strlen(tail));
        *ret_record = (struct str){ p, n + strlen(tail) };
        return p;
}

struct large {
        enum family family;
        const char *head, *fill, *tail;
        const char *id; /* NULL: no rule, or one that gave up */
};

/* A megabyte of payload must neither hide the event nor be taken for one. */
static const struct large larges[] = {
        { FAMILY_NOTIFICATION,
          "2017.06.17 00:16:04 HTTPBindLog: HTTP RECV(abc): <body sid='abc' rid='7'><message><body>",
          "type='terminate' reason code: 255 <x> ", "</body></message></body>", "openfire.http.request" },
        { FAMILY_NOTIFICATION, "2017.06.17 00:16:04 HTTPBindLog: HTTP SENT(abc): <body xmlns='x'><message>",
          "Closing idle session (id=abc): a@b/c\n<jid>a@b/c</jid>", "</message></body>", "openfire.http.response" },
        { FAMILY_NOTIFICATION,
          "2017.06.17 00:16:04 consumeResponse: x.Y@1 status: 3 address: a@b/c id: abc presence: <presence>",
          "lorem ipsum dolor rid: 5 id: 6 ", "</presence> rid: 7", "openfire.http.consume" },
        { FAMILY_NOTIFICATION, "2017.06.17 00:16:04 Session (id=", "abcdefgh", ") was last active 1 ms ago: a@b/c",
          NULL },
        { FAMILY_NOTIFICATION, "2017.06.17 00:16:04 Session (id=abc) was last active 1 ms ago: ", "word ", "",
          "openfire.session.sample.id" },
        { FAMILY_WEBSERVICES,
          WEB "MESSAGE_TO_CTI_SERVER: %[cti_message=Invoke id :24 , agentstate : 1, reason code: 22, forceflag :0, "
              "agenttext: ",
          "lorem ipsum reason code: 255, ", ", agentid: 1001003]: text", "finesse.cti.request" },
        { FAMILY_WEBSERVICES, WEB "XMPP_PUBLISH_ASYNCHRONOUS: %[Payload=", "agentState=1 eventReasonCode=255 ",
          "]: text", "finesse.xmpp.published" },
        { FAMILY_WEBSERVICES, WEB "PRESENCE_NOTIFICATION_RECIEVED: %[", "][a=unavailable", "]: text", NULL },
};

static void large_records_are_read(void **state) {
        struct ruleset *ruleset = NULL;
        /* Without JIT each byte may cost one unit. */
        struct attempt a = { .matcher = matcher_new(10000000) };

        (void)state;
        assert_int_equal(ruleset_load(NULL, NULL, NULL, &ruleset), 0);
        for (size_t i = 0; i < sizeof(larges) / sizeof(larges[0]); i++) {
                const struct large *large = &larges[i];
                struct str record;
                char *p = stretch(large->head, large->fill, large->tail, 1024 * 1024, &record);
                int r = attempt(&a, ruleset, large->family, record);

                if (r != (large->id != NULL))
                        print_error("case %zu\n", i);
                assert_int_equal(r, large->id != NULL);
                if (large->id)
                        assert_string_equal(a.match.rule->id.p, large->id);
                if (large->id && strcmp(large->id, "finesse.cti.request") == 0) {
                        assert_int_equal(field(&a, "reason")->number, 22);
                        expect_text(&a, "agent", "1001003");
                }
                free(p);
        }
        matcher_free(a.matcher);
        ruleset_free(ruleset);
}

static void limit_makes_a_rule_give_up(void **state) {
        struct ruleset *ruleset =
                load("{\"family\":\"notification\",\"rules\":["
                     "{\"id\":\"slow\",\"literal\":\"a\",\"at\":\"message\",\"pattern\":\"(?:a|aa)+b\",\"event\":"
                     "\"e\"," SAMPLES "},"
                     "{\"id\":\"slow.too\",\"literal\":\"a\",\"at\":\"message\",\"pattern\":\"(?:a|aa)+c\",\"event\":"
                     "\"e\"," SAMPLES "},"
                     "{\"id\":\"next\",\"literal\":\"aaa\",\"at\":\"message\",\"event\":\"e\"," SAMPLES "}]}");
        struct attempt a = { .matcher = matcher_new(10000) };
        char record[] = "2017.06.17 00:16:04 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad b c";
        /* "b c": PCRE2 sees at once that a byte it needs is nowhere. */

        (void)state;
        expect_rule(&a, ruleset, FAMILY_NOTIFICATION, record, "next");
        assert_non_null(a.gave_up);
        assert_string_equal(a.gave_up->id.p, "slow");
        /* The name of the one that gave up may be of no interest. */
        assert_int_equal(matcher_match(a.matcher, ruleset, FAMILY_NOTIFICATION, str_from(record), 20, &a.match, NULL),
                         1);
        record[22] = 'b';
        expect_rule(&a, ruleset, FAMILY_NOTIFICATION, record, "slow");
        assert_null(a.gave_up);
        matcher_free(a.matcher);
        matcher_free(NULL);
        ruleset_free(ruleset);
}

/* A rule "at": "name" looks at the file's name and at no record; the others the
 * other way round. */
static void names_have_rules_of_their_own(void **state) {
        struct ruleset *ruleset = load(
                "{\"family\":\"webservices\",\"rules\":[{\"id\":\"r\",\"literal\":\"Des\",\"at\":\"message\",\"event\":"
                "\"e\"," SAMPLES
                "},{\"id\":\"n\",\"literal\":[\"Err\",\"Des\"],\"at\":\"name\",\"pattern\":\"[A-Z][a-z]++"
                "-(?<part>[a-z]++)\\\\.\",\"event\":\"e\",\"fields\":{\"part\":\"text\"}," SAMPLES "}]}");
        struct attempt a = { .matcher = matcher_new(100000) };

        (void)state;
        expect_rule(&a, ruleset, FAMILY_WEBSERVICES, WEB "Desktop-web.log: t", "r");
        expect_rule(&a, ruleset, FAMILY_WEBSERVICES, WEB "Error-web.log: t", NULL);
        assert_int_equal(
                matcher_match_name(a.matcher, ruleset, FAMILY_WEBSERVICES, STR("Desktop-web.log"), &a.match, NULL), 1);
        assert_string_equal(a.match.rule->id.p, "n");
        expect_text(&a, "part", "web");
        assert_int_equal(
                matcher_match_name(a.matcher, ruleset, FAMILY_WEBSERVICES, STR("x-Desktop-web.log"), &a.match, NULL),
                0);
        assert_int_equal(matcher_match_name(a.matcher, ruleset, FAMILY_WEBSERVICES, STR("Des"), &a.match, NULL), 0);
        assert_int_equal(
                matcher_match_name(a.matcher, ruleset, FAMILY_NOTIFICATION, STR("Desktop-web.log"), &a.match, NULL), 0);
        assert_int_equal(matcher_match_name(a.matcher, ruleset, FAMILY_NONE, STR("Desktop-web.log"), &a.match, NULL),
                         0);
        matcher_free(a.matcher);
        ruleset_free(ruleset);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(first_rule_wins),
                cmocka_unit_test(pattern_sees_its_subject),
                cmocka_unit_test(logger_tells_rules_apart),
                cmocka_unit_test(numbers_that_do_not_fit_are_unset),
                cmocka_unit_test(any_byte_may_stand_in_a_record),
                cmocka_unit_test(large_records_are_read),
                cmocka_unit_test(limit_makes_a_rule_give_up),
                cmocka_unit_test(names_have_rules_of_their_own),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
