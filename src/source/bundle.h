/*
 * bundle: walk whatever lies at a path (file, directory, "-" for stdin) and
 * hand out its leaf files, containers entered on the way:
 *
 *      tgz -> desktop/logs/webservices/X.log.zip -> X.log
 *
 * What a thing is, is told by its first bytes, never by its name. gzip holding
 * a tar is one container, a tgz. Containers stand inside each other to
 * limits.max_depth; one that is not entered is a diagnostic. Everything streams
 * forward in one pass, from a pipe as from a file; nothing is written to disk.
 * Bytes that no container accounts for, and names that promise one where there is
 * none, are diagnostics too: nothing is lost without a word.
 */
#ifndef SOURCE_BUNDLE_H
#define SOURCE_BUNDLE_H

#include "base/limits.h"
#include "source/stream.h"

enum container_kind {
        CONTAINER_ZIP,
        CONTAINER_TGZ,
        CONTAINER_TAR,
        CONTAINER_GZ,
        CONTAINER_OTHER, /* recognised, not opened: xz, bzip2, 7z, rar ... */
};

enum container_status { CONTAINER_WHOLE, CONTAINER_PARTIAL, CONTAINER_UNREADABLE, CONTAINER_NOT_ENTERED };

/* No stack is deep enough for a gzip that holds itself: a limits.max_depth above
 * this is taken for this. */
enum { BUNDLE_DEEPEST = 64 };

struct container {
        struct str path; /* "active_1.tgz!desktop/logs/X.log.zip" */
        enum container_kind kind;
        enum container_status status;
        struct str reason; /* one phrase; empty when whole */
        uint64_t bytes;    /* of the container as it lies in its parent, read so far */
        uint64_t entries;  /* files in it, directories not counted */
};

enum bundle_kind { BUNDLE_FILE, BUNDLE_DIRECTORY, BUNDLE_STDIN, BUNDLE_ZIP, BUNDLE_TGZ, BUNDLE_TAR, BUNDLE_GZ };

/* What a thread found in a part of the bundle; parts are joined in the order of the walk. */
struct finds {
        struct diags diags;
        void *own; /* the visitor's; NULL at first */
};

struct pool;

/* A leaf file, valid during the visit. */
struct leaf {
        struct str path; /* relative to the bundle's parent: "active_1.tgz!a/b.log" */
        struct str name; /* the last component: "b.log" */
        uint64_t begins; /* so many bytes of a bundle without a known end, as it comes, had been used before */
        bool in_order;   /* those before it in the walk have been visited, and nobody visits another meanwhile */
};

struct bundle_visitor {
        /*
         * Read `stream` as far as you like; the rest is passed over. A leaf
         * that cannot be read at all comes with an empty stream whose fault
         * says why. 0, or negative to stop the walk with that value. Called by any
         * thread of the pool, several at once with different finds. -EDQUOT where it is not
         * in order and something that counts in order may come to too much: all is
         * forgotten, and walked again in order.
         */
        int (*leaf)(void *userdata, struct finds *finds, const struct leaf *leaf, struct stream *stream);
        /* Once the walk is over, for each part in order: take what is yours. 0 or
         * negative likewise. May be NULL. */
        int (*join)(void *userdata, struct finds *finds);
        /* The part is walked again: free what is yours, which may be nothing. Called by
         * any thread. Where it is NULL nothing is ever walked twice, and the fast
         * engine is not used. */
        void (*forget)(void *userdata, struct finds *finds);
        /* Bytes of the bundle as it lies on disk were read. Non-zero stops the
         * walk with -ECANCELED. Called by the thread that called bundle_walk. */
        int (*tick)(void *userdata, uint64_t more_bytes);
        void *userdata;
};

struct bundle {
        enum bundle_kind kind;
        uint64_t bytes;   /* of the file as it lies on disk, or of all files of a directory, read so far */
        unsigned threads; /* that read and scanned */
        struct arena arena;
        struct container *containers; /* in the order of their paths once the walk is over */
        size_t container_count, container_capacity;
};

void bundle_init(struct bundle *bundle);
void bundle_release(struct bundle *bundle);

/* The size on disk for a progress line, 0 when unknown (a pipe, a directory
 * that cannot be listed). */
uint64_t bundle_size(const char *path);

/*
 * Walk. Faults of the input are diagnostics in `diags` (with the container's or
 * file's path) and statuses in `bundle`; those of a leaf's own stream that are
 * not `fault_told` are the visitor's to report. 0, -ENOMEM, -ECANCELED, or what
 * the visitor gave. `chunk_bytes` is how much one read asks for, at least 1. What is
 * found does not depend on the number of threads in `pool`.
 */
int bundle_walk(struct bundle *bundle, const char *path, const struct limits *limits, size_t chunk_bytes,
                struct pool *pool, struct diags *diags, const struct bundle_visitor *visitor);

/* The same of what a function gives, as it would be of a file of that name. The function is
 * called by the calling thread. -EINVAL where it gives more than it was asked for. */
int bundle_walk_feed(struct bundle *bundle, const char *name, const struct feed *feed, const struct limits *limits,
                     size_t chunk_bytes, struct pool *pool, struct diags *diags, const struct bundle_visitor *visitor);

const char *container_kind_name(enum container_kind kind);
const char *container_status_name(enum container_status status);
const char *bundle_kind_name(enum bundle_kind kind);

#endif
