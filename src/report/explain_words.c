#include "report/explain_words.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "findings/burst.h"
#include "findings/cause.h"
#include "findings/reason.h"
#include "report/text.h"

static int64_t server_offset_ms(const struct explanation *explanation) {
        return explanation->zone == ZONE_UNKNOWN ? 0 : (int64_t)explanation->zone * MS_PER_MINUTE;
}

bool is_day_of_question(const struct explanation *explanation, int64_t utc_ms) {
        const int64_t offset = server_offset_ms(explanation);

        return time_day(utc_ms) == time_day(explanation->at_ms) &&
               time_day(utc_ms + offset) == time_day(explanation->at_ms + offset);
}

bool shows_server_time(const struct explanation *explanation) {
        return explanation->zone != ZONE_UNKNOWN && explanation->zone != 0;
}

const char *moment_text(const struct explanation *explanation, int64_t utc_ms, bool brief,
                        char text[static MOMENT_BYTES]) {
        const size_t skipped = brief && is_day_of_question(explanation, utc_ms) ? strlen("2017-06-16 ") : 0;
        char utc[TEXT_TIME_BYTES], local[TEXT_TIME_BYTES];

        text_time(utc_ms, utc);
        text_time(utc_ms + server_offset_ms(explanation), local);
        if (!shows_server_time(explanation))
                snprintf(text, MOMENT_BYTES, "%s UTC", utc + skipped);
        else
                snprintf(text, MOMENT_BYTES, "%s UTC (%s server time)", utc + skipped, local + skipped);
        return text;
}

__attribute__((format(printf, 2, 3))) static void say(struct words *words, const char *format, ...) {
        char text[SENTENCE_BYTES];
        va_list args;

        if (words->error < 0 || words->count == MOST_SENTENCES)
                return;
        va_start(args, format);
        vsnprintf(text, sizeof(text), format, args);
        va_end(args);
        words->error = arena_str(words->arena, str_from(text), &words->sentences[words->count]);
        words->count += words->error == 0;
}

static void say_str(struct words *words, struct str sentence) {
        say(words, "%.*s", (int)sentence.n, sentence.p);
}

static const char *when(const struct words *words, int64_t utc_ms, char text[static MOMENT_BYTES]) {
        return moment_text(words->explanation, utc_ms, true, text);
}

static struct str name_of(const struct report *report, const struct reason *reason) {
        return reason_name(&report->ruleset->knowledge, reason->product, reason->code, reason->state_name);
}

/* "with reason code 22 (logout by a supervisor)" */
static const char *with_reason(const struct words *words, const struct event *event, char text[static STATE_BYTES]) {
        struct reason reason;
        struct str name;

        if (!reason_of(event, &reason))
                return "without a reason code";
        name = name_of(words->report, &reason);
        snprintf(text, STATE_BYTES, name.n ? "with reason code %lld (%.*s)" : "with reason code %lld",
                 (long long)reason.code, (int)name.n, name.p);
        return text;
}

const char *state_text(const struct report *report, const struct event *event, char text[static STATE_BYTES]) {
        struct str state = { 0 }, name;
        struct reason reason;
        int64_t number = -1;

        text[0] = '\0';
        if (event_kind(event) == EVENT_PRESENCE && event_text(event, FIELD_PRESENCE, &state))
                snprintf(text, STATE_BYTES, "%.*s", (int)(state.n < 32 ? state.n : 32), state.p);
        if (event_kind(event) != EVENT_CTI_STATE && event_kind(event) != EVENT_CTI_REQUEST)
                return text;
        event_number(event, FIELD_STATE, &number);
        state = state_name_of(event, number);
        snprintf(text, STATE_BYTES, state.n ? "%.*s" : "state unknown", (int)(state.n < 32 ? state.n : 32), state.p);
        if (!reason_of(event, &reason))
                return text;
        name = name_of(report, &reason);
        snprintf(text + strlen(text), STATE_BYTES - strlen(text),
                 name.n ? ", reason code %lld (%.*s)" : ", reason code %lld", (long long)reason.code,
                 (int)(name.n < 100 ? name.n : 100), name.p);
        return text;
}

/* ----------------------------------------------------------- forced out */

static void say_silence(struct words *words, const struct session *closed) {
        const struct run *run = closed->closure_run == SIZE_MAX ? NULL : &closed->runs[closed->closure_run];
        long long threshold_s = session_threshold_s(&words->report->timeline, closed);
        char silent[MOMENT_BYTES], end[MOMENT_BYTES];

        if (run)
                say(words,
                    "A desktop keeps one request open at the server all the time. From %s on this one had none, and "
                    "after %s the server closed its session (limit %lld s).",
                    when(words, run->silent_since_ms, silent),
                    text_span(closed->closure->utc_ms - run->silent_since_ms, end), threshold_s);
        else
                say(words,
                    "A desktop keeps one request open at the server all the time. This one had none for more than %lld "
                    "s, and at %s the server closed its session.",
                    threshold_s, when(words, closed->closure->utc_ms, end));
}

/* Undetermined or unexplained. */
static void say_unknown_cause(struct words *words, const struct finding *finding) {
        const struct forced_logout *forced = finding->forced;
        char at[MOMENT_BYTES];

        if (forced->loss)
                say(words, "The desktop was gone from %s on; what ended it is not in these logs.",
                    when(words, forced->loss->utc_ms, at));
        else if (forced->back)
                say(words, "The desktop had been gone before, but was back at %s: its connection does not explain it.",
                    when(words, forced->back->utc_ms, at));
        else if (forced->cause == CAUSE_UNEXPLAINED)
                say(words, "The desktop was not gone: the web service's log covers the 3 minutes before and notes no "
                           "loss.");
        else
                say(words, "No loss of the desktop before it is in these logs.");
        for (size_t i = 0; i < FINDING_MISSING && finding->missing[i]; i++)
                say(words, "Missing: %s.", finding->missing[i]);
}

static void say_cause(struct words *words, const struct finding *finding) {
        switch (finding->forced->cause) {
        case CAUSE_IDLE_CLOSURE:
                say_silence(words, finding->forced->closed);
                return;
        case CAUSE_SERVER_EVENT:
                say(words,
                    "The desktop was lost because the server's notification service, which holds its connection, "
                    "%s.",
                    outage_is_clean(finding->outage) ? "was stopped" : "crashed or was killed");
                return;
        case CAUSE_PRESENCE_LOSS:
                say(words, "The desktop went without having been silent before: its browser was closed, refreshed or "
                           "crashed, or the agent signed off.");
                return;
        default:
                say_unknown_cause(words, finding);
        }
}

static void say_forced(struct words *words, const struct matter *matter) {
        const struct finding *finding = matter->finding;
        const struct event *result = finding->forced->result;
        char at[MOMENT_BYTES], text[STATE_BYTES];

        if (!finding->forced->requested)
                say(words, "The agent was logged out at %s %s.", when(words, matter->to_ms, at),
                    result ? with_reason(words, result, text) : "with reason code 255");
        else
                say(words,
                    "At %s the server (its web service) forced the agent out with reason code 255; the contact center "
                    "answered %s.",
                    when(words, finding->end_ms, at),
                    result ? state_text(words->report, result, text) : "nothing that is in the logs");
        say_cause(words, finding);
}

/* --------------------------------------------------------- other matters */

static void say_not_asked(struct words *words) {
        say(words, "The server (its web service) did not force it in these logs. The contact center gives this code "
                   "also where a connection failed: its own logs have to tell.");
}

static void say_other_logout(struct words *words, const struct matter *matter) {
        char at[MOMENT_BYTES], asked[MOMENT_BYTES], reason[STATE_BYTES];

        if (event_kind(matter->event) == EVENT_CTI_REQUEST) {
                say(words,
                    "The agent's logout was asked for at %s, not forced by the server; no state change answers it "
                    "in the logs.",
                    when(words, matter->from_ms, at));
                return;
        }
        say(words, "The agent was logged out at %s %s.", when(words, matter->from_ms, at),
            with_reason(words, matter->event, reason));
        if (words->explanation->answer == ANSWER_UNKNOWN)
                say_not_asked(words);
        else if (matter->request)
                say(words,
                    "It was asked for from a desktop, the agent's own or a supervisor's, at %s; the server did not "
                    "force it.",
                    when(words, matter->request->utc_ms, asked));
        else
                say(words, "The server did not force it: that would be reason code 255, and none is in the logs then.");
}

static void say_lost(struct words *words, const struct matter *matter) {
        const struct session *back = words->explanation->back;
        char at[MOMENT_BYTES];

        say(words, "The agent's connection was lost at %s.", when(words, matter->to_ms, at));
        if (matter->session && matter->session->closure && matter->finding->kind == FINDING_IDLE_CLOSURE)
                say_silence(words, matter->session);
        else
                say_str(words, matter->finding->why);
        if (back)
                say(words, "The agent signed in again at %s.", when(words, back->bound_ms, at));
        say(words, words->explanation->web ? "The loss alone logs nobody out, and no logout came of it."
                                           : "Whether a logout came of it cannot be told: the web service's log does "
                                             "not cover the 3 minutes after.");
}

static void say_silent(struct words *words, const struct matter *matter) {
        char at[MOMENT_BYTES];

        say(words, "The agent's desktop fell silent at %s, and no later record tells how it went on.",
            when(words, matter->from_ms, at));
        say_str(words, matter->finding->why);
}

static void say_recovered(struct words *words, const struct matter *matter) {
        char from[MOMENT_BYTES], lasted[MOMENT_BYTES];

        say(words,
            "The desktop's connection was interrupted at %s, but %s after %s: the server did not close it, and nobody "
            "was "
            "logged out by it.",
            when(words, matter->from_ms, from),
            matter->finding->run->outcome == OUTCOME_REPLACED ? "the agent signed in anew" : "it came back",
            text_span(matter->to_ms - matter->from_ms, lasted));
}

static void say_signed_off(struct words *words, const struct matter *matter) {
        char at[MOMENT_BYTES];

        if (event_kind(matter->event) == EVENT_TERMINATED)
                say(words,
                    "At %s the desktop itself ended its session: it was closed properly, or left or reloaded its "
                    "page.",
                    when(words, matter->from_ms, at));
        else
                say(words,
                    "At %s the desktop went without having been silent: its browser was closed or refreshed, or "
                    "the agent signed off. No logout came of it in these logs.",
                    when(words, matter->from_ms, at));
}

static void say_not_ready(struct words *words, const struct matter *matter) {
        char at[MOMENT_BYTES], reason[STATE_BYTES];

        say(words, "The agent was not logged out, but set to NOT_READY at %s %s.", when(words, matter->from_ms, at),
            with_reason(words, matter->event, reason));
        if (words->explanation->answer == ANSWER_UNKNOWN)
                say_not_asked(words);
}

/* ---------------------------------------------------------- whose side */

static const char *of_many(const struct words *words, char text[static 256]) {
        const struct explanation *explanation = words->explanation;
        size_t used = 0;

        text[0] = '\0';
        for (size_t i = 0; i < explanation->other_count && i < 5; i++)
                used += (size_t)snprintf(
                        text + used, 256 - used, "%s%.*s", i ? ", " : "",
                        (int)(explanation->others[i]->name.n < 40 ? explanation->others[i]->name.n : 40),
                        explanation->others[i]->name.p);
        if (explanation->other_count > 5)
                snprintf(text + used, 256 - used, " and others");
        return text;
}

static void say_fault(struct words *words) {
        const struct explanation *explanation = words->explanation;
        char others[256];

        if (!explanation->faulted)
                return;
        if (explanation->fault == VERDICT_CLIENT_SIDE)
                say(words, "That points to the agent's side: the PC, the browser, or the network between them and the "
                           "server.");
        else if (explanation->fault == VERDICT_SERVER_SIDE)
                say(words, "That points to the server, not to the agent's PC or network.");
        else if (explanation->fault == VERDICT_NETWORK_SEGMENT)
                say(words,
                    "That points to a part of the network that the lost desktops share, not to this agent's PC.");
        else
                say(words, "Whose side it was on cannot be told from these logs.");
        if (explanation->held_by && explanation->held_by != explanation->matters[0].finding)
                say_str(words, explanation->held_by->why);
        if (explanation->other_count == 0)
                say(words, "No other agent lost the connection within a minute of it.");
        else
                say(words, "Within a minute of it %zu other agent%s lost the connection as well: %s.",
                    explanation->other_count, explanation->other_count == 1 ? "" : "s", of_many(words, others));
}

/* ----------------------------------------------------------- no matter */

static void say_connected(struct words *words) {
        const struct explanation *explanation = words->explanation;

        say(words, "No loss of the agent's connection and no logout are logged within 5 minutes of that moment.");
        if (explanation->session)
                say(words, "The desktop's session was open before it and after it%s.",
                    explanation->samples ? ", and the server, which looks at every session each 30 s, saw no silence"
                                         : "");
        if (explanation->web)
                say(words, "The web service's log covers the moment and notes neither a loss of the desktop nor a "
                           "logout.");
        else
                say(words, "Whether something else logged the agent out cannot be told: the web service's log does not "
                           "cover the moment.");
}

static void say_not_signed_in(struct words *words) {
        say(words, "The agent was not signed in at that moment, and nothing is logged of the agent within 5 minutes of "
                   "it.");
}

static void say_not_covered(struct words *words) {
        say(words, "Nobody can tell: the logs do not cover that moment, and nothing is logged of the agent within 5 "
                   "minutes of it.");
}

static void say_unknown_agent(struct words *words) {
        const struct explanation *explanation = words->explanation;
        char names[256] = "";
        size_t used = 0;

        say(words, "No record of these logs names that agent; they name %zu others.",
            words->report->timeline.agents.count);
        for (size_t i = 0; i < explanation->similar_count; i++)
                used += (size_t)snprintf(
                        names + used, sizeof(names) - used, "%s%.*s", i ? ", " : "",
                        (int)(explanation->similar[i]->name.n < 40 ? explanation->similar[i]->name.n : 40),
                        explanation->similar[i]->name.p);
        if (used)
                say(words, "Similar: %s.", names);
}

static void say_lacks(struct words *words) {
        const struct explanation *explanation = words->explanation;

        for (size_t i = 0; i < explanation->lack_count; i++) {
                const struct lack *lack = &explanation->lacks[i];
                const char *what = lack->family == FAMILY_WEBSERVICES ? "web service's log (Desktop-webservices)"
                                   : lack->debug                      ? "notification service's debug log"
                                                 : "notification service's log of closures (info.log)";
                char from[MOMENT_BYTES], to[MOMENT_BYTES];

                if (!lack->cover || lack->cover->from_ms == TIME_UNKNOWN)
                        say(words, "Missing: the %s is not in this bundle.", what);
                else
                        say(words, "Missing: the %s for that moment; this bundle has it from %s to %s%s.", what,
                            when(words, lack->cover->from_ms, from), when(words, lack->cover->to_ms, to),
                            explanation->at_ms > lack->cover->from_ms && explanation->at_ms < lack->cover->to_ms
                                    ? ", with a gap there"
                                    : "");
        }
}

/* ----------------------------------------------------- what may help further */

static const char *matter_phrase(const struct matter *matter) {
        static const char *const phrases[GROUND_COUNT] = {
                [GROUND_FORCED_OUT] = "forced out",      [GROUND_OTHER_LOGOUT] = "logged out",
                [GROUND_LOST] = "lost the connection",   [GROUND_SILENT] = "fell silent",
                [GROUND_SIGNED_OFF] = "signed off",      [GROUND_RECOVERED] = "interrupted, and back",
                [GROUND_NOT_READY] = "set to NOT_READY",
        };

        return phrases[matter->ground];
}

/* Nothing near: the nearest there is, and what the time means where it was read off the
 * server's clock. */
static void say_nearest(struct words *words) {
        const struct explanation *explanation = words->explanation;
        const struct matter *nearest = explanation->matters;
        char at[MOMENT_BYTES], distance[MOMENT_BYTES];

        if (explanation->count == explanation->near_count)
                return;
        nearest += explanation->near_count;
        say(words, "The nearest that befell the agent is %s %s: %s at %s.",
            text_span(matter_distance(nearest, explanation->at_ms), distance),
            nearest->to_ms < explanation->at_ms ? "before" : "after", matter_phrase(nearest),
            when(words, nearest->to_ms, at));
        if (explanation->local_instead)
                say(words,
                    "If the time was read off the server's clock, %s is meant: there something is logged. Ask "
                    "again with the server's offset behind the time.",
                    when(words, time_to_utc(explanation->at_ms, explanation->zone), at));
}

static void say_matter(struct words *words) {
        const struct matter *matter = &words->explanation->matters[0];

        switch (matter->ground) {
        case GROUND_FORCED_OUT:
                say_forced(words, matter);
                break;
        case GROUND_OTHER_LOGOUT:
                say_other_logout(words, matter);
                break;
        case GROUND_LOST:
                say_lost(words, matter);
                break;
        case GROUND_SILENT:
                say_silent(words, matter);
                break;
        case GROUND_SIGNED_OFF:
                say_signed_off(words, matter);
                break;
        case GROUND_RECOVERED:
                say_recovered(words, matter);
                break;
        default:
                say_not_ready(words, matter);
        }
        say_fault(words);
}

int explain_ask(struct explanation *explanation, const struct report *report, struct str agent, int64_t at_ms) {
        int r = redact_question(report->redact, &report->timeline.agents, &agent);

        if (r == 0)
                return explain_find(explanation, &report->timeline, &report->findings, agent, at_ms);
        *explanation = (struct explanation){ .at_ms = at_ms };
        return r;
}

int explain_in_words(struct words *words, struct explanation *explanation, const struct report *report) {
        *words = (struct words){ .explanation = explanation, .report = report, .arena = &explanation->arena };
        if (explanation->decided)
                say_matter(words);
        else if (explanation->ground == GROUND_CONNECTED)
                say_connected(words);
        else if (explanation->ground == GROUND_NOT_SIGNED_IN)
                say_not_signed_in(words);
        else if (explanation->ground == GROUND_NOT_COVERED)
                say_not_covered(words);
        else
                say_unknown_agent(words);
        if (!explanation->decided) {
                say_lacks(words);
                say_nearest(words);
        }
        return words->error;
}
