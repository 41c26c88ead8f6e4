/*
 * cells: a table as CSV (RFC 4180): what a spreadsheet opens. A cell that would begin a formula
 * there begins with an apostrophe, and control characters show as '?'.
 */
#ifndef RENDER_CELLS_H
#define RENDER_CELLS_H

#include "render/style.h"
#include "report/writer.h"

struct table_out {
        struct writer out;
        const struct view *view;
        const struct style *style;
        bool row_begun, cell_begun; /* something stands in it already */
};

/* What stands between them is put by pieces. */
void cell_begin(struct table_out *table);
void cell_end(struct table_out *table);

/* Anything. */
void cell_put(struct table_out *table, struct str text);
/* One of several things in a cell. */
void cell_put_next(struct table_out *table, struct str text);

/* A whole cell. */
void cell_text(struct table_out *table, struct str text);
void cell_time(struct table_out *table, int64_t utc_ms);
void cell_texts(struct table_out *table, const struct view_texts *texts);

void row_end(struct table_out *table);

#endif
