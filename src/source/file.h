/*
 * file: a stream over a file descriptor, the first layer of every bundle. It
 * needs no seeking, so a pipe serves as well, and so does a function in its place. Of a regular file it reads what that
 * held when it was opened, however much somebody adds meanwhile.
 */
#ifndef SOURCE_FILE_H
#define SOURCE_FILE_H

#include "source/stream.h"

struct file_stream {
        struct stream stream;    /* fault OPEN_FAILED where a read fails, FILE_CHANGED where the
                                  * file is shorter than it was; told by who opened it */
        int fd;                  /* borrowed; -1 where there is a feed */
        const struct feed *feed; /* in its place, to be set after file_stream_init; NULL */
        int error;               /* the errno of the read that failed, or 0 */
        size_t chunk_bytes;      /* the most that one read asks for */
        uint64_t bytes;          /* read so far */
        uint64_t wanted;         /* what a regular file held when it was opened; UINT64_MAX unknown */
        bool closed;             /* no more is wanted: it is at its end */
        bool grew;               /* after file_stream_finish: it holds more now */
        const struct ticker *ticker;
};

void file_stream_init(struct file_stream *file, int fd, size_t chunk_bytes, const struct ticker *ticker);

/* Reading is over: what a regular file held beyond the bytes read is told to the
 * ticker, as if it had been read. 0 or -ECANCELED. */
int file_stream_finish(struct file_stream *file);

#endif
