#include "render/page.h"

void page_begin(struct page *page, const struct page_form *form, writer_fn *write, void *userdata) {
        writer_init(&page->out, write, userdata);
        page->form = form;
        page->begun = false;
}

int page_end(struct page *page) {
        return writer_finish(&page->out);
}

void page_title(struct page *page, struct str text) {
        page->form->title(page, text);
        page->begun = true;
}

void page_heading(struct page *page, struct str text) {
        page->form->heading(page, text);
        page->begun = true;
}

void page_labelled(struct page *page, const char *label, struct str text) {
        page->form->labelled(page, label, text);
        page->begun = true;
}

void page_item(struct page *page, struct str text) {
        page->form->item(page, text);
        page->begun = true;
}

void page_step(struct page *page, const char *time, const char *after, struct str text) {
        page->form->step(page, time, after, text);
        page->begun = true;
}

void page_record(struct page *page, struct str place, struct str text) {
        page->form->record(page, place, text);
        page->begun = true;
}

void page_link(struct page *page, struct str url) {
        page->form->link(page, url);
        page->begun = true;
}
