#include "render/arithmetic.h"

#include "render/note.h"
#include "report/text.h"

static void add_seconds(struct phrase *phrase, int64_t ms) {
        const uint64_t size = ms < 0 ? -(uint64_t)ms : (uint64_t)ms;

        phrase_printf(phrase, "%s%llu.%03llu s", ms < 0 ? "-" : "", (unsigned long long)(size / MS_PER_SECOND),
                      (unsigned long long)(size % MS_PER_SECOND));
}

static const struct view_step *step_named(const struct view_finding *finding, struct str name) {
        for (size_t i = 0; i < finding->timing.count; i++)
                if (str_eq(finding->timing.items[i].step, name))
                        return &finding->timing.items[i];
        return NULL;
}

/* Outside of the window, and yet as expected: by less than the stamps tell. */
static bool is_near(const struct view_step *step) {
        return (step->expected_min_ms != VIEW_NONE && step->after_ms < step->expected_min_ms) ||
               (step->expected_max_ms != VIEW_NONE && step->after_ms > step->expected_max_ms);
}

static void add_verdict(struct phrase *phrase, const struct view_step *step) {
        if (step->expected_min_ms == VIEW_NONE && step->expected_max_ms == VIEW_NONE) {
                phrase_say(phrase, "; nothing is expected of it");
                return;
        }
        phrase_say(phrase, "; expected ");
        if (step->expected_min_ms != VIEW_NONE)
                add_seconds(phrase, step->expected_min_ms);
        phrase_say(phrase, step->expected_min_ms == VIEW_NONE   ? "up to "
                           : step->expected_max_ms == VIEW_NONE ? " or more"
                                                                : " to ");
        if (step->expected_max_ms != VIEW_NONE)
                add_seconds(phrase, step->expected_max_ms);
        phrase_say(phrase, step->ok == VIEW_OK_YES  ? is_near(step) ? ": as expected, the stamps being good to a second"
                                                                    : ": as expected"
                           : step->ok == VIEW_OK_NO ? ": NOT as expected"
                                                    : "");
}

/* "closure 18:46:04.000 - silent_since 18:44:50.774 = 73.226 s; expected 60.000 s to 90.000 s: as expected" */
static void put_step(struct note *note, const struct view_finding *finding, const struct view_step *step) {
        const struct view_step *after = step->after.n ? step_named(finding, step->after) : NULL;
        struct phrase *phrase = &note->phrase;
        char time[STYLE_TIME_BYTES];

        phrase_clear(phrase);
        phrase_name(phrase, step->step);
        phrase_say(phrase, " ");
        phrase_say(phrase, style_time(note->style, note->view, step->at, time));
        if (step->after_ms != VIEW_NONE && step->after.n) {
                phrase_say(phrase, " - ");
                phrase_name(phrase, step->after);
                phrase_say(phrase, " ");
                phrase_say(phrase, style_time(note->style, note->view, after ? after->at : TIME_UNKNOWN, time));
                phrase_say(phrase, " = ");
                add_seconds(phrase, step->after_ms);
                add_verdict(phrase, step);
        }
        page_item(&note->page, phrase_str(phrase));
}

/* Each line of a record on a line of its own, and where it stands in full. */
static void put_record(struct note *note, const struct view_record *record) {
        struct phrase *phrase = &note->phrase;
        struct str text = record->text;
        char time[STYLE_TIME_BYTES];

        phrase_clear(phrase);
        phrase_add(phrase, note->view->inputs.items[record->input].path, PHRASE_BYTES / 2);
        phrase_printf(phrase, ":%lld", (long long)record->line);
        if (record->offset != VIEW_NONE)
                phrase_printf(phrase, " (byte %lld)", (long long)record->offset);
        phrase_say(phrase, ", ");
        phrase_say(phrase, style_time(note->style, note->view, record->time, time));
        page_item(&note->page, phrase_str(phrase));
        while (text.n) {
                const char *feed = str_find_byte(text, '\n');
                const struct str line = feed ? str_slice(text.p, feed) : text;

                page_record(&note->page, STR(" "), line);
                text = str_skip(text, line.n + (feed != NULL));
        }
}

int arithmetic_write(const struct view *view, const struct style *style, const struct view_finding *finding,
                     writer_fn *write, void *userdata) {
        struct note note = { .view = view, .style = style };

        page_begin(&note.page, &page_text, write, userdata);
        phrase_clear(&note.phrase);
        if (words_incomplete(&note.phrase, view))
                page_labelled(&note.page, "Complete", phrase_str(&note.phrase));
        note_head(&note, finding);
        note_details(&note, finding);
        if (finding->timing.count)
                page_heading(&note.page, STR("How the spans were reckoned"));
        for (size_t i = 0; i < finding->timing.count; i++)
                put_step(&note, finding, &finding->timing.items[i]);
        if (finding->evidence.count)
                page_heading(&note.page, STR("The records"));
        for (size_t i = 0; i < finding->evidence.count; i++)
                put_record(&note, &finding->evidence.items[i]);
        note_more(&note, view_unquoted(finding), "");
        note_texts(&note, "Missing", &finding->missing);
        note_next_steps(&note, &finding->next_steps, SIZE_MAX);
        for (size_t i = 0; i < finding->links.count; i++)
                page_link(&note.page, finding->links.items[i]);
        return page_end(&note.page);
}
