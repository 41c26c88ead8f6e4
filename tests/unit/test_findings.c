/* What the report means by silences, closures and forced logouts, a tiny log each. */
#include "analysis_support.h"

struct example {
        const char *title, *notification, *web; /* NULL: no such log */
        const char *findings;
};

static void analyse(struct analysis *analysis, const struct example *example) {
        analysis_open(analysis);
        if (example->notification)
                analysis_add(analysis, "debug.log", str_from(example->notification));
        if (example->web)
                analysis_add(analysis, "Desktop-webservices.log", str_from(example->web));
        analysis_join(analysis, 0);
}

static void check_examples(const struct example *examples, size_t count) {
        for (size_t i = 0; i < count; i++) {
                struct analysis analysis;
                struct buf got;

                analyse(&analysis, &examples[i]);
                got = write_findings(&analysis);
                if (strcmp(got.p, examples[i].findings) != 0)
                        fail_msg("%s: got\n%swanted\n%s", examples[i].title, got.p, examples[i].findings);
                buf_release(&got);
                analysis_close(&analysis);
        }
}

/* ------------------------------------------------------------- outcomes */

/* Silent from 00:01:00.000 on. */
#define POLLS RECV("00:00:30", "aaaa", "100") SAMPLE("00:00:33", "aaaa", "1001", "0")
#define SILENT POLLS SAMPLE("00:01:13", "aaaa", "1001", "13000") SAMPLE("00:01:43", "aaaa", "1001", "43000")
#define ESCALATION "idle_escalation 1001 aaaa 00:01:00.000.."

static void silent_runs_have_outcomes(void **state) {
        static const struct example examples[] = {
                { "closed", SILENT SAMPLE("00:02:13", "aaaa", "1001", "73000") CLOSING("00:02:13", "aaaa", "1001"),
                  NULL,
                  "idle_closure 1001 aaaa 00:01:00.000..00:02:13.000 medium\n" ESCALATION
                  "00:02:13.000 closed peak=73000 samples=3 low\n" },
                { "closed after one sample, below a long poll",
                  POLLS SAMPLE("00:01:13", "aaaa", "1001", "13000") CLOSING("00:02:01", "aaaa", "1001"), NULL,
                  "idle_closure 1001 aaaa 00:01:00.000..00:02:01.000 medium\n" ESCALATION
                  "00:02:01.000 closed peak=13000 samples=1 low\n" },
                { "recovered: 0", SILENT SAMPLE("00:02:13", "aaaa", "1001", "0"), NULL,
                  ESCALATION "00:02:13.000 recovered peak=43000 samples=2 low\n" },
                { "recovered: below 0", SILENT SAMPLE("00:02:13", "aaaa", "1001", "-4"), NULL,
                  ESCALATION "00:02:13.000 recovered peak=43000 samples=2 low\n" },
                { "recovered: smaller", SILENT SAMPLE("00:02:13", "aaaa", "1001", "12000"), NULL,
                  ESCALATION "00:02:13.000 recovered peak=43000 samples=2 low\n" },
                { "recovered: larger, but less than the time between",
                  SILENT SAMPLE("00:04:13", "aaaa", "1001", "60000"), NULL,
                  ESCALATION
                  "00:04:13.000 recovered peak=43000 samples=2 low\n"
                  "idle_escalation 1001 aaaa 00:03:13.000..00:04:13.000 open peak=60000 samples=1 medium\n" },
                { "the same run: as much as the time between less 1 s",
                  SILENT SAMPLE("00:02:27", "aaaa", "1001", "43000"), NULL,
                  ESCALATION "00:02:27.000 open peak=43000 samples=3 medium\n" },
                { "recovered: new rid", SILENT RECV("00:01:50", "aaaa", "101"), NULL,
                  ESCALATION "00:01:50.000 recovered peak=43000 samples=2 low\n" },
                { "an old rid again is no recovery", SILENT RECV("00:01:50", "aaaa", "100"), NULL,
                  ESCALATION "00:01:43.000 open peak=43000 samples=2 medium\n" },
                { "terminated", SILENT TERMINATE("00:01:50", "aaaa", "101"), NULL,
                  ESCALATION "00:01:50.000 terminated peak=43000 samples=2 low\n" },
                { "open: no later record of the sid", SILENT, NULL,
                  ESCALATION "00:01:43.000 open peak=43000 samples=2 medium\n" },
                { "open: stop of the service", SILENT NOTE("00:01:50", "Openfire stopped"), NULL,
                  ESCALATION "00:01:43.000 open peak=43000 samples=2 medium\n" },
                { "below a long poll and recovered: no finding",
                  POLLS SAMPLE("00:01:29", "aaaa", "1001", "29999") SAMPLE("00:01:59", "aaaa", "1001", "0"), NULL, "" },
                { "a whole long poll",
                  POLLS SAMPLE("00:01:30", "aaaa", "1001", "30000") SAMPLE("00:02:00", "aaaa", "1001", "0"), NULL,
                  ESCALATION "00:02:00.000 recovered peak=30000 samples=1 low\n" },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

static void a_new_session_of_the_jid_replaces(void **state) {
        static const struct example examples[] = {
                { "replaced", SILENT CREATED("00:01:50", "bbbb") BOUND("00:01:51", "bbbb", "1001"), NULL,
                  ESCALATION "00:01:51.000 replaced peak=43000 samples=2 low\n" },
                { "another agent's session replaces nobody",
                  SILENT CREATED("00:01:50", "bbbb") BOUND("00:01:51", "bbbb", "1002"), NULL,
                  ESCALATION "00:01:43.000 open peak=43000 samples=2 medium\n" },
                { "recovered before it was replaced",
                  SILENT RECV("00:01:45", "aaaa", "101") CREATED("00:01:50", "bbbb") BOUND("00:01:51", "bbbb", "1001"),
                  NULL, ESCALATION "00:01:45.000 recovered peak=43000 samples=2 low\n" },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

/* ------------------------------------------------------------- closures */

static void closures_end_their_own_runs_only(void **state) {
        static const struct example examples[] = {
                { "a RECV in the closure's own second is no recovery",
                  SILENT RECV("00:02:10", "aaaa", "101") CLOSING("00:02:10", "aaaa", "1001"), NULL,
                  "idle_closure 1001 aaaa 00:01:00.000..00:02:10.000 medium\n" ESCALATION
                  "00:02:10.000 closed peak=43000 samples=2 low\n" },
                { "the same behind the closure's record",
                  SILENT CLOSING("00:02:10", "aaaa", "1001") RECV("00:02:10", "aaaa", "101"), NULL,
                  "idle_closure 1001 aaaa 00:01:00.000..00:02:10.000 medium\n" ESCALATION
                  "00:02:10.000 closed peak=43000 samples=2 low\n" },
                { "a RECV a second before it is one",
                  SILENT RECV("00:02:09", "aaaa", "101") CLOSING("00:02:10", "aaaa", "1001"), NULL,
                  ESCALATION "00:02:09.000 recovered peak=43000 samples=2 low\n"
                             "idle_closure 1001 aaaa -..00:02:10.000 medium\n" },
                { "threshold + 60 s", SILENT CLOSING("00:03:00", "aaaa", "1001"), NULL,
                  "idle_closure 1001 aaaa 00:01:00.000..00:03:00.000 medium\n" ESCALATION
                  "00:03:00.000 closed peak=43000 samples=2 low\n" },
                { "a second more: had recovered unseen", SILENT CLOSING("00:03:01", "aaaa", "1001"), NULL,
                  ESCALATION "00:01:43.000 recovered peak=43000 samples=2 low\n"
                             "idle_closure 1001 aaaa -..00:03:01.000 medium\n" },
                { "no samples", CLOSING("00:03:01", "aaaa", "1001"), NULL,
                  "idle_closure 1001 aaaa -..00:03:01.000 medium\n" },
                { "twice in other words",
                  CLOSING("00:03:01", "aaaa", "1001") NOTE("00:03:01", "Closing idle session aaaa: " DESKTOP("1001")),
                  NULL, "idle_closure 1001 aaaa -..00:03:01.000 medium\n" },
                { "closed in another way", SILENT CLOSED("00:02:13", "1001"), NULL,
                  ESCALATION "00:01:43.000 open peak=43000 samples=2 medium\n" },
                { "before sign-in: nobody's",
                  NOTE("00:03:01",
                       "Closing idle session (id=aaaa): fin1.example.com/aaaa") "after inactivity for more than "
                                                                                "threshold value of 60\n",
                  NULL, "idle_closure - aaaa -..00:03:01.000 medium\n" },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

static void service_accounts_are_left_out(void **state) {
        static const struct example examples[] = {
                { "samples and a closure",
                  SAMPLE("00:01:43", "aaaa", "finesse", "43000") CLOSING("00:02:13", "aaaa", "finesse"), NULL, "" },
                { "whatever the case", SAMPLE("00:01:43", "aaaa", "Finesse", "43000"), NULL, "" },
                { "forced", NULL, CTI_REQUEST("00:01:43.100", "finesse", "1", "255", "1"), "" },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

/* ------------------------------------------------------------- times */

static const struct finding *first_finding(const struct analysis *analysis, enum finding_kind kind) {
        for (size_t i = 0; i < analysis->findings.count; i++)
                if (analysis->findings.items[i].kind == kind)
                        return &analysis->findings.items[i];
        fail_msg("no finding of kind %s", finding_kind_name(kind));
        return NULL;
}

static void assert_time(int64_t utc_ms, const char *wanted) {
        struct buf text;

        buf_init(&text, TEST_BYTES);
        write_time(&text, utc_ms);
        assert_string_equal(buf_text(&text), wanted);
        buf_release(&text);
}

/* The source document's own example: two samples say 00:14:50.77, the third ten
 * seconds later. */
static void samples_that_disagree_are_noted(void **state) {
        static const struct example example = { "the document's",
                                                SAMPLE("00:15:04", "aaaa", "1001", "13230")
                                                        SAMPLE("00:15:34", "aaaa", "1001", "43230")
                                                                SAMPLE("00:16:04", "aaaa", "1001", "63231")
                                                                        CLOSING("00:16:04", "aaaa", "1001"),
                                                NULL, NULL };
        struct analysis analysis;
        const struct finding *finding;

        (void)state;
        analyse(&analysis, &example);
        finding = first_finding(&analysis, FINDING_IDLE_ESCALATION);
        assert_time(finding->run->silent_since_ms, "00:14:50.770");
        assert_int_equal(finding->run->count, 3);
        assert_int_equal(finding->run->agreeing, 2);
        assert_int_equal(finding->run->disagreeing, 1);
        assert_int_equal(finding->run->worst_ms, 9999);
        assert_non_null(str_find(finding->why, STR("1 disagrees")));
        analysis_close(&analysis);
}

static void where_none_agree_the_last_sample_counts(void **state) {
        static const struct example example = { "none agree",
                                                SAMPLE("00:15:00", "aaaa", "1001", "10000")
                                                        SAMPLE("00:15:30", "aaaa", "1001", "37000")
                                                                SAMPLE("00:16:00", "aaaa", "1001", "70000"),
                                                NULL, NULL };
        struct analysis analysis;
        const struct finding *finding;

        (void)state;
        analyse(&analysis, &example);
        finding = first_finding(&analysis, FINDING_IDLE_ESCALATION);
        assert_time(finding->run->silent_since_ms, "00:14:50.000");
        assert_int_equal(finding->run->agreeing, 2); /* the first says 00:14:50.000 too */
        analysis_close(&analysis);
}

/* All samples of one reaper run share the stamp of its first record; an epoch in
 * the same run tells the milliseconds. */
static void a_reaper_run_has_one_time(void **state) {
        static const struct example shared = { "over a second's end",
                                               SAMPLE("00:01:42", "bbbb", "1002", "0")
                                                       SAMPLE("00:01:43", "aaaa", "1001", "43000"),
                                               NULL, NULL };
        static const struct example exact = { "with an epoch",
                                              SAMPLE("00:01:43", "aaaa", "1001", "43000")
                                              /* 2017-06-17T00:01:43.620Z */
                                              NOTE("00:01:43",
                                                   "time=1497657703620, JID=" DESKTOP("1001") ", msgs_sent=4"),
                                              NULL, NULL };
        struct analysis analysis;

        (void)state;
        analyse(&analysis, &shared);
        assert_time(first_finding(&analysis, FINDING_IDLE_ESCALATION)->start_ms, "00:00:59.000");
        analysis_close(&analysis);
        analyse(&analysis, &exact);
        assert_time(first_finding(&analysis, FINDING_IDLE_ESCALATION)->start_ms, "00:01:00.620");
        analysis_close(&analysis);
}

static void the_last_request_is_the_first_record_of_the_highest_rid(void **state) {
        static const struct example example = { "a rid asked and answered",
                                                RECV("00:00:30", "aaaa", "100") RECV("00:01:00", "aaaa", "101")
                                                        RECV("00:01:05", "aaaa", "101") RECV("00:01:06", "aaaa", "99")
                                                                SAMPLE("00:01:43", "aaaa", "1001", "43000"),
                                                NULL, NULL };
        struct analysis analysis;
        const struct session *session;

        (void)state;
        analyse(&analysis, &example);
        session = find_session(&analysis, "aaaa");
        assert_time(session->last_request_ms, "00:01:00.000");
        assert_int_equal(session->polls, 3);
        assert_time(first_finding(&analysis, FINDING_IDLE_ESCALATION)->run->last_request->utc_ms, "00:01:00.000");
        analysis_close(&analysis);
}

/* ------------------------------------------------------- forced logouts */

#define LOSS(time) PRESENCE(time, DESKTOP("1001"), "unavailable")
#define BACK(time) PRESENCE(time, DESKTOP("1001"), "available")
#define FORCE(time) CTI_REQUEST(time, "1001", "1", "255", "1")

static void requests_with_255_and_force_are_forced(void **state) {
        static const struct example examples[] = {
                { "the whole chain", NULL,
                  LOSS("00:16:04.630") FORCE("00:17:04.633") CTI_STATE("00:17:04.643", "1001", "1", "255"),
                  "forced_logout 1001 00:16:04.630..00:17:04.633 attempts=1 result=255 high\n" },
                { "no loss known: from the request on", NULL, FORCE("00:17:04.633"),
                  "forced_logout 1001 00:17:04.633..00:17:04.633 attempts=1 high\n" },
                { "22", NULL, CTI_REQUEST("00:17:04.633", "1001", "1", "22", "1"), "" },
                { "33", NULL, CTI_REQUEST("00:17:04.633", "1001", "1", "33", "1"), "" },
                { "2550", NULL, CTI_REQUEST("00:17:04.633", "1001", "1", "2550", "1"), "" },
                { "32767", NULL, CTI_REQUEST("00:17:04.633", "1001", "1", "32767", "1"), "" },
                { "without force", NULL, CTI_REQUEST("00:17:04.633", "1001", "1", "255", "0"), "" },
                { "force 10", NULL, CTI_REQUEST("00:17:04.633", "1001", "1", "255", "10"), "" },
                { "in a payload", NULL,
                  WEB("00:17:04.633",
                      "XMPP_PUBLISH_ASYNCHRONOUS: %[Payload=agentstate : 1, reason code: 255, forceflag :1, "
                      "agentid: 1001]: text"),
                  "" },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

static void attempts_are_one_until_the_agent_is_back(void **state) {
        static const struct example examples[] = {
                { "three requests", NULL,
                  LOSS("00:16:00.000") FORCE("00:17:00.000") FORCE("00:17:30.000") FORCE("00:18:00.000")
                          CTI_STATE("00:18:00.100", "1001", "1", "255"),
                  "forced_logout 1001 00:16:00.000..00:17:00.000 attempts=3 result=255 high\n" },
                { "presence available between", NULL,
                  LOSS("00:16:00.000") FORCE("00:17:00.000") BACK("00:17:10.000") LOSS("00:17:20.000")
                          FORCE("00:18:20.000"),
                  "forced_logout 1001 00:16:00.000..00:17:00.000 attempts=1 high\n"
                  "forced_logout 1001 00:17:20.000..00:18:20.000 attempts=1 high\n" },
                { "a sign-in between", NULL,
                  FORCE("00:17:00.000") CTI_REQUEST("00:17:10.000", "1001", "0", "0", "0") FORCE("00:18:20.000"),
                  "forced_logout 1001 00:17:00.000..00:17:00.000 attempts=1 high\n"
                  "forced_logout 1001 00:18:20.000..00:18:20.000 attempts=1 high\n" },
                { "a sign-in that only the CTI server tells of", NULL,
                  FORCE("00:17:00.000") CTI_STATE("00:17:10.000", "1001", "0", "0") FORCE("00:18:20.000"),
                  "forced_logout 1001 00:17:00.000..00:17:00.000 attempts=1 high\n"
                  "forced_logout 1001 00:18:20.000..00:18:20.000 attempts=1 high\n" },
                { "another resource's presence between is nobody's return", NULL,
                  FORCE("00:17:00.000") PRESENCE("00:17:10.000", "1001" AT_FIN "/Pidgin", "available")
                          FORCE("00:18:20.000"),
                  "forced_logout 1001 00:17:00.000..00:17:00.000 attempts=2 high\n" },
                { "another agent's return between", NULL,
                  FORCE("00:17:00.000") PRESENCE("00:17:10.000", DESKTOP("1002"), "available") FORCE("00:18:20.000"),
                  "forced_logout 1001 00:17:00.000..00:17:00.000 attempts=2 high\n" },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

/* "Requests without a sign-in or presence available between them are one": a state
 * event that comes too late to answer the first is no sign-in. */
static void a_late_state_does_not_part_attempts(void **state) {
        static const struct example example = {
                "a logout between two requests", NULL,
                FORCE("00:17:00.000") CTI_STATE("00:17:15.000", "1001", "1", "255") FORCE("00:17:30.000"),
                "forced_logout 1001 00:17:00.000..00:17:00.000 attempts=2 high\n"
                "forced_logout 1001 00:17:15.000..00:17:15.000 attempts=0 unrequested result=255 high\n"
        };

        (void)state;
        check_examples(&example, 1);
}

static void only_a_desktop_is_lost(void **state) {
        static const struct example examples[] = {
                { "another resource goes", NULL,
                  PRESENCE("00:16:00.000", "1001" AT_FIN "/Pidgin", "unavailable") FORCE("00:17:00.000"),
                  "forced_logout 1001 00:17:00.000..00:17:00.000 attempts=1 high\n" },
                { "another resource comes", NULL,
                  LOSS("00:16:00.000") PRESENCE("00:16:20.000", "1001" AT_FIN "/Pidgin", "available")
                          FORCE("00:17:00.000"),
                  "forced_logout 1001 00:16:00.000..00:17:00.000 attempts=1 high\n" },
                { "the last loss counts", NULL,
                  LOSS("00:15:00.000") BACK("00:15:10.000") LOSS("00:16:00.000") FORCE("00:17:00.000"),
                  "forced_logout 1001 00:16:00.000..00:17:00.000 attempts=1 high\n" },
                { "a loss that was followed by available", NULL,
                  LOSS("00:16:00.000") BACK("00:16:10.000") FORCE("00:17:00.000"),
                  "forced_logout 1001 00:17:00.000..00:17:00.000 attempts=1 high\n" },
                { "185 s before", NULL, LOSS("00:13:55.000") FORCE("00:17:00.000"),
                  "forced_logout 1001 00:13:55.000..00:17:00.000 attempts=1 high\n" },
                { "more than 185 s before", NULL, LOSS("00:13:54.999") FORCE("00:17:00.000"),
                  "forced_logout 1001 00:17:00.000..00:17:00.000 attempts=1 high\n" },
                { "in other letters", NULL,
                  PRESENCE("00:16:00.000", "Pat" AT_FIN "/Desktop", "unavailable")
                          CTI_REQUEST("00:17:00.000", "PAT", "1", "255", "1"),
                  "forced_logout PAT 00:16:00.000..00:17:00.000 attempts=1 high\n" },
                { "with an escape", NULL,
                  PRESENCE("00:16:00.000", "o\\27brien" AT_FIN "/desktop", "unavailable")
                          CTI_REQUEST("00:17:00.000", "O'Brien", "1", "255", "1"),
                  "forced_logout O'Brien 00:16:00.000..00:17:00.000 attempts=1 high\n" },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

static void states_answer_within_ten_seconds(void **state) {
        static const struct example examples[] = {
                { "10 s", NULL, FORCE("00:17:00.000") CTI_STATE("00:17:10.000", "1001", "1", "255"),
                  "forced_logout 1001 00:17:00.000..00:17:00.000 attempts=1 result=255 high\n" },
                { "later, and it was not asked for in the 10 s before", NULL,
                  FORCE("00:17:00.000") CTI_STATE("00:17:10.001", "1001", "1", "255"),
                  "forced_logout 1001 00:17:00.000..00:17:00.000 attempts=1 high\n"
                  "forced_logout 1001 00:17:10.001..00:17:10.001 attempts=0 unrequested result=255 high\n" },
                { "one a skill group, the last that counts", NULL,
                  FORCE("00:17:00.000") CTI_STATE("00:17:01.000", "1001", "2", "50002")
                          CTI_STATE("00:17:02.000", "1001", "1", "255") CTI_STATE("00:17:03.000", "1001", "1", "0"),
                  "forced_logout 1001 00:17:00.000..00:17:00.000 attempts=1 result=255 high\n" },
                { "in two steps", NULL,
                  FORCE("00:17:00.000") CTI_STATE("00:17:01.000", "1001", "2", "20001")
                          CTI_STATE("00:17:02.000", "1001", "1", "20002"),
                  "forced_logout 1001 00:17:00.000..00:17:00.000 attempts=1 result=20002 high\n" },
                { "50001", NULL, FORCE("00:17:00.000") CTI_STATE("00:17:01.000", "1001", "1", "50001"),
                  "forced_logout 1001 00:17:00.000..00:17:00.000 attempts=1 result=50001 high\n" },
                { "50003", NULL, FORCE("00:17:00.000") CTI_STATE("00:17:01.000", "1001", "1", "50003"),
                  "forced_logout 1001 00:17:00.000..00:17:00.000 attempts=1 result=50003 high\n" },
                { "50004 is none", NULL, FORCE("00:17:00.000") CTI_STATE("00:17:01.000", "1001", "1", "50004"),
                  "forced_logout 1001 00:17:00.000..00:17:00.000 attempts=1 high\n" },
                { "of a later attempt", NULL,
                  FORCE("00:17:00.000") FORCE("00:17:30.000") CTI_STATE("00:17:35.000", "1001", "1", "50002"),
                  "forced_logout 1001 00:17:00.000..00:17:00.000 attempts=2 result=50002 high\n" },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

static void a_logout_with_255_needs_no_request(void **state) {
        static const struct example examples[] = {
                { "LOGOUT 255", NULL, LOSS("00:16:00.000") CTI_STATE("00:17:00.000", "1001", "1", "255"),
                  "forced_logout 1001 00:16:00.000..00:17:00.000 attempts=0 unrequested result=255 high\n" },
                { "NOT_READY 255", NULL, CTI_STATE("00:17:00.000", "1001", "2", "255"), "" },
                { "50002 alone", NULL, CTI_STATE("00:17:00.000", "1001", "1", "50002"), "" },
                { "22", NULL, CTI_STATE("00:17:00.000", "1001", "1", "22"), "" },
                { "2550", NULL, CTI_STATE("00:17:00.000", "1001", "1", "2550"), "" },
                { "a request for that agent that is no forced one", NULL,
                  CTI_REQUEST("00:16:55.000", "1001", "1", "22", "1") CTI_STATE("00:17:00.000", "1001", "1", "255"),
                  "forced_logout 1001 00:17:00.000..00:17:00.000 attempts=0 unrequested result=255 high\n" },
                { "a state a moment before its request", NULL,
                  CTI_STATE("00:16:59.950", "1001", "1", "255") CTI_REQUEST("00:17:00.000", "1001", "1", "255", "1"),
                  "forced_logout 1001 00:17:00.000..00:17:00.000 attempts=1 result=255 high\n" },
                { "a request for another one", NULL,
                  CTI_REQUEST("00:16:55.000", "1002", "1", "22", "1") CTI_STATE("00:17:00.000", "1001", "1", "255"),
                  "forced_logout 1001 00:17:00.000..00:17:00.000 attempts=0 unrequested result=255 high\n" },
                { "three skill groups are one", NULL,
                  CTI_STATE("00:17:00.000", "1001", "1", "255") CTI_STATE("00:17:00.001", "1001", "1", "255")
                          CTI_STATE("00:17:00.002", "1001", "1", "255"),
                  "forced_logout 1001 00:17:00.000..00:17:00.000 attempts=0 unrequested result=255 high\n" },
        };
        struct analysis analysis;
        const struct finding *finding;

        (void)state;
        check_examples(examples, COUNT(examples));
        analyse(&analysis, &examples[0]);
        finding = first_finding(&analysis, FINDING_FORCED_LOGOUT);
        assert_int_equal(finding->confidence, CONFIDENCE_MEDIUM);
        assert_non_null(finding->missing[0]);
        analysis_close(&analysis);
}

/* ------------------------------------------------- windows, ids, order */

static void a_window_keeps_what_overlaps_it(void **state) {
        static const char log[] = SILENT SAMPLE("00:02:13", "aaaa", "1001", "0"); /* 00:01:00 to 00:02:13 */
        static const struct {
                int64_t from_s, to_s; /* from the beginning of the day; -1: open */
                size_t count;
        } windows[] = {
                { -1, -1, 1 }, { 0, -1, 1 },  { 133, -1, 1 }, { 134, -1, 0 },  { -1, 60, 1 },
                { -1, 59, 0 }, { 70, 80, 1 }, { 0, 59, 0 },   { 134, 200, 0 }, { 0, 1000, 1 },
        };
        const int64_t day = INT64_C(17334) * MS_PER_DAY; /* 2017-06-17 */

        (void)state;
        for (size_t i = 0; i < COUNT(windows); i++) {
                struct analysis analysis;

                analysis_open(&analysis);
                analysis_add(&analysis, "debug.log", str_from(log));
                analysis_join_in_window(&analysis, 0,
                                        windows[i].from_s < 0 ? TIME_UNKNOWN : day + windows[i].from_s * MS_PER_SECOND,
                                        windows[i].to_s < 0 ? TIME_UNKNOWN : day + windows[i].to_s * MS_PER_SECOND);
                assert_int_equal(analysis.findings.count, windows[i].count);
                analysis_close(&analysis);
        }
}

#define CLOSED_SILENCE SILENT CLOSING("00:02:10", "aaaa", "1001")
#define MORE_SILENCE                                                                                                   \
        SAMPLE("00:03:43", "bbbb", "1002", "43000")                                                                    \
        SAMPLE("00:03:43", "bbbb", "1002", "0") SAMPLE("00:03:44", "bbbb", "1002", "44000")

/* One a line. Two silences of MORE_SILENCE began in the same second. */
static struct buf ids_of(int16_t zone, const char *const *logs, size_t count) {
        struct analysis analysis;
        struct buf ids;

        analysis_open(&analysis);
        for (size_t i = 0; i < count; i++)
                analysis_add(&analysis, "x.log", str_from(logs[i]));
        analysis_join(&analysis, zone);
        buf_init(&ids, TEST_BYTES);
        for (size_t i = 0; i < analysis.findings.count; i++) {
                const struct finding *finding = &analysis.findings.items[i];

                assert_int_equal(strlen(finding->id), FINDING_ID_BYTES - 1);
                assert_null(ids.n ? strstr(buf_text(&ids), finding->id) : NULL); /* unique */
                buf_printf(&ids, "%s\n", finding->id);
        }
        analysis_close(&analysis);
        buf_text(&ids);
        return ids;
}

static void ids_are_unique_and_stable(void **state) {
        static const char *const together[] = { CLOSED_SILENCE MORE_SILENCE };
        static const char *const apart[] = { MORE_SILENCE, CLOSED_SILENCE };
        static const char *const twice[] = { CLOSED_SILENCE MORE_SILENCE, MORE_SILENCE, CLOSED_SILENCE };
        struct buf utc = ids_of(0, together, 1), india = ids_of(330, together, 1), west = ids_of(-210, together, 1),
                   parts = ids_of(0, apart, 2), copies = ids_of(0, twice, 3);

        (void)state;
        assert_true(utc.n > 0);
        assert_string_equal(india.p, utc.p);
        assert_string_equal(west.p, utc.p);
        assert_string_equal(parts.p, utc.p);
        assert_string_equal(copies.p, utc.p);
        buf_release(&utc);
        buf_release(&india);
        buf_release(&west);
        buf_release(&parts);
        buf_release(&copies);
}

/* The window is about what is shown, not about who is who. */
static void a_window_changes_no_id(void **state) {
        struct analysis whole, part;
        const struct finding *last;

        (void)state;
        analysis_open(&whole);
        analysis_add(&whole, "x.log", str_from(MORE_SILENCE));
        analysis_join(&whole, 0);
        assert_true(whole.findings.count >= 2);
        last = &whole.findings.items[whole.findings.count - 1];
        analysis_open(&part);
        analysis_add(&part, "x.log", str_from(MORE_SILENCE));
        analysis_join_in_window(&part, 0, last->end_ms, last->end_ms);
        assert_true(part.findings.count >= 1);
        assert_string_equal(part.findings.items[part.findings.count - 1].id, last->id);
        analysis_close(&whole);
        analysis_close(&part);
}

static void findings_are_in_order(void **state) {
        static const struct example examples[] = {
                { "by start, or end without one; kind; agent; sid",
                  SAMPLE("00:01:43", "cccc", "1003", "43000") SAMPLE("00:01:43", "aaaa", "1002", "43000")
                          NOTE("00:01:43", "Session (id=bbbb) was last active 43000 ms ago: 1002" AT_FIN "/Pidgin")
                                  CLOSING("00:01:00", "eeee", "1004") SAMPLE("00:01:30", "dddd", "1005", "31000"),
                  CTI_REQUEST("00:01:00.000", "1000", "1", "255", "1"),
                  "idle_escalation 1005 dddd 00:00:59.000..00:01:30.000 open peak=31000 samples=1 medium\n"
                  "forced_logout 1000 00:01:00.000..00:01:00.000 attempts=1 high\n"
                  "idle_closure 1004 eeee -..00:01:00.000 medium\n"
                  "idle_escalation 1002 aaaa 00:01:00.000..00:01:43.000 open peak=43000 samples=1 medium\n"
                  "idle_escalation 1002 bbbb 00:01:00.000..00:01:43.000 open peak=43000 samples=1 medium\n"
                  "idle_escalation 1003 cccc 00:01:00.000..00:01:43.000 open peak=43000 samples=1 medium\n" },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

static void evidence_is_limited_in_the_middle(void **state) {
        struct analysis analysis;
        const struct finding *finding;
        struct buf log;

        (void)state;
        buf_init(&log, TEST_BYTES);
        for (int i = 0; i < 30; i++)
                buf_printf(&log,
                           "2017.06.17 00:%02d:43 Session (id=aaaa) was last active %d ms ago: " DESKTOP("1001") "\n",
                           i + 1, 43000 + 60000 * i);
        analysis_open(&analysis);
        analysis.limits.max_evidence = 5;
        analysis_add(&analysis, "debug.log", buf_str(&log));
        analysis_join(&analysis, 0);
        finding = first_finding(&analysis, FINDING_IDLE_ESCALATION);
        assert_int_equal(finding->run->count, 30);
        assert_int_equal(finding->evidence_count, 5);
        assert_int_equal(finding->evidence[0]->line, 1);
        assert_int_equal(finding->evidence[2]->line, 3);
        assert_int_equal(finding->evidence[3]->line, 29);
        assert_int_equal(finding->evidence[4]->line, 30);
        assert_int_equal(analysis.findings.items[0].evidence_dropped, 25);
        analysis_close(&analysis);
        buf_release(&log);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(silent_runs_have_outcomes),
                cmocka_unit_test(a_new_session_of_the_jid_replaces),
                cmocka_unit_test(closures_end_their_own_runs_only),
                cmocka_unit_test(service_accounts_are_left_out),
                cmocka_unit_test(samples_that_disagree_are_noted),
                cmocka_unit_test(where_none_agree_the_last_sample_counts),
                cmocka_unit_test(a_reaper_run_has_one_time),
                cmocka_unit_test(the_last_request_is_the_first_record_of_the_highest_rid),
                cmocka_unit_test(requests_with_255_and_force_are_forced),
                cmocka_unit_test(attempts_are_one_until_the_agent_is_back),
                cmocka_unit_test(a_late_state_does_not_part_attempts),
                cmocka_unit_test(only_a_desktop_is_lost),
                cmocka_unit_test(states_answer_within_ten_seconds),
                cmocka_unit_test(a_logout_with_255_needs_no_request),
                cmocka_unit_test(a_window_keeps_what_overlaps_it),
                cmocka_unit_test(ids_are_unique_and_stable),
                cmocka_unit_test(a_window_changes_no_id),
                cmocka_unit_test(findings_are_in_order),
                cmocka_unit_test(evidence_is_limited_in_the_middle),
        };

        return cmocka_run_group_tests(tests, load_rules, free_rules);
}
