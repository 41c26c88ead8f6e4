/*
 * view_tables: which key of the JSON fills which member of the view.
 */
#ifndef RENDER_VIEW_TABLES_H
#define RENDER_VIEW_TABLES_H

#include "render/table.h"

/* A whole report. */
extern const struct table view_table;

#endif
