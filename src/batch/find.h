/*
 * find: the bundles that lie at a path, for whom many of them are given.
 *
 *      a file                         one bundle, whatever it holds
 *      a directory of an unpacked     one bundle: the topmost directory that has a tree of a
 *      bundle                         collector in it (desktop/logs, openfire, ...), or more
 *                                     logs that are read than other packed files
 *      any other directory            is searched: each packed file (by its content, or by a
 *                                     name that says so), each log, each unpacked bundle
 *
 * What may have hidden a bundle and could not be looked at (an unreadable file, a broken
 * link, a fifo, an empty directory) is an item as well, with its fault: nobody shall take
 * "not found" for "nothing wrong". Links are followed where they are given, and not inside
 * directories.
 */
#ifndef BATCH_FIND_H
#define BATCH_FIND_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/intern.h"

struct found {
        struct str path;  /* as it was given, with the names below it; NUL-terminated */
        uint64_t bytes;   /* of a directory: of all files in it */
        int64_t mtime_ns; /* of a directory: the newest in it */
        uint64_t inode;
        bool is_directory;
        struct str fault; /* why it is no bundle that can be read, NUL-terminated; else empty */
};

/* After each file and directory, with how many they are; another value than 0 ends the search. */
typedef int find_watch_fn(void *userdata, size_t looked);

struct bundles {
        struct arena arena;
        struct found *items;
        size_t count, capacity;
        struct intern paths; /* each once */
        size_t met;          /* one that is met again counted */
        struct buf at;       /* what is being looked at */
        struct str top;      /* the directory that is searched, without links */
        dev_t out_device;    /* a directory that is not entered: where the reports go */
        ino_t out_inode;
        find_watch_fn *watch; /* or NULL */
        void *userdata;
        size_t looked;
        bool ended;
};

void bundles_init(struct bundles *bundles);
void bundles_release(struct bundles *bundles);

/* What is written there is not taken for a bundle. */
void bundles_spare(struct bundles *bundles, const char *directory);

/* Add what lies at `path`. 0, -ENOMEM, or -ECANCELED where the watch ended it. */
int bundles_find(struct bundles *bundles, struct str path);

#endif
