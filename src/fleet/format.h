/*
 * format: the forms of a fleet report. Their names and suffixes are those of a report's.
 */
#ifndef FLEET_FORMAT_H
#define FLEET_FORMAT_H

#include "fleet/fleet.h"
#include "render/style.h"
#include "report/writer.h"

/* 0, -EIO when a write was refused, or -ENOMEM. */
typedef int fleet_render_fn(const struct fleet_report *report, const struct style *style, writer_fn *write,
                            void *userdata);

/* NULL where a fleet report has no form of that name. */
fleet_render_fn *fleet_format(const char *name);

fleet_render_fn fleet_write_csv;
fleet_render_fn fleet_write_html;
fleet_render_fn fleet_write_json;
fleet_render_fn fleet_write_md;
fleet_render_fn fleet_write_ndjson;
fleet_render_fn fleet_write_text;

#endif
