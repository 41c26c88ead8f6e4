#include "source/tar.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>

#include "base/crc32.h"
#include "source/kind.h"

/* Most tars inside others are small. */
enum { SIXTEEN_BYTES = 512, FIRST_BYTES = 128 * SIXTEEN_BYTES, BUFFER_BYTES = 512 * SIXTEEN_BYTES };

/* Nobody's files have longer names, and libarchive takes 40 ns for each of their bytes: behind so many of them
 * nothing more is looked for. Of all others so many are remembered. */
enum { LONGEST_NAME = 1024, MOST_IN_LONG_NAMES = 16 * 1024 * 1024, MOST_IN_NAMES = 16 * 1024 * 1024 };

/* No log has such a hole, and walking through one takes a second for some GiB. */
static const uint64_t largest_holes = UINT64_C(64) << 30;

/* An entry's name, its attributes, and the map of its holes, which libarchive keeps whole, at 20 bytes for each. */
enum { LARGEST_HEADER = 2 * 1024 * 1024 };

/* ------------------------------------------- the source, as libarchive sees it */

/* What it holds was used. 0 or -ENOMEM. */
static int grow_buffer(struct tar_reader *tar) {
        char *grown = malloc(BUFFER_BYTES);

        if (!grown)
                return -ENOMEM;
        free(tar->buffer);
        tar->buffer = grown;
        tar->buffer_bytes = BUFFER_BYTES;
        return 0;
}

/* A source's sum may be ahead by a few bytes at its beginning, but those were all given by now. */
static void sum_buffer(struct tar_reader *tar) {
        tar->buffer_crc32 = crc32_of_last(tar->source->crc32, tar->source_crc32, tar->have);
        tar->source_crc32 = tar->source->crc32;
}

/* The whole buffer, unless the source ends: what libarchive does must not depend
 * on the size of our reads. */
static ssize_t fill(struct tar_reader *tar) {
        tar->buffer_from += tar->have;
        tar->at = tar->have = 0;
        if (tar->buffer_from > 0 && tar->buffer_bytes < BUFFER_BYTES && grow_buffer(tar) < 0)
                return -ENOMEM;
        while (tar->have < tar->buffer_bytes) {
                size_t room = tar->buffer_bytes - tar->have;
                ssize_t got = stream_read(tar->source, tar->buffer + tar->have,
                                          room < tar->chunk_bytes ? room : tar->chunk_bytes);

                if (got < 0)
                        return got;
                if (got == 0)
                        break;
                tar->have += (size_t)got;
        }
        if (tar->source->sums)
                sum_buffer(tar);
        return (ssize_t)tar->have;
}

static la_ssize_t give_buffer(struct archive *handle, void *userdata, const void **ret_block) {
        struct tar_reader *tar = userdata;
        ssize_t n = tar->at < tar->have ? (ssize_t)(tar->have - tar->at) : fill(tar);

        if (n < 0) {
                tar->error = (int)n;
                archive_set_error(handle, -tar->error, "the source cannot be read");
                return ARCHIVE_FATAL;
        }
        if (tar->in_header && (tar->header_bytes += (uint64_t)n) > LARGEST_HEADER) {
                archive_set_error(handle, EINVAL, "the header has no end");
                return ARCHIVE_FATAL;
        }
        *ret_block = tar->buffer + tar->at;
        tar->at = tar->have;
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

/* Where in the source it is: what libarchive has used, or where a header is looked for. */
static uint64_t here(const struct tar_reader *tar) {
        la_int64_t used = tar->handle ? archive_filter_bytes(tar->handle, 0) : 0;

        return tar->handle ? tar->handle_from + (uint64_t)(used > 0 ? used : 0) : tar->buffer_from + tar->at;
}

/* libarchive cannot go on: the source ended too soon, or it makes no sense. */
static enum diag_code lose(struct tar_reader *tar) {
        enum diag_code fault = tar->told_end ? DIAG_ARCHIVE_CUT : DIAG_ARCHIVE_CORRUPT;

        tar->lost = true;
        entries_set_fault(&tar->entries, fault, here(tar));
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

/* Most of a large entry is given as it lies in the buffer, whose sum is known. */
static void sum_up(struct tar_reader *tar, const char *p, size_t n) {
        struct stream *entry = &tar->entries.entry;

        if (!entry->sums)
                return;
        if (p == tar->buffer && n == tar->have)
                entry->crc32 = crc32_join(entry->crc32, tar->buffer_crc32, n);
        else
                entry->crc32 = crc32_add(entry->crc32, p, n);
}

static size_t give_zeros(struct tar_reader *tar, void *p, size_t n) {
        n = n < tar->hole_bytes ? n : (size_t)tar->hole_bytes;
        memset(p, 0, n);
        sum_up(tar, p, n);
        tar->hole_bytes -= n;
        return n;
}

static size_t give_bytes(struct tar_reader *tar, void *p, size_t n) {
        n = n < tar->block_bytes ? n : tar->block_bytes;
        memcpy(p, tar->block, n);
        sum_up(tar, tar->block, n);
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

/* The name as entries have it. */
static struct str plain_name(struct str name) {
        while (str_starts(name, STR("./")))
                name = str_skip(name, 2);
        return name;
}

/* A hard link to a file that was handed out is that file once more. Only some
 * dialects let it bring the data along. */
static bool is_known_link(const struct tar_reader *tar, struct archive_entry *entry) {
        struct str target = str_from(archive_entry_hardlink(entry));

        return archive_entry_size(entry) == 0 && intern_find(&tar->names, plain_name(target)) != INTERN_NONE;
}

static bool is_file(struct archive_entry *entry) {
        la_int64_t type = archive_entry_filetype(entry);

        if (archive_entry_hardlink(entry) && archive_entry_size(entry) == 0)
                return false;
        return type == AE_IFREG || type == 0;
}

/* Remember the name of a file, in reason: a link to another one is a link and no more. 0 or -ENOMEM. */
static int note_name(struct tar_reader *tar, struct str name) {
        uint32_t id;

        if (name.n > LONGEST_NAME) {
                tar->long_name_bytes += name.n;
                tar->over = tar->long_name_bytes > MOST_IN_LONG_NAMES;
                return 0;
        }
        tar->name_bytes += name.n;
        return tar->name_bytes <= MOST_IN_NAMES ? intern_add(&tar->names, name, &id) : 0;
}

/* 1 with an entry begun, 0 where nothing is to be shown, or negative. */
static int begin_entry(struct tar_reader *tar, struct archive_entry *entry) {
        bool file = is_file(entry), known = archive_entry_hardlink(entry) && is_known_link(tar, entry);
        int r = 0;

        tar->entries.headers++;
        tar->block_bytes = 0;
        tar->hole_bytes = 0;
        tar->entry_bytes = tar->entry_holes = 0;
        tar->entries.entry.crc32 = 0;
        tar->entry_over = !file;
        tar->entries.packed = archive_entry_size(entry) > 0 ? (uint64_t)archive_entry_size(entry) : 0;
        if (archive_entry_filetype(entry) == AE_IFDIR)
                return 0;
        if (file || known)
                r = note_name(tar, plain_name(str_from(archive_entry_pathname(entry))));
        if (r < 0 || known)
                return r;
        if (tar->over) {
                entries_set_fault(&tar->entries, DIAG_ARCHIVE_CORRUPT, here(tar));
                return 0;
        }
        entries_begin(&tar->entries, str_from(archive_entry_pathname(entry)), !file);
        return 1;
}

/* ---------------------------------------------------- from header to header */

/* The handle is done: go on with what it did not use, but move forward. */
static void close_handle(struct tar_reader *tar) {
        la_int64_t used = archive_filter_bytes(tar->handle, 0);
        uint64_t blocks = used > 0 ? ((uint64_t)used + SIXTEEN_BYTES - 1) / SIXTEEN_BYTES : 0;
        uint64_t to = tar->handle_from + (blocks ? blocks : 1) * SIXTEEN_BYTES;

        archive_read_free(tar->handle);
        tar->handle = NULL;
        tar->lost = false;
        tar->block_bytes = 0;
        tar->hole_bytes = 0;
        tar->entry_over = true;
        if (to <= tar->buffer_from)
                tar->at = 0;
        else
                tar->at = to - tar->buffer_from < tar->have ? (size_t)(to - tar->buffer_from) : tar->have;
}

static bool is_null(struct str block) {
        for (size_t i = 0; i < block.n; i++)
                if (block.p[i] != '\0')
                        return false;
        return true;
}

/* Bytes that are no header and no padding. */
static void tell_junk(struct tar_reader *tar, struct str block) {
        if (tar->place == TAR_BEGIN && block.n < SIXTEEN_BYTES)
                entries_set_fault(&tar->entries, DIAG_ARCHIVE_CUT, here(tar));
        entries_set_fault(&tar->entries, tar->place == TAR_BEHIND ? DIAG_ARCHIVE_TRAILING : DIAG_ARCHIVE_CORRUPT,
                          here(tar));
}

/* Go to the next header. 1, 0 at the source's end, or negative. */
static int find_header(struct tar_reader *tar) {
        for (;;) {
                ssize_t left = tar->at < tar->have ? (ssize_t)(tar->have - tar->at) : fill(tar);
                struct str block;

                if (left <= 0)
                        return (int)left;
                block = str_first((struct str){ tar->buffer + tar->at, (size_t)left }, SIXTEEN_BYTES);
                if (kind_is_tar_header(block))
                        return 1;
                if (!is_null(block))
                        tell_junk(tar, block);
                else if (block.n < SIXTEEN_BYTES) /* bytes are missing, here or before */
                        entries_set_fault(&tar->entries, DIAG_ARCHIVE_CUT, here(tar));
                else if (tar->place == TAR_BEGIN)
                        tar->end_seen = true;
                tar->at += block.n;
        }
}

/* 1, 0 where libarchive does not want what begins here, or negative. */
static int open_handle(struct tar_reader *tar) {
        int r;

        tar->handle_from = tar->buffer_from + tar->at;
        tar->handle = archive_read_new();
        tar->handle_entries = 0;
        if (!tar->handle)
                return -ENOMEM;
        /* One format, and no filter: those would start programs, and gzip is ours. */
        if (archive_read_support_format_tar(tar->handle) != ARCHIVE_OK)
                return -ENOMEM;
        r = archive_read_open2(tar->handle, tar, NULL, give_buffer, NULL, NULL);
        if (own_error(tar, r) < 0)
                return own_error(tar, r);
        if (r == ARCHIVE_OK) {
                tar->end_seen = false;
                tar->place = TAR_INSIDE;
                return 1;
        }
        entries_set_fault(&tar->entries, DIAG_ARCHIVE_CORRUPT, here(tar));
        close_handle(tar);
        return 0;
}

/* 1, 0 at the source's end, or negative. */
static int next_handle(struct tar_reader *tar) {
        int r;

        do {
                r = find_header(tar);
                if (r <= 0)
                        return r;
                r = open_handle(tar);
        } while (r == 0);
        return r;
}

/* What is left of the entry before is no part of the header. libarchive's answer. */
static int read_header(struct tar_reader *tar, struct archive_entry **ret_entry) {
        int r = tar->handle_entries ? archive_read_data_skip(tar->handle) : ARCHIVE_OK;

        if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
                return ARCHIVE_FATAL;
        tar->in_header = true;
        tar->header_bytes = 0;
        r = archive_read_next_header(tar->handle, ret_entry);
        tar->in_header = false;
        tar->handle_entries += r == ARCHIVE_OK || r == ARCHIVE_WARN;
        return r;
}

/* 1 with an entry begun, 0 where there is to be a next try, or negative. */
static int next_header(struct tar_reader *tar) {
        struct archive_entry *entry;
        int r = read_header(tar, &entry), error = own_error(tar, r);

        if (error < 0)
                return error;
        switch (r) {
        case ARCHIVE_OK:
        case ARCHIVE_WARN:
                return begin_entry(tar, entry);
        case ARCHIVE_EOF:
                /* It went past the blocks of zeros, if they are there. */
                tar->end_seen = archive_filter_bytes(tar->handle, 0) > archive_read_header_position(tar->handle);
                tar->place = TAR_BEHIND;
                break;
        case ARCHIVE_FATAL:
                lose(tar);
                tar->place = TAR_DAMAGED;
                break;
        default:
                entries_set_fault(&tar->entries, DIAG_ARCHIVE_CORRUPT, here(tar));
                tar->place = TAR_DAMAGED;
        }
        close_handle(tar);
        return 0;
}

static int tar_next(struct entries *entries) {
        struct tar_reader *tar = (struct tar_reader *)entries;
        int r = 0;

        if (tar->lost) {
                tar->place = TAR_DAMAGED;
                close_handle(tar);
        }
        while (r == 0 && !tar->over) {
                r = tar->handle ? 1 : next_handle(tar);
                if (r == 0 && !tar->end_seen)
                        entries_set_fault(entries, DIAG_ARCHIVE_CUT, here(tar));
                if (r <= 0)
                        return r;
                r = next_header(tar);
        }
        return r;
}

/* ----------------------------------------------------------------- life cycle */

int tar_reader_init(struct tar_reader *tar, struct stream *source, size_t chunk_bytes, const struct ticker *ticker) {
        *tar = (struct tar_reader){
                .entries = { .entry = { .read = entry_read, .sums = source->sums, .fault = DIAG_NONE },
                             .fault = DIAG_NONE,
                             .next = tar_next },
                .entry_over = true,
                .source = source,
                .ticker = ticker,
                .chunk_bytes = chunk_bytes,
                .buffer = malloc(FIRST_BYTES),
                .buffer_bytes = FIRST_BYTES,
        };
        intern_init(&tar->names);
        return tar->buffer ? 0 : -ENOMEM;
}

void tar_reader_release(struct tar_reader *tar) {
        archive_read_free(tar->handle);
        tar->handle = NULL;
        intern_release(&tar->names);
        free(tar->buffer);
        tar->buffer = NULL;
}
