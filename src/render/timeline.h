/*
 * timeline: one agent's or session's story in order of time, across all logs, with the gaps
 * between its steps.
 */
#ifndef RENDER_TIMELINE_H
#define RENDER_TIMELINE_H

#include "render/style.h"
#include "report/writer.h"

/* From `from` to `to`, either of them TIME_UNKNOWN for no end. 0, -EIO or -ENOMEM. */
int timeline_write(const struct view *view, const struct style *style, int64_t from, int64_t to, writer_fn *write,
                   void *userdata);

#endif
