#include "render/screen.h"

#include "render/note.h"

enum { MOST_AGENTS = 5, MOST_BURSTS = 3, NAME_BYTES = 32 };

static struct phrase *begin(struct note *note) {
        phrase_clear(&note->phrase);
        return &note->phrase;
}

static void put(struct note *note, const char *label) {
        page_labelled(&note->page, label, phrase_str(&note->phrase));
}

/* "1001003 (2 forced), 1001009 (1 closed)" */
static void put_agents(struct note *note) {
        const struct view_agent *agent = note_next_agent(note->view, NULL);
        struct phrase *phrase = begin(note);
        size_t count = 0;

        for (; agent && count < MOST_AGENTS; count++) {
                const bool forced = agent->forced_logouts > 0;

                phrase_say(phrase, count ? ", " : "");
                phrase_add(phrase, agent->agent, NAME_BYTES);
                phrase_printf(phrase, " (%lld %s)", (long long)(forced ? agent->forced_logouts : agent->idle_closures),
                              forced ? "forced" : "closed");
                agent = note_next_agent(note->view, agent);
        }
        if (agent)
                phrase_say(phrase, " and more");
        if (count)
                put(note, "Agents");
}

/* Bursts and restarts, each with its time. */
static void put_events(struct note *note, struct str kind, const char *label) {
        size_t count = 0;

        for (size_t i = 0; i < note->view->findings.count; i++) {
                const struct view_finding *finding = &note->view->findings.items[i];
                const int64_t at = finding->start == TIME_UNKNOWN ? finding->end : finding->start;
                char time[STYLE_TIME_BYTES];
                struct phrase *phrase;

                if (!str_eq(finding->kind, kind) || ++count > MOST_BURSTS)
                        continue;
                phrase = begin(note);
                phrase_say(phrase, style_time(note->style, note->view, at, time));
                phrase_say(phrase, ": ");
                words_whose(phrase, finding);
                if (finding->cause.n) {
                        phrase_say(phrase, ", ");
                        phrase_name(phrase, finding->cause);
                }
                put(note, count == 1 ? label : "");
        }
        if (count > MOST_BURSTS) {
                phrase_printf(begin(note), "and %zu more", count - MOST_BURSTS);
                put(note, "");
        }
}

/* Single diagnostics are told one by one, above. */
static void put_missing(struct note *note) {
        const struct view_coverage *coverage = &note->view->coverage;
        struct phrase *phrase = begin(note);

        for (size_t i = 0; i < coverage->missing.count; i++) {
                phrase_say(phrase, i ? ", " : "no logs of ");
                phrase_name(phrase, coverage->missing.items[i]);
        }
        if (coverage->gaps.count) {
                phrase_say(phrase, phrase->n ? "; " : "");
                words_count(phrase, (int64_t)coverage->gaps.count, "gap", "gaps");
                phrase_say(phrase, " in the logs");
        }
        if (phrase->n)
                put(note, "Missing");
}

static void put_incomplete(struct note *note) {
        if (!note->view->complete)
                page_labelled(&note->page, "Incomplete",
                              STR("input was damaged, cut or limited, or the run was interrupted"));
}

int screen_write(const struct view *view, const struct style *style, bool colour, writer_fn *write, void *userdata) {
        struct note note = { .view = view, .style = style };

        page_begin(&note.page, colour ? &page_colour : &page_text, write, userdata);
        note_verdict(&note);
        put_incomplete(&note);
        note_window(&note);
        note_counts(&note);
        put_agents(&note);
        put_events(&note, STR("mass_disconnect"), "Bursts");
        put_events(&note, STR("server_restart"), "Restarts");
        put_missing(&note);
        return page_end(&note.page);
}
