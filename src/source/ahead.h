/*
 * ahead: a stream whose source is read by a thread of its own, a few blocks in
 * advance, so that inflating and scanning share two cores.
 *
 *      source --[thread]--> | block | block | block | --> whoever reads
 *
 * While it lives nobody else may touch the source; once it has said 0, or is
 * released, the source is as if it had been read directly. Where no thread can
 * be had it reads directly. For sources that cannot block for long: stopping
 * waits for the read at hand.
 */
#ifndef SOURCE_AHEAD_H
#define SOURCE_AHEAD_H

#include <pthread.h>

#include "source/stream.h"

enum { AHEAD_BLOCKS = 4, AHEAD_BLOCK_BYTES = 256 * 1024 };

struct ahead_block {
        char *bytes;
        size_t n;
};

struct ahead_stream {
        struct stream stream; /* its fault and its sum are the source's, once it has ended */
        struct stream *source;
        const struct ticker *ticker; /* told with 0 bytes of every block, by the reader's thread */
        size_t chunk_bytes;
        struct ahead_block blocks[AHEAD_BLOCKS];

        /* The reader's own. */
        size_t reading, given; /* the block at hand, and how much of it was handed out */
        bool threaded;
        pthread_t thread;

        /* Shared, under the mutex. A block is filled by the thread while it is not
         * counted in `filled`, and read while it is. */
        pthread_mutex_t mutex;
        pthread_cond_t changed;
        size_t filled;
        bool stop;  /* nobody wants more */
        bool ended; /* the thread is done ... */
        int result; /* ... since the source said this: 0 or negative */
};

/* 0 or -ENOMEM. `chunk_bytes` is how much one read of the source asks for. */
int ahead_init(struct ahead_stream *ahead, struct stream *source, size_t chunk_bytes, const struct ticker *ticker);
void ahead_release(struct ahead_stream *ahead);

#endif
