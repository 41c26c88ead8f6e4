/*
 * The answer about one agent and one moment as a page that goes into a case: question,
 * answer, what happened step by step, the records that show it, what to do next.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "findings/timing.h"
#include "findings/topic.h"
#include "report/explain_words.h"
#include "report/inventory.h"
#include "report/steps.h"
#include "report/text.h"

enum { LABEL_COLUMNS = 12, PAGE_COLUMNS = 100, MOST_FILES = 32, MOST_STEPS_TOLD = 2, MOST_ALSO = 6 };

struct page {
        struct writer out;
        const struct report *report;
        const struct explanation *explanation;
        uint32_t files[MOST_FILES]; /* indices of the inputs that were named */
        size_t file_count;
        int64_t last_ms; /* the step before, TIME_UNKNOWN without */
};

/* ------------------------------------------------------------- lines */

static void put_labelled(struct writer *out, const char *label, struct str text) {
        text_left(out, str_from(label), LABEL_COLUMNS);
        text_words(out, text, LABEL_COLUMNS, LABEL_COLUMNS, PAGE_COLUMNS);
        text_printf(out, "\n");
}

static bool is_named(const struct page *page, size_t input) {
        for (size_t i = 0; i < page->file_count; i++)
                if (page->files[i] == input)
                        return true;
        return false;
}

/* " [1:2452]": the report's index of the input, and the line. */
static void put_reference(struct page *page, const struct event *event) {
        if (!event || (page->file_count == MOST_FILES && !is_named(page, event->input)))
                return;
        if (!is_named(page, event->input))
                page->files[page->file_count++] = event->input;
        text_printf(&page->out, " [%lu:%llu]", (unsigned long)event->input, (unsigned long long)event->line);
}

/* Of another day than the question's, with its day. */
static void put_time(struct page *page, int64_t ms, bool whole) {
        char text[TIME_RFC3339_BYTES];

        time_format_utc(ms, text);
        text[strcspn(text, "T")] = ' ';
        text_printf(&page->out, "  %.*s", whole ? 23 : 12, text + (whole ? 0 : 11));
}

/* "  18:46:04.630  00:16:04.630     +0.6 s  " */
static void put_times(struct page *page, int64_t utc_ms) {
        const bool whole = !is_day_of_question(page->explanation, utc_ms);
        char span[MOMENT_BYTES], text[MOMENT_BYTES + 2] = "";

        put_time(page, utc_ms, whole);
        if (shows_server_time(page->explanation))
                put_time(page, utc_ms + (int64_t)page->explanation->zone * MS_PER_MINUTE, whole);
        if (page->last_ms != TIME_UNKNOWN)
                snprintf(text, sizeof(text), "%c%s", utc_ms < page->last_ms ? '-' : '+',
                         text_span(utc_ms - page->last_ms, span));
        text_right(&page->out, str_from(text), 14);
        text_printf(&page->out, "  ");
        page->last_ms = utc_ms;
}

/* ------------------------------------------------------------- the chain */

static const struct event *event_at(const struct event *const *events, size_t count, enum event_kind kind,
                                    int64_t at_ms) {
        for (size_t i = 0; i < count; i++)
                if (events[i]->utc_ms == at_ms && (kind == EVENT_OTHER || event_kind(events[i]) == kind))
                        return events[i];
        return NULL;
}

static const struct run *run_of(const struct finding *finding) {
        const struct session *closed = finding->forced ? finding->forced->closed : NULL;

        if (finding->run || !closed || closed->closure_run == SIZE_MAX)
                return finding->run;
        return &closed->runs[closed->closure_run];
}

/* The record that shows a step: of the agent, of its sessions, or the silence's samples. */
static const struct event *record_of(const struct page *page, const struct finding *finding, const struct step *step,
                                     enum event_kind kind) {
        const struct agent *agent = page->explanation->agent;
        const struct run *run = run_of(finding);
        const struct event *event = event_at(agent->events, agent->event_count, kind, step->at_ms);

        if (kind == EVENT_SAMPLE)
                return run ? run->samples[run->count - 1] : NULL;
        for (size_t i = 0; i < agent->session_count && !event; i++) {
                const struct session *session = &page->report->timeline.sessions[agent->sessions[i]];

                event = event_at(session->events, session->event_count, kind, step->at_ms);
        }
        return event;
}

static void put_state(struct page *page, const struct event *event) {
        char state[STATE_BYTES] = "";

        if (event)
                state_text(page->report, event, state);
        if (state[0])
                text_printf(&page->out, ": ");
        text_put(&page->out, str_from(state));
}

/* When it usually comes, where it did not. */
static void put_usual(struct page *page, const struct step *step) {
        const struct step_words *after = step->after ? step_words(str_from(step->after)) : NULL;
        char min[MOMENT_BYTES], max[MOMENT_BYTES];

        if (step->ok != STEP_OUT_OF_WINDOW || !after)
                return;
        text_printf(&page->out, " (usual: %s to %s after \"", text_span(step->min_ms, min),
                    text_span(step->max_ms, max));
        text_printf(&page->out, "%s\")", after->phrase);
}

/* That the web service began to wait is worth a line only where it began late. */
static bool is_told(const struct step *step, const struct step_words *words) {
        if (!words || (words->kind == EVENT_PRESENCE_MONITOR && step->ok != STEP_OUT_OF_WINDOW))
                return false;
        return step->at_ms != TIME_UNKNOWN || step->ok == STEP_OUT_OF_WINDOW;
}

static void put_step(struct page *page, const struct finding *finding, const struct step *step) {
        const struct step_words *words = step_words(str_from(step->name));
        const struct event *event;

        if (!is_told(step, words))
                return;
        if (step->at_ms == TIME_UNKNOWN) {
                text_left(&page->out, STR("  not in the logs"), shows_server_time(page->explanation) ? 44 : 30);
                text_printf(&page->out, "%s\n", words->phrase);
                return;
        }
        event = record_of(page, finding, step, words->kind);
        put_times(page, step->at_ms);
        text_printf(&page->out, "%s", words->phrase);
        if (words->kind == EVENT_CTI_REQUEST || words->kind == EVENT_CTI_STATE)
                put_state(page, event);
        put_usual(page, step);
        put_reference(page, event);
        text_printf(&page->out, "\n");
}

static const char *event_phrase(const struct event *event) {
        switch (event_kind(event)) {
        case EVENT_TERMINATED:
                return "the desktop ended its session";
        case EVENT_PRESENCE:
                return "the web service learned of the desktop's presence";
        case EVENT_CTI_REQUEST:
                return "the web service passed on a request for another state";
        case EVENT_CTI_STATE:
                return "the contact center told the agent's state";
        case EVENT_SERVER_STOPPED:
                return "the notification service stopped";
        case EVENT_SERVER_STARTED:
                return "the notification service started";
        case EVENT_REQUEST:
                return "a request of the desktop";
        case EVENT_SAMPLE:
                return "the server looked at the desktop's session";
        default:
                return "a record of the agent";
        }
}

static void put_event(struct page *page, const struct event *event) {
        if (!event)
                return;
        put_times(page, event->utc_ms);
        text_printf(&page->out, "%s", event_phrase(event));
        put_state(page, event);
        put_reference(page, event);
        text_printf(&page->out, "\n");
}

static void put_heading(struct page *page) {
        const bool known = shows_server_time(page->explanation);
        char zone[ZONE_BYTES] = "";

        if (known)
                zone_format(page->explanation->zone, zone);
        text_printf(&page->out, "\nWhat the logs show (UTC%s%s; time since the line before; [file:line])\n",
                    known ? ", server time " : "", zone);
}

static void put_chain(struct page *page) {
        const struct explanation *explanation = page->explanation;
        const struct matter *matter = explanation->decided ? &explanation->matters[0] : NULL;
        const struct finding *finding = matter ? matter->finding : NULL;
        struct step steps[MOST_STEPS];
        size_t count;

        if (!matter && !explanation->before && !explanation->after)
                return;
        put_heading(page);
        if (!matter) {
                put_event(page, explanation->before);
                put_event(page, explanation->after);
                return;
        }
        if (finding && finding->outage)
                for (size_t i = 0; i < finding->outage->marker_count; i++)
                        if (i == 0 || i + 1 == finding->outage->marker_count)
                                put_event(page, finding->outage->markers[i]);
        count = finding ? find_steps(&page->report->timeline, finding, steps) : 0;
        for (size_t i = 0; i < count; i++)
                put_step(page, finding, &steps[i]);
        if (count)
                return;
        if (matter->request != matter->event)
                put_event(page, matter->request);
        if (!finding || !finding->outage)
                put_event(page, matter->event);
}

/* ------------------------------------------------------ the rest of the page */

static const char *ground_phrase(enum ground ground) {
        static const char *const phrases[GROUND_COUNT] = {
                [GROUND_FORCED_OUT] = "the agent was forced out with reason code 255",
                [GROUND_OTHER_LOGOUT] = "the agent was logged out otherwise",
                [GROUND_LOST] = "the connection was lost",
                [GROUND_SILENT] = "the desktop fell silent",
                [GROUND_SIGNED_OFF] = "the desktop signed off",
                [GROUND_RECOVERED] = "the connection was interrupted and came back",
                [GROUND_NOT_READY] = "the agent was set to NOT_READY",
        };

        return phrases[ground];
}

/* What tells by its beginning when it was. */
static bool begins(const struct matter *matter) {
        return matter->ground == GROUND_SILENT || matter->ground == GROUND_RECOVERED;
}

/* Other things that befell the agent near the moment. */
static void put_also(struct page *page) {
        const struct explanation *explanation = page->explanation;

        const size_t first = explanation->decided ? 1 : 0;

        for (size_t i = first; i < explanation->near_count && i < first + MOST_ALSO; i++) {
                const struct matter *matter = &explanation->matters[i];

                if (i == first)
                        text_printf(&page->out, "\nAlso near\n");
                page->last_ms = TIME_UNKNOWN;
                put_times(page, begins(matter) ? matter->from_ms : matter->to_ms);
                text_printf(&page->out, "%s", ground_phrase(matter->ground));
                put_reference(page, matter->event);
                text_printf(&page->out, "\n");
        }
        if (explanation->near_count > first + MOST_ALSO)
                text_printf(&page->out, "  ... and %zu more\n", explanation->near_count - first - MOST_ALSO);
}

static void put_files(struct page *page) {
        if (page->file_count)
                text_printf(&page->out, "\nFiles\n");
        for (size_t i = 0; i < page->report->inputs.count; i++) {
                if (!is_named(page, i))
                        continue;
                text_printf(&page->out, "  [%zu] ", i);
                text_put(&page->out, page->report->inputs.items[i]->path);
                text_printf(&page->out, "\n");
        }
}

static void put_advice(struct page *page, const struct finding *finding) {
        const struct knowledge *knowledge = &page->report->ruleset->knowledge;
        const struct str product = inventory_known_product(page->report);
        char text[1024];
        size_t told = 0;

        for (size_t i = 0; finding && i < knowledge->advice_count; i++) {
                const struct advice *advice = &knowledge->advice[i];

                if (!advice_fits(advice, finding, product) || told++ >= MOST_STEPS_TOLD)
                        continue;
                text_printf(&page->out, told == 1 ? "\nNext steps\n  - " : "  - ");
                snprintf(text, sizeof(text), "%.*s (%.*s)", (int)advice->step.n, advice->step.p, (int)advice->source.n,
                         advice->source.p);
                text_words(&page->out, str_from(text), 4, 4, PAGE_COLUMNS);
                text_printf(&page->out, "\n");
        }
        if (told > MOST_STEPS_TOLD)
                text_printf(&page->out, "  - %zu more in the report of 'boshscope analyze'\n", told - MOST_STEPS_TOLD);
}

static int put_question(struct page *page) {
        const struct explanation *explanation = page->explanation;
        struct str name = explanation->agent ? explanation->agent->name : explanation->asked;
        char at[MOMENT_BYTES];
        struct buf text;
        int r;

        buf_init(&text, name.n + 512);
        r = buf_add(&text, STR("Was it the connection that logged agent "));
        if (r == 0)
                r = buf_add(&text, name);
        if (r == 0)
                r = buf_printf(&text, " out at %s?", moment_text(explanation, explanation->at_ms, false, at));
        if (r == 0)
                put_labelled(&page->out, "Question", buf_str(&text));
        buf_release(&text);
        return r;
}

static void put_answer(struct page *page, const struct words *words) {
        static const char *const answers[] = { "YES.", "NO.", "UNKNOWN." };
        const char *answer = answers[page->explanation->answer];

        text_left(&page->out, STR("Answer"), LABEL_COLUMNS);
        text_printf(&page->out, "%s ", answer);
        text_words(&page->out, words->sentences[0], LABEL_COLUMNS + strlen(answer) + 1, LABEL_COLUMNS, PAGE_COLUMNS);
        text_printf(&page->out, "\n");
        for (size_t i = 1; i < words->count; i++)
                put_labelled(&page->out, i == 1 ? "Why" : "", words->sentences[i]);
        put_labelled(&page->out, "Confidence", str_from(confidence_name(page->explanation->confidence)));
        if (page->explanation->zone == ZONE_UNKNOWN)
                put_labelled(&page->out, "Clock",
                             STR("unknown: the notification service's times are taken for UTC; --tz tells better"));
        if (!page->report->complete)
                put_labelled(&page->out, "Complete",
                             STR("NO: input was damaged, cut or limited; 'boshscope info' says where"));
}

int report_write_explain_text(const struct report *report, struct str agent, int64_t at_ms, writer_fn *write,
                              void *userdata) {
        struct explanation explanation;
        struct words words;
        struct page page = { .report = report, .explanation = &explanation, .last_ms = TIME_UNKNOWN };
        int r = explain_ask(&explanation, report, agent, at_ms);

        if (r == 0)
                r = explain_in_words(&words, &explanation, report);
        if (r == 0) {
                writer_init(&page.out, write, userdata);
                r = put_question(&page);
        }
        if (r == 0) {
                put_answer(&page, &words);
                put_chain(&page);
                put_also(&page);
                put_files(&page);
                put_advice(&page, explanation.held_by   ? explanation.held_by
                                  : explanation.decided ? explanation.matters[0].finding
                                                        : NULL);
                r = writer_finish(&page.out);
        }
        explain_release(&explanation);
        return r;
}
