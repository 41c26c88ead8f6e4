/*
 * One HTML page: what html/ holds, with the fleet report as JSON in its one data block.
 */
#include <errno.h>
#include <stdlib.h>

#include "fleet/format.h"
#include "fleet/page.h"
#include "fleet/shown.h"
#include "render/html_escape.h"
#include "render/table.h"

enum { MOST_INCIDENTS = 20000, MOST_BUNDLES = 20000 };

struct page {
        struct writer writer;
        struct json json; /* writes through html_escape() into `writer` */
        struct shown shown;
        struct phrase answer;
        struct fleet_report report; /* as much as the page holds */
};

static void write_data(struct page *page) {
        struct json *json = &page->json;
        const struct style *style = page->shown.style;

        shown_answer(&page->answer, &page->shown);
        json_begin_object(json);
        json_put_string(json, "answer", phrase_str(&page->answer));
        json_put_text(json, "zone", style->clock == CLOCK_LOCAL ? "viewer" : "fixed");
        json_put_number(json, "offset", style->clock == CLOCK_LOCAL ? 0 : style_offset(style, &page->shown.clock, 0));
        json_key(json, "report");
        table_write(json, &fleet_page_table, &page->report);
        json_end_object(json);
        json_finish(json);
}

int fleet_write_html(const struct fleet_report *report, const struct style *style, writer_fn *write, void *userdata) {
        struct page *page = malloc(sizeof(*page));
        int r;

        if (!page)
                return -ENOMEM;
        shown_init(&page->shown, report, style);
        page->report = *report;
        if (page->report.incidents.count > MOST_INCIDENTS)
                page->report.incidents.count = MOST_INCIDENTS;
        if (page->report.bundles.count > MOST_BUNDLES)
                page->report.bundles.count = MOST_BUNDLES;
        writer_init(&page->writer, write, userdata);
        writer_put_across(&page->writer, (struct str){ (const char *)fleet_page_head, fleet_page_head_bytes });
        json_init(&page->json, html_escape, &page->writer);
        page->json.tight = true;
        write_data(page);
        writer_put_across(&page->writer, (struct str){ (const char *)fleet_page_tail, fleet_page_tail_bytes });
        r = writer_finish(&page->writer);
        free(page);
        return r;
}
