#define _POSIX_C_SOURCE 200809L /* O_DIRECTORY */
#include "store/reports.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "batch/index.h"
#include "source/directory.h"

void reports_init(struct reports *reports) {
        *reports = (struct reports){ .paths = NULL };
        arena_init(&reports->arena);
}

void reports_release(struct reports *reports) {
        free(reports->paths);
        arena_release(&reports->arena);
}

/* The path must live as long as the reports. */
static int add(struct reports *reports, struct str path) {
        int r = array_reserve(&reports->paths, &reports->capacity, reports->count + 1, sizeof(struct str));

        if (r == 0)
                reports->paths[reports->count++] = path;
        return r;
}

static int path_in(struct reports *reports, const char *folder, struct str name, struct str *ret_path) {
        enum { MOST_BYTES = 1 << 16 };
        struct buf path;
        int r;

        buf_init(&path, MOST_BYTES);
        r = buf_printf(&path, "%s%s%.*s", folder, str_ends(str_from(folder), STR("/")) ? "" : "/", (int)name.n, name.p);
        if (r == 0)
                r = arena_str(&reports->arena, buf_str(&path), ret_path);
        buf_release(&path);
        return r < 0 ? -ENOMEM : 0;
}

static int add_of_folder(struct reports *reports, const char *folder, struct str name) {
        struct str path;
        int r = path_in(reports, folder, name, &path);

        return r < 0 ? r : add(reports, path);
}

static bool is_index(struct str name) {
        return str_eq(name, STR("index.ndjson")) || (str_starts(name, STR("index-")) && str_ends(name, STR(".ndjson")));
}

/* What the indexes name. How many there are goes to `ret_count`; one that cannot be read names nothing. */
static int add_indexed(struct reports *reports, const char *folder, const struct directory *directory,
                       size_t *ret_count) {
        struct index index;
        int r = 0;

        index_init(&index);
        *ret_count = 0;
        for (size_t i = 0; i < directory->count && r != -ENOMEM; i++) {
                struct str path;

                if (!is_index(directory->names[i]))
                        continue;
                ++*ret_count;
                r = path_in(reports, folder, directory->names[i], &path);
                if (r == 0)
                        r = index_load(&index, path.p);
        }
        r = r == -ENOMEM ? r : 0;
        for (size_t i = 0; i < index.paths.count && r == 0; i++)
                if (index.lines[i].report.n)
                        r = add_of_folder(reports, folder, index.lines[i].report);
        index_release(&index);
        return r;
}

static int add_files(struct reports *reports, const char *folder, const struct directory *directory) {
        int r = 0;

        for (size_t i = 0; i < directory->count && r == 0; i++)
                if (str_ends(directory->names[i], STR(".json")) && directory->names[i].p[0] != '.')
                        r = add_of_folder(reports, folder, directory->names[i]);
        return r;
}

static int compare_paths(const void *a, const void *b) {
        return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* One report may stand in several lines: the same bundle lay at two places. */
static void settle(struct reports *reports) {
        size_t kept = 0;

        if (reports->count)
                qsort(reports->paths, reports->count, sizeof(struct str), compare_paths);
        for (size_t i = 0; i < reports->count; i++)
                if (kept == 0 || !str_eq(reports->paths[kept - 1], reports->paths[i]))
                        reports->paths[kept++] = reports->paths[i];
        reports->count = kept;
}

int reports_add(struct reports *reports, const char *path) {
        const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        struct directory directory;
        size_t indexes = 0;
        struct str copy;
        int r;

        if (fd < 0) {
                r = arena_str(&reports->arena, str_from(path), &copy);
                return r < 0 ? r : add(reports, copy);
        }
        r = directory_init(&directory, fd);
        if (r == 0)
                r = add_indexed(reports, path, &directory, &indexes);
        if (r == 0 && indexes == 0)
                r = add_files(reports, path, &directory);
        settle(reports);
        directory_release(&directory);
        close(fd);
        return r;
}
