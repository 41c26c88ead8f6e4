#define _POSIX_C_SOURCE 200809L /* locale_t */
/* Where a walk is: its life cycle, its path, and what is told of a place. */
#include <stdlib.h>

#include "base/utf8.h"
#include "source/name.h"
#include "source/part.h"
#include "source/walk.h"

/* Far more than the names that the depth limits leave room for. */
enum { PATH_MAX_BYTES = 1024 * 1024 };

/* ----------------------------------------------------------------- life cycle */

void walk_init(struct walk *walk, struct part *part) {
        *walk = (struct walk){ .part = part };
        buf_init(&walk->path, PATH_MAX_BYTES);
        arena_init(&walk->arena);
        diags_init(&walk->finds.diags);
        walk->metering =
                (struct metering){ .quota = &part->crew->quota, .packed = UINT64_MAX, .packed_read = &walk->bytes };
        metering_enter(&walk->metering, UINT64_MAX);
}

void walk_forget(struct walk *walk) {
        arena_release(&walk->arena);
        diags_release(&walk->finds.diags);
        walk->finds.own = NULL;
        walk->container_count = 0;
        walk->bytes = 0;
        walk->doubt = walk->limited = false;
        walk->archives = walk->around;
        metering_restart(&walk->metering);
}

void walk_release(struct walk *walk) {
        walk_forget(walk);
        free(walk->containers);
        buf_release(&walk->path);
}

/* ---------------------------------------------------------------------- paths */

/* Some writers on Windows use their own separator, and no other. */
static void fix_separators(char *name, size_t n) {
        if (!memchr(name, '/', n))
                for (size_t i = 0; i < n; i++)
                        if (name[i] == '\\')
                                name[i] = '/';
}

int walk_push(struct walk *walk, char separator, struct str name, struct walk_mark *ret_mark) {
        struct walk_mark mark = { walk->path.n, walk->name_at };
        int r = 0;

        if (separator != '\0')
                r = buf_add_byte(&walk->path, separator);
        walk->name_at = walk->path.n;
        if (r == 0)
                r = name_add(&walk->path, utf8_first(name, WALK_LONGEST_NAME));
        if (r < 0)
                return -ENOMEM;
        if (separator == '!')
                fix_separators(walk->path.p + walk->name_at, walk->path.n - walk->name_at);
        *ret_mark = mark;
        return 0;
}

void walk_pop(struct walk *walk, struct walk_mark mark) {
        walk->path.n = mark.path_bytes;
        walk->name_at = mark.name_at;
}

/* --------------------------------------------------------------------- telling */

int walk_tell(struct walk *walk, enum diag_code code) {
        struct diag place = { .code = code, .path = buf_str(&walk->path), .offset = UINT64_MAX };

        return diags_add(&walk->finds.diags, &place, NULL);
}

int walk_tell_error(struct walk *walk, enum diag_code code, uint64_t offset, const char *what, int error) {
        struct diag place = { .code = code, .path = buf_str(&walk->path), .offset = offset };

        if (error == 0)
                return diags_add(&walk->finds.diags, &place, "%s", what);
        return diags_add(&walk->finds.diags, &place, "%s: %s", what, strerror(error));
}
