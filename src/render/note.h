/*
 * note: a case note of a view, or of one agent or finding of it, on a page of any form.
 */
#ifndef RENDER_NOTE_H
#define RENDER_NOTE_H

#include "render/page.h"
#include "render/words.h"

struct note {
        struct page page;
        const struct view *view;
        const struct style *style;
        struct phrase phrase; /* the line that is being put together */
};

/* All of it. 0, or -EIO. */
int note_write(const struct view *view, const struct style *style, const struct page_form *form, writer_fn *write,
               void *userdata);

/* The parts. */
void note_verdict(struct note *note);
void note_window(struct note *note); /* where the report does not show all of the time */
void note_counts(struct note *note);
/* The agent that comes next behind `before` in the order of trouble; NULL for the first. */
const struct view_agent *note_next_agent(const struct view *view, const struct view_agent *before);
void note_head(struct note *note, const struct view_finding *finding);    /* what, who, when, cause */
void note_finding(struct note *note, const struct view_finding *finding); /* the rest of it; note_finding.c */
void note_more(struct note *note, int64_t count, const char *what);       /* "and 3 more", where there are */
void note_details(struct note *note, const struct view_finding *finding); /* what its kind has of its own */
void note_next_steps(struct note *note, const struct view_texts *steps, size_t most);
void note_texts(struct note *note, const char *heading, const struct view_texts *texts);

#endif
