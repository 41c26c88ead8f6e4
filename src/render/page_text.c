/* A page in plain text. */
#include "render/format.h"
#include "render/note.h"
#include "report/text.h"

enum { ITEM_INDENT = 4, STEP_COLUMNS = 140 };

static void new_line(struct page *page) {
        writer_put(&page->out, STR("\n"));
}

/* Between rules, so that no blank line is needed: a note stays on one screen. */
static void ruled(struct page *page, struct str rule, struct str text) {
        writer_put(&page->out, rule);
        writer_put(&page->out, STR(" "));
        text_words(&page->out, text, rule.n + 1, 0, PAGE_COLUMNS);
        writer_put(&page->out, STR(" "));
        writer_put(&page->out, rule);
        new_line(page);
}

static void title(struct page *page, struct str text) {
        if (page->begun)
                new_line(page);
        ruled(page, STR("=="), text);
}

static void heading(struct page *page, struct str text) {
        ruled(page, STR("--"), text);
}

static void labelled(struct page *page, const char *label, struct str text) {
        text_left(&page->out, str_from(label), PAGE_LABEL);
        text_words(&page->out, text, PAGE_LABEL, PAGE_LABEL, PAGE_COLUMNS);
        new_line(page);
}

static void item(struct page *page, struct str text) {
        writer_put(&page->out, STR("  - "));
        text_words(&page->out, text, ITEM_INDENT, ITEM_INDENT, PAGE_COLUMNS);
        new_line(page);
}

static void step(struct page *page, const char *time, const char *after, struct str text) {
        enum { TIME_COLUMNS = 30, AFTER_COLUMNS = 12, STEP_INDENT = 2 + TIME_COLUMNS + AFTER_COLUMNS + 2 };

        writer_put(&page->out, STR("  "));
        text_left(&page->out, str_from(time), TIME_COLUMNS);
        text_right(&page->out, str_from(after), AFTER_COLUMNS);
        writer_put(&page->out, STR("  "));
        text_words(&page->out, text, STEP_INDENT, STEP_INDENT, STEP_COLUMNS);
        new_line(page);
}

static void coloured(struct page *page, const char *label, struct str text) {
        writer_put(&page->out, STR("\033[1;36m"));
        text_left(&page->out, str_from(label), PAGE_LABEL);
        writer_put(&page->out, STR("\033[0m"));
        text_words(&page->out, text, PAGE_LABEL, PAGE_LABEL, PAGE_COLUMNS);
        new_line(page);
}

/* Not broken into lines: it is looked for as it stands. */
static void record(struct page *page, struct str place, struct str text) {
        writer_put(&page->out, STR("  "));
        text_put(&page->out, place);
        writer_put(&page->out, STR("  "));
        text_put(&page->out, text);
        new_line(page);
}

static void link_to(struct page *page, struct str url) {
        writer_put(&page->out, STR("  - "));
        text_put(&page->out, url);
        new_line(page);
}

const struct page_form page_colour = { title, heading, coloured, item, step, record, link_to };
const struct page_form page_text = { title, heading, labelled, item, step, record, link_to };

int render_text(const struct view *view, const struct style *style, writer_fn *write, void *userdata) {
        return note_write(view, style, &page_text, write, userdata);
}
