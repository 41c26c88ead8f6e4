#include "render/timeline.h"

#include "render/lines.h"
#include "render/page.h"
#include "render/words.h"
#include "report/text.h"

struct telling {
        struct page page;
        const struct view *view;
        const struct style *style;
        struct phrase phrase;
        int64_t last; /* the step before; TIME_UNKNOWN without */
};

/* ------------------------------------------------------------- one line */

static void add_place(struct telling *telling, int64_t input, int64_t line) {
        if (input == VIEW_NONE)
                return;
        phrase_say(&telling->phrase, " [");
        words_place(&telling->phrase, telling->view, input, line);
        phrase_say(&telling->phrase, "]");
}

/* Whose story it is, the head has said. */
static bool is_said(const struct line_of *line, const struct view_field *field) {
        const struct view_session *session = line->session;

        return str_eq(field->key, STR("epoch_ms")) ||
               (session && str_eq(field->key, STR("sid")) && str_eq(field->value, session->sid)) ||
               (session && str_eq(field->key, STR("jid")) && str_eq(field->value, session->jid)) ||
               (line->agent && str_eq(field->key, STR("agent")) && str_eq(field->value, line->agent->agent));
}

/* "session_sample, idle_ms 13230 [debug.log:2642]" */
static void say_event(struct telling *telling, const struct line_of *line) {
        const struct view_fields *fields = &line->event->fields;

        phrase_name(&telling->phrase, line->event->event);
        for (size_t i = 0; i < fields->count; i++) {
                if (is_said(line, &fields->items[i]))
                        continue;
                phrase_say(&telling->phrase, ", ");
                phrase_name(&telling->phrase, fields->items[i].key);
                phrase_say(&telling->phrase, " ");
                phrase_name(&telling->phrase, fields->items[i].value);
        }
        add_place(telling, line->event->input, line->event->line);
}

static void say_server_event(struct telling *telling, const struct view_server_event *event) {
        phrase_say(&telling->phrase, "server ");
        phrase_name(&telling->phrase, event->node.n ? event->node : STR("unknown"));
        phrase_say(&telling->phrase, ": ");
        phrase_name(&telling->phrase, event->event);
        add_place(telling, event->input, event->line);
}

static void say_finding(struct telling *telling, const struct view_finding *finding) {
        phrase_say(&telling->phrase, "=> ");
        words_kind(&telling->phrase, finding);
        phrase_say(&telling->phrase, " (");
        phrase_name(&telling->phrase, finding->id);
        phrase_say(&telling->phrase, "): ");
        phrase_add(&telling->phrase, finding->why, PHRASE_BYTES / 2);
}

static void put_line(struct telling *telling, const struct line_of *line) {
        char time[STYLE_TIME_BYTES], span[TEXT_SPAN_BYTES], gap[TEXT_SPAN_BYTES + 1] = "";

        phrase_clear(&telling->phrase);
        if (line->event)
                say_event(telling, line);
        else if (line->finding)
                say_finding(telling, line->finding);
        else
                say_server_event(telling, line->server_event);
        if (telling->last != TIME_UNKNOWN && line->time != telling->last) {
                gap[0] = '+';
                strcpy(gap + 1, text_span(line->time - telling->last, span));
        }
        telling->last = line->time;
        page_step(&telling->page, style_time(telling->style, telling->view, line->time, time), gap,
                  phrase_str(&telling->phrase));
}

/* ------------------------------------------------------------- the page */

static void put_session(struct telling *telling, const struct view_session *session) {
        struct phrase *phrase = &telling->phrase;

        phrase_clear(phrase);
        phrase_name(phrase, session->sid.n ? session->sid : STR("of unknown id"));
        phrase_say(phrase, " of ");
        phrase_name(phrase, session->jid.n ? session->jid : STR("nobody known"));
        phrase_say(phrase, ", server ");
        phrase_name(phrase, session->node.n ? session->node : STR("unknown"));
        for (size_t i = 0; i < session->client_ips.count && i < 4; i++) {
                phrase_say(phrase, i ? ", " : ", from ");
                phrase_name(phrase, session->client_ips.items[i]);
        }
        phrase_say(phrase, "; end: ");
        phrase_name(phrase, session->ended_by);
        page_labelled(&telling->page, "Session", phrase_str(phrase));
}

/* What the lines below do not show, and what a reader would take for silence. */
static void put_left_out(struct telling *telling) {
        page_labelled(&telling->page, "Left out",
                      STR("most of the polls and samples of a desktop that is there: a gap between two of them is no "
                          "silence unless a finding says so"));
        phrase_clear(&telling->phrase);
        if (words_incomplete(&telling->phrase, telling->view))
                page_labelled(&telling->page, "Complete", phrase_str(&telling->phrase));
        phrase_clear(&telling->phrase);
        if (words_window(&telling->phrase, telling->view, telling->style))
                page_labelled(&telling->page, "Shown", phrase_str(&telling->phrase));
}

static void put_head(struct telling *telling) {
        enum { MOST_SESSIONS = 12 };
        const struct view_sessions *sessions = &telling->view->sessions;
        size_t listed = 0;

        for (size_t i = 0; i < sessions->count; i++)
                if (style_shows_session(telling->style, &sessions->items[i]) && listed++ < MOST_SESSIONS)
                        put_session(telling, &sessions->items[i]);
        phrase_clear(&telling->phrase);
        if (listed > MOST_SESSIONS) {
                phrase_printf(&telling->phrase, "and %zu more", listed - MOST_SESSIONS);
                page_labelled(&telling->page, "", phrase_str(&telling->phrase));
        }
        phrase_clear(&telling->phrase);
        words_clock(&telling->phrase, telling->view, telling->style);
        page_labelled(&telling->page, "Times", phrase_str(&telling->phrase));
        put_left_out(telling);
        page_heading(&telling->page,
                     STR("Time, gap to the line before, what the logs say [file:line]; => is a finding"));
}

/* What befell the servers belongs to the story as long as that lasts. */
static void put_story(struct telling *telling, const struct lines *lines) {
        size_t first = 0, end = lines->count;

        while (first < end && lines->items[first].server_event)
                first++;
        while (end > first && lines->items[end - 1].server_event)
                end--;
        for (size_t i = first; i < end; i++)
                put_line(telling, &lines->items[i]);
        if (first == end)
                page_item(&telling->page, STR("nothing in these logs, or in that time"));
}

/* A session's story begins with the sign-in before it and ends with the logout behind it. */
static void widen(const struct view *view, const struct style *style, int64_t *from, int64_t *to) {
        enum { BEFORE_MS = 60 * 1000, BEHIND_MS = 240 * 1000 };
        const struct style alone = { .session = style->session };
        int64_t first = TIME_UNKNOWN, last = TIME_UNKNOWN;

        for (size_t i = 0; i < view->sessions.count; i++) {
                const struct view_session *session = &view->sessions.items[i];

                if (!style_shows_session(&alone, session))
                        continue;
                for (size_t k = 0; k < session->timeline.count; k++) {
                        const int64_t time = session->timeline.items[k].time;

                        if (time == TIME_UNKNOWN)
                                continue;
                        first = first == TIME_UNKNOWN || time < first ? time : first;
                        last = last == TIME_UNKNOWN || time > last ? time : last;
                }
        }
        if (*from == TIME_UNKNOWN && first != TIME_UNKNOWN)
                *from = first - BEFORE_MS;
        if (*to == TIME_UNKNOWN && last != TIME_UNKNOWN)
                *to = last + BEHIND_MS;
}

int timeline_write(const struct view *view, const struct style *style, int64_t from, int64_t to, writer_fn *write,
                   void *userdata) {
        struct telling telling = { .view = view, .style = style, .last = TIME_UNKNOWN };
        struct lines lines;
        int r;

        if (style->session.n)
                widen(view, style, &from, &to);
        r = lines_gather(&lines, view, style, from, to);
        if (r == 0) {
                page_begin(&telling.page, &page_text, write, userdata);
                put_head(&telling);
                put_story(&telling, &lines);
                r = page_end(&telling.page);
        }
        lines_release(&lines);
        return r;
}
