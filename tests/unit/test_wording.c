/* What a phrase means depends on where it stands: the built-in rules' own samples,
 * quoted where they mean nothing, must make no event of theirs. And the two small
 * parsers behind wordings: durations and versions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/duration.h"
#include "rules/ruleset.h"

static void durations(void **state) {
        static const struct {
                const char *text;
                int64_t ms;
        } good[] = {
                { "PT0S", 0 },
                { "PT12.345S", 12345 },
                { "PT1M3.2S", 63200 },
                { "PT-0.004S", -4 },
                { "PT5M", 300000 },
                { "PT1H0.000000001S", 3600000 },
                { "-PT1M30S", -90000 },
                { "P1DT1S", 86401000 },
                { "PT-1M-30S", -90000 },
                { "PT1,5S", 1500 },
                { "PT0.0009S", 0 },
                { "P2D", 172800000 },
                { "PT9999999999H", INT64_C(35999999996400000) },
        };
        static const char *const bad[] = {
                "",       "P",      "PT",     "PTS",      "T1S",   "PT1",    "PT1.S",
                "PT1.5M", "P1M",    "PT1S1M", "PT1S ",    "12345", "PT1M1M", "P1S",
                "PT1D",   "PT1S2S", "PT--1S", "PT1.2.3S", "P1Y",   "pt1s",   "PT99999999999S"
        };
        int64_t ms = 7;

        (void)state;
        for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
                if (!duration_parse(str_from(good[i].text), &ms) || ms != good[i].ms)
                        fail_msg("%s: %lld", good[i].text, (long long)ms);
        }
        ms = 7;
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
                if (duration_parse(str_from(bad[i]), &ms) || ms != 7)
                        fail_msg("%s is no duration", bad[i]);
}

static void versions(void **state) {
        char text[VERSION_TEXT_BYTES];

        (void)state;
        assert_true(version_parse(STR("3.9.3")) < version_parse(STR("3.10.0")));
        assert_true(version_parse(STR("4.2")) < version_parse(STR("4.2.1")));
        assert_true(version_parse(STR("4.2.0")) == version_parse(STR("4.2")));
        assert_true(version_parse(STR("3.10.0 Alpha")) == version_parse(STR("3.10.0")));
        assert_true(version_parse(STR("4.1.0.1")) > version_parse(STR("4.1.0")));
        assert_true(version_parse(STR("65534.65534.65534.65534")) < VERSION_OPEN);
        assert_int_equal(version_parse(STR("")), 0);
        assert_int_equal(version_parse(STR("4")), 0);
        assert_int_equal(version_parse(STR("4.")), 0);
        assert_int_equal(version_parse(STR("4.x")), 0);
        assert_int_equal(version_parse(STR("4.70000")), 0);
        version_write(version_parse(STR("4.8.3")), text);
        assert_string_equal(text, "4.8.3");
        version_write(version_parse(STR("65534.65534.65534.65534")), text);
        assert_string_equal(text, "65534.65534.65534.65534");
}

/* How somebody may quote a record's message ("%s" here). */
static const char *const quotes[] = {
        "2017.06.17 00:16:04 HTTPBindLog: HTTP RECV(f382a015): <body "
        "sid=\"f382a015\"><message><body>\x01</body></message></body>",
        "2017.06.17 00:16:04 HTTPBindLog: HTTP SENT(f382a015): <body><message><body>he "
        "says:\n\x01</body></message></body>",
        "2017.06.17 00:16:04 org.jivesoftware.openfire.http.HttpBindServlet - HTTP SENT(f382a015): "
        "<body><message><body>\x01</body></message></body>",
        "2017.06.17 00:16:04 Internal server error. Triggered by packet: <message><body>\x01</body></message>\n\tat "
        "x.Y.z(Y.java:1)",
        "2017.06.17 00:16:04 Unable to route packet. No session is available so store offline. "
        "<message><body>\x01</body></message> ",
        "2017.06.17 00:16:04 Something else\n<message><body>\n\x01\n</body></message>",
        "2017.06.17 00:16:04 x.Chat - a user wrote <body>\x01</body>",
};

/* The same without XML: rules that look anywhere in a record may take these. */
static const char *const traces[] = {
        "2017.06.17 00:16:04 Something else\njava.lang.IllegalStateException: \x01\n\tat x.Y.z(Y.java:1)",
        "2017.06.17 00:16:04 Something else\n\x01\n\tat x.Y.z(Y.java:1)",
        "2017.06.17 00:16:04 chat: \x01",
};

static struct str quote(struct buf *buf, const char *form, struct str message) {
        const char *mark = strchr(form, '\x01');

        buf->n = 0;
        assert_int_equal(buf_add(buf, str_slice(form, mark)), 0);
        assert_int_equal(buf_add(buf, message), 0);
        assert_int_equal(buf_add(buf, str_from(mark + 1)), 0);
        return buf_str(buf);
}

static struct str first_line(struct str text) {
        const char *newline = str_find_byte(text, '\n');

        return newline ? str_slice(text.p, newline) : text;
}

/* Rules that a quoting record's own beginning may rightly make the winner. */
static bool is_the_quotes_own(const struct rule *rule) {
        static const char *const own[] = { "openfire.http.response", "openfire.route.internal",
                                           "openfire.route.offline" };

        for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
                if (str_eq(rule->id, str_from(own[i])))
                        return true;
        return false;
}

static void try_quotes(struct matcher *matcher, const struct ruleset *ruleset, const struct rule *rule,
                       struct str message, const char *const *forms, size_t count) {
        struct buf buf;

        buf_init(&buf, 1024 * 1024);
        for (size_t i = 0; i < count; i++) {
                struct str record = quote(&buf, forms[i], message);
                struct header header;
                struct match match;

                assert_true(family_header(rule->family, first_line(record), &header));
                if (matcher_match(matcher, ruleset, rule->family, record, header.message_at, &match, NULL) == 1 &&
                    (match.rule == rule || !is_the_quotes_own(match.rule)))
                        fail_msg("%s took: %.*s", match.rule->id.p, (int)record.n, record.p);
        }
        buf_release(&buf);
}

static void quoted_phrases_are_no_events(void **state) {
        struct ruleset *ruleset = NULL;
        struct matcher *matcher = matcher_new(100000);

        (void)state;
        assert_int_equal(ruleset_load(NULL, NULL, NULL, &ruleset), 0);
        for (size_t i = 0; i < ruleset->count; i++) {
                const struct rule *rule = &ruleset->rules[i];

                for (size_t k = 0; k < rule->sample_count && rule->family == FAMILY_NOTIFICATION; k++) {
                        const struct str sample = rule->samples[k].text;
                        struct header header;
                        struct str message;

                        assert_true(family_header(rule->family, first_line(sample), &header));
                        message = str_skip(sample, header.message_at);
                        if (!is_the_quotes_own(rule) && !str_find(message, STR("<body")))
                                try_quotes(matcher, ruleset, rule, message, quotes, sizeof(quotes) / sizeof(quotes[0]));
                        if (rule->at_start && !is_the_quotes_own(rule))
                                try_quotes(matcher, ruleset, rule, message, traces, sizeof(traces) / sizeof(traces[0]));
                }
        }
        matcher_free(matcher);
        ruleset_free(ruleset);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(durations),
                cmocka_unit_test(versions),
                cmocka_unit_test(quoted_phrases_are_no_events),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
