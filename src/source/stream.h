/*
 * stream: bytes, pulled. What every layer of a bundle gives the next one: a
 * file, an inflated gzip, an archive's entry.
 *
 *      file --> inflate --> archive --> entry --> (inflate --> ...) --> lines
 *
 * A stream that ends early is not an error of ours: read() says 0 as at any
 * end, every good byte was delivered, and `fault` says what happened. The fault
 * is final once read() has said 0; a fault that does not end the bytes (a wrong
 * checksum in the middle) stands there earlier.
 */
#ifndef SOURCE_STREAM_H
#define SOURCE_STREAM_H

#include <errno.h>
#include <sys/types.h>

#include "base/diag.h"

struct stream {
        /* 1..n bytes put at p, 0 at the end (again and again), or negative:
         * fatal for this run, to be forwarded unchanged (-ENOMEM; -ECANCELED
         * when the run is to stop). n is at least 1. */
        ssize_t (*read)(struct stream *stream, void *p, size_t n);

        /* Whether the stream sums up what it gives, since it has to anyway. crc32 is
         * then that of all bytes it has given, and final once read() has said 0;
         * before that it may be ahead by what is held back. */
        bool sums;
        uint32_t crc32;

        enum diag_code fault;  /* DIAG_NONE, or why the bytes ended where they did */
        bool fault_told;       /* a container makes the diagnostic, or has made it */
        uint64_t fault_offset; /* where in this stream's own output, bytes */
};

static inline ssize_t stream_read(struct stream *stream, void *p, size_t n) {
        return stream->read(stream, p, n);
}

/* Remember the first fault; later ones follow from it. */
static inline void stream_set_fault(struct stream *stream, enum diag_code fault, uint64_t offset) {
        if (stream->fault != DIAG_NONE)
                return;
        stream->fault = fault;
        stream->fault_offset = offset;
}

/* A bundle that a function gives instead of a file: 1..n bytes put at p, 0 at its end, or
 * negative: reading failed, for the reason of that errno. */
struct feed {
        int64_t (*read)(void *userdata, void *p, size_t n);
        void *userdata;
};

/* Told of every read of the bundle as it lies on disk, and now and then with 0
 * bytes where work is done without reading. Non-zero asks the run to stop. */
struct ticker {
        int (*tick)(void *userdata, uint64_t more_bytes);
        void *userdata;
};

/* 0, or -ECANCELED. */
static inline int ticker_tell(const struct ticker *ticker, uint64_t more_bytes) {
        return ticker->tick && ticker->tick(ticker->userdata, more_bytes) ? -ECANCELED : 0;
}

#endif
