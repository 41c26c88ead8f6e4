/*
 * inflate: the stream inside a gzip file (RFC 1952), any number of members.
 *
 *      header | deflated bytes | CRC32 ISIZE | header | ... | zero padding
 *
 * Every byte before a fault is delivered. The faults are GZIP_CUT,
 * GZIP_CORRUPT, GZIP_CHECKSUM (reading goes on with the next member),
 * GZIP_TRAILING, GZIP_EMPTIES (nothing but members without content), or that of the source where the source ends early;
 * the container that holds the inflater makes the diagnostic.
 *
 * With the fast engine all that is so only of a sound file. Wherever the deflated
 * bytes are not good and whole with the right sum behind them, `doubt` is set:
 * then neither the bytes nor the fault are to be trusted, and the file has to be
 * read again with zlib. With zlib there is never a doubt.
 */
#ifndef SOURCE_INFLATE_H
#define SOURCE_INFLATE_H

#include "source/deflate.h"
#include "source/stream.h"

enum inflater_state { INFLATER_HEADER, INFLATER_BODY, INFLATER_TRAILER, INFLATER_OVER };

struct inflater {
        struct stream stream;
        struct stream *source;
        enum inflater_state state;
        struct deflate deflate;
        bool doubt;           /* see above */
        unsigned char *input; /* input_bytes of it, what the source is read into */
        size_t at, have;      /* [at, have) of it is still to be looked at */
        size_t input_bytes;
        uint64_t bytes;        /* delivered */
        uint64_t member_start; /* `bytes` when the member began */
        uint32_t sum_before;   /* stream.crc32 then */
        uint64_t read_bytes;   /* that the source gave */
        unsigned empties;      /* members without content behind each other */
};

/* 0 or -ENOMEM. */
int inflater_init(struct inflater *inflater, struct stream *source, size_t chunk_bytes, enum deflate_engine engine);
/* How far into the source it is, to the KiB: engines look ahead by some bytes. */
uint64_t inflater_used(const struct inflater *inflater);
void inflater_release(struct inflater *inflater);

#endif
