#include "source/zip_links.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"

bool zip_links_may_be(struct str content) {
        return content.n > 0 && !str_find_byte(content, '\n') && !str_find_byte(content, '\0');
}

int zip_links_add(struct zip_links *links, uint64_t key, struct str name, struct str content) {
        struct zip_link link = { .key = key };
        int r;

        if (links->count == ZIP_LINKS_MOST)
                return 0;
        r = array_reserve(&links->items, &links->capacity, links->count + 1, sizeof(*links->items));
        if (r == 0)
                r = arena_str(&links->arena, name, &link.name);
        if (r == 0)
                r = arena_str(&links->arena, content, &link.content);
        if (r < 0)
                return r;
        links->items[links->count++] = link;
        return 1;
}

void zip_links_mark(struct zip_links *links, uint64_t key) {
        for (size_t i = 0; i < links->count; i++)
                if (links->items[i].key == key)
                        links->items[i].is_link = true;
}

const struct zip_link *zip_links_next(struct zip_links *links) {
        return links->given < links->count ? &links->items[links->given++] : NULL;
}

void zip_links_release(struct zip_links *links) {
        free(links->items);
        arena_release(&links->arena);
        *links = (struct zip_links){ 0 };
}
