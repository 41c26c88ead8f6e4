/*
 * deflate: raw deflate (RFC 1951), for gzip members and zip entries, by one of
 * two engines behind the same functions.
 *
 *      DEFLATE_ZLIB   zlib. What it says of damaged data is what counts.
 *      DEFLATE_FAST   ISA-L, nearly twice as fast, where the build has it;
 *                     zlib where not.
 *
 * The fast engine is right on good data. On damaged data it may have made other
 * bytes than zlib before it sees the damage, and fewer: whoever uses it reads
 * again with zlib when it says DEFLATE_CORRUPT, when a checksum is wrong, and
 * when the input ends too early.
 *
 * It likes large pieces: of every call's output it makes the first 32 KiB in a
 * buffer of its own, and copies the last 32 KiB there.
 */
#ifndef SOURCE_DEFLATE_H
#define SOURCE_DEFLATE_H

#include "base/str.h"

enum deflate_engine { DEFLATE_ZLIB, DEFLATE_FAST };

enum deflate_result {
        DEFLATE_MORE,    /* room is full, or there is need for more input */
        DEFLATE_END,     /* the stream has ended: what was not used is behind it */
        DEFLATE_CORRUPT, /* zlib: what was made before is good; fast: nothing is used and made */
};

struct deflate_ops;

struct deflate {
        const struct deflate_ops *ops; /* the engine's */
        void *state;                   /* NULL when it holds nothing */
};

/* 0 or -ENOMEM; ready for a first stream. */
int deflate_init(struct deflate *deflate, enum deflate_engine engine);
void deflate_release(struct deflate *deflate);

/* May what it makes be other than zlib's where the input is damaged? */
bool deflate_is_fast(const struct deflate *deflate);

/* Begin another stream. Cheap. */
void deflate_reset(struct deflate *deflate);

/*
 * Inflate from `in` to `out`, which has room for at least one byte. `ret_used` is
 * how much of `in` is done with: hand the rest in again. Of a stream that has ended
 * that is exact. An enum deflate_result, or -ENOMEM. Nothing used and nothing made
 * without DEFLATE_END: `in` was empty, and there has to be more input.
 */
int deflate_run(struct deflate *deflate, const void *in, size_t in_bytes, void *out, size_t out_bytes, size_t *ret_used,
                size_t *ret_made);

#endif
