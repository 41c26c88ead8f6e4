/*
 * The findings as a table (RFC 4180): what a spreadsheet opens. A cell that would begin a
 * formula there begins with an apostrophe, and control characters show as '?'.
 */
#include "render/cells.h"
#include "render/format.h"
#include "report/text.h"

/* "attempts=1; resulting_reason=255": what the kind has of its own. */
static void fields_cell(struct table_out *table, const struct view_fields *fields) {
        cell_begin(table);
        for (size_t i = 0; i < fields->count; i++) {
                if (fields->items[i].kind == VIEW_RAW && str_eq(fields->items[i].value, STR("null")))
                        continue;
                cell_put_next(table, fields->items[i].key);
                cell_put(table, STR("="));
                cell_put(table, fields->items[i].value);
        }
        cell_end(table);
}

/* "debug.log:2452; info.log:2; and 3 more" */
static void records_cell(struct table_out *table, const struct view_finding *finding) {
        const struct view_records *records = &finding->evidence;
        const int64_t unquoted = view_unquoted(finding);

        cell_begin(table);
        for (size_t i = 0; i < records->count; i++) {
                cell_put_next(table, view_place(table->view, records->items[i].input));
                text_printf(&table->out, ":%lld", (long long)records->items[i].line);
        }
        if (unquoted)
                text_printf(&table->out, "; and %lld more", (long long)unquoted);
        cell_end(table);
}

static void put_head(struct table_out *table) {
        static const char *const names[] = { "id",    "kind",    "severity", "confidence", "node",
                                             "agent", "sid",     "start",    "end",        "cause",
                                             "why",   "details", "records",  "missing",    "agents" };

        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                cell_text(table, str_from(names[i]));
        row_end(table);
}

static void put_finding(struct table_out *table, const struct view_finding *finding) {
        cell_text(table, finding->id);
        cell_text(table, finding->kind);
        cell_text(table, finding->severity);
        cell_text(table, finding->confidence);
        cell_text(table, finding->node);
        cell_text(table, finding->agent);
        cell_text(table, finding->sid);
        cell_time(table, finding->start);
        cell_time(table, finding->end);
        cell_text(table, finding->cause);
        cell_text(table, finding->why);
        fields_cell(table, &finding->fields);
        records_cell(table, finding);
        cell_texts(table, &finding->missing);
        cell_texts(table, &finding->agents);
        row_end(table);
}

int render_csv(const struct view *view, const struct style *style, writer_fn *write, void *userdata) {
        struct table_out table = { .view = view, .style = style };

        writer_init(&table.out, write, userdata);
        put_head(&table);
        for (size_t i = 0; i < view->findings.count; i++)
                if (style_shows_finding(style, &view->findings.items[i]))
                        put_finding(&table, &view->findings.items[i]);
        return writer_finish(&table.out);
}
