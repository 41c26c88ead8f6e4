/*
 * One HTML page: what html/ holds, with the report as JSON in its one data block. The data is
 * escaped here and nowhere else: neither `<` nor `>` nor `&` stands in JSON but within a string,
 * where it may be written as \u003c; then nothing in the block can end it.
 */
#include <errno.h>
#include <stdlib.h>

#include "render/format.h"
#include "render/html_data.h"
#include "render/html_page.h"

struct page {
        struct writer writer;
        struct html_data data;
        struct json json; /* writes through escape_data() into `writer` */
};

static struct str escape_of(char c) {
        switch (c) {
        case '<':
                return STR("\\u003c");
        case '>':
                return STR("\\u003e");
        case '&':
                return STR("\\u0026");
        default:
                return (struct str){ 0 };
        }
}

/* A writer_fn between the data and the page. U+2028 and U+2029 the JSON has escaped already. */
static int escape_data(void *userdata, const void *bytes, size_t n) {
        struct writer *writer = userdata;
        const char *text = bytes;
        size_t plain = 0;

        for (size_t i = 0; i < n; i++) {
                const struct str escape = escape_of(text[i]);

                if (escape.n == 0)
                        continue;
                writer_put(writer, (struct str){ text + plain, i - plain });
                writer_put(writer, escape);
                plain = i + 1;
        }
        writer_put(writer, (struct str){ text + plain, n - plain });
        return writer->failed;
}

static int write_page(struct page *page) {
        int r;

        writer_put_across(&page->writer, (struct str){ (const char *)html_page_head, html_page_head_bytes });
        json_init(&page->json, escape_data, &page->writer);
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
