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

#include <pthread.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "source/bundle.h"

struct walk {
        struct bundle *bundle;
        const struct limits *limits;
        size_t chunk_bytes;
        struct diags *diags;
        const struct bundle_visitor *visitor;
        struct ticker ticker;
        bool is_path;                   /* the file at hand is the path itself */
        bool read_ahead;                /* the file at hand may be read by a second thread */
        pthread_t thread;               /* the one that walks */
        atomic_uint_fast64_t put_aside; /* bytes that the other one has read, not told yet */
        atomic_bool stop;               /* the visitor has asked for it */
        struct buf path;                /* of what is being walked */
        size_t name_at;                 /* where in it the last name pushed begins */
};

/* 0 or -ENOMEM. `mark` is for walk_pop. A separator of '\0' is left out. */
struct walk_mark {
        size_t path_bytes, name_at;
};
int walk_push(struct walk *walk, char separator, struct str name, struct walk_mark *ret_mark);
void walk_pop(struct walk *walk, struct walk_mark mark);

/* A diagnostic of what walk->path names, with the code's meaning for its text. */
int walk_tell(struct walk *walk, enum diag_code code);

/* Walk what `source` gives; walk->path names it, `depth` containers stand
 * around it. 0 or negative, fatal. */
int walk_stream(struct walk *walk, struct stream *source, uint64_t depth);

/* Hand `stream` out as it is. */
int walk_leaf(struct walk *walk, struct stream *stream);

#endif
