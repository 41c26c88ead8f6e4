#define _POSIX_C_SOURCE 200809L /* openat, fdopendir */
#include "source/directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

static int compare(const void *a, const void *b) {
        return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static int add_name(struct directory *directory, struct str name) {
        int r = array_reserve(&directory->names, &directory->capacity, directory->count + 1, sizeof(*directory->names));

        if (r == 0)
                r = arena_str(&directory->arena, name, &directory->names[directory->count]);
        if (r == 0)
                directory->count++;
        return r;
}

static int list(struct directory *directory, DIR *dir) {
        int r = 0;

        while (r == 0) {
                const struct dirent *entry;
                struct str name;

                errno = 0;
                entry = readdir(dir);
                if (!entry) {
                        directory->error = errno;
                        break;
                }
                name = str_from(entry->d_name);
                if (!str_eq(name, STR(".")) && !str_eq(name, STR("..")))
                        r = add_name(directory, name);
        }
        return r;
}

int directory_init(struct directory *directory, int fd) {
        int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r;
        DIR *dir = copy < 0 ? NULL : fdopendir(copy);

        *directory = (struct directory){ 0 };
        arena_init(&directory->arena);
        if (!dir) {
                directory->error = errno;
                if (copy >= 0)
                        close(copy);
                return directory->error == ENOMEM ? -ENOMEM : 0;
        }
        r = list(directory, dir);
        closedir(dir);
        if (r < 0) {
                directory_release(directory);
                return r;
        }
        if (directory->count)
                qsort(directory->names, directory->count, sizeof(*directory->names), compare);
        return 0;
}

void directory_release(struct directory *directory) {
        free(directory->names);
        directory->names = NULL;
        arena_release(&directory->arena);
}

/* Looked at before it is opened, since opening a device may do something, and
 * again afterwards, since another program may have put something else there. */
enum directory_entry directory_open(int fd, const char *name, int *ret_fd) {
        struct stat info;
        int opened;

        if (fstatat(fd, name, &info, AT_SYMLINK_NOFOLLOW) < 0)
                return ENTRY_FAILED;
        if (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))
                return ENTRY_NO_FILE;
        opened = openat(fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (opened < 0)
                return errno == ELOOP || errno == ENXIO ? ENTRY_NO_FILE : ENTRY_FAILED;
        if (fstat(opened, &info) == 0 && (S_ISREG(info.st_mode) || S_ISDIR(info.st_mode))) {
                *ret_fd = opened;
                return S_ISDIR(info.st_mode) ? ENTRY_DIRECTORY : ENTRY_FILE;
        }
        close(opened);
        return ENTRY_NO_FILE;
}

static uint64_t entry_bytes(int fd, const char *name, unsigned levels) {
        struct stat info;
        uint64_t bytes;
        int below;

        if (fstatat(fd, name, &info, AT_SYMLINK_NOFOLLOW) < 0)
                return 0;
        if (S_ISREG(info.st_mode))
                return (uint64_t)info.st_size;
        if (!S_ISDIR(info.st_mode) || levels == 0)
                return 0;
        below = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (below < 0)
                return 0;
        bytes = directory_bytes(below, levels - 1);
        close(below);
        return bytes;
}

uint64_t directory_bytes(int fd, unsigned levels) {
        struct directory directory;
        uint64_t bytes = 0;

        if (directory_init(&directory, fd) < 0)
                return 0;
        for (size_t i = 0; i < directory.count; i++)
                bytes += entry_bytes(fd, directory.names[i].p, levels);
        directory_release(&directory);
        return bytes;
}
