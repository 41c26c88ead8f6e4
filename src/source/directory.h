/*
 * directory: a directory's names in an order that no file system changes.
 */
#ifndef SOURCE_DIRECTORY_H
#define SOURCE_DIRECTORY_H

#include <sys/types.h>

#include "base/arena.h"

/* Directories inside each other; bind mounts can make a tree endless. */
enum { DIRECTORY_LEVELS = 64 };

struct directory {
        struct arena arena;
        struct str *names; /* in byte order, NUL-terminated, without "." and ".." */
        size_t count, capacity;
        int error; /* errno where the listing stopped early, or 0 */
};

/* List what `fd` (borrowed) is open on. 0 or -ENOMEM; a listing that fails
 * holds what it gave and says so in `error`. */
int directory_init(struct directory *directory, int fd);
void directory_release(struct directory *directory);

/* The bytes of all regular files below; what cannot be looked at counts 0. */
uint64_t directory_bytes(int fd, unsigned levels);

enum directory_entry { ENTRY_FILE, ENTRY_DIRECTORY, ENTRY_NO_FILE, ENTRY_FAILED };

/* Open one name of a directory for reading. Links are not followed and devices
 * not touched; a fifo cannot make it wait. `ret_fd` is set for a file or a
 * directory; ENTRY_FAILED leaves the reason in errno. */
enum directory_entry directory_open(int fd, const char *name, int *ret_fd);

#endif
