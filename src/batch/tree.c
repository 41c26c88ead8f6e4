#define _POSIX_C_SOURCE 200809L /* openat, fstatat, struct stat's st_mtim */
#include "batch/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "source/directory.h"

enum { PATH_MOST_BYTES = 1024 * 1024 };

int64_t tree_mtime(const struct stat *info) {
        return (int64_t)info->st_mtim.tv_sec * 1000000000 + info->st_mtim.tv_nsec;
}

/* --------------------------------------------------------------------- sums */

static int sum(int fd, unsigned levels, uint64_t *bytes, int64_t *mtime_ns);

static int sum_entry(int fd, const char *name, unsigned levels, uint64_t *bytes, int64_t *mtime_ns) {
        struct stat info;
        int below, r;

        if (fstatat(fd, name, &info, AT_SYMLINK_NOFOLLOW) < 0)
                return 0;
        if (tree_mtime(&info) > *mtime_ns)
                *mtime_ns = tree_mtime(&info);
        if (S_ISREG(info.st_mode))
                *bytes += (uint64_t)info.st_size;
        if (!S_ISDIR(info.st_mode) || levels == 0)
                return 0;
        below = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (below < 0)
                return 0;
        r = sum(below, levels - 1, bytes, mtime_ns);
        close(below);
        return r;
}

static int sum(int fd, unsigned levels, uint64_t *bytes, int64_t *mtime_ns) {
        struct directory directory;
        int r = directory_init(&directory, fd);

        if (r < 0)
                return r;
        for (size_t i = 0; i < directory.count && r == 0; i++)
                r = sum_entry(fd, directory.names[i].p, levels, bytes, mtime_ns);
        directory_release(&directory);
        return r;
}

int tree_sum(int fd, uint64_t *ret_bytes, int64_t *mtime_ns) {
        uint64_t bytes = 0;
        const int r = sum(fd, DIRECTORY_LEVELS, &bytes, mtime_ns);

        if (r == 0)
                *ret_bytes = bytes;
        return r;
}

/* ------------------------------------------------------------------- visits */

struct visit {
        tree_visit_fn *fn;
        void *userdata;
        struct buf path;
};

static int visit(struct visit *state, int fd, unsigned levels);

static int visit_entry(struct visit *state, int fd, struct str name, unsigned levels) {
        int below = -1, r = buf_add(&state->path, name);
        const enum directory_entry entry = r < 0 ? ENTRY_NO_FILE : directory_open(fd, name.p, &below);

        if (entry == ENTRY_FILE || entry == ENTRY_FAILED)
                r = state->fn(state->userdata, buf_str(&state->path), below);
        else if (entry == ENTRY_DIRECTORY && levels)
                r = buf_add_byte(&state->path, '/');
        if (r == 0 && entry == ENTRY_DIRECTORY && levels)
                r = visit(state, below, levels - 1);
        if (below >= 0)
                close(below);
        return r;
}

static int visit(struct visit *state, int fd, unsigned levels) {
        const size_t bytes = state->path.n;
        struct directory directory;
        int r = directory_init(&directory, fd);

        if (r < 0)
                return r;
        for (size_t i = 0; i < directory.count && r == 0; i++) {
                r = visit_entry(state, fd, directory.names[i], levels);
                state->path.n = bytes;
        }
        directory_release(&directory);
        return r;
}

int tree_visit(int fd, tree_visit_fn *fn, void *userdata) {
        struct visit state = { .fn = fn, .userdata = userdata };
        int r;

        buf_init(&state.path, PATH_MOST_BYTES);
        r = visit(&state, fd, DIRECTORY_LEVELS);
        buf_release(&state.path);
        return r == -E2BIG ? -ENOMEM : r;
}
