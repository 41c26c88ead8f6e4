#define _POSIX_C_SOURCE 200809L /* O_DIRECTORY */
#include "batch/reports.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/order.h"
#include "base/utf8.h"
#include "batch/index.h"
#include "boshscope.h"
#include "render/load.h"
#include "source/directory.h"

/* What of a path and of a fault is told. */
enum { TOLD_PATH_BYTES = 512, TOLD_WHY_BYTES = 511 };

/* As long as file systems have them. */
enum { NAME_MOST_BYTES = 255, PATH_MOST_BYTES = 1 << 16 };

/* A line of an index, as far as it matters here. */
struct named {
        struct str report, fault;
        int64_t exit_status;
};

struct naming {
        struct reports *reports;
        const char *folder;
        struct directory directory;
        struct intern bundles;
        struct named *named; /* by the bundle's id: what the last line of it says */
        size_t capacity;
};

void reports_init(struct reports *reports) {
        *reports = (struct reports){ .paths = NULL };
        arena_init(&reports->arena);
}

void reports_release(struct reports *reports) {
        free(reports->paths);
        free(reports->faults);
        arena_release(&reports->arena);
}

void report_fault_text(const struct report_fault *fault, char ret_text[static REPORT_FAULT_BYTES]) {
        const struct str path = utf8_first(fault->path, TOLD_PATH_BYTES), why = utf8_first(fault->why, TOLD_WHY_BYTES);

        snprintf(ret_text, REPORT_FAULT_BYTES, "%s: %.*s: %.*s", diag_infos[fault->code].code, (int)path.n,
                 path.n ? path.p : "", (int)why.n, why.n ? why.p : "");
}

/* The path must live as long as the reports. */
static int add(struct reports *reports, struct str path) {
        int r = array_reserve(&reports->paths, &reports->capacity, reports->count + 1, sizeof(*reports->paths));

        if (r == 0)
                reports->paths[reports->count++] = path;
        return r;
}

static int add_fault(struct reports *reports, const struct report_fault *from) {
        struct report_fault fault = *from;
        int r = array_reserve(&reports->faults, &reports->fault_capacity, reports->fault_count + 1, sizeof(fault));

        if (r == 0)
                r = arena_str(&reports->arena, from->path, &fault.path);
        if (r == 0)
                r = arena_str(&reports->arena, from->why, &fault.why);
        if (r == 0)
                reports->faults[reports->fault_count++] = fault;
        return r;
}

static int add_unread(struct reports *reports, struct str path, const char *why) {
        return add_fault(reports,
                         &(struct report_fault){ path, DIAG_REPORT_UNREAD, str_from(why), BOSHSCOPE_EXIT_NOTHING });
}

/* -------------------------------------------------------------- a folder's */

static int path_in(const struct naming *naming, struct str name, struct str *ret_path) {
        const char *slash = str_ends(str_from(naming->folder), STR("/")) ? "" : "/";
        struct buf path;
        int r;

        buf_init(&path, PATH_MOST_BYTES);
        r = buf_printf(&path, "%s%s%.*s", naming->folder, slash, (int)name.n, name.p);
        if (r == 0)
                r = arena_str(&naming->reports->arena, buf_str(&path), ret_path);
        buf_release(&path);
        return r < 0 ? -ENOMEM : 0;
}

/* A pipe would be waited for. What is not there is found out by who reads it. */
static bool is_no_regular_file(struct str path) {
        struct stat info;

        return stat(path.p, &info) == 0 && !S_ISREG(info.st_mode);
}

/* `ret_path` is empty where there is nothing to read, which was told then. */
static int find_file(const struct naming *naming, struct str name, struct str *ret_path) {
        struct str path;
        int r = path_in(naming, name, &path);

        if (r < 0)
                return r;
        *ret_path = is_no_regular_file(path) ? STR("") : path;
        return ret_path->n ? 0 : add_unread(naming->reports, path, "is no regular file");
}

static int add_file(const struct naming *naming, struct str name) {
        struct str path;
        int r = find_file(naming, name, &path);

        return r < 0 || path.n == 0 ? r : add(naming->reports, path);
}

static bool is_index(struct str name) {
        return str_eq(name, STR("index.ndjson")) || (str_starts(name, STR("index-")) && str_ends(name, STR(".ndjson")));
}

/* The index goes when it was read: of a million bundles little stays. */
static int keep_line(struct naming *naming, const struct index_line *line) {
        struct arena *arena = &naming->reports->arena;
        struct named named = { .exit_status = line->exit_status };
        uint32_t id;
        int r = intern_add(&naming->bundles, line->path, &id);

        if (r == 0)
                r = array_reserve(&naming->named, &naming->capacity, naming->bundles.count, sizeof(named));
        if (r == 0)
                r = arena_str(arena, line->report, &named.report);
        if (r == 0)
                r = arena_str(arena, utf8_first(line->fault, TOLD_WHY_BYTES), &named.fault);
        if (r == 0)
                naming->named[id] = named;
        return r;
}

static int read_index(struct naming *naming, struct str path) {
        char wrong[VIEW_WRONG_BYTES] = "";
        struct index index;
        struct buf text;
        int r = text_load(path.p, &text, wrong);

        if (r < 0)
                return r == -EBADMSG ? add_unread(naming->reports, path, wrong) : r;
        index_init(&index);
        r = index_add(&index, text.p, text.n);
        for (size_t i = 0; i < index.paths.count && r == 0; i++)
                r = keep_line(naming, &index.lines[i]);
        index_release(&index);
        buf_release(&text);
        return r;
}

static int read_indexes(struct naming *naming, bool *ret_any) {
        const struct directory *directory = &naming->directory;
        int r = 0;

        *ret_any = false;
        for (size_t i = 0; i < directory->count && r == 0; i++) {
                struct str path;

                if (!is_index(directory->names[i]))
                        continue;
                *ret_any = true;
                r = find_file(naming, directory->names[i], &path);
                if (r == 0 && path.n)
                        r = read_index(naming, path);
        }
        return r;
}

/* A file of the folder, and nothing elsewhere: others may have written the index. */
static bool is_name(struct str name) {
        return name.n && name.n <= NAME_MOST_BYTES && !str_find_byte(name, '/') && !str_eq(name, STR(".")) &&
               !str_eq(name, STR(".."));
}

static int add_named(const struct naming *naming, struct str bundle, const struct named *named) {
        if (is_name(named->report))
                return add_file(naming, named->report);
        return add_fault(naming->reports, &(struct report_fault){ bundle, DIAG_BUNDLE_UNREAD,
                                                                  named->fault.n ? named->fault : STR("has no report"),
                                                                  named->exit_status });
}

static int add_indexed(struct naming *naming) {
        int r = 0;

        for (size_t i = 0; i < naming->bundles.count && r == 0; i++)
                r = add_named(naming, intern_str(&naming->bundles, (uint32_t)i), &naming->named[i]);
        return r;
}

static int add_files(const struct naming *naming) {
        const struct directory *directory = &naming->directory;
        int r = 0;

        for (size_t i = 0; i < directory->count && r == 0; i++)
                if (str_ends(directory->names[i], STR(".json")) && directory->names[i].p[0] != '.')
                        r = add_file(naming, directory->names[i]);
        return r;
}

static int add_listed(struct naming *naming) {
        const size_t before = naming->reports->count + naming->reports->fault_count;
        bool any;
        int r = read_indexes(naming, &any);

        if (r == 0)
                r = any ? add_indexed(naming) : add_files(naming);
        if (r == 0 && naming->directory.error)
                r = add_unread(naming->reports, str_from(naming->folder), "the folder cannot be read");
        else if (r == 0 && !any && naming->reports->count + naming->reports->fault_count == before)
                r = add_unread(naming->reports, str_from(naming->folder), "the folder holds no report");
        return r;
}

static int add_folder(struct reports *reports, const char *folder) {
        const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        struct naming naming = { .reports = reports, .folder = folder };
        int r;

        if (fd < 0)
                return add_unread(reports, str_from(folder), "the folder cannot be read");
        intern_init(&naming.bundles);
        r = directory_init(&naming.directory, fd);
        if (r == 0) {
                r = add_listed(&naming);
                directory_release(&naming.directory);
        }
        intern_release(&naming.bundles);
        free(naming.named);
        close(fd);
        return r;
}

/* ------------------------------------------------------------------ whole */

/* One report may stand in several lines: the same bundle lay at two places. */
static void settle(struct reports *reports) {
        size_t kept = 0;

        if (reports->count)
                qsort(reports->paths, reports->count, sizeof(*reports->paths), compare_strs);
        for (size_t i = 0; i < reports->count; i++)
                if (kept == 0 || !str_eq(reports->paths[kept - 1], reports->paths[i]))
                        reports->paths[kept++] = reports->paths[i];
        reports->count = kept;
}

static bool is_folder(const char *path) {
        struct stat info;

        return strcmp(path, "-") != 0 && stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

int reports_add(struct reports *reports, const char *path) {
        struct str copy;
        int r;

        if (is_folder(path)) {
                r = add_folder(reports, path);
        } else {
                r = arena_str(&reports->arena, str_from(path), &copy);
                if (r == 0)
                        r = add(reports, copy);
        }
        settle(reports);
        return r;
}
