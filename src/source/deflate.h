/*
 * deflate: raw deflate (RFC 1951), for gzip members and zip entries. The one
 * place that knows by which library.
 */
#ifndef SOURCE_DEFLATE_H
#define SOURCE_DEFLATE_H

#include "base/str.h"

enum deflate_result {
        DEFLATE_MORE,    /* room is full, or there is need for more input */
        DEFLATE_END,     /* the stream has ended: what was not used is behind it */
        DEFLATE_CORRUPT, /* what was made before is good */
};

/* By which library. */
enum deflate_engine { DEFLATE_ZLIB, DEFLATE_FAST };

struct deflate {
        void *engine; /* NULL when it holds nothing */
};

/* 0 or -ENOMEM; ready for a first stream. */
int deflate_init(struct deflate *deflate);
void deflate_release(struct deflate *deflate);

/* Begin another stream. */
void deflate_reset(struct deflate *deflate);

/*
 * Inflate from `in` to `out`. `ret_used` is how much of `in` is done with: hand
 * the rest in again. An enum deflate_result, or -ENOMEM. Nothing used and
 * nothing made: there has to be more input.
 */
int deflate_run(struct deflate *deflate, const void *in, size_t in_bytes, void *out, size_t out_bytes, size_t *ret_used,
                size_t *ret_made);

#endif
