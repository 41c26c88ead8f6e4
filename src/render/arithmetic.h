/*
 * arithmetic: one finding with its records whole, and how each of its spans was reckoned.
 */
#ifndef RENDER_ARITHMETIC_H
#define RENDER_ARITHMETIC_H

#include "render/style.h"
#include "report/writer.h"

/* 0, or -EIO when a write was refused. */
int arithmetic_write(const struct view *view, const struct style *style, const struct view_finding *finding,
                     writer_fn *write, void *userdata);

#endif
