/*
 * page: what people read, as lines of a few kinds, and how each is put down in plain text
 * or in Markdown. Texts may come from outside: whatever is in them, they stay text.
 *
 * Plain text: what drives a terminal, turns the writing or is no UTF-8 shows as '?'; lines
 * are broken before PAGE_COLUMNS. Markdown besides: what would be markup or HTML is escaped,
 * and a word that a reader would make a link or a mention of stands as code. Each block
 * begins with a mark or word of ours, so that no text can begin a block of another kind.
 */
#ifndef RENDER_PAGE_H
#define RENDER_PAGE_H

#include "report/writer.h"

enum { PAGE_COLUMNS = 100, PAGE_LABEL = 12 };

struct page {
        struct writer out;
        const struct page_form *form;
        bool begun; /* something stands there already */
};

extern const struct page_form page_text, page_md;
/* As plain text, with labels that stand out on a terminal. */
extern const struct page_form page_colour;

void page_begin(struct page *page, const struct page_form *form, writer_fn *write, void *userdata);
/* 0, or -EIO. */
int page_end(struct page *page);

void page_title(struct page *page, struct str text);
void page_heading(struct page *page, struct str text);

/* "Label       text"; an empty label goes on with the one before. */
void page_labelled(struct page *page, const char *label, struct str text);
void page_item(struct page *page, struct str text);

/* A moment, how long after another one, and what was then. `after` may be empty. */
void page_step(struct page *page, const char *time, const char *after, struct str text);

/* A record: where it stands, and what it says. */
void page_record(struct page *page, struct str place, struct str text);

/* A link where it is one to a web page, else as any text. */
void page_link(struct page *page, struct str url);

/* For the forms. */
struct page_form {
        void (*title)(struct page *page, struct str text);
        void (*heading)(struct page *page, struct str text);
        void (*labelled)(struct page *page, const char *label, struct str text);
        void (*item)(struct page *page, struct str text);
        void (*step)(struct page *page, const char *time, const char *after, struct str text);
        void (*record)(struct page *page, struct str place, struct str text);
        void (*link)(struct page *page, struct str url);
};

#endif
