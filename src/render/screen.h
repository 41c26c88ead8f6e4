/*
 * screen: what a run came to, on one screen of a terminal: whoever started it looks here
 * first, and opens the reports where more is wanted.
 */
#ifndef RENDER_SCREEN_H
#define RENDER_SCREEN_H

#include "render/style.h"
#include "report/writer.h"

/* A dozen lines, or two. 0, or -EIO. */
int screen_write(const struct view *view, const struct style *style, bool colour, writer_fn *write, void *userdata);

#endif
