/*
 * part: what one thread walks by itself, with all that it found there. A bundle is a
 * tree of parts:
 *
 *      the bundle ----+-- a file of the directory ------+-- a packed member of it
 *                     +-- another file                  +-- another member
 *
 * A member that is packed itself (X.log.zip in a tgz) is read into memory as it lies
 * there, within a budget for all of them, so that it can be unpacked and read by
 * another thread while its container goes on. What parts found is joined in the
 * order of the tree, whoever was done first.
 *
 * A part is first unpacked by the fast engine. Where that meets anything but sound
 * bytes, all that was found in the part and below it is forgotten, and it is walked
 * again by zlib, so that damage means the same in every build. What cannot be read
 * twice is left to zlib at once.
 */
#ifndef SOURCE_PART_H
#define SOURCE_PART_H

#include <locale.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/pool.h"
#include "source/peek.h"
#include "source/quota.h"
#include "source/walk.h"

/* What all parts of a bundle share. */
struct crew {
        struct pool *pool;
        const struct limits *limits;
        size_t chunk_bytes;
        const struct bundle_visitor *visitor;
        const char *path;               /* of the bundle */
        const struct feed *feed;        /* gives what bears that name, or NULL */
        locale_t utf8;                  /* for the names in archives; 0 without */
        pthread_t thread;               /* the one that called bundle_walk, which tells the visitor of progress */
        atomic_uint_fast64_t put_aside; /* bytes that others have read, not told yet */
        atomic_bool stop;               /* the visitor has asked for it, or a part has failed */
        bool asked;                     /* it was the visitor */
        struct quota quota;
        uint64_t told, known; /* bytes that were told to the visitor; of them, in a walk that was begun anew before */

        /* Under the pool's lock. */
        size_t held_bytes; /* of members in memory */
        size_t files_open;
        unsigned tiny_queued; /* members that nobody was woken for */
};

struct part {
        struct task task; /* first: the pool gives it back */
        struct crew *crew;
        struct walk walk;
        uint64_t depth; /* containers around it */
        struct part **children;
        size_t child_count, child_capacity;

        int fd;                  /* a file's, or -1 */
        off_t start;             /* where in it, -1 where it cannot be read twice */
        const struct feed *feed; /* in place of a file, or NULL */
        char *bytes;             /* a member's, n of them */
        size_t n;
        struct stream end; /* a member's: how its bytes ended */

        /* Under the pool's lock. */
        bool done;
        int result; /* 0 or negative, fatal */
};

/* A part below `parent` (NULL: the bundle itself), at the place of its path. NULL when out of memory. */
struct part *part_new(struct crew *crew, struct part *parent);
/* With all that is below it. */
void part_free(struct part *part);

/* Walk a file at the place of `walk`, now or in another thread. The part owns fd. 0, or negative, fatal. */
int part_add_file(struct walk *walk, int fd, bool is_path);

/* The same of what a function gives, now and by the calling thread. */
int part_add_feed(struct walk *walk, const struct feed *feed);

/* Wait until all files that were added are closed. False where there were none. */
bool part_wait_for_files(struct walk *walk);

/* Put the rest of `input` aside as a member at the place of `walk`, where there is somebody
 * to walk it and it is small enough. 1, 0 where it is not, or negative, fatal. */
int part_add_member(struct walk *walk, struct peek_stream *input, uint64_t depth);

/* Until all below it are done. The first fatal result, or 0. */
int part_finish(struct part *part);

#endif
