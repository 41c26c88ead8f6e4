/* What a fold keeps of one member, and what it only counts. */
#include "analysis_support.h"

static const struct limits *default_limits(void) {
        static struct limits limits;

        limits_init(&limits);
        return &limits;
}

static struct summary *fold_notification(const char *text) {
        return fold_text(default_limits(), FAMILY_NOTIFICATION, str_from(text), NULL);
}

static struct summary *fold_web(const char *text) {
        return fold_text(default_limits(), FAMILY_WEBSERVICES, str_from(text), NULL);
}

/* "sample@3 request@5": kinds and lines of what was kept. */
static struct buf kept_of(const struct summary *summary) {
        struct buf out;

        buf_init(&out, TEST_BYTES);
        for (size_t i = 0; i < summary->event_count; i++)
                buf_printf(&out, "%s%s@%" PRIu64, i ? " " : "", event_kind_name(event_kind(&summary->events[i])),
                           summary->events[i].line);
        buf_text(&out);
        return out;
}

struct example {
        const char *title, *log, *kept;
};

static void check_examples(const struct example *examples, size_t count) {
        for (size_t i = 0; i < count; i++) {
                struct summary *summary = fold_notification(examples[i].log);
                struct buf kept = kept_of(summary);

                if (strcmp(kept.p, examples[i].kept) != 0)
                        fail_msg("%s: kept %s, wanted %s", examples[i].title, kept.p, examples[i].kept);
                buf_release(&kept);
                summary_free(summary);
        }
}

#define S(time, ms) SAMPLE(time, "aaaa", "1001", ms)
#define P(time, rid) RECV(time, "aaaa", rid)

static void heartbeats_are_folded_away(void **state) {
        static const struct example examples[] = {
                { "the first three and the last request, the first sample",
                  P("00:00:01", "1") S("00:00:04", "0") P("00:00:31", "2") S("00:00:34", "-1") P("00:01:01", "3")
                          S("00:01:04", "0") P("00:01:31", "4") S("00:01:34", "0") P("00:02:01", "5"),
                  "session_request@1 session_sample@2 session_request@3 session_request@5 session_request@9" },
                { "one request", P("00:00:01", "1"), "session_request@1" },
                { "a rid asked and answered is one", P("00:00:01", "1") P("00:00:31", "1") P("00:00:31", "1"),
                  "session_request@1" },
                { "both sides of a pause",
                  P("00:00:01", "1") P("00:00:31", "2") P("00:05:00", "3") P("00:05:30", "4") P("00:06:00", "5"),
                  "session_request@1 session_request@2 session_request@3 session_request@5" },
                { "each session has its own edges", P("00:00:01", "1") RECV("00:00:02", "bbbb", "1") P("00:00:31", "2"),
                  "session_request@1 session_request@2 session_request@3" },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

static void runs_are_kept_when_they_are_a_story(void **state) {
        static const struct example examples[] = {
                { "below a long poll, and recovered",
                  S("00:00:04", "0") S("00:00:34", "12000") S("00:01:04", "0") S("00:01:34", "29999")
                          S("00:02:04", "0"),
                  "session_sample@1" },
                { "a long poll: all its samples and the one that ended it",
                  S("00:00:04", "0") S("00:00:34", "12000") S("00:01:04", "42000") S("00:01:34", "0")
                          S("00:02:04", "0"),
                  "session_sample@1 session_sample@2 session_sample@3 session_sample@4" },
                { "with the request before it and the one that ended it",
                  P("00:00:01", "1") S("00:00:04", "0") P("00:00:10", "2") P("00:00:22", "3") S("00:00:34", "12000")
                          S("00:01:04", "42000") P("00:01:05", "4") P("00:01:10", "5") S("00:01:34", "0")
                                  P("00:01:35", "6"),
                  "session_request@1 session_sample@2 session_request@3 session_request@4 session_sample@5 "
                  "session_sample@6 "
                  "session_request@7 "
                  "session_request@10" },
                { "still open at the end", S("00:00:04", "0") S("00:00:34", "12000"),
                  "session_sample@1 session_sample@2" },
                { "it may have begun before the first sample",
                  S("00:00:34", "12000") S("00:01:04", "0") S("00:01:34", "0"), "session_sample@1 session_sample@2" },
                { "a closure", S("00:00:04", "0") S("00:00:34", "12000") CLOSING("00:00:35", "aaaa", "1001"),
                  "session_sample@1 session_sample@2 session_idle_closed@3" },
                { "two runs", S("00:00:04", "0") S("00:00:34", "30000") S("00:01:04", "10000") S("00:01:34", "40000"),
                  "session_sample@1 session_sample@2 session_sample@3 session_sample@4" },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

static void all_else_about_sessions_is_kept(void **state) {
        static const struct example examples[] = {
                { "a life",
                  CREATED("00:00:01", "aaaa") BOUND("00:00:02", "aaaa", "1001") TERMINATE("00:00:03", "aaaa", "7"),
                  "session_created@1 session_bound@2 session_terminated@3" },
                { "the service's own",
                  NOTE("00:00:01", "Openfire stopped") NOTE("00:00:02", "Openfire 3.9.3 [Jun 17, 2017]"),
                  "server_stopped@1 server_started@2" },
                { "words without meaning to the analysis are counted only",
                  NOTE("00:00:01", "HTTPBindLog: HTTP ERR(aaaa): terminate, item-not-found.") NOTE("00:00:02", "else"),
                  "" },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

static void all_is_counted(void **state) {
        struct summary *summary =
                fold_notification("orphan\n" S("00:00:04", "0") P("00:00:05", "1") P("00:00:35", "1") P("00:00:36", "2")
                                          NOTE("00:00:37", "else") "more\n" CLOSING("00:00:38", "aaaa", "1001"));
        uint64_t hits = 0;

        (void)state;
        for (size_t i = 0; i < summary->rule_count; i++)
                hits += summary->rule_hits[i].count;
        assert_int_equal(summary->lines, 9);
        assert_int_equal(summary->records, 6);
        assert_int_equal(summary->continuation_lines, 2);
        assert_int_equal(summary->orphan_lines, 1);
        assert_int_equal(summary->matched, 5);
        assert_int_equal(hits, 5);
        assert_int_equal(summary->segment_count, 1);
        assert_int_equal(ridset_size(&summary->segments[0].rids), 2);
        assert_int_equal(summary->last_ms - summary->first_ms, 34000);
        summary_free(summary);
}

static void sessions_learn_from_all_their_records(void **state) {
        struct summary *summary = fold_notification(
                RECV("00:00:01", "aaaa", "1") CREATED("00:00:02", "aaaa")
                        NOTE("00:00:03", "Session (id=aaaa) was last active 0 ms ago: fin1.example.com/aaaa")
                                BOUND("00:00:04", "aaaa", "Pat") SAMPLE("00:00:34", "aaaa", "pat", "12000")
                                        NOTE("00:00:35", "Closing idle session: fin1.example.com/bbbb")
                                                BARE_SAMPLE("00:00:36", "1002", "0"));
        const struct segment *segment = summary->segments;

        (void)state;
        assert_int_equal(summary->segment_count, 3);
        assert_str(segment[0].sid, "aaaa");
        assert_str(segment[0].jid, "Pat@fin1.example.com/desktop"); /* as first written */
        assert_int_equal(segment[0].jid_ms - segment[0].first_ms, 3000);
        assert_int_equal(segment[0].last_ms - segment[0].first_ms, 33000);
        assert_int_equal(segment[0].wait_s, 30);
        assert_int_equal(segment[0].inactivity_s, 60);
        assert_int_equal(segment[0].peak_idle_ms, 12000);
        assert_true(segment[0].born);
        assert_str(segment[1].sid, "bbbb"); /* the id in domain/SID */
        assert_int_equal(segment[1].jid.n, 0);
        assert_int_equal(segment[1].peak_idle_ms, -1);
        assert_false(segment[1].born);
        assert_int_equal(segment[2].sid.n, 0);
        assert_str(segment[2].key, "jid:1002@fin1.example.com/desktop");
        summary_free(summary);
}

/* -------------------------------------------------------------- votes */

static void epochs_vote_for_offsets(void **state) {
        struct summary *summary = fold_notification(
                NOTE("05:30:00", "time=1497657600000, JID=a@b/desktop, msgs_sent=1") /* 00:00:00Z: +05:30 */
                NOTE("05:30:04", "time=1497657600000, JID=a@b/desktop, msgs_sent=1") /* 4 s late */
                NOTE("05:29:56", "time=1497657600000, JID=a@b/desktop, msgs_sent=1") /* or early */
                NOTE("05:30:06", "time=1497657600000, JID=a@b/desktop, msgs_sent=1") /* too far off */
                NOTE("05:40:00", "time=1497657600000, JID=a@b/desktop, msgs_sent=1") /* no offset in use */
                NOTE("05:30:00", "time=0, JID=a@b/desktop, msgs_sent=1")
                        NOTE("05:30:00", "time=1497830400000, JID=a@b/desktop, msgs_sent=1") /* two days away */
                NOTE("05:30:00", "time=99999999999999999, JID=a@b/desktop, msgs_sent=1"));

        (void)state;
        assert_int_equal(summary->epochs.count, 1);
        assert_int_equal(summary->epochs.items[0].minutes, 330);
        assert_int_equal(summary->epochs.items[0].votes, 3);
        assert_int_equal(summary->event_count, 0);
        summary_free(summary);
}

static uint64_t votes_for(const struct summary *summary, const struct segment *segment, const char *address) {
        for (size_t i = 0; i < segment->client_ips.count; i++)
                if (str_eq(intern_str(&summary->words, (uint32_t)tally_votes(&segment->client_ips)[i].key),
                           str_from(address)))
                        return tally_votes(&segment->client_ips)[i].count;
        return 0;
}

static void the_next_poll_claims_an_address(void **state) {
        struct summary *summary = fold_notification(
                REQUEST_FROM("00:00:01", "10.1.2.3") P("00:00:01", "1") REQUEST_FROM("00:00:02", "10.1.2.4")
                        RECV("00:00:02", "bbbb", "1") REQUEST_FROM("00:00:31", "10.1.2.3") P("00:00:31", "2")
                                P("00:01:01", "3") /* nobody's address is left */
                REQUEST_FROM("00:01:30", "10.1.2.9") REQUEST_FROM("00:01:31", "10.1.2.3") P("00:01:31", "4"));

        (void)state;
        assert_int_equal(summary->segment_count, 2);
        assert_int_equal(votes_for(summary, &summary->segments[0], "10.1.2.3"), 3);
        assert_int_equal(votes_for(summary, &summary->segments[0], "10.1.2.4"), 0);
        assert_int_equal(votes_for(summary, &summary->segments[0], "10.1.2.9"), 0);
        assert_int_equal(votes_for(summary, &summary->segments[1], "10.1.2.4"), 1);
        summary_free(summary);
}

static void the_web_service_tells_zone_host_and_product(void **state) {
        struct summary *summary = fold_web(WEB_IN("+0530", "00:00:01.000", "A: text") WEB_IN(
                "+0530", "00:00:02.000", "B: text") CTI_STATE("00:00:03.000", "1001", "0", "0"));
        struct vote winner;

        (void)state;
        assert_int_equal(summary->zones.count, 2);
        assert_int_equal(summary->zones.items[0].minutes, 330);
        assert_int_equal(summary->zones.items[0].votes, 2);
        assert_true(tally_winner(&summary->nodes, &winner));
        assert_str(intern_str(&summary->words, (uint32_t)winner.key), "10.10.20.5");
        assert_int_equal(winner.count, 3);
        assert_true(tally_winner(&summary->products, &winner));
        assert_str(intern_str(&summary->words, (uint32_t)winner.key), "CCX");
        summary_free(summary);
}

/* -------------------------------------------------------------- states */

static void one_change_of_state_is_one_event(void **state) {
        static const struct {
                const char *title, *log, *copies; /* of each event that is kept */
        } examples[] = {
                { "three skill groups",
                  CTI_STATE("00:00:01.000", "1001", "1", "255") CTI_STATE("00:00:01.500", "1001", "1", "255")
                          CTI_STATE("00:00:02.500", "1001", "1", "255"),
                  "2" },
                { "more than a second later",
                  CTI_STATE("00:00:01.000", "1001", "1", "255") CTI_STATE("00:00:02.001", "1001", "1", "255"), "0 0" },
                { "another reason",
                  CTI_STATE("00:00:01.000", "1001", "1", "255") CTI_STATE("00:00:01.100", "1001", "1", "50002"),
                  "0 0" },
                { "another agent between",
                  CTI_STATE("00:00:01.000", "1001", "1", "255") CTI_STATE("00:00:01.100", "1002", "1", "255")
                          CTI_STATE("00:00:01.200", "1001", "1", "255"),
                  "1 0" },
                { "another state between",
                  CTI_STATE("00:00:01.000", "1001", "2", "33") CTI_STATE("00:00:01.100", "1001", "3", "0")
                          CTI_STATE("00:00:01.200", "1001", "2", "33"),
                  "0 0" },
                { "work is no story",
                  CTI_STATE("00:00:01.000", "1001", "3", "0") CTI_STATE("00:00:02.000", "1001", "8", "0")
                          CTI_STATE("00:00:03.000", "1001", "4", "65535"),
                  "" },
                { "a reason is one", CTI_STATE("00:00:01.000", "1001", "3", "50010"), "0" },
                { "begin and end are, and not ready",
                  CTI_STATE("00:00:01.000", "1001", "0", "0") CTI_STATE("00:00:02.000", "1001", "2", "0")
                          CTI_STATE("00:00:03.000", "1001", "1", "0"),
                  "0 0 0" },
        };

        (void)state;
        for (size_t i = 0; i < COUNT(examples); i++) {
                struct summary *summary = fold_web(examples[i].log);
                struct buf copies;

                buf_init(&copies, TEST_BYTES);
                for (size_t k = 0; k < summary->event_count; k++)
                        buf_printf(&copies, "%s%u", k ? " " : "", summary->events[k].copies);
                if (strcmp(buf_text(&copies), examples[i].copies) != 0)
                        fail_msg("%s: copies %s, wanted %s", examples[i].title, copies.p, examples[i].copies);
                buf_release(&copies);
                summary_free(summary);
        }
}

#define ASKED(time, agent, state, reason) CTI_REQUEST(time, agent, state, reason, "0")
#define DECIDED(time, agent) WEB(time, "PRESENCE DRIVEN LOGOUT: %[agent_id=" agent "]: text")

static void requests_of_a_call_are_folded_away(void **state) {
        static const struct example examples[] = {
                { "the first of an agent, logins, logouts, pauses and reasons",
                  ASKED("00:00:01.000", "1001", "3", "0") ASKED("00:00:02.000", "1001", "4", "0")
                          ASKED("00:00:03.000", "1002", "5", "0") ASKED("00:00:04.000", "1001", "0", "0")
                                  ASKED("00:00:05.000", "1001", "1", "0") ASKED("00:00:06.000", "1001", "2", "0")
                                          ASKED("00:00:07.000", "1001", "3", "7"),
                  "cti_request@1 cti_request@3 cti_request@4 cti_request@5 cti_request@6 cti_request@7" },
                { "none of an agent who is known",
                  CTI_STATE("00:00:01.000", "1001", "0", "0") ASKED("00:00:02.000", "1001", "3", "0"), "cti_state@1" },
                { "one of an agent of whom no state was kept",
                  CTI_STATE("00:00:01.000", "1001", "3", "0") ASKED("00:00:02.000", "1001", "3", "0"),
                  "cti_request@2" },
                { "what may answer a decision to log the agent out",
                  ASKED("00:00:01.000", "1001", "3", "0") DECIDED("00:00:02.000", "1001")
                          ASKED("00:00:01.000", "1001", "3", "0") ASKED("00:00:12.000", "1001", "3", "0")
                                  ASKED("00:00:00.999", "1001", "3", "0") ASKED("00:00:12.001", "1001", "3", "0"),
                  "cti_request@1 presence_logout@2 cti_request@3 cti_request@4" },
        };

        (void)state;
        for (size_t i = 0; i < COUNT(examples); i++) {
                struct summary *summary = fold_web(examples[i].log);
                struct buf kept = kept_of(summary);

                if (strcmp(kept.p, examples[i].kept) != 0)
                        fail_msg("%s: kept %s, wanted %s", examples[i].title, kept.p, examples[i].kept);
                buf_release(&kept);
                summary_free(summary);
        }
}

/* -------------------------------------------------------------- stamps */

static void a_bad_stamp_takes_its_neighbours(void **state) {
        static const char log[] = S("00:01:00", "31000") "2017.02.30 00:00:00 Closing idle session (id=aaaa): " DESKTOP(
                "1001") "\n" S("00:02:00", "0");
        struct oddity bad;
        struct summary *summary = fold_text(default_limits(), FAMILY_NOTIFICATION, str_from(log), &bad);

        (void)state;
        assert_int_equal(bad.count, 1);
        assert_int_equal(bad.line, 2);
        assert_int_equal(summary->records, 3);
        assert_int_equal(summary->event_count, 2);
        assert_int_equal(summary->events[1].stamp.local_ms, summary->events[0].stamp.local_ms);
        assert_int_equal(summary->last_ms - summary->first_ms, 60000);
        summary_free(summary);
}

/* Where a run goes on in the neighbouring file, only the join can tell. */
static void runs_go_on_over_members(void **state) {
        static const char first[] = S("00:00:04", "0") S("00:00:34", "12000");
        static const char second[] = S("00:01:04", "42000") S("00:01:34", "0");
        struct analysis analysis;
        struct buf findings;

        (void)state;
        analysis_open(&analysis);
        analysis_add(&analysis, "2.log", str_from(second));
        analysis_add(&analysis, "1.log", str_from(first));
        analysis_join(&analysis, 0);
        findings = write_findings(&analysis);
        assert_string_equal(
                findings.p,
                "idle_escalation 1001 aaaa 00:00:22.000..00:01:34.000 recovered peak=42000 samples=2 low\n");
        buf_release(&findings);
        analysis_close(&analysis);
}

static void memory_follows_sessions_not_bytes(void **state) {
        struct summary *summary;
        struct buf log;

        (void)state;
        buf_init(&log, TEST_BYTES);
        for (int i = 0; i < 5000; i++)
                buf_printf(&log,
                           "2017.06.17 %02d:%02d:%02d Session (id=aaaa) was last active 0 ms ago: " DESKTOP(
                                   "1001") "\n"
                                           "2017.06.17 %02d:%02d:%02d HTTPBindLog: HTTP RECV(aaaa): <body sid=\"aaaa\" "
                                           "rid=\"%d\"/>\n",
                           i / 3600 % 24, i / 60 % 60, i % 60, i / 3600 % 24, i / 60 % 60, i % 60, 1000 + i);
        summary = fold_text(default_limits(), FAMILY_NOTIFICATION, buf_str(&log), NULL);
        assert_int_equal(summary->matched, 10000);
        assert_int_equal(summary->event_count, 5);
        assert_int_equal(summary->segments[0].rids.count, 1);
        assert_true(summary->arena.bytes < 16 * 1024);
        summary_free(summary);
        buf_release(&log);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(heartbeats_are_folded_away),
                cmocka_unit_test(runs_are_kept_when_they_are_a_story),
                cmocka_unit_test(all_else_about_sessions_is_kept),
                cmocka_unit_test(all_is_counted),
                cmocka_unit_test(sessions_learn_from_all_their_records),
                cmocka_unit_test(epochs_vote_for_offsets),
                cmocka_unit_test(the_next_poll_claims_an_address),
                cmocka_unit_test(the_web_service_tells_zone_host_and_product),
                cmocka_unit_test(one_change_of_state_is_one_event),
                cmocka_unit_test(requests_of_a_call_are_folded_away),
                cmocka_unit_test(a_bad_stamp_takes_its_neighbours),
                cmocka_unit_test(runs_go_on_over_members),
                cmocka_unit_test(memory_follows_sessions_not_bytes),
        };

        return cmocka_run_group_tests(tests, load_rules, free_rules);
}
