/* A page in Markdown, as CommonMark and GitHub read it. */
#include "base/utf8.h"
#include "render/format.h"
#include "render/note.h"
#include "report/text.h"

/* ------------------------------------------------------------ escaping */

static size_t longest_run(struct str text, char c) {
        size_t longest = 0, run = 0;

        for (size_t i = 0; i < text.n; i++) {
                run = text.p[i] == c ? run + 1 : 0;
                if (run > longest)
                        longest = run;
        }
        return longest;
}

/* In code all is text but as many backticks as it began with. */
static void put_code(struct page *page, struct str text) {
        const size_t ticks = longest_run(text, '`') + 1;
        const bool apart = text.n && (text.p[0] == '`' || text.p[text.n - 1] == '`' || text.p[0] == ' ');

        for (size_t i = 0; i < ticks; i++)
                writer_put(&page->out, STR("`"));
        writer_put(&page->out, apart ? STR(" ") : STR(""));
        text_put(&page->out, text.n ? text : STR(" "));
        writer_put(&page->out, apart ? STR(" ") : STR(""));
        for (size_t i = 0; i < ticks; i++)
                writer_put(&page->out, STR("`"));
}

/* A reader of GitHub's kind makes links, addresses and mentions of these, escaped or not. */
static bool would_be_a_link(struct str word) {
        return str_find_byte(word, '@') || str_find(word, STR("://")) || str_find_nocase(word, STR("www.")) ||
               str_find_byte(word, '#');
}

static void put_escaped(struct page *page, struct str word) {
        for (size_t i = 0, n; i < word.n; i += n) {
                n = utf8_length(str_skip(word, i));
                n = n ? n : 1;
                if (byte_is_one_of(word.p[i], "\\`*_{}[]<>~|&!$"))
                        writer_put(&page->out, STR("\\"));
                text_put(&page->out, str_first(str_skip(word, i), n));
        }
}

static void put(struct page *page, struct str text) {
        while (text.n) {
                const char *blank = str_find_byte(text, ' ');
                struct str word = blank ? str_slice(text.p, blank) : text;

                if (would_be_a_link(word))
                        put_code(page, word);
                else
                        put_escaped(page, word);
                if (blank)
                        writer_put(&page->out, STR(" "));
                text = str_skip(text, word.n + (blank != NULL));
        }
}

/* --------------------------------------------------------------- blocks */

static void new_line(struct page *page) {
        writer_put(&page->out, STR("\n"));
}

static void heading_of(struct page *page, struct str mark, struct str text) {
        if (page->begun)
                new_line(page);
        writer_put(&page->out, mark);
        put(page, text);
        new_line(page);
}

static void title(struct page *page, struct str text) {
        heading_of(page, STR("# "), text);
}

static void heading(struct page *page, struct str text) {
        heading_of(page, STR("## "), text);
}

static void item(struct page *page, struct str text) {
        /* So that no text can make this another block. */
        writer_put(&page->out, STR("- "));
        if (text.n && byte_is_one_of(text.p[0], "-+=#0123456789 "))
                put_code(page, text);
        else
                put(page, text);
        new_line(page);
}

static void labelled(struct page *page, const char *label, struct str text) {
        if (!*label) {
                item(page, text);
                return;
        }
        writer_put(&page->out, STR("- **"));
        writer_put(&page->out, str_from(label));
        writer_put(&page->out, STR(":** "));
        put(page, text);
        new_line(page);
}

static void step(struct page *page, const char *time, const char *after, struct str text) {
        writer_put(&page->out, STR("- `"));
        text_put(&page->out, str_from(time));
        writer_put(&page->out, STR("` "));
        if (*after) {
                writer_put(&page->out, STR("**"));
                put(page, str_from(after));
                writer_put(&page->out, STR("** "));
        }
        put(page, text);
        new_line(page);
}

static void record(struct page *page, struct str place, struct str text) {
        writer_put(&page->out, STR("- "));
        put_code(page, place);
        writer_put(&page->out, STR(" "));
        put_code(page, text);
        new_line(page);
}

/* Of what can stand between angle brackets and leads to a web page. */
static bool is_web_page(struct str url) {
        if (!str_starts(url, STR("https://")) && !str_starts(url, STR("http://")))
                return false;
        for (size_t i = 0; i < url.n; i++)
                if (url.p[i] <= ' ' || url.p[i] == 0x7f || byte_is_one_of(url.p[i], "<>\\\"`"))
                        return false;
        return true;
}

static void link_to(struct page *page, struct str url) {
        if (!is_web_page(url)) {
                item(page, url);
                return;
        }
        writer_put(&page->out, STR("- <"));
        writer_put(&page->out, url);
        writer_put(&page->out, STR(">\n"));
}

const struct page_form page_md = { title, heading, labelled, item, step, record, link_to };

int render_md(const struct view *view, const struct style *style, writer_fn *write, void *userdata) {
        return note_write(view, style, &page_md, write, userdata);
}
