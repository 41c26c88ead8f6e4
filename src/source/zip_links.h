/*
 * zip_links: small files of a zip that may turn out to be links. Their own headers
 * look like those of files, and the target like a file's content; the directory,
 * behind all of them, says what they are. So what may be one is put aside until
 * the end.
 */
#ifndef SOURCE_ZIP_LINKS_H
#define SOURCE_ZIP_LINKS_H

#include "base/arena.h"

enum {
        ZIP_LINK_BYTES = 1024, /* more are no target */
        ZIP_LINKS_MOST = 4096, /* further ones are taken for files */
};

struct zip_link {
        uint64_t key; /* by which the directory's entry is known */
        struct str name, content;
        bool is_link;
};

struct zip_links {
        struct arena arena;
        struct zip_link *items;
        size_t count, capacity, given;
};

/* A text that a target may be: one line without an end. */
bool zip_links_may_be(struct str content);

/* Copies name and content. 1, 0 where there is no room left, or -ENOMEM. */
int zip_links_add(struct zip_links *links, uint64_t key, struct str name, struct str content);

/* The directory's entry of that key is a link. */
void zip_links_mark(struct zip_links *links, uint64_t key);

/* The next one, or NULL. */
const struct zip_link *zip_links_next(struct zip_links *links);

void zip_links_release(struct zip_links *links);

#endif
