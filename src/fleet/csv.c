/* The incidents as a table. */
#include "fleet/format.h"
#include "fleet/shown.h"
#include "render/cells.h"

static void put_head(struct table_out *table) {
        static const char *const names[] = { "id",    "kind",        "agent",      "start",   "end",
                                             "cause", "joined_from", "confidence", "address", "burst",
                                             "nodes", "bundles",     "findings" };

        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                cell_text(table, str_from(names[i]));
        row_end(table);
}

static void put_incident(struct table_out *table, const struct fleet_incident *incident) {
        cell_text(table, incident->id);
        cell_text(table, incident->kind);
        cell_text(table, incident->agent);
        cell_time(table, incident->start);
        cell_time(table, incident->end);
        cell_text(table, incident->cause);
        cell_text(table, incident->joined_from);
        cell_text(table, incident->confidence);
        cell_text(table, incident->address);
        cell_text(table, incident->burst);
        cell_texts(table, &incident->nodes);
        cell_texts(table, &incident->bundles);
        cell_texts(table, &incident->findings);
        row_end(table);
}

int fleet_write_csv(const struct fleet_report *report, const struct style *style, writer_fn *write, void *userdata) {
        struct shown shown;
        struct table_out table = { .view = &shown.clock, .style = style };

        shown_init(&shown, report, style);
        writer_init(&table.out, write, userdata);
        put_head(&table);
        for (size_t i = 0; i < report->incidents.count; i++)
                put_incident(&table, &report->incidents.items[i]);
        return writer_finish(&table.out);
}
