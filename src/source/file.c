#include "source/file.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

/* Somebody else may have made standard input non-blocking. Errors show up again
 * in the read that follows. */
static void wait_for_input(int fd) {
        struct pollfd wanted = { .fd = fd, .events = POLLIN };

        poll(&wanted, 1, -1);
}

static ssize_t file_read(struct stream *stream, void *p, size_t n) {
        struct file_stream *file = (struct file_stream *)stream;
        int r;

        if (stream->fault != DIAG_NONE)
                return 0;
        for (;;) {
                ssize_t got = read(file->fd, p, n < file->chunk_bytes ? n : file->chunk_bytes);

                if (got >= 0) {
                        file->bytes += (uint64_t)got;
                        r = got > 0 ? ticker_tell(file->ticker, (uint64_t)got) : 0;
                        return r < 0 ? r : got;
                }
                if (errno == EAGAIN) {
                        wait_for_input(file->fd);
                } else if (errno != EINTR) {
                        file->error = errno;
                        stream_set_fault(stream, DIAG_OPEN_FAILED, file->bytes);
                        return 0;
                }
                /* A signal may have been the wish to stop, and a pipe may stay silent. */
                r = ticker_tell(file->ticker, 0);
                if (r < 0)
                        return r;
        }
}

void file_stream_init(struct file_stream *file, int fd, size_t chunk_bytes, const struct ticker *ticker) {
        *file = (struct file_stream){
                .stream = { .read = file_read, .fault = DIAG_NONE, .fault_told = true },
                .fd = fd,
                .chunk_bytes = chunk_bytes,
                .ticker = ticker,
        };
}

int file_stream_finish(struct file_stream *file) {
        struct stat info;

        if (file->error || fstat(file->fd, &info) < 0 || !S_ISREG(info.st_mode))
                return 0;
        if ((uint64_t)info.st_size <= file->bytes)
                return 0;
        return ticker_tell(file->ticker, (uint64_t)info.st_size - file->bytes);
}
