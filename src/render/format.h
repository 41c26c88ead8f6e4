/*
 * format: the forms in which a view is written. One writer a file, one row each.
 */
#ifndef RENDER_FORMAT_H
#define RENDER_FORMAT_H

#include "render/style.h"
#include "render/view.h"
#include "report/writer.h"

/* 0, -EIO when a write was refused, or -ENOMEM. */
typedef int render_fn(const struct view *view, const struct style *style, writer_fn *write, void *userdata);

struct format {
        const char *name;
        const char *suffix; /* of the files that hold it; the longest that fits counts */
        const char *title;
        render_fn *render; /* NULL: the report's own JSON, of which a view is made */
};

/* Sorted by name. */
extern const struct format formats[];
extern const size_t format_count;

render_fn render_csv;
render_fn render_html;
render_fn render_md;
render_fn render_ndjson;
render_fn render_text;
render_fn render_trace;

#endif
