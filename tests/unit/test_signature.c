/* Signatures of a pack: what may be wrong with one, and what becomes of those that are right. */
#define _GNU_SOURCE /* mkdtemp */
#include "analysis_support.h"
#include "packs.h"

#include <errno.h>

/* A rule of the web service's log without a pattern's subtleties. */
#define RULE(id, event, literal, pattern, fields, sample)                                                              \
        "{\"id\":\"" id "\",\"event\":\"" event "\",\"at\":\"message\",\"literal\":\"" literal                         \
        "\",\"pattern\":\"" pattern "\",\"fields\":{" fields "},\"samples\":[{\"text\":\"" sample                      \
        "\"}],\"near_misses\":[\"x\"]}"
#define SIGN_IN "^SIGN_IN: (?<agent>[a-zA-Z]+) (?<client_ip>[0-9.]+)(?: (?<times>[0-9]+))?"
#define RULES                                                                                                          \
        "{\"pack\":{\"name\":\"n\",\"version\":\"1\",\"service_accounts\":[\"finesse\"]},\"family\":\"webservices\","  \
        "\"rules\":[" RULE(                                                                                            \
                "w.sign_in", "sign_in", "SIGN_IN:", SIGN_IN,                                                           \
                "\"agent\":\"text\",\"client_ip\":\"text\",\"times\":\"integer\"",                                     \
                "x") "," RULE("w.refused", "refused", "REFUSED:", "^REFUSED: (?<agent>[a-zA-Z]+)",                     \
                              "\"agent\":\"text\"",                                                                    \
                              "x") "," RULE("w.refused.again", "refused",                                              \
                                            "REFUSED_AGAIN:", "^REFUSED_AGAIN: (?<agent>[a-zA-Z]+)",                   \
                                            "\"agent\":\"text\"",                                                      \
                                            "x") "," RULE("w.presence", "presence",                                    \
                                                          "PRESENCE:", "^PRESENCE: (?<jid>[^ ]+) (?<presence>[a-z]+)", \
                                                          "\"jid\":\"text\",\"presence\":\"text\"",                    \
                                                          "x") "," RULE("w.noise", "noise",                            \
                                                                        "NOISE:", "^NOISE: (?<word>[a-z]+)",           \
                                                                        "\"word\":\"text\"",                           \
                                                                        "x") "," RULE("w.poll", "session_request",     \
                                                                                      "POLL:",                         \
                                                                                      "^POLL: (?<sid>[a-z]+) "         \
                                                                                      "(?<rid>[0-9]+)",                \
                                                                                      "\"sid\":\"text\",\"rid\":"      \
                                                                                      "\"integer\"",                   \
                                                                                      "x") "]"

/* A signature with nothing wrong, so that each case changes one key. */
#define ID "\"id\":\"s.x\","
#define TITLE "\"title\":\"t\","
#define COUNT_TYPE "\"type\":\"event_count\","
#define OF "\"rules\":[\"w.sign_in\"],"
#define SPAN "\"timespan\":\"1m\","
#define THREE "\"condition\":{\"gte\":3},"
#define LOW "\"severity\":\"low\","
#define WHY "\"why\":\"w\""
#define PACK(signatures) RULES ",\"signatures\":[" signatures "]}"
#define SIGNATURE(parts) PACK("{" parts "}")
#define GOOD "{" ID TITLE COUNT_TYPE OF SPAN THREE LOW WHY "}"
#define AT_X "p.json: signature s.x: "

static const struct {
        const char *pack, *messages;
} bad_signatures[] = {
        { PACK("7"), "p.json: signature number 1: must be an object\n" },
        { RULES ",\"signatures\":{}}", "p.json: key \"signatures\": must be an array\n" },
        { SIGNATURE(TITLE COUNT_TYPE OF SPAN THREE LOW WHY), "p.json: signature number 1: key \"id\": is missing\n" },
        { SIGNATURE("\"id\":\"S X\"," TITLE COUNT_TYPE OF SPAN THREE LOW WHY),
          "p.json: signature number 1: key \"id\": \"S X\" must be made of a-z, 0-9, \"_\" and \".\"\n" },
        { PACK(GOOD "," GOOD), "p.json: signature number 2: key \"id\": another signature has it\n" },
        { SIGNATURE(ID COUNT_TYPE OF SPAN THREE LOW WHY), AT_X "key \"title\": is missing\n" },
        { SIGNATURE(ID TITLE COUNT_TYPE OF SPAN THREE LOW "\"why\":\"\""), AT_X "key \"why\": must not be empty\n" },
        { SIGNATURE(ID TITLE COUNT_TYPE OF SPAN THREE WHY), AT_X "key \"severity\": is missing\n" },
        { SIGNATURE(ID TITLE COUNT_TYPE OF SPAN THREE "\"severity\":\"bad\"," WHY),
          AT_X "key \"severity\": must be \"info\", \"low\", \"medium\", \"high\" or \"critical\"\n" },
        { SIGNATURE(ID TITLE COUNT_TYPE OF SPAN THREE LOW "\"level\":\"high\"," WHY),
          AT_X "key \"level\": is unknown\n" },
        { SIGNATURE(ID TITLE "\"type\":\"near\"," OF SPAN THREE LOW WHY),
          AT_X "key \"type\": must be \"event_count\", \"value_count\", \"temporal\" or \"temporal_ordered\"\n" },
        { SIGNATURE(ID TITLE COUNT_TYPE OF THREE LOW WHY), AT_X "key \"timespan\": is missing\n" },
        { SIGNATURE(ID TITLE COUNT_TYPE OF "\"timespan\":\"1M\"," THREE LOW WHY),
          AT_X "key \"timespan\": must be a number and \"s\", \"m\", \"h\" or \"d\", at most 366 days\n" },
        { SIGNATURE(ID TITLE COUNT_TYPE OF "\"timespan\":\"0s\"," THREE LOW WHY),
          AT_X "key \"timespan\": must be a number and \"s\", \"m\", \"h\" or \"d\", at most 366 days\n" },
        { SIGNATURE(ID TITLE COUNT_TYPE OF "\"timespan\":\"367d\"," THREE LOW WHY),
          AT_X "key \"timespan\": must be a number and \"s\", \"m\", \"h\" or \"d\", at most 366 days\n" },

        { SIGNATURE(ID TITLE COUNT_TYPE "\"rules\":[]," SPAN THREE LOW WHY),
          AT_X "key \"rules\": must have from 1 to 32 entries\n" },
        { SIGNATURE(ID TITLE COUNT_TYPE "\"rules\":[\"w.none\"]," SPAN THREE LOW WHY),
          AT_X "key \"rules[0]\": \"w.none\" is neither the id of a rule nor the word of its event\n" },
        { SIGNATURE(ID TITLE COUNT_TYPE "\"rules\":[\"refused\",\"w.refused\"]," SPAN THREE LOW WHY),
          AT_X "key \"rules[1]\": w.refused stands there twice\n" },
        { SIGNATURE(ID TITLE COUNT_TYPE "\"rules\":[\"w.poll\"]," SPAN THREE LOW WHY),
          AT_X "key \"rules[0]\": w.poll: most \"session_request\" are folded away, so they cannot be counted\n" },
        { SIGNATURE(ID TITLE "\"type\":\"temporal\"," OF SPAN LOW WHY),
          AT_X "key \"rules\": must have from 2 to 32 entries\n" },

        { SIGNATURE(ID TITLE COUNT_TYPE OF SPAN THREE LOW "\"group-by\":[\"agent\",\"sid\"]," WHY),
          AT_X "key \"group-by[1]\": \"sid\" is no field of w.sign_in\n" },
        { SIGNATURE(ID TITLE COUNT_TYPE OF SPAN THREE LOW "\"group-by\":[\"node\",\"node\"]," WHY),
          AT_X "key \"group-by[1]\": \"node\" stands there twice\n" },
        { SIGNATURE(ID TITLE COUNT_TYPE OF SPAN THREE LOW "\"group-by\":\"node\"," WHY),
          AT_X "key \"group-by\": must be an array of strings\n" },

        { SIGNATURE(ID TITLE COUNT_TYPE OF SPAN LOW WHY), AT_X "key \"condition\": is missing\n" },
        { SIGNATURE(ID TITLE COUNT_TYPE OF SPAN "\"condition\":{}," LOW WHY),
          AT_X "key \"condition\": must have one of \"gt\", \"gte\", \"lt\", \"lte\" and \"eq\"\n" },
        { SIGNATURE(ID TITLE COUNT_TYPE OF SPAN "\"condition\":{\"gt\":-1}," LOW WHY),
          AT_X "key \"condition.gt\": must not be negative\n" },
        { SIGNATURE(ID TITLE COUNT_TYPE OF SPAN "\"condition\":{\"gt\":3,\"lte\":3}," LOW WHY),
          AT_X "key \"condition\": no number that is counted could meet it\n" },
        { SIGNATURE(ID TITLE COUNT_TYPE OF SPAN "\"condition\":{\"lt\":1}," LOW WHY),
          AT_X "key \"condition\": no number that is counted could meet it\n" },
        { SIGNATURE(ID TITLE COUNT_TYPE OF SPAN "\"condition\":{\"gte\":3,\"field\":\"agent\"}," LOW WHY),
          AT_X "key \"condition.field\": only with \"value_count\"\n" },
        { SIGNATURE(ID TITLE "\"type\":\"value_count\"," OF SPAN THREE LOW WHY),
          AT_X "key \"condition.field\": is missing\n" },
        { SIGNATURE(ID TITLE "\"type\":\"value_count\"," OF SPAN
                             "\"condition\":{\"gte\":3,\"field\":\"sid\"}," LOW WHY),
          AT_X "key \"condition.field\": \"sid\" is no field of w.sign_in\n" },
        { SIGNATURE(ID TITLE "\"type\":\"temporal\",\"rules\":[\"sign_in\",\"refused\"]," SPAN THREE LOW WHY),
          AT_X "key \"condition\": no number that is counted could meet it\n" },
        { SIGNATURE(ID TITLE "\"type\":\"temporal_ordered\",\"rules\":[\"sign_in\",\"refused\"]," SPAN THREE LOW WHY),
          AT_X "key \"condition\": not with \"temporal_ordered\": all its rules must be there\n" },
};

static void what_is_wrong_is_told(void **state) {
        (void)state;
        for (size_t i = 0; i < COUNT(bad_signatures); i++) {
                struct pack pack;
                struct ruleset *none = NULL;

                pack_open(&pack);
                pack_add(&pack, "p.json", bad_signatures[i].pack);
                assert_int_equal(pack_load(&pack, &none), -EINVAL);
                if (strcmp(pack.messages, bad_signatures[i].messages) != 0)
                        fail_msg("%zu: got\n%swanted\n%s", i, pack.messages, bad_signatures[i].messages);
                pack_close(&pack);
        }
}

/* ------------------------------------------------------------- at work */

/* `key` is "\"group-by\":[..],\"condition\":{..}," or a part of it. */
#define COUNTS(id, type, of, key)                                                                                      \
        "{\"id\":\"" id "\",\"title\":\"t\",\"type\":\"" type "\",\"rules\":[" of "],\"timespan\":\"1m\"," key         \
        "\"severity\":\"low\",\"why\":\"w\"}"
#define BY_AGENT "\"group-by\":[\"agent\"],"
#define BY_NODE "\"group-by\":[\"node\"],"

static const char *const work = PACK(
        COUNTS("s.count", "event_count", "\"w.sign_in\"", BY_AGENT THREE) "," COUNTS("s.values", "value_count", "\"sign_in\"", BY_AGENT "\"condition\":{\"gt\":1,\"field\":\"client_ip\"},") "," COUNTS(
                "s.numbers", "event_count", "\"sign_in\"",
                "\"group-by\":[\"times\"],\"condition\":{"
                "\"eq\":2},") "," COUNTS("s.order", "temporal_ordered",
                                         "\"refused\",\"sign_"
                                         "in\"",
                                         BY_AGENT) "," COUNTS("s.both", "temporal", "\"presence\",\"refused\"",
                                                              BY_AGENT) "," COUNTS("s.node", "event_count",
                                                                                   "\"refused\"",
                                                                                   BY_NODE
                                                                                   "\"condition\":{\"gte\":4},"));

#define ON(node, time, text) "0000001043: " node ": Jun 17 2017 " time " +0000: %CCBU_worker-6-" text "\n"
#define A(time, text) ON("10.10.20.5", time, text)

struct job {
        const char *title, *log, *other, *findings; /* `other`: a log of another server, or NULL */
};

static const struct job jobs[] = {
        { "an agent is compared without case, and spelt as written first",
          A("00:00:00.000", "SIGN_IN: Anna 10.1.1.1") A("00:00:10.000", "SIGN_IN: bob 10.1.1.2")
                  A("00:00:30.000", "SIGN_IN: ANNA 10.1.1.1") A("00:01:00.000", "SIGN_IN: anna 10.1.1.1"),
          NULL, "s.count agent=Anna 00:00:00.000..00:01:00.000 count=3 events=3\n" },
        { "the server's own accounts are nobody",
          A("00:00:00.000", "SIGN_IN: finesse 10.1.1.1") A("00:00:30.000", "SIGN_IN: Finesse 10.1.1.1")
                  A("00:01:00.000", "SIGN_IN: finesse 10.1.1.1"),
          NULL, "" },
        { "distinct values, the same twice",
          A("00:00:00.000", "SIGN_IN: anna 10.1.1.1") A("00:00:01.000", "SIGN_IN: anna 10.1.1.1")
                  A("00:01:01.000", "SIGN_IN: anna 10.1.1.2"),
          NULL, "s.values agent=anna 00:00:01.000..00:01:01.000 count=2 events=2\n" },
        { "a value that is a number; events without one are of no group",
          A("00:00:00.000", "SIGN_IN: anna 10.1.1.1 07") A("00:00:01.000", "SIGN_IN: bob 10.1.1.1")
                  A("00:00:02.000", "SIGN_IN: carl 10.1.1.2 7") A("00:00:03.000", "SIGN_IN: dora 10.1.1.2"),
          NULL, "s.numbers times=7 00:00:00.000..00:00:02.000 count=2 events=2\n" },
        { "all rules of an event's word are one; the order counts",
          A("00:00:00.000", "REFUSED_AGAIN: anna") A("00:00:01.000", "REFUSED: anna")
                  A("00:01:00.000", "SIGN_IN: anna 10.1.1.1") A("00:01:00.000", "SIGN_IN: bob 10.1.1.1")
                          A("00:01:01.000", "REFUSED: bob"),
          NULL, "s.order agent=anna 00:00:00.000..00:01:00.000 count=2 events=3\n" },
        { "an agent by JID and by name",
          A("00:00:00.000", "PRESENCE: anna@fin1.example.com/desktop available") A("00:01:00.000", "REFUSED: ANNA")
                  A("00:02:00.001", "PRESENCE: anna@fin1.example.com/desktop available"),
          NULL, "s.both agent=anna 00:00:00.000..00:01:00.000 count=2 events=2\n" },
        { "servers are not added up",
          A("00:00:00.000", "REFUSED: anna") A("00:00:01.000", "REFUSED: bob") A("00:00:02.000", "REFUSED: carl"),
          ON("10.10.20.6", "00:00:00.000", "REFUSED: dora") ON("10.10.20.6", "00:00:01.000", "REFUSED: emil"), "" },
        { "the fourth on the same server",
          A("00:00:00.000", "REFUSED: anna") A("00:00:01.000", "REFUSED: bob") A("00:00:02.000", "REFUSED: carl")
                  A("00:00:59.000", "REFUSED: emil"),
          ON("10.10.20.6", "00:00:00.000", "REFUSED: dora"),
          "s.node node=10.10.20.5 00:00:00.000..00:00:59.000 count=4 events=4\n" },
        { "several in one second have ids of their own",
          A("00:00:00.000", "SIGN_IN: anna 10.1.1.1") A("00:00:00.000", "SIGN_IN: anna 10.1.1.2")
                  A("00:00:00.000", "SIGN_IN: anna 10.1.1.3"),
          NULL,
          "s.count agent=anna 00:00:00.000..00:00:00.000 count=3 events=3\n"
          "s.values agent=anna 00:00:00.000..00:00:00.000 count=3 events=3\n" },
};

static void write_signature(struct buf *out, const struct finding *finding) {
        const struct signature *signature = finding->hit.signature;

        buf_printf(out, "%s", signature->id.p);
        for (size_t i = 0; i < signature->key_count; i++)
                buf_printf(out, " %s=%.*s", signature->keys[i].p, (int)finding->hit.group[i].n,
                           finding->hit.group[i].p);
        write_span(out, finding->start_ms, finding->end_ms);
        buf_printf(out, " count=%" PRIu64 " events=%" PRIu64 "\n", finding->hit.count, finding->hit.events);
}

static void check_job(const struct job *job) {
        struct analysis analysis;
        struct buf got;

        buf_init(&got, TEST_BYTES);
        analysis_open(&analysis);
        analysis_add(&analysis, "a/Desktop-webservices.log", str_from(job->log));
        if (job->other)
                analysis_add(&analysis, "b/Desktop-webservices.log", str_from(job->other));
        analysis_join(&analysis, 0);
        for (size_t i = 0; i < analysis.findings.count; i++) {
                const struct finding *finding = &analysis.findings.items[i];

                assert_int_equal(finding->kind, FINDING_SIGNATURE);
                assert_int_equal(finding->evidence_count, finding->hit.events);
                for (size_t k = 0; k < i; k++)
                        assert_string_not_equal(finding->id, analysis.findings.items[k].id);
                write_signature(&got, finding);
        }
        if (strcmp(buf_text(&got), job->findings) != 0)
                fail_msg("%s: got\n%swanted\n%s", job->title, got.p, job->findings);
        buf_release(&got);
        analysis_close(&analysis);
}

static int load_work(void **state) {
        struct pack pack;
        int r;

        (void)state;
        pack_open(&pack);
        pack_add(&pack, "p.json", work);
        r = pack_load(&pack, &rules);
        if (r < 0)
                print_error("%s", pack.messages);
        pack_close(&pack);
        return r;
}

static void signatures_find_what_they_say(void **state) {
        (void)state;
        for (size_t i = 0; i < COUNT(jobs); i++)
                check_job(&jobs[i]);
}

/* Whatever else there is at that time. */
static void the_id_of_a_finding_is_its_own(void **state) {
#define TWO A("00:00:00.000", "SIGN_IN: anna 10.1.1.1") A("00:00:00.000", "SIGN_IN: anna 10.1.1.2")
        static const char *const logs[] = { TWO, TWO A("00:00:00.000", "SIGN_IN: anna 10.1.1.3") };
        char id[FINDING_ID_BYTES];

        (void)state;
        for (size_t i = 0; i < COUNT(logs); i++) {
                struct analysis analysis;

                analysis_open(&analysis);
                analysis_add(&analysis, "Desktop-webservices.log", str_from(logs[i]));
                analysis_join(&analysis, 0);
                assert_int_equal(analysis.findings.count, i + 1);
                assert_string_equal(analysis.findings.items[i].hit.signature->id.p, "s.values");
                if (i == 0)
                        memcpy(id, analysis.findings.items[0].id, sizeof(id));
                else
                        assert_string_equal(analysis.findings.items[1].id, id);
                analysis_close(&analysis);
        }
#undef TWO
}

/* Only what a signature names is kept, and of one rule in one file up to the limit. */
static void events_are_kept_for_signatures_up_to_a_limit(void **state) {
        static const char log[] = A("00:00:00.000", "NOISE: x") A("00:00:01.000", "REFUSED: a")
                A("00:00:02.000", "REFUSED: b") A("00:00:03.000", "REFUSED: c")
                        A("00:00:04.000", "SIGN_IN: c 10.1.1.1") "0000001043: 10.10.20.5: Jun 17 2017 00:00:05.000 "
                                                                 "+0000: %CCBU_worker-3-NOISE: an error\n";
        struct limits limits;
        struct summary *summary;

        (void)state;
        limits_init(&limits);
        limits.max_signature_events = 2;
        summary = fold_text(&limits, FAMILY_WEBSERVICES, str_from(log), NULL);
        assert_int_equal(summary->matched, 6);
        assert_int_equal(summary->event_count, 3);
        assert_int_equal(summary->signature_dropped, 1);
        summary_free(summary);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(what_is_wrong_is_told),
                cmocka_unit_test(signatures_find_what_they_say),
                cmocka_unit_test(the_id_of_a_finding_is_its_own),
                cmocka_unit_test(events_are_kept_for_signatures_up_to_a_limit),
        };

        return cmocka_run_group_tests(tests, load_work, free_rules);
}
