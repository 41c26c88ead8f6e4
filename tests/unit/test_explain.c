/* What the answer about one agent and one moment is, a tiny log each. */
#include "analysis_support.h"

#include "findings/explain.h"

struct example {
        const char *title, *notification, *web; /* NULL: no such log */
        const char *agent, *at;
        const char *answer; /* "yes forced_out client_side high", and what stands in brackets */
};

static void explain(const struct example *example, struct buf *out) {
        struct explanation explanation;
        struct analysis analysis;
        int64_t at_ms;

        analysis_open(&analysis);
        if (example->notification)
                analysis_add(&analysis, "all.log", str_from(example->notification));
        if (example->web)
                analysis_add(&analysis, "Desktop-webservices.log", str_from(example->web));
        analysis_join(&analysis, 0);
        assert_true(time_parse_rfc3339(str_from(example->at), &at_ms));
        assert_int_equal(
                explain_find(&explanation, &analysis.timeline, &analysis.findings, str_from(example->agent), at_ms), 0);
        buf_printf(out, "%s %s %s %s", answer_name(explanation.answer), ground_name(explanation.ground),
                   explanation.faulted ? verdict_name(explanation.fault) : "-",
                   confidence_name(explanation.confidence));
        if (explanation.near_count > explanation.decided)
                buf_printf(out, " also=%zu", explanation.near_count - explanation.decided);
        if (explanation.other_count)
                buf_printf(out, " others=%zu", explanation.other_count);
        if (explanation.back)
                buf_printf(out, " back");
        if (explanation.lack_count)
                buf_printf(out, " lacks=%zu", explanation.lack_count);
        if (explanation.local_instead)
                buf_printf(out, " local");
        for (size_t i = 0; i < explanation.similar_count; i++)
                buf_printf(out, " like=%.*s", (int)explanation.similar[i]->name.n, explanation.similar[i]->name.p);
        buf_add_byte(out, '\0');
        explain_release(&explanation);
        analysis_close(&analysis);
}

static void check_examples(const struct example *examples, size_t count) {
        for (size_t i = 0; i < count; i++) {
                struct buf got;

                buf_init(&got, 4096);
                explain(&examples[i], &got);
                if (strcmp(got.p, examples[i].answer) != 0)
                        fail_msg("%s: got %s, wanted %s", examples[i].title, got.p, examples[i].answer);
                buf_release(&got);
        }
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Silent from 10:01:00 on, closed at 10:02:13, forced out at 10:03:13. */
#define POLLS RECV("10:00:30", "aaaa", "100") SAMPLE("10:00:33", "aaaa", "1001", "0")
#define SILENT POLLS SAMPLE("10:01:13", "aaaa", "1001", "13000") SAMPLE("10:01:43", "aaaa", "1001", "43000")
#define LOST SILENT SAMPLE("10:02:13", "aaaa", "1001", "73000") CLOSING("10:02:13", "aaaa", "1001")
#define AROUND(text) NOTE("09:30:00", "Foo") text NOTE("10:30:00", "Foo")
#define SIGNED_IN WEB("09:30:00.000", "FOO: x") PRESENCE("09:31:00.000", DESKTOP("1001"), "available")
#define GONE PRESENCE("10:02:13.500", DESKTOP("1001"), "unavailable")
#define OUT CTI_REQUEST("10:03:13.500", "1001", "1", "255", "1") CTI_STATE("10:03:13.600", "1001", "1 (LOGOUT)", "255")
/* The web service's log speaks for 300 s after a record. */
#define LATER                                                                                                          \
        WEB("09:35:00.000", "FOO: x")                                                                                  \
        WEB("09:40:00.000", "FOO: x")                                                                                  \
        WEB("09:45:00.000", "FOO: x")                                                                                  \
        WEB("09:50:00.000", "FOO: x") WEB("09:55:00.000", "FOO: x") WEB("10:00:00.000", "FOO: x")
#define THEN WEB("10:05:00.000", "FOO: x") WEB("10:10:00.000", "FOO: x") WEB("10:15:00.000", "FOO: x")
#define FORCED SIGNED_IN LATER GONE OUT THEN
#define QUIET SIGNED_IN LATER THEN

static void the_connection_may_be_it(void **state) {
        static const struct example examples[] = {
                { "inside", LOST, FORCED, "1001", "2017-06-17T10:02", "yes forced_out client_side high" },
                { "5 minutes behind", LOST, FORCED, "1001", "2017-06-17T10:08:13", "yes forced_out client_side high" },
                { "5 minutes before the silence", LOST, FORCED, "1001", "2017-06-17T09:56:00",
                  "yes forced_out client_side high" },
                { "an answer of the closure's own: the logs end", LOST, NULL, "1001", "2017-06-17T10:02",
                  "yes connection_lost client_side medium" },
                { "back before the end of the wait", LOST CREATED("10:02:30", "bbbb") BOUND("10:02:30", "bbbb", "1001"),
                  SIGNED_IN LATER GONE THEN, "1001", "2017-06-17T10:02", "yes connection_lost client_side high back" },
                { "without the notification service's logs", NULL, FORCED, "1001", "2017-06-17T10:03",
                  "yes forced_out undetermined medium" },
                { "a stop of the service",
                  POLLS SAMPLE("10:01:03", "aaaa", "1001", "0") NOTE("10:01:10", "SessionManager: Stopping server"),
                  NULL, "1001", "2017-06-17T10:01", "yes connection_lost server_side medium" },
                { "another agent in the same minute",
                  LOST SAMPLE("10:02:13", "cccc", "1003", "73000") CLOSING("10:02:13", "cccc", "1003"), FORCED, "1001",
                  "2017-06-17T10:02", "yes forced_out client_side high others=1" },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

static void no_is_an_answer(void **state) {
        static const struct example examples[] = {
                { "it came back", SILENT SAMPLE("10:02:13", "aaaa", "1001", "0"), QUIET, "1001", "2017-06-17T10:02",
                  "no recovered client_side high" },
                { "a new session took its place: the presence that went is the old one's",
                  SILENT CREATED("10:01:50", "bbbb") BOUND("10:01:50", "bbbb", "1001"),
                  SIGNED_IN LATER PRESENCE("10:01:50.200", DESKTOP("1001"), "unavailable")
                          PRESENCE("10:01:50.300", DESKTOP("1001"), "available"),
                  "1001", "2017-06-17T10:02", "no recovered client_side high" },
                { "the desktop signed off a minute after it had come back",
                  SILENT SAMPLE("10:02:13", "aaaa", "1001", "0") TERMINATE("10:03:00", "aaaa", "101"), NULL, "1001",
                  "2017-06-17T10:02", "no recovered client_side high also=1" },
                { "a supervisor", POLLS, SIGNED_IN CTI_STATE("10:02:00.000", "1001", "1 (LOGOUT)", "22"), "1001",
                  "2017-06-17T10:02", "no other_logout - high" },
                { "a logout without a reason beside a silence that recovered",
                  SILENT SAMPLE("10:02:13", "aaaa", "1001", "0"),
                  SIGNED_IN CTI_STATE("10:02:20.000", "1001", "1 (LOGOUT)", "0"), "1001", "2017-06-17T10:02",
                  "no other_logout - high also=1" },
                { "a request that nothing answers", NULL, SIGNED_IN CTI_REQUEST("10:02:00.000", "1001", "1", "0", "0"),
                  "1001", "2017-06-17T10:02", "no other_logout - high" },
                { "the desktop said so", POLLS TERMINATE("10:01:00", "aaaa", "101"), NULL, "1001", "2017-06-17T10:02",
                  "no signed_off - high" },
                { "made not ready", NULL, QUIET CTI_STATE("10:02:00.000", "1001", "2 (NOT_READY)", "33"), "1001",
                  "2017-06-17T10:02:30", "no not_ready - high" },
                { "not ready long before", AROUND(""), QUIET CTI_STATE("10:02:00.000", "1001", "2 (NOT_READY)", "33"),
                  "1001", "2017-06-17T10:05", "no connected - high also=1" },
                { "a break with a code of the agent's", AROUND(""),
                  QUIET CTI_STATE("10:02:00.000", "1001", "2 (NOT_READY)", "3"), "1001", "2017-06-17T10:02",
                  "no connected - high" },
                { "connected: the session before and after",
                  SILENT SAMPLE("10:02:13", "aaaa", "1001", "0") RECV("10:20:00", "aaaa", "140"), NULL, "1001",
                  "2017-06-17T10:10", "no connected - medium lacks=2" },
                { "not signed in yet", AROUND(""),
                  WEB("09:58:00.000", "FOO: x") WEB("10:02:00.000", "FOO: x")
                          PRESENCE("10:06:00.000", DESKTOP("1001"), "available"),
                  "1001", "2017-06-17T10:00", "no not_signed_in - high" },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

static void nobody_may_know(void **state) {
        static const struct example examples[] = {
                { "the next day", LOST, FORCED, "1001", "2017-06-18T10:02", "unknown not_covered - low lacks=2" },
                { "the log ends in the silence", SILENT, NULL, "1001", "2017-06-17T10:02",
                  "unknown silent client_side low" },
                { "a gap of the web service's log", NULL, QUIET WEB("10:40:00.000", "FOO: x"), "1001",
                  "2017-06-17T10:30", "unknown not_covered - low lacks=2" },
                { "forced out, and no loss", NULL, QUIET OUT, "1001", "2017-06-17T10:03",
                  "unknown forced_out undetermined low" },
                { "a code that may be the connection's", NULL,
                  QUIET CTI_STATE("10:02:00.000", "1001", "1 (LOGOUT)", "50002"), "1001", "2017-06-17T10:02",
                  "unknown other_logout - low" },
                { "nobody of that name", LOST, FORCED, "1010", "2017-06-17T10:02",
                  "unknown unknown_agent - low lacks=1 like=1001" },
                { "nobody like that", LOST, FORCED, "zzzz", "2017-06-17T10:02", "unknown unknown_agent - low lacks=1" },
                { "no logs", NULL, NULL, "1001", "2017-06-17T10:02", "unknown unknown_agent - low lacks=2" },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

/* However a person writes the name. */
static void agents_have_many_spellings(void **state) {
        static const char *const spellings[] = { "1001", "1001" AT_FIN, DESKTOP("1001") };
        static const char *const brien[] = { "O'Brien", "o'brien", "o\\27brien", "O\\27BRIEN" AT_FIN "/desktop" };
        struct example example = { "", POLLS, NULL, NULL, "2017-06-17T10:00:40", "no connected - medium lacks=2" };

        (void)state;
        for (size_t i = 0; i < COUNT(spellings); i++) {
                example.title = example.agent = spellings[i];
                example.notification = POLLS SAMPLE("10:01:03", "aaaa", "1001", "0");
                check_examples(&example, 1);
        }
        for (size_t i = 0; i < COUNT(brien); i++) {
                example.title = example.agent = brien[i];
                example.notification =
                        SAMPLE("10:00:33", "aaaa", "o\\27brien", "0") SAMPLE("10:01:03", "aaaa", "o\\27brien", "0");
                check_examples(&example, 1);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_connection_may_be_it),
                cmocka_unit_test(no_is_an_answer),
                cmocka_unit_test(nobody_may_know),
                cmocka_unit_test(agents_have_many_spellings),
        };

        return cmocka_run_group_tests(tests, load_rules, free_rules);
}
