#include "fleet/format.h"

#include "render/table.h"

static const struct {
        const char *name;
        fleet_render_fn *render;
} forms[] = {
        { "csv", fleet_write_csv }, { "html", fleet_write_html },     { "json", fleet_write_json },
        { "md", fleet_write_md },   { "ndjson", fleet_write_ndjson }, { "text", fleet_write_text },
};

fleet_render_fn *fleet_format(const char *name) {
        for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
                if (strcmp(forms[i].name, name) == 0)
                        return forms[i].render;
        return NULL;
}

int fleet_write_json(const struct fleet_report *report, const struct style *style, writer_fn *write, void *userdata) {
        struct json json;

        (void)style; /* times are UTC */
        json_init(&json, write, userdata);
        table_write(&json, fleet_document.table, report);
        return json_finish(&json);
}
