#define _POSIX_C_SOURCE 200809L /* openat, uselocale */
#include "source/bundle.h"

#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/directory.h"
#include "source/file.h"
#include "source/walk.h"

/* Far more than the names that the depth limits leave room for. */
enum { PATH_MAX_BYTES = 1024 * 1024 };

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

uint64_t bundle_size(const char *path) {
        struct stat info;
        uint64_t bytes;
        int fd;

        if (strcmp(path, "-") == 0 || stat(path, &info) < 0)
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

/* The visitor is told by the thread that walks. What a thread that reads ahead
 * has read is put aside until then, and it hears of a wish to stop likewise. */
static int count_bytes(void *userdata, uint64_t more_bytes) {
        struct walk *walk = userdata;

        if (!pthread_equal(pthread_self(), walk->thread)) {
                atomic_fetch_add(&walk->put_aside, more_bytes);
                return atomic_load(&walk->stop);
        }
        more_bytes += atomic_exchange(&walk->put_aside, 0);
        walk->bundle->bytes += more_bytes;
        if (walk->visitor->tick && walk->visitor->tick(walk->visitor->userdata, more_bytes))
                atomic_store(&walk->stop, true);
        return atomic_load(&walk->stop);
}

/* ----------------------------------------------------------------------- files */

/* `what` is said before the reason, which is errno's. */
static int tell(struct walk *walk, enum diag_code code, struct str path, uint64_t offset, const char *what, int error) {
        struct diag place = { .code = code, .path = path, .offset = offset };

        if (error == 0)
                return diags_add(walk->diags, &place, "%s", what);
        return diags_add(walk->diags, &place, "%s: %s", what, strerror(error));
}

static struct str here(const struct walk *walk) {
        return buf_str(&walk->path);
}

/* A second thread is worth its while for a file of some size, where there is a
 * core for it; and only a regular file never makes it wait for somebody. */
static bool can_read_ahead(int fd) {
        enum { WORTH_BYTES = 256 * 1024 };
        struct stat info;

        return fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size >= WORTH_BYTES &&
               sysconf(_SC_NPROCESSORS_ONLN) > 1;
}

/* What its stream says of the file as a whole. */
static int tell_file(struct walk *walk, const struct file_stream *file) {
        struct diag place = { .code = file->stream.fault, .path = here(walk), .offset = file->bytes };

        if (file->error)
                return tell(walk, DIAG_OPEN_FAILED, here(walk), file->bytes, "reading stopped", file->error);
        if (file->stream.fault == DIAG_FILE_CHANGED)
                return diags_add(walk->diags, &place, "it held %llu bytes when it was opened, and %llu could be read",
                                 (unsigned long long)file->wanted, (unsigned long long)file->bytes);
        return file->grew ? walk_tell(walk, DIAG_FILE_GREW) : 0;
}

static int walk_file(struct walk *walk, int fd) {
        struct file_stream file;
        int r;

        walk->read_ahead = can_read_ahead(fd);
        file_stream_init(&file, fd, walk->chunk_bytes, &walk->ticker);
        r = walk_stream(walk, &file.stream, 0);
        if (r == 0)
                r = ticker_tell(&walk->ticker, 0); /* what was put aside */
        if (r == 0)
                r = file_stream_finish(&file);
        return r < 0 ? r : tell_file(walk, &file);
}

static ssize_t read_nothing(struct stream *stream, void *p, size_t n) {
        (void)stream, (void)p, (void)n;
        return 0;
}

/* The visitor learns of a file that cannot be read, so that it can be counted. */
static int walk_unreadable(struct walk *walk, int error) {
        struct stream nothing = { .read = read_nothing, .fault = DIAG_OPEN_FAILED, .fault_told = true };
        int r = tell(walk, DIAG_OPEN_FAILED, here(walk), UINT64_MAX, "it cannot be opened", error);

        return r < 0 ? r : walk_leaf(walk, &nothing);
}

/* ----------------------------------------------------------------- directories */

static int walk_directory(struct walk *walk, struct str path, int fd, unsigned levels);

/* A name of a directory that cannot be opened: is it a file or a directory? */
static int walk_failed(struct walk *walk, int fd, const char *name, int error) {
        struct stat info;

        if (fstatat(fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(info.st_mode))
                return walk_unreadable(walk, error);
        return tell(walk, DIAG_OPEN_FAILED, here(walk), UINT64_MAX, "it cannot be opened", error);
}

static int walk_opened(struct walk *walk, int directory_fd, const char *name, unsigned levels) {
        int fd = -1, r;

        switch (directory_open(directory_fd, name, &fd)) {
        case ENTRY_FILE:
                r = walk_file(walk, fd);
                break;
        case ENTRY_DIRECTORY:
                r = levels ? walk_directory(walk, here(walk), fd, levels - 1)
                           : tell(walk, DIAG_OPEN_FAILED, here(walk), UINT64_MAX,
                                  "it lies too deep: directories are entered 64 levels down", 0);
                break;
        case ENTRY_NO_FILE:
                return walk_tell(walk, DIAG_NOT_A_FILE);
        case ENTRY_FAILED:
        default:
                return walk_failed(walk, directory_fd, name, errno);
        }
        close(fd);
        return r;
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

/* `path` names it in a diagnostic. */
static int walk_directory(struct walk *walk, struct str path, int fd, unsigned levels) {
        struct directory directory;
        int r = directory_init(&directory, fd);

        if (r < 0)
                return r;
        if (directory.error)
                r = tell(walk, DIAG_OPEN_FAILED, path, UINT64_MAX, "it cannot be listed", directory.error);
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
static enum bundle_kind kind_of_file(const struct bundle *bundle) {
        static const enum bundle_kind kinds[] = {
                [CONTAINER_ZIP] = BUNDLE_ZIP, [CONTAINER_TGZ] = BUNDLE_TGZ,    [CONTAINER_TAR] = BUNDLE_TAR,
                [CONTAINER_GZ] = BUNDLE_GZ,   [CONTAINER_OTHER] = BUNDLE_FILE,
        };

        return bundle->container_count ? kinds[bundle->containers[0].kind] : BUNDLE_FILE;
}

static int walk_top_file(struct walk *walk, struct str name, int fd) {
        struct walk_mark mark;
        int r = walk_push(walk, '\0', name, &mark);

        walk->is_path = true;
        return r < 0 ? r : walk_file(walk, fd);
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

static int walk_path(struct walk *walk, const char *path) {
        struct bundle *bundle = walk->bundle;
        struct stat info;
        int fd, r;

        if (strcmp(path, "-") == 0) {
                bundle->kind = BUNDLE_STDIN;
                return walk_top_file(walk, str_from(path), STDIN_FILENO);
        }
        r = open_path(walk, path, &fd);
        if (r < 0)
                return r;
        if (fd < 0)
                return tell(walk, DIAG_OPEN_FAILED, str_from(path), UINT64_MAX, "it cannot be opened", errno);
        if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
                bundle->kind = BUNDLE_DIRECTORY;
                r = walk_directory(walk, str_from(path), fd, DIRECTORY_LEVELS);
        } else {
                r = walk_top_file(walk, base_name(str_from(path)), fd);
                bundle->kind = kind_of_file(bundle);
        }
        close(fd);
        return r;
}

static int compare_containers(const void *a, const void *b) {
        return str_cmp(((const struct container *)a)->path, ((const struct container *)b)->path);
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

int bundle_walk(struct bundle *bundle, const char *path, const struct limits *limits, size_t chunk_bytes,
                struct diags *diags, const struct bundle_visitor *visitor) {
        struct walk walk = {
                .bundle = bundle, .limits = limits, .chunk_bytes = chunk_bytes, .diags = diags, .visitor = visitor
        };
        locale_t before = (locale_t)0, utf8 = utf8_locale();
        int r;

        walk.thread = pthread_self();
        walk.ticker = (struct ticker){ .tick = count_bytes, .userdata = &walk };
        buf_init(&walk.path, PATH_MAX_BYTES);
        if (utf8 != (locale_t)0)
                before = uselocale(utf8);
        r = walk_path(&walk, path);
        if (utf8 != (locale_t)0) {
                uselocale(before);
                freelocale(utf8);
        }
        buf_release(&walk.path);
        if (bundle->container_count)
                qsort(bundle->containers, bundle->container_count, sizeof(*bundle->containers), compare_containers);
        return r;
}
