/*
 * walk: one file, whatever it holds. The recursive part of a bundle's walk:
 *
 *      walk_stream --leaf--> visitor
 *           ^  \--container--> its entries
 *           |____________________|
 *
 * One damage makes one diagnostic, at its root: a container tells of the faults
 * of its own bytes, and everything inside inherits them as already told.
 */
#ifndef SOURCE_WALK_H
#define SOURCE_WALK_H

#include "base/buf.h"
#include "source/bundle.h"
#include "source/deflate.h"
#include "source/meter.h"

struct part;

struct walk {
        struct part *part; /* what is walked, and with whom */
        struct ticker ticker;
        enum deflate_engine engine;
        bool doubt;                /* the fast engine met something that is not sound */
        bool is_path;              /* the file at hand is the path itself */
        uint64_t wanted;           /* what the file held when it was first opened; 0: nothing, or not opened yet */
        uint64_t bytes;            /* of the bundle as it lies on disk, read so far */
        uint64_t told;             /* of them the visitor knows */
        struct buf path;           /* of what is being walked */
        size_t name_at;            /* where in it the last name pushed begins */
        unsigned archives, around; /* that the place lies in; of them those around the part */
        struct metering metering;
        const struct inflater *inflater; /* of a gzip that no container is around; NULL outside of one */
        const struct zip_reader *zip;    /* likewise */
        uint64_t begins;                 /* how far into the file the entry at hand of its outermost archive begins */
        bool *closed;                    /* of the file that is read: nothing more is wanted of it */
        bool leaf_cut;                   /* the latest leaf was longer than the limit */
        bool limited;                    /* the file has no end that is known, and a limit has ended its reading ... */
        uint64_t limited_at;             /* ... here */

        /* What was found. */
        struct arena arena;
        struct container *containers;
        size_t container_count, container_capacity;
        struct finds finds;
};

void walk_init(struct walk *walk, struct part *part);
void walk_release(struct walk *walk);
/* What was found is no more, as if nothing had been walked; the place stays. */
void walk_forget(struct walk *walk);

/* The names of entries are outside data: longer ones are cut. */
enum { WALK_LONGEST_NAME = 4096 };

/* 0 or -ENOMEM. `mark` is for walk_pop. A separator of '\0' is left out. */
struct walk_mark {
        size_t path_bytes, name_at;
};
int walk_push(struct walk *walk, char separator, struct str name, struct walk_mark *ret_mark);
void walk_pop(struct walk *walk, struct walk_mark mark);

/* A diagnostic of what walk->path names, with the code's meaning for its text. */
int walk_tell(struct walk *walk, enum diag_code code);

/* A link, fifo or device. It counts as an input. 0 or negative, fatal. */
int walk_no_file(struct walk *walk);

/* Say what is wrong with what walk->path names: `what`, and behind it the reason,
 * where `error` is one of errno's. */
int walk_tell_error(struct walk *walk, enum diag_code code, uint64_t offset, const char *what, int error);

/* Walk what `source` gives; walk->path names it, `depth` containers stand
 * around it. 0 or negative, fatal. */
int walk_stream(struct walk *walk, struct stream *source, uint64_t depth);

/* Hand `stream` out as it is, unless there are too many. */
int walk_leaf(struct walk *walk, struct stream *stream);

#endif
