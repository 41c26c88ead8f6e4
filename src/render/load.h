/*
 * load: where the JSON of a view comes from.
 */
#ifndef RENDER_LOAD_H
#define RENDER_LOAD_H

#include "base/buf.h"
#include "render/view.h"
#include "report/report.h"

/* What the JSON writer makes of it, which goes to `write` (or NULL) as well. 0, -ENOMEM, or -EIO where that
 * refused it; -EBADMSG were a fault of ours. */
int view_of_report(struct view *view, const struct report *report, writer_fn *write, void *userdata);

/* All of a file, or of standard input where `path` is "-"; the caller's to release. Results as of view_load(). */
int text_load(const char *path, struct buf *ret_text, char ret_wrong[static VIEW_WRONG_BYTES]);

/* A file's, or standard input's where `path` is "-". 0, -ENOMEM, or -EBADMSG and `ret_wrong` says why. */
int view_load(struct view *view, const char *path, char ret_wrong[static VIEW_WRONG_BYTES]);

#endif
