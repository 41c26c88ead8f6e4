#define _POSIX_C_SOURCE 200809L /* O_DIRECTORY */
#include "store/reports.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "source/directory.h"

void reports_init(struct reports *reports) {
        *reports = (struct reports){ .paths = NULL };
        arena_init(&reports->arena);
}

void reports_release(struct reports *reports) {
        free(reports->paths);
        arena_release(&reports->arena);
}

static int add(struct reports *reports, struct str path) {
        struct str copy;
        int r = array_reserve(&reports->paths, &reports->capacity, reports->count + 1, sizeof(struct str));

        if (r == 0)
                r = arena_str(&reports->arena, path, &copy);
        if (r == 0)
                reports->paths[reports->count++] = copy;
        return r;
}

static int add_of_folder(struct reports *reports, const char *folder, struct str name) {
        enum { MOST_BYTES = 1 << 16 };
        struct buf path;
        int r;

        buf_init(&path, MOST_BYTES);
        r = buf_printf(&path, "%s%s%.*s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/", (int)name.n, name.p);
        if (r == 0)
                r = add(reports, buf_str(&path));
        buf_release(&path);
        return r < 0 ? -ENOMEM : 0;
}

static bool ends(struct str name, struct str end) {
        return name.n > end.n && str_eq(str_skip(name, name.n - end.n), end);
}

static int add_files(struct reports *reports, const char *folder, const struct directory *directory) {
        int r = 0;

        for (size_t i = 0; i < directory->count && r == 0; i++)
                if (ends(directory->names[i], STR(".json")) && directory->names[i].p[0] != '.')
                        r = add_of_folder(reports, folder, directory->names[i]);
        return r;
}

int reports_add(struct reports *reports, const char *path) {
        const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        struct directory directory;
        int r;

        if (fd < 0)
                return add(reports, str_from(path));
        r = directory_init(&directory, fd);
        if (r == 0)
                r = add_files(reports, path, &directory);
        directory_release(&directory);
        close(fd);
        return r;
}
