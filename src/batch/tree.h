/*
 * tree: the regular files below a directory, in an order that no file system changes.
 */
#ifndef BATCH_TREE_H
#define BATCH_TREE_H

#include <sys/stat.h>

#include "base/buf.h"

int64_t tree_mtime(const struct stat *info);

/* The bytes of all regular files below, and the newest change of anything; what cannot be looked at
 * counts nothing. `mtime_ns` holds that of the directory itself before. 0 or -ENOMEM. */
int tree_sum(int fd, uint64_t *ret_bytes, int64_t *mtime_ns);

/* A file: its path below the directory; `fd` is -1 where it cannot be opened. 0 or negative, which ends it. */
typedef int tree_visit_fn(void *userdata, struct str path, int fd);

int tree_visit(int fd, tree_visit_fn *fn, void *userdata);

#endif
