#include "source/file.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

/* For a while. False where nothing has come, or a signal, which may be the wish to stop. Somebody else may have made
 * standard input non-blocking. Errors show up again in the read that follows. */
static bool wait_for_input(int fd) {
        enum { A_WHILE_MS = 200 };
        struct pollfd wanted = { .fd = fd, .events = POLLIN };

        int r = poll(&wanted, 1, A_WHILE_MS);

        return r > 0 || (r < 0 && errno != EINTR);
}

/* A regular file that ends before its end has been cut meanwhile. */
static int end_file(struct file_stream *file) {
        if (file->wanted != UINT64_MAX && file->bytes < file->wanted)
                stream_set_fault(&file->stream, DIAG_FILE_CHANGED, file->bytes);
        return 0;
}

static ssize_t take(struct file_stream *file, size_t got) {
        int r;

        if (got == 0)
                return end_file(file);
        file->bytes += got;
        r = ticker_tell(file->ticker, got);
        return r < 0 ? r : (ssize_t)got;
}

/* Once it has ended it is not asked again. */
static ssize_t read_feed(struct file_stream *file, void *p, size_t n) {
        enum { MOST_ERRNO = 4095 };
        const int64_t got = file->feed->read(file->feed->userdata, p, n);

        if (got > 0 && (uint64_t)got > n)
                return -EINVAL;
        if (got < 0) {
                file->error = got < -MOST_ERRNO ? EIO : (int)-got;
                stream_set_fault(&file->stream, DIAG_OPEN_FAILED, file->bytes);
                return 0;
        }
        file->closed = got == 0;
        return take(file, (size_t)got);
}

static ssize_t file_read(struct stream *stream, void *p, size_t n) {
        struct file_stream *file = (struct file_stream *)stream;
        uint64_t left = file->wanted - file->bytes;
        int r;

        if (stream->fault != DIAG_NONE || left == 0 || file->closed)
                return 0;
        n = n < file->chunk_bytes ? n : file->chunk_bytes;
        n = n < left ? n : (size_t)left;
        if (file->feed)
                return read_feed(file, p, n);
        for (;;) {
                ssize_t got;

                /* A pipe may stay silent, and the time may run out meanwhile. */
                while (file->wanted == UINT64_MAX && !wait_for_input(file->fd)) {
                        r = ticker_tell(file->ticker, 0);
                        if (r < 0)
                                return r;
                }
                got = read(file->fd, p, n);

                if (got >= 0)
                        return take(file, (size_t)got);
                if (errno != EAGAIN && errno != EINTR) {
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

/* What is to come of a regular file. Those of the kernel say 0 and hold something;
 * standard input may have been read in part. */
static uint64_t bytes_to_come(int fd) {
        struct stat info;
        off_t at;

        if (fstat(fd, &info) < 0 || !S_ISREG(info.st_mode) || info.st_size <= 0)
                return UINT64_MAX;
        at = lseek(fd, 0, SEEK_CUR);
        if (at < 0)
                return UINT64_MAX;
        return at < info.st_size ? (uint64_t)(info.st_size - at) : 0;
}

void file_stream_init(struct file_stream *file, int fd, size_t chunk_bytes, const struct ticker *ticker) {
        *file = (struct file_stream){
                .stream = { .read = file_read, .fault = DIAG_NONE, .fault_told = true },
                .fd = fd,
                .chunk_bytes = chunk_bytes,
                .wanted = bytes_to_come(fd),
                .ticker = ticker,
        };
}

int file_stream_finish(struct file_stream *file) {
        uint64_t more;

        if (file->stream.fault != DIAG_NONE || file->wanted == UINT64_MAX)
                return 0;
        if (file->bytes < file->wanted)
                return ticker_tell(file->ticker, file->wanted - file->bytes);
        more = bytes_to_come(file->fd);
        file->grew = more > 0 && more != UINT64_MAX;
        return 0;
}
