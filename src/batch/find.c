#define _XOPEN_SOURCE 700 /* realpath, openat, fstatat, struct stat's st_mtim */
#include "batch/find.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch/tree.h"
#include "rules/family.h"
#include "source/directory.h"
#include "source/kind.h"

enum { LOOK_BYTES = 4096, PATH_MOST_BYTES = 1024 * 1024 };

void bundles_init(struct bundles *bundles) {
        *bundles = (struct bundles){ 0 };
        arena_init(&bundles->arena);
        intern_init(&bundles->paths);
        buf_init(&bundles->at, PATH_MOST_BYTES);
}

void bundles_release(struct bundles *bundles) {
        free(bundles->items);
        intern_release(&bundles->paths);
        buf_release(&bundles->at);
        arena_release(&bundles->arena);
        *bundles = (struct bundles){ 0 };
}

void bundles_spare(struct bundles *bundles, const char *directory) {
        struct stat info;

        if (stat(directory, &info) == 0) {
                bundles->out_device = info.st_dev;
                bundles->out_inode = info.st_ino;
        }
}

/* ------------------------------------------------------------------ adding */

/* The same path may be given twice, and again below a directory that is given: "./a" is "a". But "-" is
 * standard input, so that a file of that name stays "./-". */
static struct str plain_path(struct str path) {
        while (path.n > 2 && str_starts(path, STR("./")) && path.p[2] != '/' && !str_eq(path, STR("./-")))
                path = str_skip(path, 2);
        while (path.n > 1 && path.p[path.n - 1] == '/')
                path.n--;
        return path;
}

static int add(struct bundles *bundles, const struct stat *info, const char *fault) {
        struct found found = { .is_directory = info && S_ISDIR(info->st_mode), .fault = str_from(fault) };
        const size_t before = bundles->paths.count;
        uint32_t id;
        int r = intern_add(&bundles->paths, plain_path(buf_str(&bundles->at)), &id);

        bundles->met++;
        if (r < 0 || id < before)
                return r;
        r = array_reserve(&bundles->items, &bundles->capacity, bundles->count + 1, sizeof(*bundles->items));
        if (r == 0 && fault)
                r = arena_str(&bundles->arena, found.fault, &found.fault);
        if (r < 0)
                return r;
        found.path = intern_str(&bundles->paths, id);
        if (info) {
                found.bytes = S_ISREG(info->st_mode) ? (uint64_t)info->st_size : 0;
                found.mtime_ns = tree_mtime(info);
                found.inode = info->st_ino;
        }
        bundles->items[bundles->count++] = found;
        return 0;
}

static int add_directory(struct bundles *bundles, int fd, const struct stat *info) {
        const size_t before = bundles->count;
        int r = add(bundles, info, NULL);

        if (r == 0 && bundles->count > before)
                r = tree_sum(fd, &bundles->items[before].bytes, &bundles->items[before].mtime_ns);
        return r;
}

/* ------------------------------------------------------- what a file is */

/* As many of the first bytes as there are. */
static struct str look(int fd, char buffer[static LOOK_BYTES]) {
        const ssize_t n = pread(fd, buffer, LOOK_BYTES, 0);

        return (struct str){ buffer, n > 0 ? (size_t)n : 0 };
}

/* A packed one is a log by its name alone: debug.log.1.gz. */
static bool is_log(int fd, struct str name) {
        char buffer[LOOK_BYTES];
        const struct str first = look(fd, buffer);
        const char *format;

        if (file_kind(first, &format) != FILE_LEAF)
                return family_is_read(family_by_file_name(name));
        return family_is_read(family_by_content(first, NULL));
}

/* An archive that is damaged at its beginning is one all the same. */
static bool is_packed(int fd, struct str name) {
        char buffer[LOOK_BYTES];
        const char *format;

        return file_kind(look(fd, buffer), &format) != FILE_LEAF || kind_is_archive_name(name);
}

static bool is_ended(struct bundles *bundles) {
        if (bundles->watch && !bundles->ended)
                bundles->ended = bundles->watch(bundles->userdata, ++bundles->looked) != 0;
        return bundles->ended;
}

/* Logs, and more of them than of packed files that are none: a log may lie among bundles as well. */
static bool holds_logs(struct bundles *bundles, int fd, const struct directory *directory) {
        size_t logs = 0, others = 0;

        for (size_t i = 0; i < directory->count && !is_ended(bundles); i++) {
                int file = -1;
                const enum directory_entry entry = directory_open(fd, directory->names[i].p, &file);

                if (entry == ENTRY_FILE && is_log(file, directory->names[i]))
                        logs++;
                else if (entry == ENTRY_FILE)
                        others += is_packed(file, directory->names[i]);
                if (entry == ENTRY_FILE || entry == ENTRY_DIRECTORY)
                        close(file);
        }
        return logs > others;
}

static bool has_logs_in(struct bundles *bundles, int fd, const char *name) {
        const int below = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        struct directory directory;
        bool found = false;

        if (below < 0)
                return false;
        if (directory_init(&directory, below) == 0) {
                found = holds_logs(bundles, below, &directory);
                directory_release(&directory);
        }
        close(below);
        return found;
}

/* Below /var/log/active of a server, as collectors keep it. The first is the product's own; the
 * others are ordinary words, so they must hold what they are named for. */
static bool is_unpacked(struct bundles *bundles, int fd, const struct directory *directory) {
        static const char *const trees[] = { "openfire", "webservices", "syslog", "platform/log" };
        struct stat info;

        if (fstatat(fd, "desktop/logs", &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(info.st_mode))
                return true;
        for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++)
                if (has_logs_in(bundles, fd, trees[i]))
                        return true;
        return holds_logs(bundles, fd, directory);
}

/* ---------------------------------------------------------------- searching */

static int search(struct bundles *bundles, int fd, unsigned levels);

/* What `at` leads to lies below what was given, where it is found without the link. */
static int leads_inside(struct bundles *bundles, bool *ret_inside) {
        char *target = NULL;
        struct str path;

        if (buf_add_byte(&bundles->at, '\0') < 0)
                return -ENOMEM;
        bundles->at.n--;
        target = realpath(bundles->at.p, NULL);
        path = str_from(target);
        *ret_inside = bundles->top.n && str_starts(path, bundles->top) &&
                      (path.n == bundles->top.n || path.p[bundles->top.n] == '/' || bundles->top.n == 1);
        free(target);
        return 0;
}

/* Only a link that leads nowhere, or elsewhere, may hide a bundle. */
static int add_link(struct bundles *bundles, int fd, const char *name, const struct stat *info) {
        struct stat target;
        bool inside;
        int r;

        if (fstatat(fd, name, &target, 0) < 0)
                return add(bundles, info, "a link that leads nowhere");
        r = leads_inside(bundles, &inside);
        if (r < 0 || inside)
                return r;
        return add(bundles, info, "a link to another place, which is not followed; give what it leads to");
}

static int add_odd(struct bundles *bundles, int fd, const char *name, int error) {
        struct stat info;

        if (fstatat(fd, name, &info, AT_SYMLINK_NOFOLLOW) < 0)
                return add(bundles, NULL, strerror(errno));
        if (S_ISLNK(info.st_mode))
                return add_link(bundles, fd, name, &info);
        return add(bundles, &info, error ? strerror(error) : "neither a file nor a directory");
}

static int search_entry(struct bundles *bundles, int fd, struct str name, unsigned levels) {
        int below = -1, r = 0;
        const enum directory_entry entry = directory_open(fd, name.p, &below);
        const int error = entry == ENTRY_FAILED ? errno : 0;
        struct stat info;

        if (entry == ENTRY_NO_FILE || entry == ENTRY_FAILED)
                return add_odd(bundles, fd, name.p, error);
        if (fstat(below, &info) < 0)
                r = add(bundles, NULL, strerror(errno));
        else if (entry == ENTRY_FILE)
                r = is_packed(below, name) || is_log(below, name) ? add(bundles, &info, NULL) : 0;
        else if (levels == 0)
                r = add(bundles, &info, "directories are too deep inside each other");
        else if (info.st_dev != bundles->out_device || info.st_ino != bundles->out_inode)
                r = search(bundles, below, levels - 1);
        close(below);
        return r;
}

static int search_entries(struct bundles *bundles, int fd, const struct directory *directory, unsigned levels) {
        const size_t bytes = bundles->at.n;
        int r = 0;

        for (size_t i = 0; i < directory->count && r == 0; i++) {
                if (bytes && bundles->at.p[bytes - 1] != '/')
                        r = buf_add_byte(&bundles->at, '/');
                if (r == 0)
                        r = buf_add(&bundles->at, directory->names[i]);
                if (r == 0)
                        r = is_ended(bundles) ? -ECANCELED : search_entry(bundles, fd, directory->names[i], levels);
                bundles->at.n = bytes;
        }
        return r == -E2BIG ? -ENOMEM : r;
}

static int search(struct bundles *bundles, int fd, unsigned levels) {
        struct directory directory;
        struct stat info;
        int r = directory_init(&directory, fd);

        if (r < 0)
                return r;
        if (fstat(fd, &info) < 0)
                r = add(bundles, NULL, strerror(errno));
        else if (is_unpacked(bundles, fd, &directory))
                r = add_directory(bundles, fd, &info);
        else
                r = search_entries(bundles, fd, &directory, levels);
        if (r == 0 && directory.error)
                r = add(bundles, &info, strerror(directory.error));
        directory_release(&directory);
        return r;
}

static int find_in(struct bundles *bundles, int fd, const struct stat *info) {
        const size_t before = bundles->met;
        char *top = realpath(bundles->at.p, NULL);
        int r;

        bundles->top = str_from(top);
        r = search(bundles, fd, DIRECTORY_LEVELS);
        bundles->top = (struct str){ 0 };
        free(top);
        return r == 0 && bundles->met == before ? add(bundles, info, "it holds no bundle") : r;
}

/* Neither waits for a fifo nor touches a device. */
static int find_at(struct bundles *bundles, const char *path) {
        struct stat info;
        int fd, r;

        if (stat(path, &info) < 0)
                return add(bundles, NULL, strerror(errno));
        if (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))
                return add(bundles, &info, "neither a file nor a directory");
        fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (fd < 0)
                return add(bundles, &info, strerror(errno));
        r = S_ISDIR(info.st_mode) ? find_in(bundles, fd, &info) : add(bundles, &info, NULL);
        close(fd);
        return r;
}

int bundles_find(struct bundles *bundles, struct str path) {
        int r;

        bundles->at.n = 0;
        r = buf_add(&bundles->at, str_eq(path, STR("-")) ? STR("./-") : path);
        if (r == 0)
                r = buf_add_byte(&bundles->at, '\0');
        if (r < 0)
                return r == -E2BIG ? -ENOMEM : r;
        bundles->at.n--;
        return find_at(bundles, bundles->at.p);
}
