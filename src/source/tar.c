#include "source/tar.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

enum { BUFFER_BYTES = 64 * 1024 };

/* No log has such a hole, and walking through one takes a second for some GiB. */
static const uint64_t largest_holes = UINT64_C(64) << 30;

/* ------------------------------------------- the source, as libarchive sees it */

/* The whole buffer, unless the source ends: what libarchive does must not depend
 * on the size of our reads. */
static ssize_t fill(struct tar_reader *tar) {
        size_t n = 0;

        while (n < BUFFER_BYTES) {
                size_t room = BUFFER_BYTES - n;
                ssize_t got =
                        stream_read(tar->source, tar->buffer + n, room < tar->chunk_bytes ? room : tar->chunk_bytes);

                if (got < 0)
                        return got;
                if (got == 0)
                        break;
                n += (size_t)got;
        }
        return (ssize_t)n;
}

static la_ssize_t give_buffer(struct archive *handle, void *userdata, const void **ret_block) {
        struct tar_reader *tar = userdata;
        ssize_t n = fill(tar);

        if (n < 0) {
                tar->error = (int)n;
                archive_set_error(handle, -tar->error, "the source cannot be read");
                return ARCHIVE_FATAL;
        }
        *ret_block = tar->buffer;
        if (n == 0)
                tar->told_end = true;
        return n;
}

/* Our own trouble, which is not the archive's: 0 or negative. */
static int own_error(const struct tar_reader *tar, int r) {
        if (tar->error < 0)
                return tar->error;
        return r != ARCHIVE_OK && r != ARCHIVE_EOF && archive_errno(tar->handle) == ENOMEM ? -ENOMEM : 0;
}

/* libarchive cannot go on: the source ended too soon, or it makes no sense. */
static enum diag_code lose(struct tar_reader *tar) {
        enum diag_code fault = tar->told_end ? DIAG_ARCHIVE_CUT : DIAG_ARCHIVE_CORRUPT;

        tar->lost = true;
        entries_set_fault(&tar->entries, fault);
        return tar->told_end && tar->source->fault != DIAG_NONE ? tar->source->fault : fault;
}

/* --------------------------------------------------------- one entry's bytes */

static void end_entry(struct tar_reader *tar, enum diag_code fault) {
        tar->entry_over = true;
        if (fault != DIAG_NONE)
                stream_set_fault(&tar->entries.entry, fault, tar->entry_bytes);
}

/* The entry's next bytes stand at `offset`: before them are zeros. */
static void add_hole(struct tar_reader *tar, la_int64_t offset) {
        uint64_t bytes = offset > 0 ? (uint64_t)offset : 0;

        bytes = bytes > tar->entry_bytes ? bytes - tar->entry_bytes : 0;
        if (bytes > largest_holes - tar->entry_holes) {
                tar->block_bytes = 0;
                end_entry(tar, DIAG_ENTRY_CORRUPT);
                return;
        }
        tar->entry_holes += bytes;
        tar->hole_bytes = bytes;
}

static void take_block(struct tar_reader *tar, const void *p, size_t n, la_int64_t offset) {
        tar->block = p;
        tar->block_bytes = n;
        if (n)
                add_hole(tar, offset);
}

/* 0 or negative, fatal. */
static int next_block(struct tar_reader *tar) {
        const void *p = NULL;
        size_t n = 0;
        la_int64_t offset = 0;
        int r = archive_read_data_block(tar->handle, &p, &n, &offset), error = own_error(tar, r);

        if (error < 0)
                return error;
        switch (r) {
        case ARCHIVE_WARN: /* the bytes came, but something is wrong with them */
                stream_set_fault(&tar->entries.entry, DIAG_ENTRY_CORRUPT, tar->entry_bytes + n);
                take_block(tar, p, n, offset);
                break;
        case ARCHIVE_OK:
                take_block(tar, p, n, offset);
                break;
        case ARCHIVE_EOF: /* a sparse file may end in a hole: the offset is then its size */
                end_entry(tar, DIAG_NONE);
                add_hole(tar, offset);
                break;
        case ARCHIVE_FATAL:
                end_entry(tar, lose(tar));
                tar->entries.entry.fault_told = true;
                break;
        default:
                end_entry(tar, DIAG_ENTRY_CORRUPT);
                break;
        }
        return 0;
}

static size_t give_zeros(struct tar_reader *tar, void *p, size_t n) {
        n = n < tar->hole_bytes ? n : (size_t)tar->hole_bytes;
        memset(p, 0, n);
        tar->hole_bytes -= n;
        return n;
}

static size_t give_bytes(struct tar_reader *tar, void *p, size_t n) {
        n = n < tar->block_bytes ? n : tar->block_bytes;
        memcpy(p, tar->block, n);
        tar->block += n;
        tar->block_bytes -= n;
        return n;
}

static ssize_t entry_read(struct stream *stream, void *p, size_t n) {
        struct tar_reader *tar = (struct tar_reader *)stream;
        int r = 0;

        while (!tar->hole_bytes && !tar->block_bytes) {
                if (tar->entry_over)
                        return 0;
                r = next_block(tar);
                if (r < 0)
                        return r;
        }
        if (tar->hole_bytes) {
                r = ticker_tell(tar->ticker, 0); /* nothing is read here */
                n = give_zeros(tar, p, n);
        } else {
                n = give_bytes(tar, p, n);
        }
        tar->entry_bytes += n;
        return r < 0 ? r : (ssize_t)n;
}

/* ------------------------------------------------------------------- entries */

/* A hard link may bring the data along, in some dialects. */
static bool is_file(struct archive_entry *entry) {
        la_int64_t type = archive_entry_filetype(entry);

        if (archive_entry_hardlink(entry) && archive_entry_size(entry) == 0)
                return false;
        return type == AE_IFREG || type == 0;
}

static void begin_entry(struct tar_reader *tar, struct archive_entry *entry) {
        entries_begin(&tar->entries, str_from(archive_entry_pathname(entry)));
        tar->block_bytes = 0;
        tar->hole_bytes = 0;
        tar->entry_bytes = tar->entry_holes = 0;
        tar->entry_over = false;
}

/* A damaged header: libarchive may find the next good one, but only as long as
 * it moves forward. */
static void pass_bad_header(struct tar_reader *tar) {
        uint64_t position = (uint64_t)archive_filter_bytes(tar->handle, 0);

        entries_set_fault(&tar->entries, DIAG_ARCHIVE_CORRUPT);
        if (position <= tar->position)
                tar->lost = true;
        tar->position = position;
}

static int tar_next(struct entries *entries) {
        struct tar_reader *tar = (struct tar_reader *)entries;

        while (!tar->lost) {
                struct archive_entry *entry;
                int r = archive_read_next_header(tar->handle, &entry), error = own_error(tar, r);

                if (error < 0)
                        return error;
                if (r == ARCHIVE_EOF) {
                        /* It went past the blocks of zeros, if they are there. */
                        tar->end_seen =
                                archive_filter_bytes(tar->handle, 0) > archive_read_header_position(tar->handle);
                        return 0;
                }
                if (r == ARCHIVE_FATAL) {
                        lose(tar);
                } else if (r == ARCHIVE_OK || r == ARCHIVE_WARN) {
                        entries->headers++;
                        if (is_file(entry)) {
                                begin_entry(tar, entry);
                                return 1;
                        }
                } else {
                        pass_bad_header(tar);
                }
        }
        return 0;
}

static int tar_finish(struct entries *entries) {
        struct tar_reader *tar = (struct tar_reader *)entries;
        ssize_t r;

        do
                r = fill(tar);
        while (r > 0);
        if (r == 0 && !tar->lost && !tar->end_seen)
                entries_set_fault(entries, DIAG_ARCHIVE_CUT);
        return (int)r;
}

/* ----------------------------------------------------------------- life cycle */

static int open_handle(struct tar_reader *tar) {
        int r;

        tar->handle = archive_read_new();
        if (!tar->handle)
                return -ENOMEM;
        /* One format, and no filter: those would start programs, and gzip is ours. */
        if (archive_read_support_format_tar(tar->handle) != ARCHIVE_OK)
                return -ENOMEM;
        r = archive_read_open2(tar->handle, tar, NULL, give_buffer, NULL, NULL);
        if (own_error(tar, r) < 0)
                return own_error(tar, r);
        if (r != ARCHIVE_OK)
                lose(tar);
        return 0;
}

int tar_reader_init(struct tar_reader *tar, struct stream *source, size_t chunk_bytes, const struct ticker *ticker) {
        int r;

        *tar = (struct tar_reader){
                .entries = { .entry = { .read = entry_read, .fault = DIAG_NONE },
                             .fault = DIAG_NONE,
                             .next = tar_next,
                             .finish = tar_finish },
                .entry_over = true,
                .source = source,
                .ticker = ticker,
                .chunk_bytes = chunk_bytes,
                .buffer = malloc(BUFFER_BYTES),
        };
        r = tar->buffer ? open_handle(tar) : -ENOMEM;
        if (r < 0)
                tar_reader_release(tar);
        return r;
}

void tar_reader_release(struct tar_reader *tar) {
        archive_read_free(tar->handle);
        tar->handle = NULL;
        free(tar->buffer);
        tar->buffer = NULL;
}
