/*
 * One finding of a case note: what, who, when, why, the chain with its delays, the records
 * that show it, what was missing, what to do.
 */
#include "base/utf8.h"
#include "render/note.h"
#include "report/text.h"

enum { RECORD_BYTES = 220, MOST_STEPS = 3, MOST_RECORDS = 8 };

static struct phrase *begin(struct note *note) {
        phrase_clear(&note->phrase);
        return &note->phrase;
}

static void put_labelled(struct note *note, const char *label) {
        page_labelled(&note->page, label, phrase_str(&note->phrase));
}

/* The addresses of the finding's session. */
static void add_addresses(struct note *note, const struct view_finding *finding) {
        for (size_t i = 0; i < note->view->sessions.count && finding->sid.n; i++) {
                const struct view_session *session = &note->view->sessions.items[i];

                if (!str_eq(session->sid, finding->sid) || !str_eq_nocase(session->agent, finding->agent))
                        continue;
                for (size_t k = 0; k < session->client_ips.count && k < 4; k++) {
                        phrase_say(&note->phrase, k ? ", " : ", from ");
                        phrase_name(&note->phrase, session->client_ips.items[k]);
                }
                return;
        }
}

static void put_agents(struct note *note, const struct view_finding *finding) {
        enum { MOST_AGENTS = 12 };
        struct phrase *phrase = begin(note);

        if (finding->agents.count == 0)
                return;
        for (size_t i = 0; i < finding->agents.count && i < MOST_AGENTS; i++) {
                phrase_say(phrase, i ? ", " : "");
                phrase_name(phrase, finding->agents.items[i]);
        }
        if (finding->agents.count > MOST_AGENTS)
                phrase_printf(phrase, " and %zu more", finding->agents.count - MOST_AGENTS);
        put_labelled(note, "Agents");
}

/* What the kind has of its own, but for times, which the chain shows, and what the head said. */
void note_details(struct note *note, const struct view_finding *finding) {
        struct phrase *phrase = begin(note);

        for (size_t i = 0; i < finding->fields.count; i++) {
                const struct view_field *field = &finding->fields.items[i];
                int64_t time;

                if (str_eq(field->value, STR("null")) || str_eq(field->key, STR("title")) ||
                    str_eq(field->key, STR("evidence_total")) ||
                    (field->kind == VIEW_RAW && field->value.n && byte_is_one_of(field->value.p[0], "[")) ||
                    time_parse_rfc3339(field->value, &time))
                        continue;
                phrase_say(phrase, phrase->n ? ", " : "");
                phrase_name(phrase, field->key);
                phrase_say(phrase, " ");
                phrase_name(phrase, field->value);
        }
        if (phrase->n)
                put_labelled(note, "Details");
}

void note_head(struct note *note, const struct view_finding *finding) {
        struct phrase *phrase = begin(note);

        words_kind(phrase, finding);
        phrase_say(phrase, " (");
        phrase_name(phrase, finding->id);
        phrase_say(phrase, "), severity ");
        phrase_name(phrase, finding->severity);
        phrase_say(phrase, ", confidence ");
        phrase_name(phrase, finding->confidence);
        put_labelled(note, "What");
        words_who(begin(note), finding);
        add_addresses(note, finding);
        put_labelled(note, "Who");
        put_agents(note, finding);
        words_when(begin(note), note->view, note->style, finding->start, finding->end);
        put_labelled(note, "When");
        phrase = begin(note);
        if (finding->cause.n) {
                phrase_name(phrase, finding->cause);
                phrase_say(phrase, ": ");
        }
        words_sentence(phrase, note->view, note->style, finding->why, PHRASE_BYTES / 2);
        /* The sentence itself names the closure; other causes need to be told what they come from. */
        if (finding->cause.n && !str_eq(finding->cause, STR("idle_closure"))) {
                phrase_say(phrase, " That is: ");
                phrase_add(phrase, words_cause(finding->cause), PHRASE_BYTES);
                phrase_say(phrase, ".");
        }
        put_labelled(note, finding->cause.n ? "Cause" : "Why");
}

static void put_step(struct note *note, const struct view_step *step, struct str before) {
        char time[STYLE_TIME_BYTES], span[TEXT_SPAN_BYTES], after[TEXT_SPAN_BYTES + 1] = "";

        words_step(begin(note), step, before);
        if (step->after_ms != VIEW_NONE) {
                after[0] = step->after_ms < 0 ? '-' : '+';
                strcpy(after + 1, text_span(step->after_ms, span));
        }
        page_step(&note->page,
                  step->at == TIME_UNKNOWN ? "not in the logs" : style_time(note->style, note->view, step->at, time),
                  after, phrase_str(&note->phrase));
}

static const struct view_step *find_step(const struct view_finding *finding, struct str name) {
        for (size_t i = 0; i < finding->timing.count; i++)
                if (str_eq(finding->timing.items[i].step, name) && finding->timing.items[i].at != TIME_UNKNOWN)
                        return &finding->timing.items[i];
        return NULL;
}

/* What is not in the logs is worth a line only where it should be; that the web service began to
 * wait, only where it began late; and that it decided, only where it did not ask at once. */
static bool is_told(const struct view_finding *finding, const struct view_step *step) {
        const struct view_step *asked = find_step(finding, STR("forced_request"));

        if (step->ok == VIEW_OK_NO || step->at == TIME_UNKNOWN)
                return step->ok == VIEW_OK_NO;
        if (str_eq(step->step, STR("presence_logout")))
                return !asked || asked->at < step->at || asked->at - step->at > MS_PER_SECOND;
        return !str_eq(step->step, STR("presence_monitor"));
}

static void put_chain(struct note *note, const struct view_finding *finding) {
        struct str before = STR("");

        if (finding->timing.count == 0)
                return;
        phrase_say(begin(note), "What happened, in ");
        words_clock(&note->phrase, note->view, note->style);
        page_heading(&note->page, phrase_str(&note->phrase));
        for (size_t i = 0; i < finding->timing.count; i++) {
                const struct view_step *step = &finding->timing.items[i];

                if (!is_told(finding, step))
                        continue;
                put_step(note, step, before);
                before = step->step;
        }
}

static void put_evidence(struct note *note, const struct view_finding *finding) {
        const size_t count = finding->evidence.count, shown = count > MOST_RECORDS ? MOST_RECORDS : count;
        struct phrase place;

        if (count == 0)
                return;
        page_heading(&note->page, STR("Evidence (file:line)"));
        for (size_t i = 0; i < shown; i++) {
                const struct view_record *record = &finding->evidence.items[i];

                phrase_clear(&place);
                words_place(&place, note->view, record->input, record->line);
                words_record(begin(note), record->text, RECORD_BYTES);
                page_record(&note->page, phrase_str(&place), phrase_str(&note->phrase));
        }
        note_more(note, (int64_t)(count - shown) + view_unquoted(finding),
                  view_unquoted(finding) ? "" : " in the report");
}

void note_finding(struct note *note, const struct view_finding *finding) {
        put_chain(note, finding);
        put_evidence(note, finding);
        note_texts(note, "Missing", &finding->missing);
        note_next_steps(note, &finding->next_steps, MOST_STEPS);
        for (size_t i = 0; i < finding->links.count; i++)
                page_link(&note->page, finding->links.items[i]);
}
