/*
 * diff: what is new, gone and changed from one report to another. Findings are the same where
 * their ids are, which rest on kind, node, agent, session and second: not on how the logs were
 * packed.
 */
#ifndef RENDER_DIFF_H
#define RENDER_DIFF_H

#include "render/style.h"
#include "report/writer.h"

/* A value that differs. What it was and is, as text; empty: unknown. */
struct diff_change {
        struct str name, before, after;
};
struct diff_changes {
        struct diff_change *items;
        size_t count, capacity;
};

struct diff_finding {
        const struct view_finding *before, *after;
        struct diff_changes changes;
};
struct diff_findings {
        struct diff_finding *items;
        size_t count, capacity;
};

struct diff {
        const struct view *before, *after;
        struct arena arena;                        /* for texts of numbers and times */
        struct diff_changes head;                  /* verdict, counts, versions, ... */
        struct diff_findings added, gone, changed; /* in the order of their report */
};

/* The views are borrowed. 0 or -ENOMEM; to be released in either case. */
int diff_make(struct diff *diff, const struct view *before, const struct view *after);
void diff_release(struct diff *diff);

/* 0, -EIO or -ENOMEM. */
int diff_write_text(const struct diff *diff, const struct style *style, writer_fn *write, void *userdata);
int diff_write_json(const struct diff *diff, writer_fn *write, void *userdata);

#endif
