#define _POSIX_C_SOURCE 200809L /* openat, uselocale */
#include "source/bundle.h"

#include <fcntl.h>
#include <locale.h>
#include <malloc.h> /* of glibc; see give_back_memory() */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/order.h"
#include "source/directory.h"
#include "source/part.h"

const char *container_kind_name(enum container_kind kind) {
        static const char *const names[] = { "zip", "tgz", "tar", "gz", "other" };

        return names[kind];
}

const char *container_status_name(enum container_status status) {
        static const char *const names[] = { "whole", "partial", "unreadable", "not_entered" };

        return names[status];
}

const char *bundle_kind_name(enum bundle_kind kind) {
        static const char *const names[] = { "file", "directory", "stdin", "zip", "tgz", "tar", "gz" };

        return names[kind];
}

void bundle_init(struct bundle *bundle) {
        *bundle = (struct bundle){ .kind = BUNDLE_FILE, .threads = 1 };
        arena_init(&bundle->arena);
}

void bundle_release(struct bundle *bundle) {
        free(bundle->containers);
        arena_release(&bundle->arena);
        *bundle = (struct bundle){ .kind = BUNDLE_FILE };
}

/* Standard input may be a file, of which somebody has read a part. */
static uint64_t rest_of_input(void) {
        const off_t at = lseek(STDIN_FILENO, 0, SEEK_CUR);
        struct stat info;

        if (at < 0 || fstat(STDIN_FILENO, &info) < 0 || !S_ISREG(info.st_mode) || info.st_size < at)
                return 0;
        return (uint64_t)(info.st_size - at);
}

uint64_t bundle_size(const char *path) {
        struct stat info;
        uint64_t bytes;
        int fd;

        if (strcmp(path, "-") == 0)
                return rest_of_input();
        if (stat(path, &info) < 0)
                return 0;
        if (!S_ISDIR(info.st_mode))
                return S_ISREG(info.st_mode) ? (uint64_t)info.st_size : 0;
        fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
                return 0;
        bytes = directory_bytes(fd, DIRECTORY_LEVELS);
        close(fd);
        return bytes;
}

/* ----------------------------------------------------------------------- files */

/* Of a directory that is the bundle itself nothing has a place yet: then its path is said. */
static int tell_path(struct walk *walk, const char *what, int error) {
        struct diag place = { .code = DIAG_OPEN_FAILED, .path = buf_str(&walk->path), .offset = UINT64_MAX };

        if (walk->path.n == 0)
                place.path = str_from(walk->part->crew->path);
        return diags_add(&walk->finds.diags, &place, "%s: %s", what, strerror(error));
}

static ssize_t read_nothing(struct stream *stream, void *p, size_t n) {
        (void)stream, (void)p, (void)n;
        return 0;
}

/* The visitor learns of a file that cannot be read, so that it can be counted. */
static int walk_unreadable(struct walk *walk, int error) {
        struct stream nothing = { .read = read_nothing, .fault = DIAG_OPEN_FAILED, .fault_told = true };
        int r = walk_tell_error(walk, DIAG_OPEN_FAILED, UINT64_MAX, "it cannot be opened", error);

        return r < 0 ? r : walk_leaf(walk, &nothing);
}

/* ----------------------------------------------------------------- directories */

static int walk_directory(struct walk *walk, int fd, unsigned levels);

/* A name of a directory that cannot be opened: is it a file or a directory? */
static int walk_failed(struct walk *walk, int fd, const char *name, int error) {
        struct stat info;

        if (fstatat(fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(info.st_mode))
                return walk_unreadable(walk, error);
        return walk_tell_error(walk, DIAG_OPEN_FAILED, UINT64_MAX, "it cannot be opened", error);
}

static int walk_opened(struct walk *walk, int directory_fd, const char *name, unsigned levels) {
        int fd = -1, r;

        enum directory_entry kind = directory_open(directory_fd, name, &fd);

        /* Too many files are open: those that others walk are closed soon. */
        if (kind == ENTRY_FAILED && (errno == EMFILE || errno == ENFILE) && part_wait_for_files(walk))
                kind = directory_open(directory_fd, name, &fd);
        switch (kind) {
        case ENTRY_FILE:
                return part_add_file(walk, fd, false);
        case ENTRY_DIRECTORY:
                r = levels ? walk_directory(walk, fd, levels - 1)
                           : walk_tell_error(walk, DIAG_OPEN_FAILED, UINT64_MAX,
                                             "it lies too deep: directories are entered 64 levels down", 0);
                close(fd);
                return r;
        case ENTRY_NO_FILE:
                return walk_no_file(walk);
        case ENTRY_FAILED:
        default:
                return walk_failed(walk, directory_fd, name, errno);
        }
}

static int walk_name(struct walk *walk, int directory_fd, struct str name, unsigned levels) {
        struct walk_mark mark;
        int r = walk_push(walk, walk->path.n ? '/' : '\0', name, &mark);

        if (r == 0)
                r = walk_opened(walk, directory_fd, name.p, levels);
        if (r < 0)
                return r;
        walk_pop(walk, mark);
        return 0;
}

static int walk_directory(struct walk *walk, int fd, unsigned levels) {
        struct directory directory;
        int r = directory_init(&directory, fd);

        if (r < 0)
                return r;
        if (directory.error)
                r = tell_path(walk, "it cannot be listed", directory.error);
        for (size_t i = 0; i < directory.count && r == 0; i++)
                r = walk_name(walk, fd, directory.names[i], levels);
        directory_release(&directory);
        return r;
}

/* ---------------------------------------------------------------------- bundle */

static struct str base_name(struct str path) {
        while (path.n > 1 && path.p[path.n - 1] == '/')
                path.n--;
        for (size_t i = path.n; i-- > 0;)
                if (path.p[i] == '/' && i + 1 < path.n)
                        return str_skip(path, i + 1);
        return path;
}

/* What the file at the top turned out to be: its container is the first one. */
static enum bundle_kind kind_of_file(const struct walk *walk) {
        static const enum bundle_kind kinds[] = {
                [CONTAINER_ZIP] = BUNDLE_ZIP, [CONTAINER_TGZ] = BUNDLE_TGZ,    [CONTAINER_TAR] = BUNDLE_TAR,
                [CONTAINER_GZ] = BUNDLE_GZ,   [CONTAINER_OTHER] = BUNDLE_FILE,
        };

        return walk->container_count ? kinds[walk->containers[0].kind] : BUNDLE_FILE;
}

static int walk_top_file(struct walk *walk, struct str name, int fd, enum bundle_kind *ret_kind) {
        struct stat info;
        struct walk_mark mark;
        int r = walk_push(walk, '\0', name, &mark);

        /* What cannot be read twice. */
        if (fstat(fd, &info) < 0 || !S_ISREG(info.st_mode))
                walk->part->crew->quota.in_order = true;
        if (r < 0) {
                close(fd);
                return r;
        }
        r = part_add_file(walk, fd, true);
        if (walk->part->child_count)
                *ret_kind = kind_of_file(&walk->part->children[0]->walk);
        return r;
}

static int walk_feed(struct walk *walk, struct str name, const struct feed *feed, enum bundle_kind *ret_kind) {
        struct walk_mark mark;
        int r = walk_push(walk, '\0', name, &mark);

        walk->part->crew->quota.in_order = true;
        if (r < 0)
                return r;
        r = part_add_feed(walk, feed);
        if (walk->part->child_count)
                *ret_kind = kind_of_file(&walk->part->children[0]->walk);
        return r;
}

/* A fifo makes it wait for somebody, until a signal comes that may be the wish to
 * stop. 0 with `ret_fd`, which is -1 where errno says why, or negative. */
static int open_path(struct walk *walk, const char *path, int *ret_fd) {
        for (;;) {
                int fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC), r;

                if (fd >= 0 || errno != EINTR) {
                        *ret_fd = fd;
                        return 0;
                }
                r = ticker_tell(&walk->ticker, 0);
                if (r < 0)
                        return r;
        }
}

static int walk_stdin(struct walk *walk, enum bundle_kind *ret_kind) {
        /* A part closes what it has walked. */
        int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0), r;

        r = fd < 0 ? tell_path(walk, "it cannot be opened", errno) : walk_top_file(walk, STR("-"), fd, ret_kind);
        *ret_kind = BUNDLE_STDIN;
        return r;
}

static int walk_path(struct walk *walk, const char *path, enum bundle_kind *ret_kind) {
        struct stat info;
        int fd, r;

        if (strcmp(path, "-") == 0)
                return walk_stdin(walk, ret_kind);
        r = open_path(walk, path, &fd);
        if (r < 0)
                return r;
        if (fd < 0)
                return tell_path(walk, "it cannot be opened", errno);
        if (fstat(fd, &info) < 0 || !S_ISDIR(info.st_mode))
                return walk_top_file(walk, base_name(str_from(path)), fd, ret_kind);
        *ret_kind = BUNDLE_DIRECTORY;
        r = walk_directory(walk, fd, DIRECTORY_LEVELS);
        close(fd);
        return r;
}

/* -------------------------------------------------------------------- joining */

/* What a part found goes to the bundle and to the visitor, then what those below it did. */
static int join(struct bundle *bundle, struct diags *diags, struct part *part) {
        const struct bundle_visitor *visitor = part->crew->visitor;
        struct walk *walk = &part->walk;
        int r = array_reserve(&bundle->containers, &bundle->container_capacity,
                              bundle->container_count + walk->container_count, sizeof(*bundle->containers));

        if (r < 0)
                return r;
        if (walk->container_count)
                memcpy(bundle->containers + bundle->container_count, walk->containers,
                       walk->container_count * sizeof(*walk->containers));
        bundle->container_count += walk->container_count;
        bundle->bytes += walk->bytes;
        arena_adopt(&bundle->arena, &walk->arena);
        r = visitor->join ? visitor->join(visitor->userdata, &walk->finds) : 0;
        if (r == 0)
                r = diags_merge(diags, &walk->finds.diags);
        for (size_t i = 0; i < part->child_count && r == 0; i++)
                r = join(bundle, diags, part->children[i]);
        return r;
}

/* Two of one path stand in the order of what they are, whoever walked them. */
static int compare_containers(const void *a, const void *b) {
        const struct container *x = a, *y = b;
        int r = str_cmp(x->path, y->path);

        if (r == 0)
                r = compare_u64(x->kind, y->kind);
        if (r == 0)
                r = compare_u64(x->bytes, y->bytes);
        if (r == 0)
                r = compare_u64(x->entries, y->entries);
        if (r == 0)
                r = compare_u64(x->status, y->status);
        return r ? r : str_cmp(x->reason, y->reason);
}

/* libarchive wants to know what bytes in names mean. That is said for this
 * thread and for nothing but the kind of characters; without it (no memory, no
 * such locale) it still works for ASCII. */
static locale_t utf8_locale(void) {
        locale_t copy = duplocale(uselocale((locale_t)0)), utf8;

        if (copy == (locale_t)0)
                return copy;
        utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", copy);
        if (utf8 == (locale_t)0)
                freelocale(copy);
        return utf8;
}

/* The whole tree. 0 or negative, fatal; `ret_root` gets it in any case, or NULL. */
static int grow(struct bundle *bundle, struct crew *crew, struct part **ret_root) {
        struct part *root = *ret_root = part_new(crew, NULL);

        if (!root)
                return -ENOMEM;
        if (crew->feed)
                root->result = walk_feed(&root->walk, base_name(str_from(crew->path)), crew->feed, &bundle->kind);
        else
                root->result = walk_path(&root->walk, crew->path, &bundle->kind);
        if (root->result < 0)
                atomic_store(&crew->stop, true);
        return part_finish(root);
}

/* What several threads took and freed is kept for them, and one alone goes on. */
static void give_back_memory(void) {
#ifdef __GLIBC__
        malloc_trim(0);
#endif
}

/* It is grown, then joined. Once more in order where a limit that counts so was near. */
static int walk_all(struct bundle *bundle, struct crew *crew, struct diags *diags) {
        struct part *root;
        int r = grow(bundle, crew, &root), joined;

        if (r == -ECANCELED && !crew->asked && atomic_load(&crew->quota.passed)) {
                part_free(root);
                give_back_memory();
                quota_restart(&crew->quota);
                crew->known = crew->told;
                atomic_store(&crew->put_aside, 0);
                atomic_store(&crew->stop, false);
                r = grow(bundle, crew, &root);
        }
        if (!root)
                return r;
        joined = join(bundle, diags, root);
        if (joined == 0)
                joined = quota_tell(&crew->quota, diags);
        part_free(root);
        return joined < 0 ? joined : r;
}

int bundle_walk(struct bundle *bundle, const char *path, const struct limits *limits, size_t chunk_bytes,
                struct pool *pool, struct diags *diags, const struct bundle_visitor *visitor) {
        return bundle_walk_feed(bundle, path, NULL, limits, chunk_bytes, pool, diags, visitor);
}

int bundle_walk_feed(struct bundle *bundle, const char *name, const struct feed *feed, const struct limits *limits,
                     size_t chunk_bytes, struct pool *pool, struct diags *diags, const struct bundle_visitor *visitor) {
        struct crew crew = {
                .pool = pool,
                .limits = limits,
                .chunk_bytes = chunk_bytes,
                .visitor = visitor,
                .path = name,
                .feed = feed,
                .utf8 = utf8_locale(),
                .thread = pthread_self(),
        };
        locale_t before = (locale_t)0;
        int r;

        quota_init(&crew.quota, limits, pool_threads(pool) == 1 || !visitor->forget);
        if (crew.utf8 != (locale_t)0)
                before = uselocale(crew.utf8);
        r = walk_all(bundle, &crew, diags);
        if (crew.utf8 != (locale_t)0) {
                uselocale(before);
                freelocale(crew.utf8);
        }
        bundle->threads = pool_threads(pool);
        if (bundle->container_count)
                qsort(bundle->containers, bundle->container_count, sizeof(*bundle->containers), compare_containers);
        return r;
}
