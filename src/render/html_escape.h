/*
 * html_escape: JSON as the data block of a page. Neither `<` nor `>` nor `&` stands in JSON but
 * within a string, where it may be written as \u003c; then nothing in the block can end it.
 */
#ifndef RENDER_HTML_ESCAPE_H
#define RENDER_HTML_ESCAPE_H

#include "report/writer.h"

/* A writer_fn between the data and the page, whose struct writer `userdata` is. */
int html_escape(void *userdata, const void *bytes, size_t n);

#endif
