/*
 * A folder of a batch: each bundle is a line of an index (index.ndjson, index-K-of-N.ndjson),
 * the last line of a path counts. A line that is no whole line is passed over: whoever wrote it
 * was stopped and wrote it again, or the bundle is not in this folder.
 */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "fleet/load.h"
#include "render/load.h"
#include "render/table.h"

struct line {
        struct str path, report, fault;
        int64_t exit_status;
};

static const struct member line_members[] = {
        { "path", PLACE(line, path, MEMBER_TEXT), .needed = true },
        { "report", PLACE(line, report, MEMBER_TEXT) },
        { "fault", PLACE(line, fault, MEMBER_TEXT) },
        { "exit_status", PLACE(line, exit_status, MEMBER_NUMBER) },
};
static const struct table line_table = TABLE_OF(line, line_members);

struct lines {
        struct intern paths;
        struct line *items; /* by the path's number */
        size_t count, capacity;
        struct arena arena;
};

struct names {
        char **items;
        size_t count, capacity;
};

/* ---------------------------------------------------------------- names */

static int compare_names(const void *a, const void *b) {
        return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_index(const char *name) {
        const struct str s = str_from(name);

        return str_ends(s, STR(".ndjson")) && (str_eq(s, STR("index.ndjson")) || str_starts(s, STR("index-")));
}

static bool is_json(const char *name) {
        return str_ends(str_from(name), STR(".json")) && name[0] != '.';
}

static int list_names(const char *path, bool (*wanted)(const char *name), struct names *names) {
        DIR *folder = opendir(path);
        const struct dirent *entry;
        int r = 0;

        if (!folder)
                return -errno;
        while (r == 0 && (entry = readdir(folder)) != NULL) {
                if (!wanted(entry->d_name))
                        continue;
                r = array_reserve(&names->items, &names->capacity, names->count + 1, sizeof(*names->items));
                if (r == 0 && !(names->items[names->count] = strdup(entry->d_name)))
                        r = -ENOMEM;
                names->count += r == 0;
        }
        closedir(folder);
        if (names->count)
                qsort(names->items, names->count, sizeof(*names->items), compare_names);
        return r;
}

static void release_names(struct names *names) {
        for (size_t i = 0; i < names->count; i++)
                free(names->items[i]);
        free(names->items);
        *names = (struct names){ 0 };
}

static int join(struct buf *path, const char *folder, struct str name) {
        int r;

        path->n = 0;
        r = buf_printf(path, "%s%s%.*s", folder, str_ends(str_from(folder), STR("/")) ? "" : "/", (int)name.n, name.p);
        return r < 0 ? r : buf_add_byte(path, '\0');
}

/* ---------------------------------------------------------------- lines */

static int keep_line(struct lines *lines, const struct line *from) {
        struct line line = { .exit_status = from->exit_status };
        uint32_t number;
        int r = intern_add(&lines->paths, from->path, &number);

        if (r == 0)
                r = array_reserve(&lines->items, &lines->capacity, (size_t)number + 1, sizeof(line));
        if (r == 0)
                r = arena_str(&lines->arena, from->report, &line.report);
        if (r == 0)
                r = arena_str(&lines->arena, from->fault, &line.fault);
        if (r < 0)
                return r;
        line.path = intern_str(&lines->paths, number);
        lines->items[number] = line;
        lines->count = lines->paths.count;
        return 0;
}

static int read_line(struct lines *lines, char *text, size_t bytes) {
        static const struct document document = { "", "line of an index", &line_table };
        char wrong[TABLE_WRONG_BYTES];
        struct line line = { 0 };
        int64_t largest_input;
        struct arena arena;
        int r;

        arena_init(&arena);
        r = document_read(&document, &line, &arena, text, bytes, &largest_input, wrong);
        if (r == 0)
                r = keep_line(lines, &line);
        arena_release(&arena);
        return r == -EBADMSG ? 0 : r;
}

static int read_lines(struct lines *lines, char *text, size_t bytes) {
        char *end = text + bytes;
        int r = 0;

        for (char *at = text; at < end && r == 0;) {
                char *feed = memchr(at, '\n', (size_t)(end - at));

                if (!feed)
                        break;
                r = read_line(lines, at, (size_t)(feed - at));
                at = feed + 1;
        }
        return r;
}

static int load_index(const struct fleet_loading *loading, struct lines *lines, const char *path) {
        char wrong[VIEW_WRONG_BYTES] = "";
        struct buf text;
        int r = text_load(path, &text, wrong);

        if (r == -EBADMSG)
                return fleet_load_nothing(loading, str_from(path), DIAG_REPORT_UNREAD, wrong, 1);
        if (r == 0)
                r = read_lines(lines, text.p, text.n);
        buf_release(&text);
        return r;
}

/* ---------------------------------------------------------------- whole */

/* A pipe would be waited for. */
static int load_inside(const struct fleet_loading *loading, const char *path) {
        struct stat info;

        if (stat(path, &info) == 0 && !S_ISREG(info.st_mode))
                return fleet_load_nothing(loading, str_from(path), DIAG_REPORT_UNREAD, "is no regular file", 1);
        return fleet_load_file(loading, path);
}

static int load_line(const struct fleet_loading *loading, const char *folder, const struct line *line,
                     struct buf *path) {
        char why[512];
        int r;

        if (line->report.n && !str_find_byte(line->report, '/')) {
                r = join(path, folder, line->report);
                return r < 0 ? r : load_inside(loading, path->p);
        }
        snprintf(why, sizeof(why), "%.*s", (int)utf8_first(line->fault, sizeof(why) - 1).n,
                 line->fault.n ? line->fault.p : "");
        return fleet_load_nothing(loading, line->path, DIAG_BUNDLE_UNREAD, line->fault.n ? why : "has no report",
                                  line->exit_status);
}

static int load_indexes(const struct fleet_loading *loading, const char *folder, const struct names *names,
                        struct buf *path) {
        struct lines lines = { 0 };
        int r = 0;

        intern_init(&lines.paths);
        arena_init(&lines.arena);
        for (size_t i = 0; i < names->count && r == 0; i++) {
                r = join(path, folder, str_from(names->items[i]));
                if (r == 0)
                        r = load_index(loading, &lines, path->p);
        }
        for (size_t i = 0; i < lines.count && r == 0; i++)
                r = load_line(loading, folder, &lines.items[i], path);
        intern_release(&lines.paths);
        arena_release(&lines.arena);
        free(lines.items);
        return r;
}

static int load_files(const struct fleet_loading *loading, const char *folder, const struct names *names,
                      struct buf *path) {
        int r = 0;

        for (size_t i = 0; i < names->count && r == 0; i++) {
                r = join(path, folder, str_from(names->items[i]));
                if (r == 0)
                        r = load_inside(loading, path->p);
        }
        return r;
}

int fleet_load_folder(const struct fleet_loading *loading, const char *path) {
        struct names indexes = { 0 }, files = { 0 };
        struct buf text;
        int r = list_names(path, is_index, &indexes);

        buf_init(&text, 1 << 20);
        if (r == 0 && indexes.count == 0)
                r = list_names(path, is_json, &files);
        if (r == 0 && indexes.count)
                r = load_indexes(loading, path, &indexes, &text);
        else if (r == 0 && files.count)
                r = load_files(loading, path, &files, &text);
        else if (r != -ENOMEM)
                r = fleet_load_nothing(loading, str_from(path), DIAG_REPORT_UNREAD,
                                       r < 0 ? "the folder cannot be read" : "the folder holds no report", 1);
        release_names(&indexes);
        release_names(&files);
        buf_release(&text);
        return r;
}
