/*
 * What the tests from folds to findings share: logs as text go in, what was made
 * of them comes out as text, so that two analyses can be compared as a whole.
 *
 *      analysis_open -> analysis_add (a log) ... -> analysis_join -> write_* -> analysis_close
 */
#ifndef TESTS_ANALYSIS_SUPPORT_H
#define TESTS_ANALYSIS_SUPPORT_H

#include "reader_support.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/order.h"
#include "findings/finding.h"
#include "timeline/fold.h"

/* The pack compiled into the library; main() loads it for all tests. */
static struct ruleset *rules;

UNUSED static int load_rules(void **state) {
        (void)state;
        return ruleset_load(NULL, NULL, NULL, &rules);
}

UNUSED static int free_rules(void **state) {
        (void)state;
        ruleset_free(rules);
        return 0;
}

/* -------------------------------------------------------- records of logs */

/* A desktop, and the server's domain. */
#define AT_FIN "@fin1.example.com"
#define DESKTOP(agent) agent AT_FIN "/desktop"

/* The notification service's records on 17 June 2017; times as "00:16:04". */
#define NOTE(time, text) "2017.06.17 " time " " text "\n"
#define SAMPLE(time, sid, agent, ms) NOTE(time, "Session (id=" sid ") was last active " ms " ms ago: " DESKTOP(agent))
#define BARE_SAMPLE(time, agent, ms) NOTE(time, "Session was last active " ms " ms ago: " DESKTOP(agent))
#define RECV(time, sid, rid) NOTE(time, "HTTPBindLog: HTTP RECV(" sid "): <body sid=\"" sid "\" rid=\"" rid "\"/>")
#define TERMINATE(time, sid, rid)                                                                                      \
        NOTE(time, "HTTPBindLog: HTTP RECV(" sid "): <body rid=\"" rid "\" sid=\"" sid "\" type=\"terminate\"/>")
#define CREATED(time, sid)                                                                                             \
        NOTE(time, "HTTPBindLog: HTTP SENT(" sid "): <body authid=\"" sid "\" sid=\"" sid                              \
                   "\" inactivity=\"60\" wait=\"30\"/>")
#define BOUND(time, sid, agent)                                                                                        \
        NOTE(time, "HTTPBindLog: HTTP SENT(" sid                                                                       \
                   "): <body xmlns='x'><iq type=\"result\"><bind><jid>" DESKTOP(agent) "</jid></bind></iq></body>")
#define CLOSING(time, sid, agent)                                                                                      \
        NOTE(time, "Closing idle session (id=" sid "): " DESKTOP(agent))                                               \
        "after inactivity for more than threshold value of 60\n"
#define CLOSED(time, agent) NOTE(time, "A session is closed for " DESKTOP(agent))
#define REQUEST_FROM(time, ip)                                                                                         \
        NOTE(time, "REQUEST /http-bind/ on org.eclipse.jetty.server.nio.SelectChannelConnector"                        \
                   "$SelectChannelHttpConnection@20a8b0eb@10.10.20.5:7443<->" ip ":45435")

/* The web service's, in UTC unless the zone is said; times as "00:16:04.630". */
#define WEB_IN(zone, time, text) "0000001043: 10.10.20.5: Jun 17 2017 " time " " zone ": %CCBU_worker-6-" text "\n"
#define WEB(time, text) WEB_IN("+0000", time, text)
#define PRESENCE(time, jid, kind)                                                                                      \
        WEB(time, "PRESENCE_NOTIFICATION_RECIEVED: %[FROM JID=" jid "][PRESENCE_TYPE=" kind "]: text")
#define CTI_REQUEST(time, agent, state, reason, force)                                                                 \
        WEB(time, "MESSAGE_TO_CTI_SERVER: %[cti_message=Invoke id :24 , agentstate : " state                           \
                  ", workmode : 0, reason code: " reason ", forceflag :" force ", agenttext: " agent                   \
                  ", agentid: " agent "]: text")
#define CTI_STATE(time, agent, state, reason)                                                                          \
        WEB(time, "DECODED_MESSAGE_FROM_CTI_SERVER: %[cti_message=CTIAgentStateEvent [agentState=" state               \
                  ", eventReasonCode=" reason ", agentID=" agent "]CTIMessageBean [deploymentType=CCX]]: text")

/* ---------------------------------------------------------------- folding */

/* One member, as the pipeline reads it. */
UNUSED static struct summary *fold_text(const struct limits *limits, enum family family, struct str text,
                                        struct oddity *ret_bad_stamps) {
        struct matcher *matcher = matcher_new(limits->match_limit);
        struct fold *fold = fold_new(rules, limits, family);
        struct text_stream stream = text_stream(text);
        struct summary *summary = NULL;
        struct reader reader;
        struct record record;
        struct match match;
        int r;

        assert_non_null(matcher);
        assert_non_null(fold);
        reader_init(&reader, &stream.stream, limits, 4096);
        reader_set_family(&reader, family);
        while ((r = reader_next(&reader, &record)) > 0) {
                r = matcher_match(matcher, rules, family, record.text, record.header.message_at, &match, NULL);
                assert_true(r >= 0);
                assert_int_equal(fold_record(fold, &record, r > 0 ? match.rule : NULL, match.values), 0);
        }
        assert_int_equal(r, 0);
        if (ret_bad_stamps)
                *ret_bad_stamps = *fold_bad_stamps(fold);
        assert_int_equal(fold_finish(fold, &summary), 0);
        fold_free(fold);
        summary->lines = reader.counts.lines;
        summary->records = reader.counts.records;
        summary->continuation_lines = reader.counts.continuation_lines;
        summary->orphan_lines = reader.counts.orphan_lines;
        summary->bytes = reader.cutter.bytes;
        summary->crc32 = reader.crc32;
        reader_release(&reader);
        matcher_free(matcher);
        return summary;
}

/* --------------------------------------------------------------- analysis */

struct analysis {
        struct limits limits;
        struct inputs inputs;
        struct diags diags;
        struct timeline timeline;
        struct findings findings;
        bool joined;
};

UNUSED static void analysis_open(struct analysis *analysis) {
        *analysis = (struct analysis){ 0 };
        limits_init(&analysis->limits);
        inputs_init(&analysis->inputs);
        diags_init(&analysis->diags);
}

UNUSED static void analysis_close(struct analysis *analysis) {
        if (analysis->joined) {
                findings_release(&analysis->findings);
                timeline_release(&analysis->timeline);
        }
        inputs_release(&analysis->inputs);
        diags_release(&analysis->diags);
}

/* A log; its content says of which family. Nothing happens without a record. */
UNUSED static void analysis_add(struct analysis *analysis, const char *name, struct str text) {
        enum family family = family_by_content(text, NULL);
        struct input *input;

        if (!family_is_read(family))
                return;
        assert_int_equal(inputs_add(&analysis->inputs, str_from(name), str_from(name), &input), 0);
        input->family = family;
        input->summary = fold_text(&analysis->limits, family, text, NULL);
        input->status = INPUT_ANALYSED;
        input->bytes = input->summary->bytes;
        input->crc32 = input->summary->crc32;
}

UNUSED static void analysis_join_in_window(struct analysis *analysis, int16_t zone, int64_t from_ms, int64_t to_ms) {
        assert_int_equal(
                timeline_join(&analysis->timeline, rules, &analysis->limits, &analysis->inputs, zone, &analysis->diags),
                0);
        assert_int_equal(findings_detect(&analysis->findings, &analysis->timeline, from_ms, to_ms), 0);
        analysis->joined = true;
}

UNUSED static void analysis_join(struct analysis *analysis, int16_t zone) {
        analysis_join_in_window(analysis, zone, TIME_UNKNOWN, TIME_UNKNOWN);
}

/* ---------------------------------------------------------------- as text */

/* "00:16:04.630", on other days with the date; "-" when unknown. */
UNUSED static void write_time(struct buf *out, int64_t utc_ms) {
        char text[TIME_RFC3339_BYTES];

        if (utc_ms == TIME_UNKNOWN) {
                buf_add_byte(out, '-');
                return;
        }
        time_format_utc(utc_ms, text);
        if (strncmp(text, "2017-06-17T", 11) == 0)
                buf_add(out, (struct str){ text + 11, 12 });
        else
                buf_add(out, str_from(text));
}

UNUSED static void write_word(struct buf *out, struct str word) {
        buf_add_byte(out, ' ');
        buf_add(out, word.n ? word : STR("-"));
}

UNUSED static void write_span(struct buf *out, int64_t from_ms, int64_t to_ms) {
        buf_add_byte(out, ' ');
        write_time(out, from_ms);
        buf_add(out, STR(".."));
        write_time(out, to_ms);
}

UNUSED static void write_forced(struct buf *out, const struct finding *finding) {
        int64_t reason;

        buf_printf(out, " attempts=%" PRIu64 "%s", finding->forced->attempts,
                   finding->forced->requested ? "" : " unrequested");
        if (finding->forced->result && event_number(finding->forced->result, FIELD_REASON, &reason))
                buf_printf(out, " result=%" PRId64, reason);
}

/* "idle_escalation 1001 aaaa 00:14:50.770..00:16:04.000 closed peak=63230 samples=3 low" */
UNUSED static void write_finding_line(struct buf *out, const struct finding *finding) {
        buf_add(out, str_from(finding_kind_name(finding->kind)));
        write_word(out, finding->agent);
        if (finding->kind == FINDING_IDLE_ESCALATION || finding->kind == FINDING_IDLE_CLOSURE)
                write_word(out, finding->sid);
        write_span(out, finding->start_ms, finding->end_ms);
        if (finding->kind == FINDING_IDLE_ESCALATION)
                buf_printf(out, " %s peak=%" PRId64 " samples=%zu", outcome_name(finding->run->outcome),
                           finding->run->peak_idle_ms, finding->run->count);
        if (finding->kind == FINDING_FORCED_LOGOUT)
                write_forced(out, finding);
        buf_printf(out, " %s\n", severity_name(finding->severity));
}

/* What silent clients and forced logouts make; bursts and restarts have tests of their own. */
UNUSED static bool is_of_one_agent(const struct finding *finding) {
        return finding->kind == FINDING_IDLE_ESCALATION || finding->kind == FINDING_IDLE_CLOSURE ||
               finding->kind == FINDING_FORCED_LOGOUT;
}

UNUSED static struct buf write_findings(const struct analysis *analysis) {
        struct buf out;

        buf_init(&out, TEST_BYTES);
        for (size_t i = 0; i < analysis->findings.count; i++)
                if (is_of_one_agent(&analysis->findings.items[i]))
                        write_finding_line(&out, &analysis->findings.items[i]);
        buf_text(&out);
        return out;
}

/* A run that tells a story; the others may be seen at the edges of files only. */
UNUSED static bool is_told(const struct run *run) {
        return run->peak_idle_ms >= REPORTED_IDLE_MS || run->outcome == OUTCOME_CLOSED;
}

UNUSED static void write_session(struct buf *out, const struct session *session) {
        buf_add(out, STR("session"));
        write_word(out, session->sid);
        write_word(out, session->node);
        write_word(out, session->jid);
        write_span(out, session->first_ms, session->last_ms);
        buf_printf(out, " polls=%" PRIu64 " peak=%" PRId64 " wait=%" PRId64 " inactivity=%" PRId64 " %s",
                   session->polls, session->peak_idle_ms, session->wait_s, session->inactivity_s,
                   ended_by_name(session->ended_by));
        write_span(out, session->opened_ms, session->closed_ms);
        buf_add(out, STR(" last_request="));
        write_time(out, session->last_request_ms);
        buf_add_byte(out, '\n');
        for (size_t i = 0; i < session->run_count; i++) {
                const struct run *run = &session->runs[i];

                if (!is_told(run))
                        continue;
                buf_add(out, STR("  run"));
                write_span(out, run->silent_since_ms, run->ended_ms);
                buf_printf(out, " %s peak=%" PRId64 " samples=%zu agreeing=%zu disagreeing=%zu\n",
                           outcome_name(run->outcome), run->peak_idle_ms, run->count, run->agreeing, run->disagreeing);
        }
}

/* In the order of the texts, which begin with their times: records of one second
 * may stand in files of another order. */
UNUSED static void write_evidence(struct buf *out, const struct finding *finding) {
        struct str *texts = calloc(finding->evidence_count + 1, sizeof(*texts));

        assert_non_null(texts);
        for (size_t i = 0; i < finding->evidence_count; i++)
                texts[i] = finding->evidence[i]->text;
        qsort(texts, finding->evidence_count, sizeof(*texts), compare_strs);
        for (size_t i = 0; i < finding->evidence_count; i++)
                buf_printf(out, "  %.*s\n", (int)texts[i].n, texts[i].p);
        free(texts);
}

/* Sessions, agents and findings with their evidence: all that does not name a
 * file, and not what is counted from neighbouring lines (addresses). */
UNUSED static struct buf write_all(const struct analysis *analysis) {
        const struct timeline *timeline = &analysis->timeline;
        struct buf out;

        buf_init(&out, TEST_BYTES);
        for (size_t i = 0; i < timeline->session_count; i++)
                write_session(&out, &timeline->sessions[i]);
        for (size_t i = 0; i < timeline->agents.count; i++) {
                const struct agent *agent = &timeline->agents.items[i];

                buf_printf(&out, "agent %.*s %s sessions=%zu\n", (int)agent->name.n, agent->name.p,
                           agent->listed ? "listed" : "unlisted", agent->session_count);
        }
        for (size_t i = 0; i < analysis->findings.count; i++) {
                const struct finding *finding = &analysis->findings.items[i];

                buf_printf(&out, "%s ", finding->id);
                write_finding_line(&out, finding);
                buf_printf(&out, "  %.*s\n", (int)finding->why.n, finding->why.p);
                write_evidence(&out, finding);
        }
        buf_text(&out);
        return out;
}

UNUSED static const struct session *find_session(const struct analysis *analysis, const char *sid) {
        for (size_t i = 0; i < analysis->timeline.session_count; i++)
                if (str_eq(analysis->timeline.sessions[i].sid, str_from(sid)))
                        return &analysis->timeline.sessions[i];
        fail_msg("no session %s", sid);
        return NULL;
}

#endif
