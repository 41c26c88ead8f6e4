/* What is new, gone and changed, for people. */
#include "render/diff.h"
#include "render/page.h"
#include "render/words.h"

enum { VALUE_BYTES = 240 };

struct telling {
        struct page page;
        const struct diff *diff;
        const struct style *style;
        struct phrase phrase;
};

static void add_change(struct phrase *phrase, const struct diff_change *change) {
        phrase_name(phrase, change->name);
        phrase_say(phrase, " ");
        phrase_add(phrase, change->before.n ? change->before : STR("unknown"), VALUE_BYTES);
        phrase_say(phrase, " -> ");
        phrase_add(phrase, change->after.n ? change->after : STR("unknown"), VALUE_BYTES);
}

static void put_head(struct telling *telling) {
        const struct diff *diff = telling->diff;

        page_title(&telling->page, STR("boshscope: from one report to another"));
        for (size_t i = 0; i < diff->head.count; i++) {
                phrase_clear(&telling->phrase);
                add_change(&telling->phrase, &diff->head.items[i]);
                page_item(&telling->page, phrase_str(&telling->phrase));
        }
        phrase_clear(&telling->phrase);
        phrase_printf(&telling->phrase, "findings: %zu new, %zu gone, %zu changed", diff->added.count, diff->gone.count,
                      diff->changed.count);
        page_item(&telling->page, phrase_str(&telling->phrase));
}

/* What one of them could not see is neither new nor gone. */
static void put_incomplete(struct telling *telling) {
        if (!telling->diff->before->complete)
                page_item(&telling->page,
                          STR("the old report is not complete: what is new may have been there before"));
        if (!telling->diff->after->complete)
                page_item(&telling->page, STR("the new report is not complete: what is gone may be there still"));
}

static void put_finding(struct telling *telling, const struct view *view, const struct view_finding *finding) {
        struct phrase *phrase = &telling->phrase;
        const int64_t at = finding->end == TIME_UNKNOWN ? finding->start : finding->end;
        char time[STYLE_TIME_BYTES];

        phrase_clear(phrase);
        words_kind(phrase, finding);
        phrase_say(phrase, ": ");
        words_who(phrase, finding);
        words_mark(phrase, finding);
        page_step(&telling->page, style_time(telling->style, view, at, time), "", phrase_str(phrase));
}

static void put_findings(struct telling *telling, const char *heading, const struct diff_findings *findings) {
        if (findings->count)
                page_heading(&telling->page, str_from(heading));
        for (size_t i = 0; i < findings->count; i++) {
                const struct diff_finding *finding = &findings->items[i];

                put_finding(telling, finding->after ? telling->diff->after : telling->diff->before,
                            finding->after ? finding->after : finding->before);
                for (size_t k = 0; k < finding->changes.count; k++) {
                        phrase_clear(&telling->phrase);
                        add_change(&telling->phrase, &finding->changes.items[k]);
                        page_item(&telling->page, phrase_str(&telling->phrase));
                }
        }
}

int diff_write_text(const struct diff *diff, const struct style *style, writer_fn *write, void *userdata) {
        struct telling telling = { .diff = diff, .style = style };

        page_begin(&telling.page, &page_text, write, userdata);
        put_head(&telling);
        put_incomplete(&telling);
        put_findings(&telling, "New", &diff->added);
        put_findings(&telling, "Gone", &diff->gone);
        put_findings(&telling, "Changed", &diff->changed);
        return page_end(&telling.page);
}
