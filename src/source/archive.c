#include "source/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>

enum {
        BUFFER_BYTES = 64 * 1024,
        /* libarchive hands out what it inflated of one block only when all of it
         * was sound, so for a zip small blocks save text before the damage. */
        ZIP_BLOCK_BYTES = 8 * 1024,
};

/* No log has such a hole, and walking through one takes a second for some GiB. */
static const uint64_t largest_holes = UINT64_C(64) << 30;

/* ------------------------------------------- the source, as libarchive sees it */

/* The whole buffer, unless the source ends. */
static int fill(struct archive_reader *reader) {
        size_t n = 0;

        while (n < BUFFER_BYTES) {
                size_t room = BUFFER_BYTES - n;
                ssize_t got = stream_read(reader->source, reader->buffer + n,
                                          room < reader->chunk_bytes ? room : reader->chunk_bytes);

                if (got < 0)
                        return (int)got;
                if (got == 0)
                        break;
                n += (size_t)got;
        }
        if (reader->kind == ARCHIVE_KIND_ZIP)
                zip_end_add(&reader->zip_end, (struct str){ reader->buffer, n });
        reader->given = 0;
        reader->have = n;
        return 0;
}

static la_ssize_t give_block(struct archive *handle, void *userdata, const void **ret_block) {
        struct archive_reader *reader = userdata;
        size_t block = reader->kind == ARCHIVE_KIND_ZIP ? ZIP_BLOCK_BYTES : BUFFER_BYTES;

        if (reader->given == reader->have) {
                int r = fill(reader);

                if (r < 0) {
                        reader->error = r;
                        archive_set_error(handle, -r, "the source cannot be read");
                        return ARCHIVE_FATAL;
                }
        }
        if (block > reader->have - reader->given)
                block = reader->have - reader->given;
        *ret_block = reader->buffer + reader->given;
        reader->given += block;
        if (block == 0)
                reader->told_end = true;
        return (la_ssize_t)block;
}

/* Our own trouble, which is not the archive's: 0 or negative. */
static int own_error(const struct archive_reader *reader, int r) {
        if (reader->error < 0)
                return reader->error;
        return r != ARCHIVE_OK && r != ARCHIVE_EOF && archive_errno(reader->handle) == ENOMEM ? -ENOMEM : 0;
}

static void set_archive_fault(struct archive_reader *reader, enum diag_code fault) {
        if (reader->fault == DIAG_NONE)
                reader->fault = fault;
}

/* libarchive cannot go on: the source ended too soon, or it makes no sense. */
static enum diag_code lose(struct archive_reader *reader) {
        enum diag_code fault = reader->told_end ? DIAG_ARCHIVE_CUT : DIAG_ARCHIVE_CORRUPT;

        reader->lost = true;
        set_archive_fault(reader, fault);
        return reader->told_end && reader->source->fault != DIAG_NONE ? reader->source->fault : fault;
}

/* --------------------------------------------------------- one entry's bytes */

static void end_entry(struct archive_reader *reader, enum diag_code fault) {
        reader->entry_over = true;
        if (fault != DIAG_NONE)
                stream_set_fault(&reader->entry, fault, reader->entry_bytes);
}

static void add_hole(struct archive_reader *reader, uint64_t bytes) {
        if (bytes > largest_holes - reader->entry_holes) {
                reader->block_bytes = 0;
                end_entry(reader, DIAG_ENTRY_CORRUPT);
                return;
        }
        reader->entry_holes += bytes;
        reader->hole_bytes = bytes;
}

static void take_block(struct archive_reader *reader, const void *p, size_t n, la_int64_t offset) {
        reader->block = p;
        reader->block_bytes = n;
        if (n && offset > 0 && (uint64_t)offset > reader->entry_bytes)
                add_hole(reader, (uint64_t)offset - reader->entry_bytes);
}

/* A sparse file may end in a hole: the offset at the end is then its size. */
static void take_end(struct archive_reader *reader, la_int64_t offset) {
        end_entry(reader, DIAG_NONE);
        if (reader->kind == ARCHIVE_KIND_TAR && offset > 0 && (uint64_t)offset > reader->entry_bytes)
                add_hole(reader, (uint64_t)offset - reader->entry_bytes);
}

/* ARCHIVE_FAILED: this entry is lost from here on, the archive is not. */
static enum diag_code failed_entry_fault(struct archive *handle) {
        const char *why = archive_error_string(handle);

        return why && strncmp(why, "Unsupported ", 12) == 0 ? DIAG_NOT_ENTERED_FORMAT : DIAG_ENTRY_CORRUPT;
}

/* 0 or negative, fatal. */
static int next_block(struct archive_reader *reader) {
        const void *p = NULL;
        size_t n = 0;
        la_int64_t offset = 0;
        int r = archive_read_data_block(reader->handle, &p, &n, &offset), error = own_error(reader, r);

        if (error < 0)
                return error;
        switch (r) {
        case ARCHIVE_WARN: /* the bytes came, but their checksum or number is wrong */
                stream_set_fault(&reader->entry, DIAG_ENTRY_CORRUPT, reader->entry_bytes + n);
                take_block(reader, p, n, offset);
                break;
        case ARCHIVE_OK:
                take_block(reader, p, n, offset);
                break;
        case ARCHIVE_EOF:
                take_end(reader, offset);
                break;
        case ARCHIVE_FATAL:
                end_entry(reader, lose(reader));
                reader->entry.fault_told = true;
                break;
        default:
                end_entry(reader, failed_entry_fault(reader->handle));
                break;
        }
        return 0;
}

static size_t give_zeros(struct archive_reader *reader, void *p, size_t n) {
        n = n < reader->hole_bytes ? n : (size_t)reader->hole_bytes;
        memset(p, 0, n);
        reader->hole_bytes -= n;
        return n;
}

static size_t give_bytes(struct archive_reader *reader, void *p, size_t n) {
        n = n < reader->block_bytes ? n : reader->block_bytes;
        memcpy(p, reader->block, n);
        reader->block += n;
        reader->block_bytes -= n;
        return n;
}

static ssize_t entry_read(struct stream *stream, void *p, size_t n) {
        struct archive_reader *reader = (struct archive_reader *)stream;
        int r = 0;

        while (!reader->hole_bytes && !reader->block_bytes) {
                if (reader->entry_over)
                        return 0;
                r = next_block(reader);
                if (r < 0)
                        return r;
        }
        if (reader->hole_bytes) {
                r = ticker_tell(reader->ticker, 0); /* nothing is read here */
                n = give_zeros(reader, p, n);
        } else {
                n = give_bytes(reader, p, n);
        }
        reader->entry_bytes += n;
        return r < 0 ? r : (ssize_t)n;
}

/* ------------------------------------------------------------------- entries */

static bool is_file(struct archive_entry *entry) {
        la_int64_t type = archive_entry_filetype(entry);

        if (archive_entry_hardlink(entry) && archive_entry_size(entry) == 0)
                return false;
        return type == AE_IFREG || type == 0;
}

static void set_name(struct archive_reader *reader, struct archive_entry *entry) {
        struct str name = str_from(archive_entry_pathname(entry));

        while (str_starts(name, STR("./")))
                name = str_skip(name, 2);
        if (name.n == 0) {
                snprintf(reader->made_name, sizeof(reader->made_name), "entry-%llu",
                         (unsigned long long)reader->headers);
                name = str_from(reader->made_name);
        }
        reader->name = name;
}

static void begin_entry(struct archive_reader *reader, struct archive_entry *entry) {
        reader->entry = (struct stream){ .read = entry_read, .fault = DIAG_NONE };
        reader->block_bytes = 0;
        reader->hole_bytes = 0;
        reader->entry_bytes = reader->entry_holes = 0;
        reader->entry_over = false;
        reader->files++;
        set_name(reader, entry);
        if (archive_entry_is_data_encrypted(entry))
                end_entry(reader, DIAG_ENCRYPTED);
}

/* A damaged header: libarchive may find the next good one, but only as long as
 * it moves forward. */
static void pass_bad_header(struct archive_reader *reader) {
        uint64_t position = (uint64_t)archive_filter_bytes(reader->handle, 0);

        set_archive_fault(reader, DIAG_ARCHIVE_CORRUPT);
        if (position <= reader->position)
                reader->lost = true;
        reader->position = position;
}

/* A tar ends in blocks of zeros, which libarchive has gone past if they are
 * there; a zip's end is looked for in archive_finish. */
static void see_end(struct archive_reader *reader) {
        if (reader->kind == ARCHIVE_KIND_TAR)
                reader->end_seen =
                        archive_filter_bytes(reader->handle, 0) > archive_read_header_position(reader->handle);
}

int archive_next(struct archive_reader *reader) {
        while (!reader->lost) {
                struct archive_entry *entry;
                int r = archive_read_next_header(reader->handle, &entry), error = own_error(reader, r);

                if (error < 0)
                        return error;
                if (r == ARCHIVE_EOF) {
                        see_end(reader);
                        return 0;
                }
                if (r == ARCHIVE_FATAL) {
                        lose(reader);
                } else if (r == ARCHIVE_OK || r == ARCHIVE_WARN) {
                        reader->headers++;
                        if (is_file(entry)) {
                                begin_entry(reader, entry);
                                return 1;
                        }
                } else {
                        pass_bad_header(reader);
                }
        }
        return 0;
}

static void check_zip_end(struct archive_reader *reader) {
        uint64_t entries;

        reader->end_seen = zip_end_find(&reader->zip_end, &entries);
        if (reader->end_seen && entries != ZIP_ENTRIES_UNKNOWN && entries > (reader->headers & 0xffff))
                set_archive_fault(reader, DIAG_ARCHIVE_CORRUPT);
}

int archive_finish(struct archive_reader *reader) {
        do {
                int r = fill(reader);

                if (r < 0)
                        return r;
        } while (reader->have);
        if (reader->lost)
                return 0;
        if (reader->kind == ARCHIVE_KIND_ZIP)
                check_zip_end(reader);
        if (!reader->end_seen)
                set_archive_fault(reader, DIAG_ARCHIVE_CUT);
        return 0;
}

/* ----------------------------------------------------------------- life cycle */

static int open_handle(struct archive_reader *reader) {
        int r;

        reader->handle = archive_read_new();
        if (!reader->handle)
                return -ENOMEM;
        /* One format, and no filter: those would start programs, and gzip is ours. */
        r = reader->kind == ARCHIVE_KIND_ZIP ? archive_read_support_format_zip_streamable(reader->handle)
                                             : archive_read_support_format_tar(reader->handle);
        if (r != ARCHIVE_OK)
                return -ENOMEM;
        r = archive_read_open2(reader->handle, reader, NULL, give_block, NULL, NULL);
        if (own_error(reader, r) < 0)
                return own_error(reader, r);
        if (r != ARCHIVE_OK)
                lose(reader);
        return 0;
}

int archive_reader_init(struct archive_reader *reader, enum archive_kind kind, struct stream *source,
                        size_t chunk_bytes, const struct ticker *ticker) {
        int r;

        *reader = (struct archive_reader){
                .entry = { .read = entry_read, .fault = DIAG_NONE },
                .entry_over = true,
                .fault = DIAG_NONE,
                .kind = kind,
                .source = source,
                .ticker = ticker,
                .chunk_bytes = chunk_bytes,
                .buffer = malloc(BUFFER_BYTES),
        };
        r = reader->buffer ? 0 : -ENOMEM;
        if (r == 0 && kind == ARCHIVE_KIND_ZIP)
                r = zip_end_init(&reader->zip_end);
        if (r == 0)
                r = open_handle(reader);
        if (r < 0)
                archive_reader_release(reader);
        return r;
}

void archive_reader_release(struct archive_reader *reader) {
        archive_read_free(reader->handle);
        reader->handle = NULL;
        zip_end_release(&reader->zip_end);
        free(reader->buffer);
        reader->buffer = NULL;
}
