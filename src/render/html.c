/*
 * One HTML page: what html/ holds, with the report as JSON in its one data block. The data is
 * escaped by html_escape() and nowhere else.
 */
#include <errno.h>
#include <stdlib.h>

#include "render/format.h"
#include "render/html_data.h"
#include "render/html_escape.h"
#include "render/html_page.h"

struct page {
        struct writer writer;
        struct html_data data;
        struct json json; /* writes through html_escape() into `writer` */
};

static int write_page(struct page *page) {
        int r;

        writer_put_across(&page->writer, (struct str){ (const char *)html_page_head, html_page_head_bytes });
        json_init(&page->json, html_escape, &page->writer);
        page->json.tight = true;
        r = html_data_write(&page->data, &page->json);
        json_finish(&page->json);
        writer_put_across(&page->writer, (struct str){ (const char *)html_page_tail, html_page_tail_bytes });
        return r ? r : writer_finish(&page->writer);
}

int render_html(const struct view *view, const struct style *style, writer_fn *write, void *userdata) {
        struct page *page = malloc(sizeof(*page));
        int r;

        if (!page)
                return -ENOMEM;
        writer_init(&page->writer, write, userdata);
        r = html_data_init(&page->data, view, style);
        if (r == 0)
                r = write_page(page);
        html_data_release(&page->data);
        free(page);
        return r;
}
