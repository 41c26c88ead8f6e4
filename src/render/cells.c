#include "render/cells.h"

#include "report/text.h"

void cell_begin(struct table_out *table) {
        writer_put(&table->out, table->row_begun ? STR(",\"") : STR("\""));
        table->row_begun = true;
        table->cell_begun = false;
}

void cell_end(struct table_out *table) {
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
void cell_put(struct table_out *table, struct str text) {
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
void cell_put_next(struct table_out *table, struct str text) {
        cell_put(table, table->cell_begun ? STR("; ") : STR(""));
        cell_put(table, text);
}

void cell_text(struct table_out *table, struct str text) {
        cell_begin(table);
        cell_put(table, text);
        cell_end(table);
}

void cell_time(struct table_out *table, int64_t utc_ms) {
        char text[STYLE_TIME_BYTES];

        cell_text(table, str_from(style_stamp(table->style, table->view, utc_ms, text)));
}

void cell_texts(struct table_out *table, const struct view_texts *texts) {
        cell_begin(table);
        for (size_t i = 0; i < texts->count; i++)
                cell_put_next(table, texts->items[i]);
        cell_end(table);
}

void row_end(struct table_out *table) {
        writer_put(&table->out, STR("\r\n"));
        table->row_begun = false;
}
