/*
 * The findings as a table (RFC 4180): what a spreadsheet opens. A cell that would begin a
 * formula there begins with an apostrophe, and control characters show as '?'.
 */
#include "render/format.h"
#include "report/text.h"

struct table_out {
        struct writer out;
        const struct view *view;
        const struct style *style;
        bool row_begun, cell_begun; /* something stands in it already */
};

static void begin_cell(struct table_out *table) {
        writer_put(&table->out, table->row_begun ? STR(",\"") : STR("\""));
        table->row_begun = true;
        table->cell_begun = false;
}

static void end_cell(struct table_out *table) {
        writer_put(&table->out, STR("\""));
}

/* Also behind blanks, and in full width, where spreadsheets take it for the same. */
static bool begins_formula(struct str text) {
        static const char *const wide[] = { "\uff1d", "\uff0b", "\uff0d", "\uff20" };

        while (text.n && text.p[0] == ' ')
                text = str_skip(text, 1);
        for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
                if (str_starts(text, str_from(wide[i])))
                        return true;
        return text.n && byte_is_one_of(text.p[0], "=+-@\t\r");
}

/* Anything: quotes twice, what drives a terminal as '?', and no formula. */
static void put(struct table_out *table, struct str text) {
        if (!table->cell_begun && begins_formula(text))
                writer_put(&table->out, STR("'"));
        table->cell_begun |= text.n > 0;
        while (text.n) {
                const char *quote = str_find_byte(text, '"');
                const struct str before = quote ? str_slice(text.p, quote) : text;

                text_put(&table->out, before);
                writer_put(&table->out, quote ? STR("\"\"") : STR(""));
                text = str_skip(text, before.n + (quote != NULL));
        }
}

/* One of several things in a cell. */
static void put_next(struct table_out *table, struct str text) {
        put(table, table->cell_begun ? STR("; ") : STR(""));
        put(table, text);
}

static void cell(struct table_out *table, struct str text) {
        begin_cell(table);
        put(table, text);
        end_cell(table);
}

static void time_cell(struct table_out *table, int64_t utc_ms) {
        char text[STYLE_TIME_BYTES];

        cell(table, str_from(style_stamp(table->style, table->view, utc_ms, text)));
}

/* "attempts=1; resulting_reason=255": what the kind has of its own. */
static void fields_cell(struct table_out *table, const struct view_fields *fields) {
        begin_cell(table);
        for (size_t i = 0; i < fields->count; i++) {
                if (fields->items[i].kind == VIEW_RAW && str_eq(fields->items[i].value, STR("null")))
                        continue;
                put_next(table, fields->items[i].key);
                put(table, STR("="));
                put(table, fields->items[i].value);
        }
        end_cell(table);
}

/* "debug.log:2452; info.log:2; and 3 more" */
static void records_cell(struct table_out *table, const struct view_finding *finding) {
        const struct view_records *records = &finding->evidence;
        const int64_t unquoted = view_unquoted(finding);

        begin_cell(table);
        for (size_t i = 0; i < records->count; i++) {
                put_next(table, view_place(table->view, records->items[i].input));
                text_printf(&table->out, ":%lld", (long long)records->items[i].line);
        }
        if (unquoted)
                text_printf(&table->out, "; and %lld more", (long long)unquoted);
        end_cell(table);
}

static void texts_cell(struct table_out *table, const struct view_texts *texts) {
        begin_cell(table);
        for (size_t i = 0; i < texts->count; i++)
                put_next(table, texts->items[i]);
        end_cell(table);
}

static void end_row(struct table_out *table) {
        writer_put(&table->out, STR("\r\n"));
        table->row_begun = false;
}

static void put_head(struct table_out *table) {
        static const char *const names[] = { "id",    "kind",    "severity", "confidence", "node",
                                             "agent", "sid",     "start",    "end",        "cause",
                                             "why",   "details", "records",  "missing",    "agents" };

        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                cell(table, str_from(names[i]));
        end_row(table);
}

static void put_finding(struct table_out *table, const struct view_finding *finding) {
        cell(table, finding->id);
        cell(table, finding->kind);
        cell(table, finding->severity);
        cell(table, finding->confidence);
        cell(table, finding->node);
        cell(table, finding->agent);
        cell(table, finding->sid);
        time_cell(table, finding->start);
        time_cell(table, finding->end);
        cell(table, finding->cause);
        cell(table, finding->why);
        fields_cell(table, &finding->fields);
        records_cell(table, finding);
        texts_cell(table, &finding->missing);
        texts_cell(table, &finding->agents);
        end_row(table);
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
